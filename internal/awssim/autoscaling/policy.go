package autoscaling

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"flexgw.io/controller/internal/awssim/core"
)

// defaultCooldown is in force where a policy for an ECS service names none (Application
// Auto Scaling API reference, TargetTrackingScalingPolicyConfiguration).
const defaultCooldown = 300 * time.Second

// policy is one target tracking policy with its two alarms.
type policy struct {
	name, arn string
	tracking  types.TargetTrackingScalingPolicyConfiguration
	createdAt time.Time
	high, low alarm
}

// alarm is a CloudWatch alarm: breached is how many data points in a row have been on
// the wrong side of its threshold.
type alarm struct {
	name, arn string
	breached  int
}

// PutScalingPolicy makes a target tracking policy of a scalable target, or changes one.
// Its alarms then begin anew.
func (s *Service) PutScalingPolicy(c *core.Call, in *sdk.PutScalingPolicyInput) (*sdk.PutScalingPolicyOutput, error) {
	t, err := s.target(c, in.ServiceNamespace, in.ResourceId, in.ScalableDimension, "No scalable target registered")
	if err != nil {
		return nil, err
	}
	name := aws.ToString(in.PolicyName)
	p, ok := t.policies[name]
	if !ok {
		if len(t.policies) >= mostPolicies {
			return nil, core.Errorf(limitExceeded, "The maximum number of scaling policies of a scalable target, %d, has been reached.", mostPolicies) // the sentence is not AWS's
		}
		if in.PolicyType == "" {
			return nil, core.Errorf(invalid, "PolicyType must be specified when a scaling policy is created.") // the sentence is not AWS's
		}
		p = s.newPolicy(t, name)
	}
	if err := checkPolicy(in, !ok); err != nil {
		return nil, err
	}
	if in.TargetTrackingScalingPolicyConfiguration != nil {
		p.tracking = *in.TargetTrackingScalingPolicyConfiguration
		p.high.breached, p.low.breached = 0, 0
	}
	t.policies[name] = p
	s.watch(t)
	return &sdk.PutScalingPolicyOutput{PolicyARN: aws.String(p.arn), Alarms: p.alarms()}, nil
}

func (s *Service) newPolicy(t *target, name string) *policy {
	sc := t.region.scope
	alarmOf := func(side string) alarm {
		name := "TargetTracking-" + t.resource + "-" + side + "-" + s.world.UUID()
		return alarm{name: name, arn: sc.ARN("cloudwatch", "alarm:"+name)}
	}
	return &policy{
		name: name, createdAt: s.world.Now(), high: alarmOf("AlarmHigh"), low: alarmOf("AlarmLow"),
		arn: sc.ARN("autoscaling", "scalingPolicy:"+s.world.UUID()+":resource/ecs/"+t.resource+":policyName/"+name),
	}
}

// checkPolicy refuses what is wrong, or not simulated, in a policy. The sentences are
// not AWS's.
func checkPolicy(in *sdk.PutScalingPolicyInput, isNew bool) error {
	if in.PolicyType != "" && in.PolicyType != types.PolicyTypeTargetTrackingScaling {
		return core.Errorf(notSimulated, "awssim: scaling policies of the type %s are not simulated", in.PolicyType).WithStatus(501)
	}
	tracking := in.TargetTrackingScalingPolicyConfiguration
	if tracking == nil {
		if isNew {
			return core.Errorf(invalid, "TargetTrackingScalingPolicyConfiguration must be specified for the policy type TargetTrackingScaling.")
		}
		return nil
	}
	if tracking.CustomizedMetricSpecification != nil {
		return core.Errorf(notSimulated, "awssim: customized metrics are not simulated").WithStatus(501)
	}
	if tracking.PredefinedMetricSpecification == nil {
		return core.Errorf(invalid, "Either PredefinedMetricSpecification or CustomizedMetricSpecification must be specified.")
	}
	switch metric := tracking.PredefinedMetricSpecification.PredefinedMetricType; metric {
	case types.MetricTypeECSServiceAverageCPUUtilization, types.MetricTypeECSServiceAverageMemoryUtilization:
	case types.MetricTypeALBRequestCountPerTarget:
		return core.Errorf(notSimulated, "awssim: application load balancers are not simulated").WithStatus(501)
	default:
		return core.Errorf(invalid, "The predefined metric type %s is not valid for ECS services.", metric)
	}
	if aws.ToFloat64(tracking.TargetValue) <= 0 {
		return core.Errorf(invalid, "TargetValue must be greater than 0.")
	}
	if aws.ToInt32(tracking.ScaleInCooldown) < 0 || aws.ToInt32(tracking.ScaleOutCooldown) < 0 {
		return core.Errorf(invalid, "Cooldowns must not be negative.")
	}
	return nil
}

func (p *policy) alarms() []types.Alarm {
	return []types.Alarm{
		{AlarmName: aws.String(p.high.name), AlarmARN: aws.String(p.high.arn)},
		{AlarmName: aws.String(p.low.name), AlarmARN: aws.String(p.low.arn)},
	}
}

// DescribeScalingPolicies lists scaling policies, by resource id and name.
func (s *Service) DescribeScalingPolicies(c *core.Call, in *sdk.DescribeScalingPoliciesInput) (*sdk.DescribeScalingPoliciesOutput, error) {
	if err := checkFilter(in.ScalableDimension, in.ResourceId != nil); err != nil {
		return nil, err
	}
	all := []types.ScalingPolicy{}
	for _, t := range s.seen(c, in.ServiceNamespace, in.ScalableDimension) {
		for _, name := range sorted(t.policies) {
			if picked(in.ResourceId, t.resource) && named(in.PolicyNames, name) {
				all = append(all, t.policyView(t.policies[name]))
			}
		}
	}
	part, next, err := page(all, func(p types.ScalingPolicy) string { return *p.ResourceId + " " + *p.PolicyName }, in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	return &sdk.DescribeScalingPoliciesOutput{ScalingPolicies: part, NextToken: next}, nil
}

func (t *target) policyView(p *policy) types.ScalingPolicy {
	tracking := p.tracking
	return types.ScalingPolicy{
		ServiceNamespace: types.ServiceNamespaceEcs, ScalableDimension: types.ScalableDimensionECSServiceDesiredCount,
		ResourceId: aws.String(t.resource), PolicyName: aws.String(p.name), PolicyARN: aws.String(p.arn),
		PolicyType: types.PolicyTypeTargetTrackingScaling, CreationTime: aws.Time(p.createdAt),
		TargetTrackingScalingPolicyConfiguration: &tracking, Alarms: p.alarms(),
	}
}

// DeleteScalingPolicy removes a policy with its alarms.
func (s *Service) DeleteScalingPolicy(c *core.Call, in *sdk.DeleteScalingPolicyInput) (*sdk.DeleteScalingPolicyOutput, error) {
	t, err := s.target(c, in.ServiceNamespace, in.ResourceId, in.ScalableDimension, "No scaling policy found")
	if err != nil {
		return nil, err
	}
	name := aws.ToString(in.PolicyName)
	if _, ok := t.policies[name]; !ok {
		return nil, core.Errorf(notFound, "No scaling policy found for service namespace: %s, resource ID: %s, scalable dimension: %s, policy name: %s",
			in.ServiceNamespace, t.resource, in.ScalableDimension, name)
	}
	delete(t.policies, name)
	return &sdk.DeleteScalingPolicyOutput{}, nil
}
