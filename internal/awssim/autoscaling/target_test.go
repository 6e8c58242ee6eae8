package autoscaling

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
)

func TestACountIsBroughtBetweenMinimumAndMaximum(t *testing.T) {
	inBench(t, 2, func(_ *testing.T, b *bench) {
		b.register(1, 5)
		b.wants(2, "a count between them")
		b.register(4, 6)
		b.wants(4, "a higher minimum")
		b.register(1, 3)
		b.wants(3, "a lower maximum")
		b.world.Do(func() { b.ecs.desired = 9 })
		try(b, b.RegisterScalableTarget, &sdk.RegisterScalableTargetInput{ServiceNamespace: namespace, ResourceId: resource, ScalableDimension: dimension})
		b.wants(3, "registered again without bounds")
	})
}

func TestWhatCannotBeRegisteredIsRefused(t *testing.T) {
	good := func(change func(*sdk.RegisterScalableTargetInput)) *sdk.RegisterScalableTargetInput {
		in := &sdk.RegisterScalableTargetInput{
			ServiceNamespace: namespace, ResourceId: resource, ScalableDimension: dimension, MinCapacity: aws.Int32(1), MaxCapacity: aws.Int32(2),
		}
		change(in)
		return in
	}
	tests := map[string]struct {
		change func(*sdk.RegisterScalableTargetInput)
		want   string
	}{
		"no such service": {func(in *sdk.RegisterScalableTargetInput) { in.ResourceId = aws.String("service/flex/other") }, "ValidationException: ECS service doesn't exist: service/flex/other"},
		"not a service":   {func(in *sdk.RegisterScalableTargetInput) { in.ResourceId = aws.String("task/flex/gw") }, "Unsupported service namespace, resource type or scalable dimension"},
		"another dimension": {func(in *sdk.RegisterScalableTargetInput) {
			in.ScalableDimension = types.ScalableDimensionRDSClusterReadReplicaCount
		}, "Unsupported service namespace"},
		"another namespace":  {func(in *sdk.RegisterScalableTargetInput) { in.ServiceNamespace = types.ServiceNamespaceLambda }, "NotImplemented"},
		"no maximum":         {func(in *sdk.RegisterScalableTargetInput) { in.MaxCapacity = nil }, "Both MinCapacity and MaxCapacity"},
		"crossed bounds":     {func(in *sdk.RegisterScalableTargetInput) { in.MinCapacity = aws.Int32(3) }, "Maximum capacity cannot be less than minimum capacity"},
		"a negative minimum": {func(in *sdk.RegisterScalableTargetInput) { in.MinCapacity = aws.Int32(-1) }, "must not be negative"},
		"AWS's own tags":     {func(in *sdk.RegisterScalableTargetInput) { in.Tags = map[string]string{"aws:x": "y"} }, "Tag keys"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			inBench(t, 1, func(_ *testing.T, b *bench) { refused(b, b.RegisterScalableTarget, good(test.change), test.want) })
		})
	}
	inBench(t, 1, func(_ *testing.T, b *bench) {
		refused(b, b.PutScalingPolicy, tracking("cpu", types.MetricTypeECSServiceAverageCPUUtilization, 50),
			"ObjectNotFoundException: No scalable target registered for service namespace: ecs, resource ID: service/flex/gw, scalable dimension: ecs:service:DesiredCount")
	})
}

func TestATargetThatIsDeregisteredTakesPoliciesAndActionsWithIt(t *testing.T) {
	inBench(t, 1, func(t *testing.T, b *bench) {
		b.register(1, 5)
		b.trackCPU(50)
		try(b, b.PutScheduledAction, scheduled("soon", "rate(5 minutes)", 3, 5))
		if got := len(b.Inventory()); got != 3 {
			t.Errorf("the inventory has %d resources, want 3", got)
		}
		out := &sdk.DeregisterScalableTargetInput{ServiceNamespace: namespace, ResourceId: resource, ScalableDimension: dimension}
		try(b, b.DeregisterScalableTarget, out)
		if list := b.Inventory(); len(list) != 0 {
			t.Errorf("the inventory still has %v", list)
		}
		b.work(500, 0)
		b.wait(time.Hour)
		b.wants(1, "an hour later")
		refused(b, b.DeregisterScalableTarget, out, "ObjectNotFoundException: No scalable target found")
		b.world.Do(func() {
			if at, ok := b.world.NextEvent(); ok {
				t.Errorf("something is still to happen at %v", at)
			}
		})
	})
}

func TestTargetsHaveTagsAndAreListed(t *testing.T) {
	inBench(t, 1, func(t *testing.T, b *bench) {
		arn := *try(b, b.RegisterScalableTarget, &sdk.RegisterScalableTargetInput{
			ServiceNamespace: namespace, ResourceId: resource, ScalableDimension: dimension,
			MinCapacity: aws.Int32(1), MaxCapacity: aws.Int32(2), Tags: map[string]string{"a": "b"},
		}).ScalableTargetARN
		try(b, b.TagResource, &sdk.TagResourceInput{ResourceARN: aws.String(arn), Tags: map[string]string{"c": "d"}})
		try(b, b.UntagResource, &sdk.UntagResourceInput{ResourceARN: aws.String(arn), TagKeys: []string{"a", "missing"}})
		got := try(b, b.ListTagsForResource, &sdk.ListTagsForResourceInput{ResourceARN: aws.String(arn)}).Tags
		if diff := cmp.Diff(map[string]string{"c": "d"}, got); diff != "" {
			t.Errorf("tags (-want +got):\n%s", diff)
		}
		refused(b, b.ListTagsForResource, &sdk.ListTagsForResourceInput{ResourceARN: aws.String(arn + "0")}, "ResourceNotFoundException")
		list := try(b, b.DescribeScalableTargets, &sdk.DescribeScalableTargetsInput{ServiceNamespace: namespace, ResourceIds: []string{*resource, "service/flex/other"}, ScalableDimension: dimension})
		if len(list.ScalableTargets) != 1 || *list.ScalableTargets[0].ScalableTargetARN != arn {
			t.Errorf("listed %+v", list.ScalableTargets)
		}
		refused(b, b.DescribeScalableTargets, &sdk.DescribeScalableTargetsInput{ServiceNamespace: namespace, ScalableDimension: dimension}, "must also specify a resource ID")
		refused(b, b.DescribeScalableTargets, &sdk.DescribeScalableTargetsInput{ServiceNamespace: namespace, NextToken: aws.String("!")}, "InvalidNextTokenException")
		refused(b, b.DescribeScalableTargets, &sdk.DescribeScalableTargetsInput{ServiceNamespace: namespace, MaxResults: aws.Int32(51)}, "MaxResults")
	})
}

func TestANewTargetIsNotSeenAtOnce(t *testing.T) {
	inBench(t, 1, func(t *testing.T, b *bench) {
		b.world.Do(func() { b.world.ReadLag = core.Spread{P50: 2 * time.Second} })
		b.register(1, 2)
		put := tracking("cpu", types.MetricTypeECSServiceAverageCPUUtilization, 50)
		refused(b, b.PutScalingPolicy, put, "No scalable target registered")
		if list := try(b, b.DescribeScalableTargets, &sdk.DescribeScalableTargetsInput{ServiceNamespace: namespace}).ScalableTargets; len(list) != 0 {
			t.Errorf("listed at once: %v", list)
		}
		b.wait(2 * time.Second)
		try(b, b.PutScalingPolicy, put)
	})
}
