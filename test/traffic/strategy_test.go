package traffic_test

import (
	"testing"

	"flexgw.io/controller/api/v1alpha1"
)

// byStrategy is the edit of a spec whose versions change by a strategy.
func byStrategy(strategy v1alpha1.RolloutStrategy) func(*v1alpha1.FlexGatewayDeploymentSpec) {
	return func(spec *v1alpha1.FlexGatewayDeploymentSpec) {
		spec.Rollout.Strategy, spec.Rollout.BakeTimeMinutes = strategy, ptr(int32(2))
		switch strategy {
		case v1alpha1.StrategyCanary:
			spec.Rollout.Canary = &v1alpha1.CanaryStrategy{Percent: 20, BakeMinutes: ptr(int32(2))}
		case v1alpha1.StrategyLinear:
			spec.Rollout.Linear = &v1alpha1.LinearStrategy{StepPercent: 50, StepBakeMinutes: ptr(int32(2))}
		}
	}
}

// pausing is the edit of a spec whose rollouts wait for a person before traffic moves.
func pausing(spec *v1alpha1.FlexGatewayDeploymentSpec) {
	spec.Rollout.PauseAt = []v1alpha1.RolloutStage{v1alpha1.StagePreProductionTrafficShift}
}

func TestABlueGreenRolloutThatIsPromotedLosesNoRequest(t *testing.T) {
	s := begin(t, "blue/green, promoted", replicas(4), byStrategy(v1alpha1.StrategyBlueGreen))
	s.row.picture, s.row.title = "rollout-bluegreen.svg", "A new image for 4 replicas, blue/green with a pause"
	s.edit(t, image(imageAfter), pausing)
	s.promote(t)
	s.complete(t)
}

func TestACanaryThatIsPromotedLosesNoRequest(t *testing.T) {
	s := begin(t, "canary with 20% of the traffic, promoted", replicas(4), byStrategy(v1alpha1.StrategyCanary))
	s.row.picture, s.row.title = "rollout-canary.svg", "A new image for 4 replicas, canary with 20% of the traffic and pauses"
	s.edit(t, image(imageAfter), pausing)
	s.promote(t) // to the canary
	s.promote(t) // to the rest
	s.complete(t)
}

func TestALinearRolloutLosesNoRequest(t *testing.T) {
	s := begin(t, "linear, in steps of 50% of the traffic", replicas(4), byStrategy(v1alpha1.StrategyLinear))
	s.row.picture, s.row.title = "rollout-linear.svg", "A new image for 4 replicas, linear in steps of 50%"
	s.edit(t, image(imageAfter))
	s.complete(t)
}

func TestABlueGreenRolloutThatIsAbortedLosesNoRequest(t *testing.T) {
	s := begin(t, "blue/green, aborted at a pause", replicas(4), byStrategy(v1alpha1.StrategyBlueGreen))
	good := s.look().primary()
	s.edit(t, image(imageAfter), pausing)
	s.awaitPause(t)
	s.abort(t, good)
}

func TestACanaryThatIsAbortedLosesNoRequest(t *testing.T) {
	s := begin(t, "canary with 20% of the traffic, aborted", replicas(4), byStrategy(v1alpha1.StrategyCanary))
	good := s.look().primary()
	s.edit(t, image(imageAfter))
	s.await(t, "the canary's part of the traffic", func() bool {
		r := s.witness.object().Status.Rollout
		return r.TrafficPercent != nil && *r.TrafficPercent == 20
	})
	s.awaitRequests(t, 4*requestsAfter)
	s.abort(t, good)
}

func TestARollingUpdateThatIsAbortedLosesNoRequest(t *testing.T) {
	s := begin(t, "new image, aborted", replicas(4))
	good := s.look().primary()
	s.edit(t, image(imageAfter))
	s.awaitRunning(t)
	s.abort(t, good)
}

// awaitPause returns the id of the pause at which the rollout waits.
func (s *scene) awaitPause(t *testing.T) string {
	t.Helper()
	id := ""
	s.await(t, "a pause", func() bool {
		r := s.witness.object().Status.Rollout
		if !s.witness.isNotReady(v1alpha1.ReasonWaitingForPromotion) || r == nil || r.Pause == nil || r.Pause.HookID == s.promoted {
			return false
		}
		id = r.Pause.HookID
		return true
	})
	return id
}

// promote lets a rollout go on at its next pause.
func (s *scene) promote(t *testing.T) {
	t.Helper()
	s.promoted = s.awaitPause(t)
	s.mark("promoted")
	s.Annotate(t, v1alpha1.AnnotationPromote, s.promoted)
}

// abort has the rollout in flight given up, and requires that clients notice nothing of it.
func (s *scene) abort(t *testing.T, good int) {
	t.Helper()
	var r *v1alpha1.RolloutStatus
	s.await(t, "the object to speak of what is rolled out", func() bool {
		r = s.witness.object().Status.Rollout
		return r.TaskDefinition == *s.look().service.TaskDefinition
	})
	aborted := stack.Clock().Now()
	s.mark("aborted")
	s.Annotate(t, v1alpha1.AnnotationAbort, r.DeploymentID)
	s.await(t, "Ready=False, RolledBack", func() bool { return s.witness.isNotReady(v1alpha1.ReasonRolledBack) })
	wantNoFailure(t, s.finish(t, s.awaitSteady(t, aborted)))
	s.wantGivenUp(t, good, "aborted")
}
