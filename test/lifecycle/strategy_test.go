package lifecycle

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim/core"
)

const newImage = "docker.io/mulesoft/flex-gateway:1.13.0"

// byStrategy makes a gateway of two replicas whose versions change by a strategy.
func byStrategy(strategy v1alpha1.RolloutStrategy, edit ...func(*v1alpha1.RolloutSpec)) func(*v1alpha1.FlexGatewayDeploymentSpec) {
	return func(s *v1alpha1.FlexGatewayDeploymentSpec) {
		*s.Replicas = 2
		s.Rollout.Strategy, s.Rollout.BakeTimeMinutes = strategy, aws.Int32(2)
		for _, e := range edit {
			e(&s.Rollout)
		}
	}
}

// pausedAt pauses a rollout at stages, for at most half an hour.
func pausedAt(stages ...v1alpha1.RolloutStage) func(*v1alpha1.RolloutSpec) {
	return func(r *v1alpha1.RolloutSpec) { r.PauseAt, r.PauseTimeoutMinutes = stages, aws.Int32(30) }
}

func toNewImage(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = newImage }

// annotate sets an annotation, as kubectl annotate --overwrite does.
func (b *bench) annotate(gw *v1alpha1.FlexGatewayDeployment, key, value string) {
	b.t.Helper()
	current := b.get(gw)
	metav1.SetMetaDataAnnotation(&current.ObjectMeta, key, value)
	if err := b.kube.Update(b.t.Context(), current); err != nil {
		b.t.Fatal(err)
	}
}

// paused waits until the rollout waits for a person, and returns at what.
func (b *bench) paused(gw *v1alpha1.FlexGatewayDeployment) *v1alpha1.PauseStatus {
	b.t.Helper()
	b.until(gw, "at a pause", isAtAPause)
	return b.get(gw).Status.Rollout.Pause
}

// isAtAPause is true where the rollout waits for a person, and says so.
func isAtAPause(gw *v1alpha1.FlexGatewayDeployment) bool {
	return hasReason(v1alpha1.ReasonWaitingForPromotion)(gw) && gw.Status.Rollout != nil && gw.Status.Rollout.Pause != nil
}

// promoted lets a rollout go on at each of its pauses until the gateway is ready.
func (b *bench) promoted(gw *v1alpha1.FlexGatewayDeployment) (at []v1alpha1.RolloutStage) {
	b.t.Helper()
	last := ""
	b.until(gw, "ready with promotions", func(current *v1alpha1.FlexGatewayDeployment) bool {
		if r := current.Status.Rollout; r != nil && r.Pause != nil && r.Pause.HookID != last {
			last, at = r.Pause.HookID, append(at, v1alpha1.RolloutStage(r.Pause.Stage))
			b.annotate(gw, v1alpha1.AnnotationPromote, last)
		}
		return isReady(current)
	})
	return at
}

// serving is the target group of the port that has all traffic, by the suffix of its name.
func (b *bench) serving(gw *v1alpha1.FlexGatewayDeployment, port string) string {
	b.t.Helper()
	out, err := b.someone().ELB.DescribeListeners(b.t.Context(), &elbv2.DescribeListenersInput{ListenerArns: []string{b.idOf(gw, "Listener", port)}})
	b.must(err)
	for _, group := range out.Listeners[0].DefaultActions[0].ForwardConfig.TargetGroups {
		if group.Weight == nil || *group.Weight == 100 {
			if *group.TargetGroupArn == b.idOf(gw, "TargetGroup", port+"-alternate") {
				return "alternate"
			}
			return "primary"
		}
	}
	return "none"
}

// truthful fails the test if the gateway is ever Ready while not all replicas serve what
// the spec asks for.
func (b *bench) truthful() {
	b.listen = func(gw *v1alpha1.FlexGatewayDeployment) {
		current := b.get(gw)
		if current == nil || !isReady(current) {
			return
		}
		st := current.Status
		if st.UpdatedReplicas != *current.Spec.Replicas || st.Replicas != st.UpdatedReplicas || st.Rollout.Stage != "" || st.Rollout.Pause != nil {
			b.t.Errorf("Ready, with %d of %d replicas updated, %d running, at the stage %q", st.UpdatedReplicas, *current.Spec.Replicas, st.Replicas, st.Rollout.Stage)
		}
	}
}

// reachable fails the test if, at any look from now on, a new connection to a listener
// would lead nowhere: whatever the draw of the weights, of the zone and of the target.
func (b *bench) reachable(gw *v1alpha1.FlexGatewayDeployment) {
	arn, before := b.idOf(gw, "Listener", "8081"), b.listen
	b.listen = func(gw *v1alpha1.FlexGatewayDeployment) {
		if before != nil {
			before(gw)
		}
		if current := b.get(gw); current == nil || !current.DeletionTimestamp.IsZero() {
			return
		}
		b.sim.World().Do(func() {
			for drawn := range 100 {
				scope := core.Scope{Account: core.DefaultAccount, Region: "us-east-1"}
				if _, ok := b.sim.ELB.Route(scope, arn, func(n int) int { return drawn % n }); !ok {
					b.t.Errorf("a connection leads nowhere (draw %d of 100)", drawn)
					return
				}
			}
		})
	}
}

func TestEachStrategyTakesAGatewayFromOneVersionToTheNext(t *testing.T) {
	tests := []struct {
		name string
		edit func(*v1alpha1.FlexGatewayDeploymentSpec)
		// traffic are the percentages that status.rollout.trafficPercent shows.
		traffic []int32
	}{
		{"blue/green", byStrategy(v1alpha1.StrategyBlueGreen), []int32{0, 100}},
		{"linear", byStrategy(v1alpha1.StrategyLinear, func(r *v1alpha1.RolloutSpec) {
			r.Linear = &v1alpha1.LinearStrategy{StepPercent: 40, StepBakeMinutes: aws.Int32(1)}
		}), []int32{0, 40, 80, 100}},
		{"canary", byStrategy(v1alpha1.StrategyCanary, func(r *v1alpha1.RolloutSpec) {
			r.Canary = &v1alpha1.CanaryStrategy{Percent: 7, BakeMinutes: aws.Int32(1)}
		}), []int32{0, 7, 100}},
		{"canary by default", byStrategy(v1alpha1.StrategyCanary), []int32{0, 5, 100}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newBench(t), gatewayNamed(t, "gw", test.edit)
				b.truthful()
				b.ready(gw)
				if got := b.serving(gw, "8081"); got != "alternate" {
					t.Errorf("the first version serves from the %s target group", got)
				}
				b.reachable(gw)
				b.change(gw, toNewImage)
				var traffic []int32
				b.until(gw, "ready", func(current *v1alpha1.FlexGatewayDeployment) bool {
					if r := current.Status.Rollout; r.TrafficPercent != nil && r.Stage != "CleanUp" && !slices.Contains(traffic, *r.TrafficPercent) {
						traffic = append(traffic, *r.TrafficPercent)
					}
					return isReady(current)
				})
				if diff := cmp.Diff(test.traffic, traffic); diff != "" {
					t.Errorf("traffic of the new version (-want +got):\n%s", diff)
				}
				b.settled(gw)
				for _, port := range []string{"8081", "8082"} {
					if got := b.serving(gw, port); got != "primary" {
						t.Errorf("the second version serves port %s from the %s target group", port, got)
					}
				}
				if st := b.get(gw).Status; st.ReadyReplicas != 2 || st.History[0].Outcome != v1alpha1.OutcomeServing || st.History[1].Outcome != v1alpha1.OutcomeReplaced {
					t.Errorf("%d ready replicas, history %+v", st.ReadyReplicas, st.History)
				}
				b.delete(gw)
				b.empty()
			})
		})
	}
}

func TestARolloutPausesUntilItIsPromoted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", byStrategy(v1alpha1.StrategyBlueGreen, pausedAt(v1alpha1.StagePostScaleUp, v1alpha1.StagePostProductionTrafficShift)))
		b.truthful()
		b.create(gw)
		both := []v1alpha1.RolloutStage{v1alpha1.StagePostScaleUp, v1alpha1.StagePostProductionTrafficShift}
		if diff := cmp.Diff(both, b.promoted(gw)); diff != "" {
			t.Errorf("the first rollout pauses (-want +got):\n%s", diff)
		}
		b.settled(gw)

		b.change(gw, toNewImage)
		pause := b.paused(gw)
		if pause.Stage != string(v1alpha1.StagePostScaleUp) || pause.ExpiresAt == nil || b.serving(gw, "8081") != "alternate" {
			t.Errorf("it pauses at %+v, with the traffic on the %s target group", pause, b.serving(gw, "8081"))
		}
		current := b.get(gw)
		if c := meta.FindStatusCondition(current.Status.Conditions, v1alpha1.ConditionStalled); c != nil {
			t.Errorf("a gateway that waits for a person is stalled: %s", c.Message)
		}
		b.annotate(gw, v1alpha1.AnnotationPromote, "ecs-pause-of-another-time")
		time.Sleep(10 * time.Minute)
		if again := b.paused(gw); again.HookID != pause.HookID {
			t.Errorf("the id of another pause has promoted %s", pause.HookID)
		}
		began := time.Now()
		b.annotate(gw, v1alpha1.AnnotationPromote, pause.HookID)
		b.until(gw, "on its way", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.Rollout.Pause == nil })
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("the promotion took effect after %v", took)
		}
		if diff := cmp.Diff(both[1:], b.promoted(gw)); diff != "" {
			t.Errorf("then it pauses (-want +got):\n%s", diff)
		}
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestAPauseThatNobodyPromotesIsRolledBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", byStrategy(v1alpha1.StrategyCanary))
		b.truthful()
		b.ready(gw)
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			toNewImage(s)
			pausedAt(v1alpha1.StagePreProductionTrafficShift)(&s.Rollout)
		})
		b.paused(gw)
		time.Sleep(31 * time.Minute)
		b.until(gw, "rolled back", hasReason(v1alpha1.ReasonRolledBack))
		b.untilQuiet(gw)
		st := b.get(gw).Status
		if st.History[0].Outcome != v1alpha1.OutcomeRolledBack || st.Rollout.Reason == "" || b.serving(gw, "8081") != "alternate" {
			t.Errorf("history %+v, reason %q, traffic on the %s target group", st.History, st.Rollout.Reason, b.serving(gw, "8081"))
		}
		// The next change of the spec is the next try.
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Image = "docker.io/mulesoft/flex-gateway:1.14.0"
			s.Rollout.PauseAt, s.Rollout.PauseTimeoutMinutes = nil, nil
		})
		b.untilReady(gw)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestARolloutIsAborted(t *testing.T) {
	tests := []struct {
		name string
		edit func(*v1alpha1.FlexGatewayDeploymentSpec)
		// when is the moment of the rollout at which it is aborted.
		when func(*v1alpha1.FlexGatewayDeployment) bool
	}{
		{"rolling update", func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 2 },
			func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.UpdatedReplicas > 0 }},
		{"at a pause", byStrategy(v1alpha1.StrategyBlueGreen, pausedAt(v1alpha1.StagePostProductionTrafficShift)),
			func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.Rollout.Pause != nil }},
		{"in the midst of the traffic", byStrategy(v1alpha1.StrategyCanary), func(gw *v1alpha1.FlexGatewayDeployment) bool {
			return gw.Status.Rollout.TrafficPercent != nil && *gw.Status.Rollout.TrafficPercent == 5
		}},
		{"while it bakes", byStrategy(v1alpha1.StrategyLinear, func(r *v1alpha1.RolloutSpec) { r.Linear = &v1alpha1.LinearStrategy{StepPercent: 100} }),
			func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.Rollout.Stage == "BakeTime" }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newBench(t), gatewayNamed(t, "gw", test.edit)
				b.create(gw)
				b.promoted(gw)
				before := b.get(gw).Status
				b.change(gw, toNewImage)
				b.until(gw, "far enough to be aborted", func(current *v1alpha1.FlexGatewayDeployment) bool {
					return current.Status.Rollout.DeploymentID != before.Rollout.DeploymentID && test.when(current)
				})
				b.annotate(gw, v1alpha1.AnnotationAbort, b.get(gw).Status.Rollout.DeploymentID)
				b.until(gw, "rolled back", hasReason(v1alpha1.ReasonRolledBack))
				b.untilQuiet(gw)
				b.until(gw, "done with the rollback", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.Rollout.Stage == "" })
				st := b.get(gw).Status
				if st.TaskDefinition != before.TaskDefinition || st.ReadyReplicas != 2 || !st.Rollout.Failed || st.Rollout.Reason != "it was aborted" {
					t.Errorf("after the abort %s serves with %d replicas; rollout %+v", st.TaskDefinition, st.ReadyReplicas, st.Rollout)
				}
				if st.History[0].Outcome != v1alpha1.OutcomeRolledBack || st.History[1].Outcome != v1alpha1.OutcomeServing {
					t.Errorf("history %+v", st.History)
				}
				updates := b.calls("ecs", "UpdateService")
				time.Sleep(time.Hour)
				b.untilQuiet(gw)
				if n := b.calls("ecs", "UpdateService"); n != updates {
					t.Errorf("what was aborted has been tried again: %d updates more", n-updates)
				}
				b.delete(gw)
				b.empty()
			})
		})
	}
}

func TestAVersionThatNeverServesIsRolledBackBeforeItGetsTraffic(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", byStrategy(v1alpha1.StrategyBlueGreen, func(r *v1alpha1.RolloutSpec) { r.ProgressDeadlineSeconds = aws.Int32(60) }))
		b.truthful()
		b.ready(gw)
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = "docker.io/mulesoft/flex-gateway:9.9.9" })
		b.until(gw, "stalled", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			return hasReason(v1alpha1.ReasonProgressDeadlineExceeded)(gw) && gw.Status.Rollout.Stage == "ScaleUp"
		})
		b.until(gw, "rolled back", func(current *v1alpha1.FlexGatewayDeployment) bool {
			if r := current.Status.Rollout; r.TrafficPercent != nil && *r.TrafficPercent != 0 {
				t.Errorf("it got %d%% of the traffic", *r.TrafficPercent)
			}
			return hasReason(v1alpha1.ReasonRolledBack)(current)
		})
		b.untilQuiet(gw)
		if c := meta.FindStatusCondition(b.get(gw).Status.Conditions, v1alpha1.ConditionAvailable); c.Status != metav1.ConditionTrue {
			t.Errorf("Available is %s: %s", c.Status, c.Message)
		}
		b.delete(gw)
		b.empty()
	})
}

func TestTheStrategyOfALivingGatewayChanges(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.truthful()
		b.ready(gw)
		b.reachable(gw)
		for _, strategy := range []v1alpha1.RolloutStrategy{
			v1alpha1.StrategyBlueGreen, v1alpha1.StrategyLinear, v1alpha1.StrategyCanary, v1alpha1.StrategyRolling, v1alpha1.StrategyBlueGreen, v1alpha1.StrategyRolling,
		} {
			b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.Strategy = strategy })
			b.untilReady(gw)
			b.settled(gw)
			if got := b.serving(gw, "8081"); got == "none" {
				t.Errorf("with %s the listener sends nothing to anybody", strategy)
			}
		}
		b.change(gw, toNewImage)
		b.untilReady(gw)
		b.settled(gw)
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Ports = s.Ports[:1] })
		b.untilReady(gw)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestAGatewayGoesBackToRollingUpdatesWhenTheTrafficHasMoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", byStrategy(v1alpha1.StrategyCanary))
		b.truthful()
		b.ready(gw)
		b.reachable(gw)
		b.change(gw, toNewImage)
		b.until(gw, "with some of the traffic moved", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			return gw.Status.Rollout.TrafficPercent != nil && *gw.Status.Rollout.TrafficPercent == 5
		})
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Rollout.Strategy, s.Rollout.BakeTimeMinutes = v1alpha1.StrategyRolling, nil
		})
		b.untilReady(gw)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestAStrategyWhoseFirstRolloutWasAbortedIsNotTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		b.reachable(gw)
		first := b.get(gw).Status.Rollout.DeploymentID
		toBlueGreen := func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.Strategy = v1alpha1.StrategyBlueGreen }
		b.change(gw, toBlueGreen)
		b.until(gw, "on the move", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			return gw.Status.Rollout.DeploymentID != first && gw.Status.Rollout.Stage != ""
		})
		b.annotate(gw, v1alpha1.AnnotationAbort, b.get(gw).Status.Rollout.DeploymentID)
		b.until(gw, "rolled back", hasReason(v1alpha1.ReasonRolledBack))
		b.untilQuiet(gw)
		if outcome := b.get(gw).Status.History[0].Outcome; outcome != v1alpha1.OutcomeServing {
			t.Errorf("the version, which serves as before, is %s in the history", outcome)
		}
		updates := b.calls("ecs", "UpdateService")
		time.Sleep(time.Hour)
		b.untilQuiet(gw)
		if n := b.calls("ecs", "UpdateService"); n != updates {
			t.Errorf("the strategy has been tried again: %d updates more", n-updates)
		}
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 2 }) // the count is another matter
		b.until(gw, "scaled", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.ReadyReplicas == 2 })
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.Strategy = v1alpha1.StrategyRolling })
		b.untilReady(gw)
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { toBlueGreen(s); toNewImage(s) })
		b.untilReady(gw)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestALongBakeIsNotTakenForARolloutWithoutProgress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", byStrategy(v1alpha1.StrategyCanary, func(r *v1alpha1.RolloutSpec) {
			r.ProgressDeadlineSeconds, r.BakeTimeMinutes = aws.Int32(600), aws.Int32(30)
		}))
		b.ready(gw)
		b.listen = func(gw *v1alpha1.FlexGatewayDeployment) {
			if c := meta.FindStatusCondition(b.get(gw).Status.Conditions, v1alpha1.ConditionStalled); c != nil {
				t.Errorf("%s at the stage %s: %s", c.Reason, b.get(gw).Status.Rollout.Stage, c.Message)
			}
		}
		b.change(gw, toNewImage)
		b.untilReady(gw)
	})
}

func TestTheControllerDoesNotTakeTheTrafficFromECS(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", byStrategy(v1alpha1.StrategyCanary))
		b.ready(gw)
		before := b.calls("elbv2", "ModifyListener")
		b.change(gw, toNewImage)
		b.untilReady(gw)
		time.Sleep(time.Hour)
		b.untilQuiet(gw)
		if n := b.calls("elbv2", "ModifyListener"); n != before {
			t.Errorf("the controller has modified listeners %d times while ECS moved the traffic", n-before)
		}
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = "docker.io/mulesoft/flex-gateway:1.14.0" })
		b.untilReady(gw)
		// Someone takes the group without traffic out: it is put back, and the traffic stays.
		b.reachable(gw)
		serving := b.serving(gw, "8081")
		_, err := b.someone().ELB.ModifyListener(b.t.Context(), &elbv2.ModifyListenerInput{
			ListenerArn: aws.String(b.idOf(gw, "Listener", "8081")),
			DefaultActions: []elbtypes.Action{{
				Type: elbtypes.ActionTypeEnumForward, TargetGroupArn: aws.String(b.idOf(gw, "TargetGroup", "8081-alternate")),
			}},
		})
		b.must(err)
		time.Sleep(lookEvery)
		b.untilQuiet(gw)
		b.settled(gw)
		if got := b.serving(gw, "8081"); got != serving || got != "alternate" {
			t.Errorf("after the repair the %s target group has the traffic, and before it was the %s", got, serving)
		}
		b.delete(gw)
		b.empty()
	})
}
