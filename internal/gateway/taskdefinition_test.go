package gateway

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/resource"
)

// everything lets cmp look into the SDK's types, which have an unexported marker.
var everything = cmp.Exporter(func(reflect.Type) bool { return true })

// guide is the task definition of the guide's step 1.6.4, with the values that its
// reader fills in.
func guide(t *testing.T) *ecs.RegisterTaskDefinitionInput {
	t.Helper()
	text, err := os.ReadFile("testdata/guide-task-definition.json")
	if err != nil {
		t.Fatal(err)
	}
	filled := strings.NewReplacer(
		"<Flex Instance Name>", "flex-gw-demo-dev-01",
		"<Execution Role ARN>", "arn:aws:iam::123456789012:role/execution",
		"<Log Group Name>", "/flexgw/flex/flex-gw-demo-dev-01",
		"<EFS File System ID>", "fs-0123456789abcdef0",
		"<Flex GW Home>", "/flex-gw-demo-dev-01",
	).Replace(string(text))
	decoder := json.NewDecoder(strings.NewReader(filled))
	decoder.DisallowUnknownFields()
	var input ecs.RegisterTaskDefinitionInput // its fields are named as in the JSON, but for the first letter
	if err := decoder.Decode(&input); err != nil {
		t.Fatal(err)
	}
	return &input
}

// improvements are all differences from the guide, and why they are there.
var improvements = []struct {
	name  string
	apply func(*ecs.RegisterTaskDefinitionInput)
}{
	{"the family tells gateways of the same name apart", func(d *ecs.RegisterTaskDefinitionInput) {
		d.Family = aws.String(NamesOf(deployment()).TaskFamily)
	}},
	{"the image is pinned to a version", func(d *ecs.RegisterTaskDefinitionInput) {
		d.ContainerDefinitions[0].Image = aws.String("docker.io/mulesoft/flex-gateway:1.12.3")
	}},
	{"an access point takes the place of the root directory, and NFS is encrypted", func(d *ecs.RegisterTaskDefinitionInput) {
		efs := d.Volumes[0].EfsVolumeConfiguration
		efs.RootDirectory = nil
		efs.TransitEncryption = ecstypes.EFSTransitEncryptionEnabled
		efs.AuthorizationConfig = &ecstypes.EFSAuthorizationConfig{AccessPointId: aws.String("fsap-0123456789abcdef0")}
	}},
	{"the gateway has time to drain when it is stopped", func(d *ecs.RegisterTaskDefinitionInput) {
		d.ContainerDefinitions[0].StopTimeout = aws.Int32(60)
	}},
	{"a new registration makes a new revision, and so does another network", func(d *ecs.RegisterTaskDefinitionInput) {
		d.ContainerDefinitions[0].DockerLabels = map[string]string{
			"flexgw.io/registration-digest": "0123456789abcdef", "flexgw.io/network": "subnet-a,subnet-b sg-1,sg-2 public=false",
		}
	}},
}

// definition builds the gateway's task definition.
func definition(t *testing.T, gw *v1alpha1.FlexGatewayDeployment) *ecs.RegisterTaskDefinitionInput {
	t.Helper()
	in := givenInputs(t)
	return built(t, newBuilder(inputOf(gw)).taskDefinition(in.role, in.logs, in.directory, in.secret, in.vpc, inGroups("sg-2", "sg-1")))
}

// inGroups are security groups that were there.
func inGroups(ids ...string) clientGroups {
	return clientGroups{ids: func() []string { return ids }}
}

func built(t *testing.T, td resource.TaskDefinition) *ecs.RegisterTaskDefinitionInput {
	t.Helper()
	input, err := td.Definition()
	if err != nil {
		t.Fatal(err)
	}
	return input
}

func TestTheTaskDefinitionIsTheGuidesWithTheseImprovements(t *testing.T) {
	want := guide(t)
	for _, improvement := range improvements {
		improvement.apply(want)
	}
	if difference := cmp.Diff(want, definition(t, deployment()), everything); difference != "" {
		t.Errorf("the gateway's task definition (-guide with improvements +got):\n%s", difference)
	}
}

func TestEveryImprovementOfTheGuideIsThere(t *testing.T) {
	got := definition(t, deployment())
	for i, left := range improvements {
		want := guide(t)
		for j, improvement := range improvements {
			if i != j {
				improvement.apply(want)
			}
		}
		if cmp.Equal(want, got, everything) {
			t.Errorf("%s: this is no difference from the guide", left.name)
		}
	}
}

func TestDeliveryByEnvironmentNeedsNoVolume(t *testing.T) {
	gw := deployment()
	gw.Spec.Registration.Delivery = v1alpha1.RegistrationDeliveryEnvironment
	got := definition(t, gw)
	container := got.ContainerDefinitions[0]
	if got.Volumes != nil || container.MountPoints != nil {
		t.Errorf("volumes %v and mount points %v, want none", got.Volumes, container.MountPoints)
	}
	want := []ecstypes.Secret{{
		Name:      aws.String("FLEX_CONFIG"),
		ValueFrom: aws.String("arn:aws:secretsmanager:us-east-1:123456789012:secret:flexgw/flex/one-AbCdEf:::version-1"),
	}}
	if difference := cmp.Diff(want, container.Secrets, everything); difference != "" {
		t.Errorf("secrets (-want +got):\n%s", difference)
	}
}

func TestTheOrderOfPortsAndVariablesMakesNoOtherDefinition(t *testing.T) {
	one, other := deployment(), deployment()
	a, b := v1alpha1.EnvironmentVariable{Name: "A", Value: "1"}, v1alpha1.EnvironmentVariable{Name: "B", Value: "2"}
	one.Spec.Compute.Environment = []v1alpha1.EnvironmentVariable{a, b}
	other.Spec.Compute.Environment = []v1alpha1.EnvironmentVariable{b, a}
	other.Spec.Ports[0], other.Spec.Ports[1] = other.Spec.Ports[1], other.Spec.Ports[0]
	got := definition(t, one)
	if difference := cmp.Diff(got, definition(t, other), everything); difference != "" {
		t.Errorf("another order makes another definition:\n%s", difference)
	}
	if variables := got.ContainerDefinitions[0].Environment; len(variables) != 2 || *variables[1].Name != "B" || *variables[1].Value != "2" {
		t.Errorf("environment %+v, want A=1 and B=2", variables)
	}
}

func TestOnlyTheGatewayRunsWithTheTaskRole(t *testing.T) {
	gw := deployment()
	gw.Spec.Identity.TaskRoleARN = "arn:aws:iam::123456789012:role/task"
	in := givenInputs(t)
	if got := definition(t, gw).TaskRoleArn; aws.ToString(got) != gw.Spec.Identity.TaskRoleARN {
		t.Errorf("the gateway's task role is %q, want the spec's", aws.ToString(got))
	}
	writer := built(t, newBuilder(inputOf(gw)).writer(in.role, in.logs, in.directory, delivered{registration: in.secret}))
	if writer.TaskRoleArn != nil {
		t.Errorf("the writer's task role is %q, want none", *writer.TaskRoleArn)
	}
}

func TestNoTaskDefinitionHoldsTheRegistration(t *testing.T) {
	byEnvironment := deployment()
	byEnvironment.Spec.Registration.Delivery = v1alpha1.RegistrationDeliveryEnvironment
	in := givenInputs(t)
	for name, input := range map[string]*ecs.RegisterTaskDefinitionInput{
		"the gateway's on EFS":         definition(t, deployment()),
		"the gateway's by environment": definition(t, byEnvironment),
		"the writer's":                 built(t, newBuilder(inputOf(deployment())).writer(in.role, in.logs, in.directory, delivered{registration: in.secret})),
	} {
		text, err := json.Marshal(input)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(text, []byte("very-secret")) || bytes.Contains(text, []byte("platformConnection")) {
			t.Errorf("%s holds the registration: %s", name, text)
		}
	}
}
