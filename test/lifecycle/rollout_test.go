package lifecycle

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	awsecs "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim/ecs"
)

// trouble has Fargate misbehave from now on; the zero value ends it.
func (b *bench) trouble(troubles ecs.Troubles) {
	b.sim.World().Do(func() { b.sim.ECS.SetTroubles(troubles) })
}

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

func TestARestartIsARolloutOfTheSameImageAndHappensOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		before := b.get(gw).Status.Tasks[0].ID
		at := metav1.NewTime(time.Now().Truncate(time.Second))
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.RestartedAt = &at })
		b.untilReady(gw)
		b.settled(gw)
		st := b.get(gw).Status
		if len(st.Tasks) != 1 || st.Tasks[0].ID == before {
			t.Errorf("the replicas are %v, want another than %s", st.Tasks, before)
		}
		if h := st.History; len(h) != 2 || h[0].Change != "restart" || h[0].Image != h[1].Image || h[0].Digest == "" || h[0].Digest != h[1].Digest {
			t.Errorf("history %+v", h)
		}
		updates := b.calls("ecs", "UpdateService")
		b.start()
		time.Sleep(lookEvery)
		b.untilReady(gw)
		if n := b.calls("ecs", "UpdateService") - updates; n != 0 {
			t.Errorf("a new controller restarted it again: %d updates", n)
		}
		b.delete(gw)
		b.empty()
	})
}

func TestNoProgressIsStalledWithECSsReasonAndRecoversByItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.ProgressDeadlineSeconds = new(int32(300)) })
		b.ready(gw)
		b.trouble(ecs.Troubles{CapacityGone: true})
		changed := time.Now()
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Replicas = new(int32(2)) })
		b.until(gw, "stalled", hasReason(v1alpha1.ReasonProgressDeadlineExceeded))
		if took := time.Since(changed); took < 300*time.Second || took > 300*time.Second+time.Minute {
			t.Errorf("stalled %v after the change, want the deadline of 300 s and no more than the pause between two looks", took)
		}
		st := b.get(gw).Status
		stalled := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionStalled)
		if stalled == nil || !strings.Contains(stalled.Message, "Capacity is unavailable") || st.Phase != v1alpha1.PhaseDegraded || st.ReadyReplicas != 1 {
			t.Errorf("phase %s\n%s", st.Phase, b.describe(gw))
		}
		told := len(b.told)
		for range 20 {
			after, err := b.reconcile(gw)
			b.must(err)
			time.Sleep(after)
		}
		if n := len(b.told) - told; n != 0 {
			t.Errorf("the same problem was told %d times again: %v", n, b.told[told:])
		}
		b.trouble(ecs.Troubles{})
		b.untilReady(gw)
		if meta.IsStatusConditionTrue(b.get(gw).Status.Conditions, v1alpha1.ConditionStalled) {
			t.Error("Ready, and still Stalled")
		}
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestWhatServesIsSeenInAFirstRolloutThatIsStuck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			*s.Replicas = 40 // so that ECS goes on trying for a while
			s.Rollout.ProgressDeadlineSeconds = new(int32(600))
		})
		b.create(gw)
		b.until(gw, "made", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.TaskDefinition != "" })
		time.Sleep(time.Minute)
		b.trouble(ecs.Troubles{CapacityGone: true})
		service := b.idOf(gw, "Service", "gateway")
		tasks, err := b.someone().ECS.ListTasks(t.Context(), &awsecs.ListTasksInput{Cluster: &gw.Spec.Compute.ClusterName, ServiceName: &service})
		b.must(err)
		b.sim.World().Do(func() { b.sim.ECS.KillTask(tasks.TaskArns[0]) })
		b.until(gw, "stalled", hasReason(v1alpha1.ReasonProgressDeadlineExceeded))
		if st := b.get(gw).Status; st.ReadyReplicas != 39 || st.Phase != v1alpha1.PhaseDegraded || !meta.IsStatusConditionTrue(st.Conditions, v1alpha1.ConditionAvailable) {
			t.Errorf("phase %s, %d replicas healthy, want Degraded with 39\n%s", st.Phase, st.ReadyReplicas, b.describe(gw))
		}
		b.delete(gw)
		b.empty()
	})
}

func TestARefusedVersionSaysWhyInECSsWords(t *testing.T) {
	const image = "docker.io/mulesoft/flex-gateway:1.13.0"
	for name, test := range map[string]struct {
		trouble ecs.Troubles
		want    string
	}{
		"an image that cannot be pulled": {ecs.Troubles{PullFails: []string{image}}, "CannotPullContainerError"},
		"a container that crashes":       {ecs.Troubles{Crash: []string{image}}, "Essential container in task exited; flex-gateway: exit code 1"},
		"a gateway that is not healthy":  {ecs.Troubles{NeverHealthy: []string{image}}, "health checks"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newBench(t), gatewayNamed(t, "gw", nil)
				b.ready(gw)
				b.trouble(test.trouble)
				b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = image })
				b.until(gw, "rolled back", hasReason(v1alpha1.ReasonRolledBack))
				b.untilQuiet(gw)
				time.Sleep(3 * time.Hour) // ECS has forgotten the stopped tasks
				b.start()
				b.untilQuiet(gw)
				st := b.get(gw).Status
				ready := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady)
				if !strings.Contains(ready.Message, test.want) || ready.Reason != v1alpha1.ReasonRolledBack {
					t.Errorf("Ready is %s: %s\nwant %q in it", ready.Reason, ready.Message, test.want)
				}
				h := st.History
				if len(h) != 2 || h[0].Outcome != v1alpha1.OutcomeRolledBack || h[0].Image != image || !strings.Contains(h[0].Reason, test.want) || h[1].Outcome != v1alpha1.OutcomeServing {
					t.Errorf("history %+v", h)
				}
				b.trouble(ecs.Troubles{})
				b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.RestartedAt = &metav1.Time{Time: time.Now()} })
				b.untilReady(gw)
				b.settled(gw)
				b.delete(gw)
				b.empty()
			})
		})
	}
}

func TestAPortWhoseVersionIsRolledBackIsNotForcedOnTheOldOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		b.trouble(ecs.Troubles{NeverHealthy: []string{gw.Spec.Image}})
		updates := b.calls("ecs", "UpdateService")
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Ports = append(s.Ports, v1alpha1.PortSpec{Port: 8083, Protocol: "TCP"})
		})
		b.until(gw, "rolled back", hasReason(v1alpha1.ReasonRolledBack))
		b.untilQuiet(gw)
		if n := b.calls("ecs", "UpdateService") - updates; n != 1 || b.get(gw).Status.ReadyReplicas != 1 {
			t.Errorf("%d updates of the service, want 1\n%s", n, b.describe(gw))
		}
		b.trouble(ecs.Troubles{})
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.RestartedAt = &metav1.Time{Time: time.Now()} })
		b.untilReady(gw)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestAFirstVersionThatIsGivenUpKeepsItsReasonAndIsLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.create(gw)
		b.until(gw, "made", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.TaskDefinition != "" })
		b.trouble(ecs.Troubles{PullFails: []string{gw.Spec.Image}})
		b.until(gw, "given up", hasReason(v1alpha1.ReasonRolloutFailed))
		looks := 0
		for began := time.Now(); time.Since(began) < 3*time.Hour; looks++ {
			after, err := b.reconcile(gw)
			b.must(err)
			time.Sleep(after)
		}
		if most := int(3*time.Hour/lookEvery) * 5 / 4; looks > most {
			t.Errorf("looked at %d times in 3 hours in which nothing can happen, want %d at most", looks, most)
		}
		ready := meta.FindStatusCondition(b.get(gw).Status.Conditions, v1alpha1.ConditionReady)
		if h := b.get(gw).Status.History; !strings.Contains(ready.Message, "CannotPullContainerError") || len(h) != 1 || h[0].Outcome != v1alpha1.OutcomeFailed {
			t.Errorf("after 3 hours: %s\nhistory %+v", ready.Message, h)
		}
		b.delete(gw)
		b.empty()
	})
}

func TestTheHistoryTellsWhatBecameOfEachVersion(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.HistoryLimit = new(int32(4)) })
		b.ready(gw)
		image := func(version string) func(*v1alpha1.FlexGatewayDeploymentSpec) {
			return func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = "docker.io/mulesoft/flex-gateway:" + version }
		}
		b.change(gw, image("1.13.0"))
		b.until(gw, "on its way", func(gw *v1alpha1.FlexGatewayDeployment) bool { return len(gw.Status.History) == 2 })
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Image, s.Compute.Memory, s.Compute.StopTimeoutSeconds = "docker.io/mulesoft/flex-gateway:1.13.1", 2048, 90
			s.Compute.Environment = []v1alpha1.EnvironmentVariable{{Name: "A", Value: "b"}}
		})
		b.untilReady(gw)
		b.writeRegistration(gw, strings.ReplaceAll(registration, "0001", "0002"))
		b.until(gw, "another revision", func(gw *v1alpha1.FlexGatewayDeployment) bool { return len(gw.Status.History) == 4 && isReady(gw) })
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Image, s.Compute.Memory, s.Compute.StopTimeoutSeconds, s.Compute.Environment = "docker.io/mulesoft/flex-gateway:1.13.0", 1024, 60, nil
		})
		b.untilReady(gw)
		type line struct {
			Image, Change string
			Outcome       v1alpha1.Outcome
		}
		var got []line
		for _, h := range b.get(gw).Status.History {
			got = append(got, line{h.Image[strings.LastIndex(h.Image, ":")+1:], h.Change, h.Outcome})
			if h.StartedAt == nil || h.FinishedAt == nil || h.Revision == 0 {
				t.Errorf("%+v lacks a time or a number", h)
			}
		}
		want := []line{
			{"1.13.0", "image, size, stop timeout, environment", v1alpha1.OutcomeServing},
			{"1.13.1", "other settings", v1alpha1.OutcomeReplaced},
			{"1.13.1", "image, size, stop timeout, environment", v1alpha1.OutcomeReplaced},
			{"1.13.0", "image", v1alpha1.OutcomeSuperseded},
		}
		if difference := cmp.Diff(want, got); difference != "" {
			t.Errorf("history (-want +got):\n%s", difference)
		}
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestTheLimitsOfARolloutReachECSAndAreKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			*s.Replicas = 4
			s.Rollout.MinimumHealthyPercent, s.Rollout.MaximumPercent = new(int32(50)), new(int32(100))
		})
		b.ready(gw)
		most := int32(0)
		b.listen = func(*v1alpha1.FlexGatewayDeployment) { most = max(most, b.get(gw).Status.Replicas) }
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Image = "docker.io/mulesoft/flex-gateway:1.13.0" })
		b.untilReady(gw)
		b.listen = nil
		if most > 4 {
			t.Errorf("%d replicas at once with a maximum of 100%% of 4", most)
		}
		revision := b.get(gw).Status.TaskDefinition
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Rollout.MaximumPercent, s.Rollout.HealthCheckGracePeriodSeconds = new(int32(150)), new(int32(600))
		})
		b.untilReady(gw)
		b.settled(gw)
		if now := b.get(gw).Status.TaskDefinition; now != revision || len(b.get(gw).Status.History) != 2 {
			t.Errorf("other limits made a rollout: %s after %s", now, revision)
		}
		b.delete(gw)
		b.empty()
	})
}
