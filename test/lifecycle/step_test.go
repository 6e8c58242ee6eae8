package lifecycle

import (
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim/ecs"
)

// counts notes each count that the service is asked for while a change is carried out.
func (b *bench) counts(gw *v1alpha1.FlexGatewayDeployment) *[]int32 {
	seen := []int32{b.get(gw).Status.DesiredReplicas}
	b.listen = func(*v1alpha1.FlexGatewayDeployment) {
		st := b.get(gw).Status
		if now := st.DesiredReplicas; now != seen[len(seen)-1] {
			seen = append(seen, now)
		}
		if isReady(b.get(gw)) && st.Rollout.TargetReplicas != nil {
			b.t.Errorf("Ready with %d replicas on the way to %d", st.DesiredReplicas, *st.Rollout.TargetReplicas)
		}
	}
	return &seen
}

func TestTheCountGoesInStepsEachOnceTheLastServes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			*s.Replicas = 2
			s.Rollout.MaxReplicaStep = new(int32(2))
		})
		b.ready(gw)
		for _, test := range []struct {
			goal int32
			want []int32
		}{{7, []int32{2, 4, 6, 7}}, {2, []int32{7, 5, 3, 2}}, {3, []int32{2, 3}}, {0, []int32{3, 1, 0}}, {2, []int32{0, 2}}} {
			seen := b.counts(gw)
			b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Replicas = &test.goal })
			b.untilReady(gw)
			b.listen = nil
			if difference := cmp.Diff(test.want, *seen); difference != "" {
				t.Errorf("the counts on the way to %d (-want +got):\n%s", test.goal, difference)
			}
			b.settled(gw)
		}
		b.delete(gw)
		b.empty()
	})
}

func TestStepsThatNeverServeCanBeTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			*s.Replicas = 2
			s.Rollout.MaxReplicaStep = new(int32(1))
		})
		b.ready(gw)
		b.trouble(ecs.Troubles{CapacityGone: true})
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Replicas = new(int32(4)) })
		b.until(gw, "stalled", hasReason(v1alpha1.ReasonProgressDeadlineExceeded))
		if st := b.get(gw).Status; st.DesiredReplicas != 3 || *st.Rollout.TargetReplicas != 4 || st.ReadyReplicas != 2 {
			t.Errorf("the service is asked for %d replicas, %d healthy, on the way to %v; want the first step, 3, and 2 healthy", st.DesiredReplicas, st.ReadyReplicas, st.Rollout.TargetReplicas)
		}
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Replicas = new(int32(2)) })
		b.untilReady(gw)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestAGoalThatMovesFurtherAwayOnTheWayIsNoLackOfProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			*s.Replicas = 2
			s.Rollout.MaxReplicaStep, s.Rollout.ProgressDeadlineSeconds = new(int32(1)), new(int32(600))
		})
		b.ready(gw)
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Replicas = new(int32(5)) })
		b.until(gw, "at its last step", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.DesiredReplicas == 5 })
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Replicas = new(int32(12)) })
		b.listen = func(*v1alpha1.FlexGatewayDeployment) {
			if meta.IsStatusConditionTrue(b.get(gw).Status.Conditions, v1alpha1.ConditionStalled) {
				t.Fatalf("step follows step, and yet:\n%s", b.describe(gw))
			}
		}
		b.untilReady(gw)
	})
}
