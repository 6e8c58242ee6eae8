package gateway

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// TestAGatewayThatWasThereBeforeIsNotTouchedByAnUpgrade compares with what the controller
// made before it knew the Anypoint side (testdata/before-anypoint.json, written by it): a
// task definition with another content would restart every gateway, and another file's
// name would write every file anew. The writer's alone has another command, which removes
// the file of documents: one more revision, which no task runs until there is a file to
// write.
func TestAGatewayThatWasThereBeforeIsNotTouchedByAnUpgrade(t *testing.T) {
	text, err := os.ReadFile("testdata/before-anypoint.json")
	if err != nil {
		t.Fatal(err)
	}
	before := map[string]json.RawMessage{}
	if err := json.Unmarshal(text, &before); err != nil {
		t.Fatal(err)
	}
	now := madeNow(t)
	for part, made := range before {
		was, is := decoded(t, made), decoded(t, now[part])
		switch part {
		case "names": // there are more by now
			is = onlyThoseOf(was, is)
		case "writer":
			const end, more = `/registration/registration.yaml"`, `/registration/registration.yaml; rm -f /registration/configuration.yaml"`
			was = decoded(t, []byte(strings.Replace(string(made), end, more, 1)))
		}
		if difference := cmp.Diff(was, is); difference != "" {
			t.Errorf("%s (-before +now):\n%s", part, difference)
		}
	}
}

// madeNow are the same things of the same gateways, made by the present controller.
func madeNow(t *testing.T) map[string]json.RawMessage {
	t.Helper()
	in, groups := givenInputs(t), inGroups("sg-2", "sg-1")
	s := engine.NewStack(nil, nil, time.Now)
	cluster := engine.Add(s, "", given[resource.ClusterState]{"cluster", resource.ClusterState{ARN: "arn:aws:ecs:us-east-1:123456789012:cluster/one"}})
	writer := engine.Add(s, "", given[resource.TaskDefinitionState]{"writer", resource.TaskDefinitionState{ARN: "arn:aws:ecs:us-east-1:123456789012:task-definition/one-Registration:1"}})
	s.Apply(t.Context())

	plain, full := deployment(), deployment()
	full.Spec.Registration.Delivery = v1alpha1.RegistrationDeliveryEnvironment
	full.Spec.Rollout.RestartedAt = &metav1.Time{Time: time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)}
	full.Spec.Compute.Environment = []v1alpha1.EnvironmentVariable{{Name: "B", Value: "2"}, {Name: "A", Value: "1"}}

	b, secrets := newBuilder(inputOf(plain)), delivered{registration: in.secret}
	wish, err := b.registrationFile(cluster, writer, in.directory, nil, in.vpc, secrets, groups, nil).Wish()
	if err != nil {
		t.Fatal(err)
	}
	content, err := ReadRegistration(string(plain.UID), []byte(secretContent))
	if err != nil {
		t.Fatal(err)
	}
	made := map[string]json.RawMessage{}
	for part, value := range map[string]any{
		"gateway":              built(t, b.taskDefinition(in.role, in.logs, in.directory, in.secret, in.vpc, groups)),
		"gatewayByEnvironment": built(t, newBuilder(inputOf(full)).taskDefinition(in.role, in.logs, in.directory, in.secret, in.vpc, groups)),
		"writer":               built(t, b.writer(in.role, in.logs, in.directory, secrets)),
		"file":                 wish.File,
		"task":                 wish.Task,
		"names":                NamesOf(plain),
		"targetGroups":         []string{NamesOf(plain).TargetGroup(8081), NamesOf(plain).AlternateTargetGroup(8081)},
		"digest":               content.Digest,
	} {
		if made[part], err = json.Marshal(value); err != nil {
			t.Fatal(err)
		}
	}
	return made
}

func decoded(t *testing.T, text json.RawMessage) any {
	t.Helper()
	var value any
	if err := json.Unmarshal(text, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// onlyThoseOf leaves out the members that others do not have.
func onlyThoseOf(others, value any) any {
	members, kept := value.(map[string]any), map[string]any{}
	for name := range others.(map[string]any) {
		kept[name] = members[name]
	}
	return kept
}
