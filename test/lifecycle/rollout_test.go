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
