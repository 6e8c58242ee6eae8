package resource

import (
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/engine"
)

// isStepping is true where the count goes to its goal in steps and has not arrived.
func (s Service) isStepping(observed *ServiceState) bool {
	return s.Replicas != nil && s.Settings.MaxReplicaStep > 0 && !s.Settings.Paused &&
		observed.Status == statusActive && observed.Desired != *s.Replicas
}

// nextCount is the count on the way to a goal: the goal itself where there are no steps,
// and the present count while the last step is not done.
//
// The next step out waits until all tasks are healthy, no revision is being rolled out,
// and all that run are connected, where that is awaited. The next step in waits until the tasks of the last one are gone; it does not wait
// for health or connections, so that what never serves can be scaled in, and goes at once
// as far as nothing is lost that serves.
func (s Service) nextCount(goal int32, observed *ServiceState) int32 {
	step, now := s.Settings.MaxReplicaStep, observed.Desired
	switch {
	case step == 0 || goal == now:
		return goal
	case goal > now:
		if observed.isStarting() || !s.Connection.has(observed.Running) {
			return now
		}
		return min(goal, now+step)
	default:
		if observed.Running > now {
			return now
		}
		return max(goal, min(now-step, observed.Healthy))
	}
}

// isStarting is true where tasks are yet to be healthy, or a revision to be rolled out.
func (s *ServiceState) isStarting() bool {
	return s.Healthy < s.Desired || s.Primary().Rollout == ecstypes.DeploymentRolloutStateInProgress
}

// stepping is the wait of a count that is on its way in steps.
func (s Service) stepping(goal int32, observed *ServiceState) error {
	wait := engine.WaitTypically(s.RolloutTime, "on the way to %d replicas in steps of %d: %d are there, %d healthy",
		goal, s.Settings.MaxReplicaStep, observed.Desired, observed.Healthy)
	if goal > observed.Desired && !observed.isStarting() && !s.Connection.has(observed.Running) {
		wait.After, wait.Typically, wait.Code = ConnectingLook, 0, ReasonReplicasConnecting
		wait.Reason += "; the next step waits for them to be connected"
	}
	return wait
}
