package lifecycle

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim/ecs"
)

// alarm sets a CloudWatch alarm.
func (b *bench) alarm(name string, state ecs.AlarmState) {
	b.sim.World().Do(func() { b.sim.ECS.SetAlarm(name, state) })
}

// underAlarms has ECS watch two alarms.
func underAlarms(r *v1alpha1.RolloutSpec) { r.Alarms = []string{"latency", "errors"} }

// isBaking is true where a rolling update has replaced all replicas and is not over.
func isBaking(gw *v1alpha1.FlexGatewayDeployment) bool {
	ready := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionReady)
	return ready != nil && strings.Contains(ready.Message, "ECS watches the alarms (latency, errors) for 2 minutes")
}

func TestAnAlarmRollsAVersionBackAndTheNextOneIsTried(t *testing.T) {
	tests := []struct {
		name     string
		strategy v1alpha1.RolloutStrategy
		// when is the moment of the rollout at which the alarm goes off.
		when func(*v1alpha1.FlexGatewayDeployment) bool
	}{
		{"rolling update", v1alpha1.StrategyRolling, func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.UpdatedReplicas > 0 }},
		{"bake of a rolling update", v1alpha1.StrategyRolling, isBaking},
		{"first traffic of a canary", v1alpha1.StrategyCanary, func(gw *v1alpha1.FlexGatewayDeployment) bool {
			return gw.Status.Rollout.TrafficPercent != nil && *gw.Status.Rollout.TrafficPercent == 5
		}},
		{"bake of blue/green", v1alpha1.StrategyBlueGreen, func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.Rollout.Stage == "BakeTime" }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newBench(t), gatewayNamed(t, "gw", byStrategy(test.strategy, underAlarms))
				b.truthful()
				b.ready(gw)
				before := b.get(gw).Status
				b.change(gw, toNewImage)
				b.until(gw, "far enough for an alarm", func(current *v1alpha1.FlexGatewayDeployment) bool {
					return current.Status.Rollout.DeploymentID != before.Rollout.DeploymentID && test.when(current)
				})
				b.alarm("errors", ecs.AlarmInAlarm)
				b.until(gw, "rolled back", hasReason(v1alpha1.ReasonRolledBack))
				b.untilQuiet(gw)
				b.until(gw, "done with the rollback", func(gw *v1alpha1.FlexGatewayDeployment) bool {
					return gw.Status.Rollout.Stage == "" && gw.Status.ReadyReplicas == 2
				})
				st := b.get(gw).Status
				const reason = "CloudWatch alarm errors went off: ECS deployment failed: alarm detected."
				if st.TaskDefinition != before.TaskDefinition || !st.Rollout.Failed || st.Rollout.Reason != reason {
					t.Errorf("%s serves with %d replicas; rollout %+v", st.TaskDefinition, st.ReadyReplicas, st.Rollout)
				}
				if ready := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady); !strings.Contains(ready.Message, reason) {
					t.Errorf("Ready says %q", ready.Message)
				}
				if h := st.History; h[0].Outcome != v1alpha1.OutcomeRolledBack || h[0].Reason != reason || h[1].Outcome != v1alpha1.OutcomeServing {
					t.Errorf("history %+v", h)
				}
				updates := b.calls("ecs", "UpdateService")
				b.alarm("errors", ecs.AlarmOK)
				time.Sleep(time.Hour)
				b.untilQuiet(gw)
				if n := b.calls("ecs", "UpdateService"); n != updates {
					t.Errorf("what an alarm has rolled back has been tried again: %d updates more", n-updates)
				}

				b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = "docker.io/mulesoft/flex-gateway:1.14.0" })
				b.untilReady(gw)
				b.settled(gw)
				b.delete(gw)
				b.empty()
			})
		})
	}
}

func TestARollbackByAnAlarmIsToldByAControllerThatWasNotThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", byStrategy(v1alpha1.StrategyRolling, underAlarms))
		b.ready(gw)
		first := b.get(gw).Status.Rollout.DeploymentID
		b.change(gw, toNewImage)
		b.until(gw, "begun", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.Rollout.DeploymentID != first })
		b.alarm("latency", ecs.AlarmInAlarm)
		time.Sleep(time.Hour)
		b.start()
		b.until(gw, "rolled back", hasReason(v1alpha1.ReasonRolledBack))
		if reason := b.get(gw).Status.Rollout.Reason; !strings.Contains(reason, "alarm latency went off") {
			t.Errorf("reason %q", reason)
		}
		b.delete(gw)
		b.empty()
	})
}

func TestAlarmsOfALivingGatewayAreAddedAndTakenAwayInPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 2 })
		b.ready(gw)
		first := b.get(gw).Status.Rollout.DeploymentID
		for _, alarms := range [][]string{{"errors"}, {"latency", "errors"}, {"errors", "latency"}, nil} {
			before := b.calls("ecs", "UpdateService")
			b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.Alarms = alarms })
			b.untilReady(gw)
			b.settled(gw)
			want := 1
			if len(alarms) == 2 && alarms[0] == "errors" {
				want = 0 // another order alone
			}
			if n := b.calls("ecs", "UpdateService") - before; n != want {
				t.Errorf("to %v: %d updates, want %d", alarms, n, want)
			}
		}
		if id := b.get(gw).Status.Rollout.DeploymentID; id != first {
			t.Errorf("the alarms have made the deployment %s of %s", id, first)
		}
		// They do not count any more.
		b.change(gw, toNewImage)
		b.until(gw, "begun", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.Rollout.DeploymentID != first })
		b.alarm("errors", ecs.AlarmInAlarm)
		b.untilReady(gw)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestAnAlarmInTheFirstRolloutHasNothingToGoBackTo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", byStrategy(v1alpha1.StrategyRolling, underAlarms, func(r *v1alpha1.RolloutSpec) { r.BakeTimeMinutes = aws.Int32(0) }))
		b.create(gw)
		b.until(gw, "begun", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			return gw.Status.Rollout != nil && gw.Status.Rollout.DeploymentID != ""
		})
		b.alarm("errors", ecs.AlarmInAlarm)
		b.until(gw, "failed", hasReason(v1alpha1.ReasonRolloutFailed))
		if reason := b.get(gw).Status.Rollout.Reason; !strings.Contains(reason, "alarm errors went off") {
			t.Errorf("reason %q", reason)
		}
		b.change(gw, toNewImage) // with the alarm still on, ECS ignores it
		b.untilReady(gw)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}
