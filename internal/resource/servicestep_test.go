package resource

import (
	"testing"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

func TestTheNextCountIsAStepThatTheLastOneAllows(t *testing.T) {
	const inProgress, completed = ecstypes.DeploymentRolloutStateInProgress, ecstypes.DeploymentRolloutStateCompleted
	for _, test := range []struct {
		name                                 string
		step, goal, desired, running, health int32
		rollout                              ecstypes.DeploymentRolloutState
		want                                 int32
	}{
		{"no steps", 0, 9, 1, 1, 0, inProgress, 9},
		{"there already", 2, 4, 4, 1, 0, inProgress, 4},
		{"a step out", 2, 9, 4, 4, 4, completed, 6},
		{"the last step out", 2, 5, 4, 4, 4, completed, 5},
		{"the step out before is not healthy yet", 2, 9, 4, 4, 3, completed, 4},
		{"a revision is being rolled out", 2, 9, 4, 4, 8, inProgress, 4},
		{"out of nothing", 2, 9, 0, 0, 0, completed, 2},
		{"a step in", 2, 1, 8, 8, 8, completed, 6},
		{"the last step in", 2, 1, 2, 2, 2, completed, 1},
		{"to nothing", 2, 0, 2, 2, 2, completed, 0},
		{"tasks of the step in before are still there", 2, 1, 6, 8, 8, completed, 6},
		{"in, where little serves", 2, 2, 8, 3, 3, completed, 3},
		{"in, where less serves than is wanted", 2, 4, 8, 2, 2, completed, 4},
		{"in, where nothing serves", 2, 1, 8, 0, 0, inProgress, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := Service{Settings: RolloutSettings{MaxReplicaStep: test.step}}
			observed := &ServiceState{Desired: test.desired, Running: test.running, Healthy: test.health, Deployments: []Deployment{{Rollout: test.rollout}}}
			if got := s.nextCount(test.goal, observed); got != test.want {
				t.Errorf("nextCount = %d, want %d", got, test.want)
			}
		})
	}
}
