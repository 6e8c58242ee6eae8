package traffic_test

import (
	"testing"

	"flexgw.io/controller/api/v1alpha1"
)

func TestScalingFromOneToFourLosesNoRequest(t *testing.T) {
	begin(t, "1 → 4 replicas").planned(t, replicas(4))
}

func TestScalingInStepsLosesNoRequest(t *testing.T) {
	const step = 2
	s := begin(t, "4 → 8 → 2 replicas, in steps of 2", replicas(4), func(spec *v1alpha1.FlexGatewayDeploymentSpec) {
		spec.Rollout.MaxReplicaStep = ptr(int32(step))
	})
	s.edit(t, replicas(8))
	began := s.sent
	s.awaitReady(t)
	s.edit(t, replicas(2))
	out := s.awaitReady(t)
	s.sent = began
	s.completeAt(t, out)
	s.wantSteps(t, step)
}

// wantSteps fails the test where the count has changed by more than the step at a time, or
// has grown before the step before was healthy.
func (s *scene) wantSteps(t *testing.T, step int32) {
	t.Helper()
	steps := 0
	for i, now := range s.witness.seen[1:] {
		was := s.witness.seen[i]
		from, to := was.truth.service.DesiredCount, now.truth.service.DesiredCount
		if from == to {
			continue
		}
		steps++
		if max(from, to)-min(from, to) > step {
			t.Errorf("the count went from %d to %d at once", from, to)
		}
		if healthy := min(was.truth.healthy(), now.truth.healthy()); to > from && healthy < from {
			t.Errorf("the count went from %d to %d with %d healthy replicas", from, to, healthy)
		}
	}
	if steps < 5 {
		t.Errorf("%d steps were seen from 4 to 8 to 2, want 5", steps)
	}
}

func ptr[T any](v T) *T { return &v }
