package resource

import (
	"encoding/json"
	"testing"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/engine"
)

// FuzzServiceState reads services with whatever members ECS may leave out or invent.
func FuzzServiceState(f *testing.F) {
	for _, text := range []string{
		`{}`, `{"Status":"SOMETHING_NEW"}`, `{"Deployments":[{}]}`, `{"Deployments":[{},{"Status":"PRIMARY"},{"Status":"PRIMARY"}]}`,
		`{"Deployments":[{"Status":"PRIMARY","Id":"d","TaskDefinition":"t","RolloutState":"SOMETHING_NEW","RunningCount":-1,"FailedTasks":-1}],"DesiredCount":-1}`,
		`{"Deployments":[{"Status":"PRIMARY","Id":"d","RolloutState":"FAILED","FailedTasks":3}],"Events":[{}]}`, `{"LoadBalancers":[{},{"ContainerPort":8081}]}`,
		`{"NetworkConfiguration":{}}`, `{"NetworkConfiguration":{"AwsvpcConfiguration":{"Subnets":[""]}}}`, `{"DeploymentConfiguration":{"DeploymentCircuitBreaker":null}}`,
		`{"Tags":[{},{"Key":"k"},{"Value":"v"}]}`, `{"RunningCount":2147483647,"Status":"ACTIVE","Deployments":[{"Id":"d","TaskDefinition":"t","RolloutState":"COMPLETED"}]}`,
	} {
		f.Add([]byte(text), "t", "d", true)
		f.Add([]byte(text), "", "", false)
	}
	f.Fuzz(func(t *testing.T, text []byte, wanted, deployment string, failed bool) {
		var answer ecstypes.Service
		if json.Unmarshal(text, &answer) != nil {
			t.Skip("not a service")
		}
		state := serviceState(&answer)
		before := Rollout{TaskDefinition: wanted, DeploymentID: deployment, StartedAt: time.Unix(1, 0), Failed: failed}
		after := state.Rollout(wanted, before)
		if again := state.Rollout(wanted, after); again != after {
			t.Errorf("the rollout of the same answer is %+v, then %+v", after, again)
		}
		delta := Service{Before: before}.Diff(ServiceWish{TaskDefinition: wanted, Tags: map[string]string{"k": "v"}}, state)
		if state.Status != statusActive && len(delta.Differences) > 0 {
			t.Errorf("a service in status %q would be changed", state.Status)
		}
	})
}

// FuzzRegistrationState reads tasks. A file counts as written only where ECS says that
// every container ended with exit code 0.
func FuzzRegistrationState(f *testing.F) {
	const tagged = `"Tags":[{"Key":"` + fileTag + `","Value":"fsap/registration.yaml@digest"},{}]`
	for _, text := range []string{
		`{}`, `{"LastStatus":"STOPPED"}`, `{"LastStatus":"SOMETHING_NEW","Containers":[{}]}`, `{"LastStatus":"STOPPED",` + tagged + `}`,
		`{"LastStatus":"STOPPED","Containers":[],` + tagged + `}`, `{"LastStatus":"STOPPED","Containers":[{}],` + tagged + `}`,
		`{"LastStatus":"STOPPED","Containers":[{"ExitCode":0},{}],` + tagged + `}`, `{"Containers":[{"ExitCode":0}],` + tagged + `}`,
		`{"Containers":[{"ExitCode":-1}],"StoppingAt":null,` + tagged + `}`, `{"Containers":[{"ExitCode":0},{"ExitCode":137}],` + tagged + `}`,
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var task ecstypes.Task
		if json.Unmarshal(text, &task) != nil {
			t.Skip("not a task")
		}
		endedWell := len(task.Containers) > 0
		for _, c := range task.Containers {
			endedWell = endedWell && c.ExitCode != nil && *c.ExitCode == 0
		}
		state := registrationState(task)
		if state.File != "" && !endedWell {
			t.Errorf("the file %s counts as written", state.File)
		}
		if !state.Running && !endedWell && state.Failure == "" {
			t.Error("a task that did not end well has no failure")
		}
	})
}

func TestAnAnswerWithoutItsIDIsRefusedAndNotTakenForOurs(t *testing.T) {
	what := engine.Identity{Kind: "Cluster", Name: "cluster"}
	if err := complete(what, "id", "other"); err != nil {
		t.Errorf("a complete answer is refused: %v", err)
	}
	if err := complete(what, "id", ""); err == nil {
		t.Error("an answer without an id is taken")
	}
	if isRecorded(engine.Record{}, "") {
		t.Error("a resource without an id is taken for one that was recorded as ours")
	}
}
