package autoscaling

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/google/go-cmp/cmp"
)

func cooldowns(out, in int32) func(*types.TargetTrackingScalingPolicyConfiguration) {
	return func(c *types.TargetTrackingScalingPolicyConfiguration) {
		c.ScaleOutCooldown, c.ScaleInCooldown = aws.Int32(out), aws.Int32(in)
	}
}

func TestMoreWorkScalesOutAfterThreeMinutesAndLessScalesInAfterFifteen(t *testing.T) {
	inBench(t, 1, func(t *testing.T, b *bench) {
		b.register(1, 10)
		b.trackCPU(50)
		b.work(90, 0)
		b.wait(2*time.Minute + 30*time.Second)
		b.wants(1, "after two data points")
		b.wait(time.Minute)
		b.wants(2, "after three data points")
		b.wait(20 * time.Minute)
		b.wants(2, "at 45% of 50%, which is neither above nor much below")
		b.work(0, 0)
		b.wait(14 * time.Minute)
		b.wants(2, "after fourteen data points")
		b.wait(2 * time.Minute)
		b.wants(1, "after fifteen data points")
		if diff := cmp.Diff([]int{2, 1}, b.scaled()); diff != "" {
			t.Errorf("scaled to (-want +got):\n%s", diff)
		}
	})
}

func TestACountFollowsItsWorkWithoutOvershooting(t *testing.T) {
	inBench(t, 1, func(t *testing.T, b *bench) {
		b.register(1, 10)
		b.trackCPU(50, cooldowns(60, 60))
		b.work(400, 0) // 8 tasks at 50%
		b.wait(40 * time.Minute)
		b.wants(8, "four tasks' work")
		if counts := b.scaled(); !slices.IsSorted(counts) {
			t.Errorf("scaled to %v: out and in again", counts)
		}
		b.work(5000, 0)
		b.wait(40 * time.Minute)
		b.wants(10, "more work than the maximum can do")
	})
}

func TestACooldownHoldsBackTheNextScaleIn(t *testing.T) {
	inBench(t, 8, func(_ *testing.T, b *bench) {
		b.register(1, 10)
		b.trackCPU(50, cooldowns(60, 600))
		b.work(200, 0) // 4 tasks at 50%
		b.wait(16 * time.Minute)
		b.wants(4, "the first")
		b.work(50, 0)
		b.wait(8 * time.Minute)
		b.wants(4, "in the cooldown")
		b.wait(20 * time.Minute)
		b.wants(1, "after it")
	})
}

func TestScaleInWaitsWhileECSDeploysAndScaleOutDoesNot(t *testing.T) {
	inBench(t, 4, func(_ *testing.T, b *bench) {
		b.register(1, 10)
		b.trackCPU(50)
		b.world.Do(func() { b.ecs.deploying = true })
		b.wait(time.Hour)
		b.wants(4, "without work, in a deployment")
		b.work(400, 0)
		b.wait(10 * time.Minute)
		b.wants(8, "with work, in a deployment")
	})
}

func TestOfSeveralPoliciesTheLargestCountWins(t *testing.T) {
	inBench(t, 4, func(_ *testing.T, b *bench) {
		b.register(1, 20)
		b.trackCPU(50)
		try(b, b.PutScalingPolicy, tracking("memory", types.MetricTypeECSServiceAverageMemoryUtilization, 50))
		b.work(0, 400)
		b.wait(10 * time.Minute)
		b.wants(8, "memory wants more, CPU less")
		b.work(0, 300)
		b.wait(time.Hour)
		b.wants(6, "memory wants less than before, CPU still less")
	})
}

func TestWhatIsSuspendedOrDisabledDoesNotScale(t *testing.T) {
	inBench(t, 4, func(_ *testing.T, b *bench) {
		b.register(1, 10)
		b.trackCPU(50, func(c *types.TargetTrackingScalingPolicyConfiguration) { c.DisableScaleIn = aws.Bool(true) })
		b.wait(time.Hour)
		b.wants(4, "scale-in is disabled")
		try(b, b.RegisterScalableTarget, &sdk.RegisterScalableTargetInput{
			ServiceNamespace: namespace, ResourceId: resource, ScalableDimension: dimension,
			SuspendedState: &types.SuspendedState{DynamicScalingOutSuspended: aws.Bool(true)},
		})
		b.work(400, 0)
		b.wait(time.Hour)
		b.wants(4, "scale-out is suspended")
	})
}

func TestAServiceWithoutTasksHasNoDataAndIsLeftAlone(t *testing.T) {
	inBench(t, 0, func(_ *testing.T, b *bench) {
		b.register(0, 10)
		b.trackCPU(50)
		b.work(400, 0)
		b.wait(time.Hour)
		b.wants(0, "nothing runs")
	})
}

func TestActivitiesTellWhatWasDoneAndWhatBecameOfIt(t *testing.T) {
	inBench(t, 1, func(t *testing.T, b *bench) {
		b.register(1, 10)
		b.trackCPU(50)
		b.work(90, 0)
		b.wait(3*time.Minute + time.Second)
		list := func() []types.ScalingActivity {
			return try(b, b.DescribeScalingActivities, &sdk.DescribeScalingActivitiesInput{ServiceNamespace: namespace, ResourceId: resource}).ScalingActivities
		}
		a := list()[0]
		if a.StatusCode != types.ScalingActivityStatusCodeInProgress || *a.Description != "Setting desired count to 2." || !strings.HasPrefix(*a.Cause, "monitor alarm TargetTracking-service/flex/gw-AlarmHigh-") {
			t.Errorf("activity %+v: %s, %s", a.StatusCode, *a.Description, *a.Cause)
		}
		b.wait(startTime + time.Minute)
		if a := list()[0]; a.StatusCode != types.ScalingActivityStatusCodeSuccessful || *a.StatusMessage != "Successfully set desired count to 2. Change successfully fulfilled by ecs." || a.EndTime == nil {
			t.Errorf("activity %s: %s", a.StatusCode, *a.StatusMessage)
		}
		b.register(3, 10)
		b.world.Do(func() { b.ecs.desired = 7 })
		b.wait(2 * time.Minute)
		if all := list(); len(all) != 2 || all[0].StatusCode != types.ScalingActivityStatusCodeOverridden {
			t.Errorf("after somebody else has set the count: %d activities, the newest %s", len(all), all[0].StatusCode)
		}
	})
}

func TestPoliciesThatAreWrongAreRefused(t *testing.T) {
	const cpu = types.MetricTypeECSServiceAverageCPUUtilization
	tests := map[string]struct {
		in   *sdk.PutScalingPolicyInput
		want string
	}{
		"another type": {func() *sdk.PutScalingPolicyInput {
			in := tracking("p", cpu, 50)
			in.PolicyType = types.PolicyTypeStepScaling
			return in
		}(), "NotImplemented"},
		"no configuration": {func() *sdk.PutScalingPolicyInput {
			in := tracking("p", cpu, 50)
			in.TargetTrackingScalingPolicyConfiguration = nil
			return in
		}(), "must be specified for the policy type"},
		"another service's metric": {tracking("p", types.MetricTypeKafkaBrokerStorageUtilization, 50), "is not valid for ECS services"},
		"no metric":                {tracking("p", cpu, 50, func(c *types.TargetTrackingScalingPolicyConfiguration) { c.PredefinedMetricSpecification = nil }), "Either PredefinedMetricSpecification"},
		"no target":                {tracking("p", cpu, 0), "TargetValue"},
		"a negative cooldown":      {tracking("p", cpu, 50, cooldowns(-1, 0)), "Cooldowns"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			inBench(t, 1, func(_ *testing.T, b *bench) {
				b.register(1, 2)
				refused(b, b.PutScalingPolicy, test.in, test.want)
			})
		})
	}
	inBench(t, 1, func(t *testing.T, b *bench) {
		b.register(1, 2)
		b.trackCPU(50)
		list := try(b, b.DescribeScalingPolicies, &sdk.DescribeScalingPoliciesInput{ServiceNamespace: namespace, PolicyNames: []string{"cpu"}}).ScalingPolicies
		if len(list) != 1 || len(list[0].Alarms) != 2 {
			t.Errorf("listed %+v", list)
		}
		remove := &sdk.DeleteScalingPolicyInput{ServiceNamespace: namespace, ResourceId: resource, ScalableDimension: dimension, PolicyName: aws.String("cpu")}
		try(b, b.DeleteScalingPolicy, remove)
		refused(b, b.DeleteScalingPolicy, remove, "ObjectNotFoundException: No scaling policy found")
	})
}
