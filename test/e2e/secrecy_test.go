package e2e_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/test/e2e/rig"
)

func TestThePrivateKeyOfARegistrationIsSeenNowhereButWhereItBelongs(t *testing.T) {
	before := stack.AWS().Inventory()
	onEFS := stack.Apply(t, "secrecy", "on-efs", rig.Spec())
	inEnvironment := stack.Apply(t, "secrecy", "in-environment", rig.Spec(func(spec *v1alpha1.FlexGatewayDeploymentSpec) {
		spec.Registration.Delivery = v1alpha1.RegistrationDeliveryEnvironment
	}))
	broken := stack.Gateway("secrecy", "broken")
	broken.Register(t, "this: is: no YAML: "+rig.PrivateKey("first"))
	broken.Create(t, rig.Spec())

	onEFS.AwaitReady(t)
	inEnvironment.AwaitReady(t)
	broken.AwaitReason(t, v1alpha1.ReasonRegistrationInvalid)
	file := onEFS.ResourceID(t, "RegistrationFile", rig.SecretKey)
	onEFS.Register(t, rig.Registration("second"))
	onEFS.Await(t, "Ready with the second registration", func(gw *v1alpha1.FlexGatewayDeployment) bool {
		return rig.IsReady(gw) && onEFS.ResourceID(t, "RegistrationFile", rig.SecretKey) != file
	})

	cloud := stack.In(t, "us-east-1")
	search := places{
		"the manager's log": managerLog(t),
		"task definitions":  inJSON(t, taskDefinitions(t, cloud)),
		"AWS's inventory":   inJSON(t, stack.AWS().Inventory()),
	}
	for _, g := range []*rig.Gateway{onEFS, inEnvironment, broken} {
		search["events of "+g.Name()] = inJSON(t, g.Events(t))
		search["the object "+g.Name()] = inJSON(t, g.Get(t))
	}
	for _, version := range []string{"first", "second"} {
		search.wantNowhere(t, rig.PrivateKey(version))
	}

	for _, g := range []*rig.Gateway{onEFS, inEnvironment, broken} {
		g.Delete(t)
		g.AwaitGone(t)
	}
	stack.WantInventory(t, before)
	places{"the manager's log": managerLog(t)}.wantNowhere(t, rig.PrivateKey("first"))
}

// places are texts that people see, by where they see them.
type places map[string]string

// wantNowhere fails the test where a place holds the secret as it is, decoded or encoded.
func (p places) wantNowhere(t *testing.T, secret string) {
	t.Helper()
	plain, err := base64.StdEncoding.DecodeString(secret)
	if err != nil {
		t.Fatal(err)
	}
	for place, text := range p {
		for _, form := range []string{secret, string(plain), base64.StdEncoding.EncodeToString([]byte(secret))} {
			if strings.Contains(text, form) {
				t.Errorf("%s: the private key is there", place)
			}
		}
	}
}

func managerLog(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(stack.Dir(), "manager.log"))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// taskDefinitions are all revisions that anybody has registered, in full.
func taskDefinitions(t *testing.T, cloud *awscloud.Clients) []*ecs.DescribeTaskDefinitionOutput {
	t.Helper()
	var all []*ecs.DescribeTaskDefinitionOutput
	for _, status := range []ecstypes.TaskDefinitionStatus{ecstypes.TaskDefinitionStatusActive, ecstypes.TaskDefinitionStatusInactive} {
		pages := ecs.NewListTaskDefinitionsPaginator(cloud.ECS, &ecs.ListTaskDefinitionsInput{Status: status})
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, arn := range page.TaskDefinitionArns {
				out, err := cloud.ECS.DescribeTaskDefinition(t.Context(), &ecs.DescribeTaskDefinitionInput{
					TaskDefinition: &arn, Include: []ecstypes.TaskDefinitionField{ecstypes.TaskDefinitionFieldTags},
				})
				if err != nil {
					t.Fatal(err)
				}
				all = append(all, out)
			}
		}
	}
	return all
}

func inJSON(t *testing.T, v any) string {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	if len(text) < 10 {
		t.Fatalf("there is nothing to search: %s", text)
	}
	return string(text)
}
