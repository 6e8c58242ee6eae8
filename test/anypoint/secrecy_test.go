package anypoint_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/awscloud"
)

// wantSecretsNowhere fails the test where a secret of the gateway is seen by those who may
// read the object, its events, the logs, or the descriptions of what is in AWS.
func wantSecretsNowhere(t *testing.T, gateway string) {
	t.Helper()
	cloud := stack.In(t, "us-east-1")
	places := map[string]string{
		"the object":               kubectl(t, "get", gateway, "-o", "yaml", "--show-managed-fields"),
		"its events":               kubectl(t, "get", "events", "-o", "yaml"),
		"AWS's inventory":          inJSON(t, stack.AWS().Inventory()),
		"task definitions":         taskDefinitions(t, cloud),
		"the manager's log":        readLog(t, "manager.log"),
		"the log of AWS's calls":   readLog(t, "awssim.log"),
		"Anypoint's log":           readLog(t, "anypointsim.log"),
		"Anypoint's list of calls": inJSON(t, stack.Anypoint().Calls()),
	}
	for what, secret := range map[string]string{"client secret": anypointsim.DemoClientSecret, "private key": privateKey(t, cloud)} {
		for place, text := range places {
			if strings.Contains(text, secret) || strings.Contains(text, base64.StdEncoding.EncodeToString([]byte(secret))) {
				t.Errorf("%s: the %s is there", place, what)
			}
		}
	}
}

// privateKey is in the registration file that the controller keeps, as one line of base64.
func privateKey(t *testing.T, cloud *awscloud.Clients) string {
	t.Helper()
	for _, r := range stack.AWS().Inventory() {
		if r.Service != "secretsmanager" || !strings.Contains(r.ID, "/identity-") {
			continue
		}
		out, err := cloud.Secrets.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: &r.ID})
		if err != nil {
			t.Fatal(err)
		}
		_, key, found := strings.Cut(*out.SecretString, "tls.key: ")
		key, _, _ = strings.Cut(key, "\n")
		if !found || len(key) < 100 {
			t.Fatal("the registration file has no private key")
		}
		return key
	}
	t.Fatal("there is no secret with the gateway's identity")
	return ""
}

func taskDefinitions(t *testing.T, cloud *awscloud.Clients) string {
	t.Helper()
	list, err := cloud.ECS.ListTaskDefinitions(t.Context(), &ecs.ListTaskDefinitionsInput{})
	if err != nil {
		t.Fatal(err)
	}
	if len(list.TaskDefinitionArns) < 3 {
		t.Fatalf("%d task definitions, want those of registrar, writer and gateway", len(list.TaskDefinitionArns))
	}
	var all strings.Builder
	for _, arn := range list.TaskDefinitionArns {
		out, err := cloud.ECS.DescribeTaskDefinition(t.Context(), &ecs.DescribeTaskDefinitionInput{TaskDefinition: &arn})
		if err != nil {
			t.Fatal(err)
		}
		all.WriteString(inJSON(t, out.TaskDefinition))
	}
	return all.String()
}

func readLog(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(stack.Dir(), name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func inJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
