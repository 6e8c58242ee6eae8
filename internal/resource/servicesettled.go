package resource

import (
	"fmt"
	"strings"
	"time"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/engine"
)

// The reasons of the problems of a rollout, and of a wait for a person.
const (
	ReasonRolledBack    = "RolledBack"
	ReasonRolloutFailed = "RolloutFailed"
	ReasonPaused        = "Paused"
)

// pausedLook is how often a paused service is looked at; a change of the spec is seen at
// once.
const pausedLook = 10 * time.Minute

// Settled once the wanted revision runs in the wanted number. A rollback that is
// stable is not.
func (s Service) Settled(observed *ServiceState) error {
	wanted := s.TaskDefinition.Value().ARN
	primary := observed.Primary()
	switch {
	case observed.Status == statusDraining:
		return engine.WaitFor(15*time.Second, "the service was deleted by someone else; it is made anew once ECS has drained it")
	case observed.rolledBack(wanted, s.Before) && s.isUnserved(observed):
		return &engine.Problem{Reason: ReasonRolledBack, Terminal: true, RetryAfter: observed.nextLook(), Message: fmt.Sprintf(
			"ECS rolled %s back, %s is serving: %s", revision(wanted), revision(primary.TaskDefinition), again(s.why(observed)))}
	case observed.isGivenUp():
		return &engine.Problem{Reason: ReasonRolloutFailed, Terminal: true, Message: fmt.Sprintf(
			"ECS gave up starting %s: %s", revision(primary.TaskDefinition), again(s.why(observed)))}
	case observed.isInFlight() && observed.Moving != nil:
		return s.onTheMove(observed)
	case primary.Rollout == ecstypes.DeploymentRolloutStateInProgress:
		return engine.WaitTypically(s.rolloutTime(observed), "ECS is rolling %s out: %d of %d tasks running%s%s",
			revision(primary.TaskDefinition), primary.Running, primary.Desired, observed.trouble(), observed.baking())
	case primary.Running > observed.Desired:
		return engine.WaitTypically(s.DrainTime, "ECS is scaling: %d of %d tasks running", primary.Running, observed.Desired)
	case primary.Running < observed.Desired:
		return engine.WaitTypically(s.StartTime, "ECS is scaling: %d of %d tasks running%s", primary.Running, observed.Desired, observed.trouble())
	default:
		return s.onTheWay(observed)
	}
}

// again says what to do about a rollout that failed for this reason.
func again(why string) string {
	return fmt.Sprintf("change the spec to try again%s (%s)", advice(why), why)
}

// isUnserved is true where what was rolled back is still what the spec asks for: another
// revision, or the same one with another strategy.
func (s Service) isUnserved(observed *ServiceState) bool {
	return observed.Primary().TaskDefinition != s.TaskDefinition.Value().ARN ||
		observed.Primary().ID != s.Before.DeploymentID && !sameBindings(s.bindings(), observed.Targets)
}

// rolloutTime is when a rollout is worth the next look: when new tasks should run, then
// when they should be healthy, then when the old ones should be gone. The first rollout of
// a service is not watched so closely: nothing serves yet.
func (s Service) rolloutTime(observed *ServiceState) time.Duration {
	primary := observed.Primary()
	switch {
	case len(observed.Deployments) > 1 && primary.Running < primary.Desired:
		return s.StartTime
	case observed.drains():
		return s.RolloutTime + s.DrainTime
	default:
		return s.RolloutTime
	}
}

// onTheWay is nil where the service is what the spec asks for, and not only steady.
func (s Service) onTheWay(observed *ServiceState) error {
	wish, err := s.Wish()
	if err != nil {
		return err
	}
	if s.Settings.Paused {
		resumed := s
		resumed.Settings.Paused, resumed.Settings.MaxReplicaStep = false, 0
		if held := resumed.Diff(wish, observed); len(held.Differences) > 0 {
			var fields []string
			for _, change := range engine.FieldChanges(held) {
				fields = append(fields, change.Field)
			}
			return &engine.Wait{After: pausedLook, Code: ReasonPaused,
				Reason: "spec.rollout.paused holds a change back (" + strings.Join(fields, ", ") + "): set it to false to go on"}
		}
		return nil
	}
	if wish.Replicas != nil && *wish.Replicas != observed.Desired {
		return s.stepping(*wish.Replicas, observed)
	}
	return nil
}
