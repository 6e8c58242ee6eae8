package lifecycle

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awscloud"
	ecssim "flexgw.io/controller/internal/awssim/ecs"
)

// autoscaled follows CPU between 2 and 8 replicas.
func autoscaled(s *v1alpha1.FlexGatewayDeploymentSpec) {
	s.Replicas = nil
	s.Autoscaling = &v1alpha1.AutoscalingSpec{MinReplicas: 2, MaxReplicas: 8, TargetCPUPercent: aws.Int32(50)}
}

// autoscaledOnSpot is autoscaled, follows a schedule too, and runs on a mix.
func autoscaledOnSpot(s *v1alpha1.FlexGatewayDeploymentSpec) {
	onSpot(0)(s)
	autoscaled(s)
	s.Autoscaling.Schedules = []v1alpha1.AutoscalingSchedule{{Name: "weekly", Schedule: "cron(0 8 ? * MON *)", MinReplicas: aws.Int32(3)}}
}

// work gives the gateway's service work, in percent of one replica.
func (b *bench) work(gw *v1alpha1.FlexGatewayDeployment, cpu float64) {
	b.t.Helper()
	service := b.idOf(gw, "Service", "gateway")
	b.sim.World().Do(func() {
		if !b.sim.ECS.SetDemand(service, ecssim.Demand{CPU: cpu}) {
			b.t.Errorf("%s cannot be given work", service)
		}
	})
}

// untilCount looks at the gateway until so many replicas are desired and serve.
func (b *bench) untilCount(gw *v1alpha1.FlexGatewayDeployment, count int32) {
	b.t.Helper()
	b.until(gw, "at the count", func(gw *v1alpha1.FlexGatewayDeployment) bool {
		return isReady(gw) && gw.Status.DesiredReplicas == count && gw.Status.ReadyReplicas == count
	})
}

// target is the scalable target as AWS has it.
func (b *bench) target(gw *v1alpha1.FlexGatewayDeployment) scalingtypes.ScalableTarget {
	b.t.Helper()
	out, err := b.someone().Scaling.DescribeScalableTargets(b.t.Context(), &applicationautoscaling.DescribeScalableTargetsInput{ServiceNamespace: scalingtypes.ServiceNamespaceEcs})
	b.must(err)
	if len(out.ScalableTargets) != 1 {
		b.t.Fatalf("%d scalable targets, want one\n%s", len(out.ScalableTargets), b.describe(gw))
	}
	return out.ScalableTargets[0]
}

func boundsOf(t scalingtypes.ScalableTarget) [2]int32 {
	return [2]int32{aws.ToInt32(t.MinCapacity), aws.ToInt32(t.MaxCapacity)}
}

func TestAnAutoscaledGatewayFollowsItsWorkAndNobodyFights(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", autoscaled)
		b.ready(gw)
		if got := b.get(gw).Status; got.DesiredReplicas != 2 || got.ReadyReplicas != 2 {
			t.Errorf("it starts with %d replicas, %d of them ready; want minReplicas", got.DesiredReplicas, got.ReadyReplicas)
		}
		b.work(gw, 290)
		b.untilCount(gw, 6)
		b.settled(gw)
		b.work(gw, 5000)
		b.untilCount(gw, 8)
		b.work(gw, 0)
		b.untilCount(gw, 2)
		b.settled(gw)
		if n := b.calls("ecs", "UpdateService"); n != 0 {
			t.Errorf("the controller updated the service %d times", n)
		}
		if b.hasTold("DriftCorrected") {
			t.Errorf("a change by the autoscaler is taken for drift: %v", b.told)
		}
		b.delete(gw)
		b.empty()
	})
}

func TestTheCountHasOneOwnerAtATime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Replicas = aws.Int32(1) })
		b.ready(gw)
		want := withoutTraces(b.inventory())
		b.change(gw, autoscaled)
		b.untilCount(gw, 2) // the minimum
		b.settled(gw)
		b.work(gw, 1000)
		b.untilCount(gw, 8)

		scaled := b.calls("application-autoscaling", "RegisterScalableTarget")
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Autoscaling, s.Replicas = nil, aws.Int32(1) })
		b.untilCount(gw, 1)
		b.settled(gw)
		time.Sleep(time.Hour) // the work is still there, and nobody follows it
		b.untilCount(gw, 1)
		if n := b.calls("application-autoscaling", "RegisterScalableTarget") - scaled; n != 0 {
			t.Errorf("the service was registered %d times again", n)
		}
		if diff := cmp.Diff(want, withoutTraces(b.inventory())); diff != "" {
			t.Errorf("AWS there and back again (-want +got):\n%s", diff)
		}
		b.before("application-autoscaling.DeregisterScalableTarget", "ecs.UpdateService")
		b.delete(gw)
		b.empty()
	})
}

// before fails the test unless the last call of one operation came before the last of another.
func (b *bench) before(first, then string) {
	b.t.Helper()
	last := map[string]int{}
	for i, c := range b.sim.Calls() {
		last[c.Service+"."+c.Operation] = i
	}
	if last[first] == 0 || last[then] < last[first] {
		b.t.Errorf("%s is call %d, and %s call %d", first, last[first], then, last[then])
	}
}

func TestAScheduleMovesTheBoundsAndTheControllerLeavesThem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // the bubble begins at midnight
		b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			autoscaled(s)
			s.Autoscaling.Schedules = []v1alpha1.AutoscalingSchedule{
				{Name: "morning", Schedule: "cron(0 8 * * ? *)", MinReplicas: aws.Int32(4)},
				{Name: "evening", Schedule: "cron(0 20 * * ? *)", TimeZone: "UTC", MinReplicas: aws.Int32(1), MaxReplicas: aws.Int32(2)},
			}
		})
		b.ready(gw)
		atNoon := time.Until(time.Date(2000, 1, 1, 12, 0, 0, 0, time.UTC))
		time.Sleep(atNoon)
		b.untilCount(gw, 4)
		b.settled(gw)
		time.Sleep(10 * time.Hour)
		b.until(gw, "in the evening", func(gw *v1alpha1.FlexGatewayDeployment) bool { return isReady(gw) && gw.Status.DesiredReplicas <= 2 })
		b.settled(gw)
		if diff := cmp.Diff([2]int32{1, 2}, boundsOf(b.target(gw))); diff != "" {
			t.Errorf("bounds in the evening (-want +got):\n%s", diff)
		}
		if b.hasTold("DriftCorrected") {
			t.Errorf("a schedule is taken for drift: %v", b.told)
		}
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Autoscaling.MinReplicas = 3 })
		b.untilCount(gw, 3)
		b.settled(gw)
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Autoscaling.Schedules = s.Autoscaling.Schedules[:1]
			s.Autoscaling.Schedules[0].Schedule = "cron(0 9 * * ? *)"
		})
		b.untilReady(gw)
		b.settled(gw)
		if n := kinds(b.inventory())["application-autoscaling ScheduledAction"]; n != 1 {
			t.Errorf("%d scheduled actions, want the one that is left", n)
		}
		b.delete(gw)
		b.empty()
	})
}

func TestAOneTimeScheduleGoesOnceItIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			autoscaled(s)
			s.Autoscaling.Schedules = []v1alpha1.AutoscalingSchedule{{Name: "launch", Schedule: "at(2000-01-01T06:00:00)", MinReplicas: aws.Int32(5)}}
		})
		b.ready(gw)
		time.Sleep(6 * time.Hour)
		b.untilCount(gw, 5)
		b.settled(gw)
		time.Sleep(14 * time.Hour)
		b.untilReady(gw)
		b.settled(gw)
		if n := kinds(b.inventory())["application-autoscaling ScheduledAction"]; n != 0 {
			t.Errorf("%d scheduled actions are left", n)
		}
		b.delete(gw)
		b.empty()
	})
}

func TestEachChangeOfTheAutoscalingReachesAWS(t *testing.T) {
	policy := func(b *bench) map[string]float64 {
		out, err := b.someone().Scaling.DescribeScalingPolicies(b.t.Context(), &applicationautoscaling.DescribeScalingPoliciesInput{ServiceNamespace: scalingtypes.ServiceNamespaceEcs})
		b.must(err)
		found := map[string]float64{}
		for _, p := range out.ScalingPolicies {
			c := p.TargetTrackingScalingPolicyConfiguration
			metric := string(c.PredefinedMetricSpecification.PredefinedMetricType)
			found[metric], found[metric+" in"], found[metric+" out"] = *c.TargetValue, float64(*c.ScaleInCooldown), float64(*c.ScaleOutCooldown)
		}
		return found
	}
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", autoscaled)
		b.ready(gw)
		const cpu, memory = "ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization"
		if diff := cmp.Diff(map[string]float64{cpu: 50, cpu + " in": 300, cpu + " out": 300}, policy(b)); diff != "" {
			t.Errorf("policies at first (-want +got):\n%s", diff)
		}
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			a := s.Autoscaling
			a.TargetCPUPercent, a.TargetMemoryPercent = nil, aws.Int32(70)
			a.ScaleInCooldownSeconds, a.ScaleOutCooldownSeconds = aws.Int32(600), aws.Int32(0)
			a.MaxReplicas = 9
			s.Tags["Team"] = "edge"
		})
		b.untilReady(gw)
		b.settled(gw)
		if diff := cmp.Diff(map[string]float64{memory: 70, memory + " in": 600, memory + " out": 0}, policy(b)); diff != "" {
			t.Errorf("policies (-want +got):\n%s", diff)
		}
		if diff := cmp.Diff([2]int32{2, 9}, boundsOf(b.target(gw))); diff != "" {
			t.Errorf("bounds (-want +got):\n%s", diff)
		}
		b.delete(gw)
		b.empty()
	})
}

func TestAPauseHoldsTheAutoscalerToo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", autoscaled)
		b.ready(gw)
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.Paused = true })
		b.untilReady(gw)
		b.work(gw, 1000)
		time.Sleep(time.Hour)
		b.untilCount(gw, 2)
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Rollout.Paused = false })
		b.untilCount(gw, 8)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestWhatSomeoneDoesToTheAutoscalingIsPutRight(t *testing.T) {
	named := func(b *bench) *applicationautoscaling.RegisterScalableTargetInput {
		return &applicationautoscaling.RegisterScalableTargetInput{
			ServiceNamespace: scalingtypes.ServiceNamespaceEcs, ScalableDimension: scalingtypes.ScalableDimensionECSServiceDesiredCount,
			ResourceId: b.target(nil).ResourceId,
		}
	}
	tests := []struct {
		name string
		harm func(*bench) error
		told []string
	}{
		{"the bounds", func(b *bench) error {
			in := named(b)
			in.MaxCapacity = aws.Int32(100)
			_, err := b.someone().Scaling.RegisterScalableTarget(b.t.Context(), in)
			return err
		}, []string{"DriftCorrected", "ScalableTarget/gateway"}},
		{"the registration", func(b *bench) error {
			in := named(b)
			_, err := b.someone().Scaling.DeregisterScalableTarget(b.t.Context(), &applicationautoscaling.DeregisterScalableTargetInput{
				ServiceNamespace: in.ServiceNamespace, ScalableDimension: in.ScalableDimension, ResourceId: in.ResourceId,
			})
			return err
		}, []string{"DriftCorrected", "ScalableTarget/gateway", "was gone"}},
		{"the owner tags", func(b *bench) error {
			_, err := b.someone().Scaling.UntagResource(b.t.Context(), &applicationautoscaling.UntagResourceInput{
				ResourceARN: b.target(nil).ScalableTargetARN, TagKeys: awscloud.OwnerTagKeys(),
			})
			return err
		}, []string{"DriftCorrected", "ScalableTarget/gateway", "tags"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newBench(t), gatewayNamed(t, "gw", autoscaled)
				b.ready(gw)
				b.must(test.harm(b))
				time.Sleep(lookEvery)
				b.until(gw, "put right", func(gw *v1alpha1.FlexGatewayDeployment) bool { return isReady(gw) && b.hasTold(test.told...) })
				b.settled(gw)
				b.delete(gw)
				b.empty()
			})
		})
	}
}

func TestAnAutoscaledGatewayMayGoToZeroBySchedule(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			autoscaled(s)
			s.Autoscaling.Schedules = []v1alpha1.AutoscalingSchedule{
				{Name: "night", Schedule: "cron(0 20 * * ? *)", MinReplicas: aws.Int32(0), MaxReplicas: aws.Int32(0)},
				{Name: "morning", Schedule: "cron(0 6 * * ? *)", MinReplicas: aws.Int32(2), MaxReplicas: aws.Int32(8)},
			}
		})
		b.ready(gw)
		time.Sleep(20 * time.Hour)
		b.untilCount(gw, 0)
		for _, condition := range []string{v1alpha1.ConditionReady, v1alpha1.ConditionAvailable} {
			if c := meta.FindStatusCondition(b.get(gw).Status.Conditions, condition); c.Reason != v1alpha1.ReasonScaledToZero {
				t.Errorf("%s is %s: %s", c.Type, c.Reason, c.Message)
			}
		}
		time.Sleep(10 * time.Hour)
		b.untilCount(gw, 2)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestARetainedGatewayGoesOnScaling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			autoscaled(s)
			s.DeletionPolicy = v1alpha1.DeletionPolicyRetain
		})
		b.ready(gw)
		b.work(gw, 1000)
		b.delete(gw)
		for _, r := range b.inventory() {
			if r.Kind == "ScalableTarget" && r.Tags[awscloud.TagOwnerUID] != "" {
				t.Errorf("%s still has an owner: %v", r.ID, r.Tags)
			}
		}
		time.Sleep(time.Hour)
		if n := kinds(b.inventory())["ecs Task"]; n != 8 {
			t.Errorf("%d tasks, want as many as the work takes", n)
		}
	})
}
