package gateway

import (
	"errors"
	"os"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// registration is a file of two documents; the second is what makes it a registration.
const registration = `apiVersion: gateway.mulesoft.com/v1alpha1
kind: Secret
spec: {tls.key: c2VjcmV0}
---
apiVersion: gateway.mulesoft.com/v1alpha1
kind: Configuration
spec:
  platformConnection:
    agentId: 00000000-0000-4000-8000-000000000001
    somethingNew: [1, 2]
`

func TestARegistrationOfSeveralDocumentsIsTakenAsItIs(t *testing.T) {
	for name, content := range map[string]string{
		"two documents": registration, "comments before and after": "# one\n---\n" + registration + "---\n# two\n", "Windows line ends": strings.ReplaceAll(registration, "\n", "\r\n"),
	} {
		got, err := ReadRegistration("uid", []byte(content))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got.Text != content || len(got.Digest) != 32 || got.AgentID != "00000000-0000-4000-8000-000000000001" || !got.Expires.IsZero() {
			t.Errorf("%s: text %q with digest %q of %q until %v, want the content unchanged, 32 digits, its agent, and no certificate", name, got.Text, got.Digest, got.AgentID, got.Expires)
		}
	}
}

func TestTheRegistrationOfTheSampleIsOne(t *testing.T) {
	sample, err := os.ReadFile("../../config/samples/flexgw-registration-file.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for document := range strings.SplitSeq(string(sample), "\n---\n") {
		var secret corev1.Secret
		if err := yaml.Unmarshal([]byte(document), &secret); err != nil || secret.Kind != "Secret" || secret.Name == "" {
			continue
		}
		if _, err := ReadRegistration("uid", []byte(secret.StringData["registration.yaml"])); err != nil {
			t.Errorf("the sample's registration is refused: %v", err)
		}
		return
	}
	t.Error("the sample has no Secret")
}

func TestTheDigestTellsContentsAndOwnersApart(t *testing.T) {
	digest := func(uid, content string) string {
		got, err := ReadRegistration(uid, []byte(content))
		if err != nil {
			t.Fatal(err)
		}
		return got.Digest
	}
	one := digest("uid-1", registration)
	if again := digest("uid-1", registration); again != one {
		t.Errorf("the same content has the digests %s and %s", one, again)
	}
	if other := digest("uid-1", registration+"\n"); other == one {
		t.Error("another content has the same digest")
	}
	if other := digest("uid-2", registration); other == one {
		t.Error("the same content has the same digest for another owner: it could be recognised")
	}
}

func TestWhatIsNoRegistrationIsRefusedWithoutQuotingIt(t *testing.T) {
	for _, test := range []struct{ name, content, want string }{
		{"nothing", "", "no document in it has spec.platformConnection.agentId"},
		{"another document", "kind: Secret\nspec: {tls.key: hush-hush}\n", "no document in it has spec.platformConnection.agentId"},
		{"an empty agent id", "spec: {platformConnection: {agentId: ''}, note: hush-hush}", "no document in it has spec.platformConnection.agentId"},
		{"a document without a spec of the expected form", "spec: hush-hush", "it is not YAML of the expected form"},
		{"no YAML", "hush-hush: [\n", "it is not YAML of the expected form"},
		{"bytes", "hush-hush\x00\xff", "it is not YAML of the expected form"},
		{"more than can be delivered", registration + "# hush-hush" + strings.Repeat("x", 65536), "at most 65536 can be delivered"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := ReadRegistration("uid", []byte(test.content))
			var problem *engine.Problem
			if !errors.As(err, &problem) || !problem.Terminal || problem.Reason != v1alpha1.ReasonRegistrationInvalid {
				t.Fatalf("error %v, want a terminal problem of the registration", err)
			}
			if !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %q, want it to say %q", err, test.want)
			}
			if strings.Contains(err.Error(), "hush") || got != (resource.RegistrationContent{}) {
				t.Errorf("error %q, %#v: the content must not show", err, got)
			}
		})
	}
}
