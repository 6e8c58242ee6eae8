package resource

import (
	"errors"
	"testing"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/engine"
)

func TestAStepOutWaitsForConnectionsAndAStepInDoesNot(t *testing.T) {
	for _, test := range []struct {
		name       string
		goal       int32
		connection Connection
		want       int32
	}{
		{"nobody waits", 4, Connection{}, 2},
		{"all that run are connected", 4, Connection{Awaited: true, Connected: 1}, 2},
		{"connections of old replicas are there still", 4, Connection{Awaited: true, Connected: 3}, 2},
		{"the last step is not connected yet", 4, Connection{Awaited: true}, 1},
		{"nobody knows", 4, Connection{Awaited: true, Connected: 1, Unknown: "it does not answer"}, 1},
		{"nobody knows, and all was well", 4, Connection{Awaited: true, Connected: 1, Unknown: "it does not answer", WasReady: true}, 1},
		{"in, with nothing connected", 0, Connection{Awaited: true}, 0},
		{"in, and nobody knows", 0, Connection{Awaited: true, Unknown: "it does not answer"}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := Service{Settings: RolloutSettings{MaxReplicaStep: 1}, Connection: test.connection}
			observed := &ServiceState{Desired: 1, Running: 1, Healthy: 1, Deployments: []Deployment{{Rollout: ecstypes.DeploymentRolloutStateCompleted}}}
			if got := s.nextCount(test.goal, observed); got != test.want {
				t.Errorf("nextCount = %d, want %d", got, test.want)
			}
			wait, ok := errors.AsType[*engine.Wait](s.stepping(test.goal, observed))
			held := test.want == 1 && test.goal > 1
			if !ok || (wait.Code == ReasonReplicasConnecting) != held {
				t.Errorf("the wait is %+v; for connections: %v", wait, held)
			}
		})
	}
}

func TestReplicasThatAreAwaitedAreMissing(t *testing.T) {
	for _, test := range []struct {
		name       string
		connection Connection
		want       int32
	}{
		{"nobody waits", Connection{}, 0},
		{"all", Connection{Awaited: true, Connected: 3}, 0},
		{"more", Connection{Awaited: true, Connected: 4}, 0},
		{"some", Connection{Awaited: true, Connected: 1}, 2},
		{"some, after all was well", Connection{Awaited: true, Connected: 1, WasReady: true}, 2},
		{"nobody knows", Connection{Awaited: true, Connected: 3, Unknown: "it does not answer"}, 3},
		{"nobody knows, and all was well", Connection{Awaited: true, Connected: 3, Unknown: "it does not answer", WasReady: true}, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.connection.missing(3); got != test.want {
				t.Errorf("missing = %d, want %d", got, test.want)
			}
			if waits := test.connection.wait(3) != nil; waits != (test.want > 0) {
				t.Errorf("waits: %v", waits)
			}
		})
	}
}
