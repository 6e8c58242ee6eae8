package awssim

import (
	"strings"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/iam"
)

// scalingPrincipal is the service whose role Application Auto Scaling makes with the
// first scalable target that is an ECS service.
const scalingPrincipal = "ecs.application-autoscaling.amazonaws.com"

// scalingRules follow "Actions, resources, and condition keys for Application Auto
// Scaling". What Application Auto Scaling does to ECS and CloudWatch the caller must be
// allowed to do too (Application Auto Scaling user guide, "Permissions validation for
// Application Auto Scaling API calls on target resources").
func scalingRules() map[string]rule {
	rules := map[string]rule{
		"DescribeScalableTargets":   everywhere,
		"DescribeScalingPolicies":   onTrackingAlarms(everywhere, "DescribeAlarms"),
		"DescribeScheduledActions":  everywhere,
		"DescribeScalingActivities": everywhere,
		"RegisterScalableTarget":    registerScalableTarget,
		"DeregisterScalableTarget":  onScalableTarget,
		"PutScalingPolicy":          onTrackingAlarms(onScalableTarget, "PutMetricAlarm", "DescribeAlarms"),
		"DeleteScalingPolicy":       onTrackingAlarms(onScalableTarget, "DeleteAlarms"),
		"PutScheduledAction":        onScalableTarget,
		"DeleteScheduledAction":     onScalableTarget,
	}
	for _, operation := range []string{"TagResource", "UntagResource", "ListTagsForResource"} {
		rules[operation] = each("ResourceARN")
	}
	return rules
}

func registerScalableTarget(r *request) []iam.Ask {
	asks := r.creating(onScalableTarget(r), "TagResource", r.scalableTarget())
	service := r.call.ARN("ecs", r.or("ResourceId", "*"))
	asks = append(asks, r.ask("ecs:DescribeServices", service), r.ask("ecs:UpdateService", service))
	return append(asks, r.firstUse(scalingPrincipal)...)
}

func onScalableTarget(r *request) []iam.Ask {
	r.more["application-autoscaling:service-namespace"] = r.text("ServiceNamespace")
	r.more["application-autoscaling:scalable-dimension"] = r.text("ScalableDimension")
	return r.on(r.scalableTarget())
}

// onTrackingAlarms adds actions on the alarms of target tracking policies.
func onTrackingAlarms(do rule, actions ...string) rule {
	return func(r *request) []iam.Ask {
		asks := do(r)
		for _, action := range actions {
			asks = append(asks, r.ask("cloudwatch:"+action, r.call.ARN("cloudwatch", "alarm:TargetTracking-"+r.or("ResourceId", "*"))))
		}
		return asks
	}
}

// scalableTarget is the ARN of the scalable target that a request names, which nobody
// knows before it is registered.
func (r *request) scalableTarget() string {
	if arn, ok := r.services.Scaling.TargetARN(r.call.Scope, r.text("ResourceId")); ok {
		return arn
	}
	return r.arn("scalable-target/*")
}

// lacksForTarget is how Application Auto Scaling refuses a caller who may not do himself
// what it would do for him, as others have met it (aws-auto-scaling-custom-resource,
// issue 25).
func lacksForTarget(call *core.Call, ask iam.Ask) (*core.Error, bool) {
	if call.Service != "application-autoscaling" || strings.HasPrefix(ask.Action, "application-autoscaling:") {
		return nil, false
	}
	return core.Errorf("ValidationException", "User is missing the following permissions: %s", ask.Action), true
}
