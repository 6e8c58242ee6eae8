package gateway

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// registered is the deployment as the controller registers it.
func registered() *v1alpha1.FlexGatewayDeployment {
	gw := deployment()
	gw.Spec.Registration.Create = &v1alpha1.RegistrationCreate{}
	gw.Spec.Anypoint = &v1alpha1.AnypointSpec{
		OrganizationID: "org", EnvironmentID: "env", ControlPlane: "EU", GatewayName: "flex-one",
		CredentialsSecretRef: v1alpha1.CredentialsSecretReference{Name: "anypoint"},
	}
	return gw
}

// registrarDefinition is the task definition that registers, or renews a version.
func registrarDefinition(t *testing.T, gw *v1alpha1.FlexGatewayDeployment, version string) *ecs.RegisterTaskDefinitionInput {
	t.Helper()
	in := givenInputs(t)
	s := engine.NewStack(nil, nil, time.Now)
	identity := engine.Add(s, "", given[resource.SecretState]{"identity", resource.SecretState{ARN: "arn:identity", Version: version}})
	keeper := engine.Add(s, "", given[resource.RoleState]{"keeper", resource.RoleState{ARN: "arn:keeper"}})
	s.Apply(t.Context())
	return built(t, newBuilder(inputOf(gw)).registrar(in.role, keeper, in.logs, in.secret, identity))
}

func TestTheTaskThatRegistersHasNothingSecretInItsDefinition(t *testing.T) {
	gw := registered()
	input := inputOf(gw)
	input.Credentials = func() (anypoint.Credentials, string, error) {
		return anypoint.Credentials{ClientID: "id", ClientSecret: secretContent}, "digest", nil
	}
	for _, version := range []string{"", "v1"} {
		text, err := json.Marshal(registrarDefinition(t, gw, version))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), secretContent) {
			t.Error("the definition holds a secret")
		}
	}
}

func TestTheTaskThatRegistersIsTwoContainersWithOneVolume(t *testing.T) {
	create, renew := registrarDefinition(t, registered(), ""), registrarDefinition(t, registered(), "v1")
	for _, d := range []*ecs.RegisterTaskDefinitionInput{create, renew} {
		flexctl, keeper := d.ContainerDefinitions[0], d.ContainerDefinitions[1]
		if *flexctl.Essential || !*keeper.Essential || *keeper.DependsOn[0].ContainerName != *flexctl.Name || aws.ToString(d.TaskRoleArn) != "arn:keeper" {
			t.Errorf("containers %s and %s, task role %s", *flexctl.Name, *keeper.Name, aws.ToString(d.TaskRoleArn))
		}
	}
	if script := create.ContainerDefinitions[0].Command[0]; !strings.Contains(script, "registration create") || !strings.Contains(script, "--connected=true") || strings.Contains(script, "proxy") {
		t.Errorf("script of a registration:\n%s", script)
	}
	if script := renew.ContainerDefinitions[0].Command[0]; !strings.Contains(script, "registration renew") || !strings.Contains(script, "/tmp/registered.yaml") {
		t.Errorf("script of a renewal:\n%s", script)
	}
	if n := len(renew.ContainerDefinitions[0].Secrets) - len(create.ContainerDefinitions[0].Secrets); n != 1 {
		t.Errorf("a renewal has %d secrets more, want the file", n)
	}
	if create.ContainerDefinitions[1].Command[len(create.ContainerDefinitions[1].Command)-1] == renew.ContainerDefinitions[1].Command[len(renew.ContainerDefinitions[1].Command)-1] {
		t.Error("a renewal would store its file under the token of the registration")
	}
	local := registered()
	local.Spec.Mode, local.Spec.Registration.Create.HTTPSProxy = v1alpha1.ModeLocal, "http://proxy:8888"
	if script := registrarDefinition(t, local, "").ContainerDefinitions[0].Command[0]; !strings.Contains(script, "--connected=false") || !strings.Contains(script, `--https-proxy="$ANYPOINT_PROXY"`) {
		t.Errorf("script of a registration in Local Mode behind a proxy:\n%s", script)
	}
}

func TestTheScriptTellsWhatFlexctlSaysByItsExitCode(t *testing.T) {
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell")
	}
	script := registrarDefinition(t, registered(), "").ContainerDefinitions[0].Command[0]
	for _, test := range []struct {
		says string
		exit int
		want int
	}{
		{"Registration completed", 0, 0},
		{"reg facade call returned error response: HTTP/1.1 400 Bad Request an active target with the same name already exists in this organization and environment", 1, resource.ExitNameTaken},
		{"HTTP/1.1 409 Conflict", 1, resource.ExitNameTaken},
		{"file already exists", 1, resource.ExitFileExists},
		{"rpc error: code = Internal desc = handler returned neither error nor response message", 1, resource.ExitScopesMissing},
		{"HTTP/1.1 401 Unauthorized", 1, resource.ExitCredentialsRefused},
		{`{"error":"invalid_client"}`, 1, resource.ExitCredentialsRefused},
		{"dial tcp: i/o timeout", 1, 1},
		{"killed", 137, 1},
		{"flag --client-secret=hush: unknown", 1, 1},
	} {
		// flexctl is a function of the shell here; its words come as a variable.
		command := exec.CommandContext(t.Context(), shell, "-c", "flexctl() { printf '%s' \"$SAYS\"; return $EXIT; }\n"+script)
		command.Dir = t.TempDir()
		command.Env = []string{"SAYS=" + test.says, "EXIT=" + big.NewInt(int64(test.exit)).String(), "PATH=" + filepath.Dir(shell),
			"ANYPOINT_CLIENT_ID=id", "ANYPOINT_CLIENT_SECRET=hush", "ANYPOINT_ORGANIZATION=o", "ANYPOINT_ENVIRONMENT=e", "ANYPOINT_URL=u", "GATEWAY_NAME=gw"}
		said, _ := command.CombinedOutput()
		if code := command.ProcessState.ExitCode(); code != test.want {
			t.Errorf("%q with exit code %d becomes %d, want %d", test.says, test.exit, code, test.want)
		}
		shown := test.says
		if strings.Contains(shown, "hush") {
			shown = "kept back"
		}
		if test.want != 0 && !strings.Contains(string(said), shown) || strings.Contains(string(said), "hush") {
			t.Errorf("%q is logged as %q", test.says, said)
		}
	}
}

// certificate is a registration's certificate that ends at a time, as PEM.
func certificate(t *testing.T, end time.Time) string {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: end.AddDate(-2, 0, 0), NotAfter: end}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}

func TestTheEndOfTheCertificateIsThatOfTheFirstOfItsChain(t *testing.T) {
	end := time.Date(2028, 11, 1, 12, 0, 0, 0, time.UTC)
	chain := certificate(t, end) + certificate(t, end.AddDate(5, 0, 0))
	encoded := base64.StdEncoding.EncodeToString([]byte(chain))
	document := func(certificate string) string {
		return "kind: Secret\nspec:\n  tls.crt: " + certificate + "\n---\n" + registration
	}
	indented := "|\n    " + strings.ReplaceAll(strings.TrimSpace(chain), "\n", "\n    ")
	for name, test := range map[string]struct {
		content string
		want    time.Time
	}{
		"base64":                   {document(encoded), end},
		"base64 in lines":          {document("|\n    " + encoded[:64] + "\n    " + encoded[64:]), end},
		"PEM":                      {document(indented), end},
		"after the agent":          {registration + "---\nkind: Secret\nspec: {tls.crt: " + encoded + "}\n", end},
		"none":                     {registration, time.Time{}},
		"something else":           {document("hush-hush"), time.Time{}},
		"a list":                   {document("[hush-hush]"), time.Time{}},
		"broken YAML behind":       {registration + "---\n[", time.Time{}},
		"a certificate that lacks": {document(base64.StdEncoding.EncodeToString([]byte("-----BEGIN CERTIFICATE-----\naHVzaA==\n-----END CERTIFICATE-----\n"))), time.Time{}},
	} {
		got, err := ReadRegistration("uid", []byte(test.content))
		if err != nil || !got.Expires.Equal(test.want) || got.AgentID == "" {
			t.Errorf("%s: until %v of %q, %v; want %v", name, got.Expires, got.AgentID, err, test.want)
		}
	}
}

func TestTheCredentialsComeBackAsTheyWereWritten(t *testing.T) {
	in := inputOf(registered())
	want := anypoint.Credentials{ClientID: "id", ClientSecret: `se"cret`}
	in.Credentials = func() (anypoint.Credentials, string, error) { return want, "digest", nil }
	content, digest, err := newBuilder(in).credentials().Content()
	if err != nil || digest != "digest" {
		t.Fatalf("digest %q, %v", digest, err)
	}
	if got, err := ReadCredentials(content); err != nil || got != want {
		t.Errorf("read %#v, %v", got, err)
	}
	for _, broken := range []string{"", "hush", "{}", `{"clientID": "id"}`} {
		if _, err := ReadCredentials(broken); err == nil || strings.Contains(err.Error(), "hush") {
			t.Errorf("%q: %v", broken, err)
		}
	}
	if DigestCredentials("uid", want) == DigestCredentials("uid", anypoint.Credentials{ClientID: "id2", ClientSecret: `se"cret`}) ||
		DigestCredentials("uid", anypoint.Credentials{ClientID: "a", ClientSecret: "b c"}) == DigestCredentials("uid", anypoint.Credentials{ClientID: "a b", ClientSecret: "c"}) ||
		DigestCredentials("uid", want) == DigestCredentials("other", want) {
		t.Error("the digest does not tell credentials and owners apart")
	}
}
