package resource

import ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

// isStepping is true where the count goes to its goal in steps and has not arrived.
func (s Service) isStepping(observed *ServiceState) bool {
	return s.Replicas != nil && s.Settings.MaxReplicaStep > 0 && !s.Settings.Paused &&
		observed.Status == statusActive && observed.Desired != *s.Replicas
}

// nextCount is the count on the way to a goal: the goal itself where there are no steps,
// and the present count while the last step is not done.
//
// The next step out waits until all tasks are healthy and no revision is being rolled
// out. The next step in waits until the tasks of the last one are gone; it does not wait
// for health, so that what never becomes healthy can be scaled in, and goes at once as
// far as nothing is lost that serves.
func (s Service) nextCount(goal int32, observed *ServiceState) int32 {
	step, now := s.Settings.MaxReplicaStep, observed.Desired
	switch {
	case step == 0 || goal == now:
		return goal
	case goal > now:
		if observed.Healthy < now || observed.Primary().Rollout == ecstypes.DeploymentRolloutStateInProgress {
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
