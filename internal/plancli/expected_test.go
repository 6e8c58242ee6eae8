package plancli

import (
	"os"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/plan"
)

// example is a file of the repository to copy in docs/gitops.md.
func example(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/examples/gitops/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestTheSecretsOfTheGitOpsExampleAreExpected(t *testing.T) {
	for component, maker := range map[string]string{
		"external-secret": "ExternalSecret anypoint-connected-app of the file makes it",
		"sealed-secret":   "SealedSecret anypoint-connected-app of the file makes it",
	} {
		file := example(t, "base/gateway.yaml") + "\n---\n" + example(t, "components/"+component+"/"+component+".yaml")
		b := newBench(t)
		if err := b.file(t, file); code(err) != CodeChanges {
			t.Fatalf("%s: %v\n%s", component, err, b.out.String())
		}
		p := b.plans(t)[0]
		if len(p.Problems) > 0 || p.Summary[plan.ActionCreate] < 15 || len(p.Assumed) != 1 || !strings.Contains(p.Assumed[0].Message, maker) {
			t.Errorf("%s: problems %v, assumed %v", component, p.Problems, p.Assumed)
		}
	}
}

func TestASecretThatIsMadeOfAnObjectHasTheNameThatItsControllerGivesIt(t *testing.T) {
	for text, want := range map[string]string{
		"apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: own}\nspec: {target: {name: given}}":                "given",
		"apiVersion: external-secrets.io/v1beta1\nkind: ExternalSecret\nmetadata: {name: own}":                                          "own",
		"apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: own}\nspec: {target: {creationPolicy: Orphan}}":     "own",
		"apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: own}\nspec: {target: {creationPolicy: Merge}}":      "",
		"apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: own}\nspec: {target: {creationPolicy: None}}":       "",
		"apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: own}":                                                  "",
		"apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: own}\nspec: {template: {metadata: {name: template's}}}": "own",
		"apiVersion: example.com/v1\nkind: SealedSecret\nmetadata: {name: own}":                                                         "",
	} {
		object := &unstructured.Unstructured{}
		if err := yaml.Unmarshal([]byte(text), &object.Object); err != nil {
			t.Fatal(err)
		}
		if got := secretOf(object); got != want {
			t.Errorf("%q, want %q, of\n%s", got, want, text)
		}
	}
}

func TestASecretIsTakenForGrantedOnlyWhereSomebodySaysSo(t *testing.T) {
	external := "---\napiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: registration}\n"
	there := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: "registration"}, Data: map[string][]byte{"other": nil}}
	documents := strings.Replace(minimal, "spec: {", "spec: {config: [{configMapRef: {name: documents}}], ", 1)
	for name, test := range map[string]struct {
		file    string
		cluster []client.Object
		assume  bool
		assumed int
		problem string
	}{
		"nobody":                           {file: minimal, problem: v1alpha1.ReasonRegistrationSecretMissing},
		"an object of the file":            {file: minimal + external, assumed: 1},
		"one of another namespace":         {file: minimal + strings.Replace(external, "name:", "namespace: other, name:", 1), problem: v1alpha1.ReasonRegistrationSecretMissing},
		"the person":                       {file: minimal, assume: true, assumed: 1},
		"the person, of a ConfigMap":       {file: documents, assume: true, assumed: 1, problem: v1alpha1.ReasonConfigMissing},
		"the person, of one that is there": {file: minimal, cluster: []client.Object{there}, assume: true, problem: v1alpha1.ReasonRegistrationSecretMissing},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, append([]client.Object{live(t)}, test.cluster...)...)
			m, err := read(strings.NewReader(test.file), "flex")
			if err != nil {
				t.Fatal(err)
			}
			gw, err := offline(t.Context(), m.gateways[0])
			if err != nil {
				t.Fatal(err)
			}
			p := b.plan(t.Context(), plan.KindChange, m, nil, gw, Options{AssumeSecrets: test.assume})
			if len(p.Assumed) != test.assumed {
				t.Errorf("assumed %v, want %d", p.Assumed, test.assumed)
			}
			if p.HasProblems() != (test.problem != "") || p.HasProblems() && p.Problems[0].Reason != test.problem {
				t.Errorf("problems %v, want %q", p.Problems, test.problem)
			}
		})
	}
}
