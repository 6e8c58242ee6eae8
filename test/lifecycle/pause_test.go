package lifecycle

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
)

func TestAPausedRolloutHoldsChangesBackAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		serving := b.get(gw).Status.TaskDefinition
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.Paused = true })
		b.untilReady(gw)

		updates := b.calls("ecs", "UpdateService")
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Replicas = new(int32(3))
			s.Image = "docker.io/mulesoft/flex-gateway:1.13.0"
			s.Logging.RetentionDays = 90
		})
		b.until(gw, "paused", hasReason(v1alpha1.ReasonPaused))
		b.untilQuiet(gw)
		st := b.get(gw).Status
		ready := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady)
		if st.Phase != v1alpha1.PhasePaused || !strings.Contains(ready.Message, "taskDefinition, replicas") ||
			st.TaskDefinition != serving || st.DesiredReplicas != 1 || st.ReadyReplicas != 1 ||
			meta.IsStatusConditionTrue(st.Conditions, v1alpha1.ConditionReconciling) || meta.IsStatusConditionTrue(st.Conditions, v1alpha1.ConditionStalled) {
			t.Errorf("phase %s\n%s", st.Phase, b.describe(gw))
		}
		if n := b.calls("ecs", "UpdateService") - updates; n != 0 {
			t.Errorf("the paused service was updated %d times", n)
		}
		if b.calls("logs", "PutRetentionPolicy") != 2 {
			t.Error("the retention was not changed while the rollout was paused")
		}
		time.Sleep(time.Hour)
		b.untilQuiet(gw)
		if !hasReason(v1alpha1.ReasonPaused)(b.get(gw)) {
			t.Errorf("an hour later:\n%s", b.describe(gw))
		}

		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.Paused = false })
		b.untilReady(gw)
		if st := b.get(gw).Status; st.TaskDefinition == serving || st.ReadyReplicas != 3 {
			t.Errorf("after resuming, %s serves with %d replicas", st.TaskDefinition, st.ReadyReplicas)
		}
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestAChangeThatIsTakenBackIsNotHeldBackAnyMore(t *testing.T) {
	for name, paused := range map[string]bool{"while paused": true, "by resuming": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newBench(t), gatewayNamed(t, "gw", nil)
				b.ready(gw)
				b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.Paused, s.Replicas = true, new(int32(3)) })
				b.until(gw, "paused", hasReason(v1alpha1.ReasonPaused))
				b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = "docker.io/mulesoft/flex-gateway:1.13.0" })
				_, err := b.reconcile(gw)
				b.must(err)
				if ready := meta.FindStatusCondition(b.get(gw).Status.Conditions, v1alpha1.ConditionReady); !strings.Contains(ready.Message, "taskDefinition, replicas") {
					t.Errorf("with another image held back too: %s", ready.Message)
				}
				b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
					s.Rollout.Paused, s.Replicas, s.Image = paused, gw.Spec.Replicas, gw.Spec.Image
				})
				_, err = b.reconcile(gw)
				b.must(err)
				if !isReady(b.get(gw)) {
					t.Errorf("nothing is held back, and yet:\n%s", b.describe(gw))
				}
			})
		})
	}
}

func TestAServiceThatIsGoneIsMadeAnewEvenWhilePaused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.Paused = true })
		b.ready(gw)
		b.someoneDeletesTheService(gw)
		time.Sleep(lookEvery)
		b.until(gw, "not ready", func(gw *v1alpha1.FlexGatewayDeployment) bool { return !isReady(gw) })
		b.untilReady(gw)
		b.settled(gw)
	})
}
