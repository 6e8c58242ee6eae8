package resource

import (
	"context"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"flexgw.io/controller/internal/engine"
)

// ScalingPolicy keeps the average CPU or memory utilization of the replicas near a
// target. It is within the scalable target: AWS removes it with that, and it has no tags
// of its own.
type ScalingPolicy struct {
	Common
	Scaled
	// Metric is "cpu" or "memory".
	Metric string
	Wanted ScalingPolicyWish

	Target *engine.Ref[ScalableTargetState]
}

// ScalingPolicyWish is the policy that should be there.
type ScalingPolicyWish struct {
	// Percent is the utilization to keep to.
	Percent int32
	// InCooldown and OutCooldown are in seconds.
	InCooldown, OutCooldown int32
}

// ScalingPolicyState is the policy that is there.
type ScalingPolicyState struct {
	ARN    string
	Metric scalingtypes.MetricType
	// ScalesIn is false where somebody has turned that off.
	ScalesIn bool
	Target   float64
	// InCooldown and OutCooldown are in seconds.
	InCooldown, OutCooldown int32
}

// Identity is ScalingPolicy/metric.
func (p ScalingPolicy) Identity() engine.Identity {
	return engine.Identity{Kind: "ScalingPolicy", Name: p.Metric}
}

// Needs the scalable target.
func (p ScalingPolicy) Needs() []engine.Need {
	return []engine.Need{engine.Exists(p.Target).Inside()}
}

// name is the policy's name in AWS.
func (p ScalingPolicy) name() *string { return ptr(p.Service + "-" + p.Metric) }

func (p ScalingPolicy) metricType() scalingtypes.MetricType {
	if p.Metric == "memory" {
		return scalingtypes.MetricTypeECSServiceAverageMemoryUtilization
	}
	return scalingtypes.MetricTypeECSServiceAverageCPUUtilization
}

// Wish is the target and the cooldowns.
func (p ScalingPolicy) Wish() (ScalingPolicyWish, error) { return p.Wanted, nil }

// Observe finds the policy by its name.
func (p ScalingPolicy) Observe(ctx context.Context, _ engine.Record) (*ScalingPolicyState, error) {
	out, err := p.Cloud.Scaling.DescribeScalingPolicies(ctx, &applicationautoscaling.DescribeScalingPoliciesInput{
		ServiceNamespace: scaledNamespace, ScalableDimension: scaledDimension, ResourceId: p.id(), PolicyNames: []string{*p.name()},
	})
	if err != nil {
		return nil, gone(err)
	}
	if len(out.ScalingPolicies) == 0 {
		return nil, nil
	}
	found := out.ScalingPolicies[0]
	state := &ScalingPolicyState{ARN: aws.ToString(found.PolicyARN)}
	if tracking := found.TargetTrackingScalingPolicyConfiguration; tracking != nil {
		state.Target, state.ScalesIn = aws.ToFloat64(tracking.TargetValue), !aws.ToBool(tracking.DisableScaleIn)
		state.InCooldown, state.OutCooldown = aws.ToInt32(tracking.ScaleInCooldown), aws.ToInt32(tracking.ScaleOutCooldown)
		if metric := tracking.PredefinedMetricSpecification; metric != nil {
			state.Metric = metric.PredefinedMetricType
		}
	}
	return state, complete(p.Identity(), state.ARN)
}

// Owner is ours: the name is, and so is the scalable target.
func (p ScalingPolicy) Owner(*ScalingPolicyState) engine.Ownership { return engine.Ours() }

// Diff compares metric, target and cooldowns.
func (p ScalingPolicy) Diff(wish ScalingPolicyWish, observed *ScalingPolicyState) *compare.Delta {
	delta := compare.NewDelta()
	diff(delta, "metric", p.metricType(), observed.Metric)
	diff(delta, "targetPercent", float64(wish.Percent), observed.Target)
	diff(delta, "scaleIn", true, observed.ScalesIn)
	diff(delta, "scaleInCooldown", wish.InCooldown, observed.InCooldown)
	diff(delta, "scaleOutCooldown", wish.OutCooldown, observed.OutCooldown)
	return delta
}

// Create makes the policy, and AWS its alarms.
func (p ScalingPolicy) Create(ctx context.Context, wish ScalingPolicyWish) (*ScalingPolicyState, error) {
	out, err := p.Cloud.Scaling.PutScalingPolicy(ctx, &applicationautoscaling.PutScalingPolicyInput{
		ServiceNamespace: scaledNamespace, ScalableDimension: scaledDimension, ResourceId: p.id(),
		PolicyName: p.name(), PolicyType: scalingtypes.PolicyTypeTargetTrackingScaling,
		TargetTrackingScalingPolicyConfiguration: &scalingtypes.TargetTrackingScalingPolicyConfiguration{
			PredefinedMetricSpecification: &scalingtypes.PredefinedMetricSpecification{PredefinedMetricType: p.metricType()},
			TargetValue:                   ptr(float64(wish.Percent)), DisableScaleIn: ptr(false),
			ScaleInCooldown: &wish.InCooldown, ScaleOutCooldown: &wish.OutCooldown,
		},
	})
	if err != nil {
		return nil, scalingRefusal(err)
	}
	state := &ScalingPolicyState{
		ARN: aws.ToString(out.PolicyARN), Metric: p.metricType(), ScalesIn: true,
		Target: float64(wish.Percent), InCooldown: wish.InCooldown, OutCooldown: wish.OutCooldown,
	}
	return state, complete(p.Identity(), state.ARN)
}

// Update puts the policy anew, whole.
func (p ScalingPolicy) Update(ctx context.Context, wish ScalingPolicyWish, _ *ScalingPolicyState, _ *compare.Delta) (*ScalingPolicyState, error) {
	return p.Create(ctx, wish)
}

// Delete removes the policy, and AWS its alarms.
func (p ScalingPolicy) Delete(ctx context.Context, _ *ScalingPolicyState) error {
	_, err := p.Cloud.Scaling.DeleteScalingPolicy(ctx, &applicationautoscaling.DeleteScalingPolicyInput{
		ServiceNamespace: scaledNamespace, ScalableDimension: scaledDimension, ResourceId: p.id(), PolicyName: p.name(),
	})
	return gone(err)
}

// Settled at once.
func (p ScalingPolicy) Settled(*ScalingPolicyState) error { return nil }

// ID is the policy's ARN.
func (p ScalingPolicy) ID(observed *ScalingPolicyState) string { return observed.ARN }
