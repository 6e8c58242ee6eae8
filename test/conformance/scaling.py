"""The part of the flow that is about Application Auto Scaling."""

TARGET = {"ServiceNamespace": "ecs", "ResourceId": "service/flex/flex", "ScalableDimension": "ecs:service:DesiredCount"}
MISSING = TARGET | {"ResourceId": "service/flex/missing"}
TRACKING = {"TargetValue": 60.0, "PredefinedMetricSpecification": {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"},
            "ScaleInCooldown": 300, "ScaleOutCooldown": 60}
NOON = {"Schedule": "cron(0 12 * * ? *)", "Timezone": "Europe/Berlin", "ScalableTargetAction": {"MinCapacity": 2, "MaxCapacity": 3}}


def scale(call):
    """Scales the ECS service "flex" in the cluster "flex", and stops to."""
    call("before", "application-autoscaling.PutScalingPolicy", PolicyName="cpu", PolicyType="TargetTrackingScaling",
         TargetTrackingScalingPolicyConfiguration=TRACKING, **TARGET)
    call("before", "application-autoscaling.PutScheduledAction", ScheduledActionName="noon", **NOON, **TARGET)
    call("no service", "application-autoscaling.RegisterScalableTarget", MinCapacity=1, MaxCapacity=3, **MISSING)
    call("no bounds", "application-autoscaling.RegisterScalableTarget", **TARGET)
    call("crossed bounds", "application-autoscaling.RegisterScalableTarget", MinCapacity=4, MaxCapacity=3, **TARGET)
    call("bad dimension", "application-autoscaling.RegisterScalableTarget", MinCapacity=1, MaxCapacity=3,
         **TARGET | {"ScalableDimension": "rds:cluster:ReadReplicaCount"})
    arn = call("", "application-autoscaling.RegisterScalableTarget", MinCapacity=1, MaxCapacity=3, Tags={"a": "b"}, **TARGET)["ScalableTargetARN"]
    call("again", "application-autoscaling.RegisterScalableTarget", MaxCapacity=4, **TARGET)
    call("", "application-autoscaling.DescribeScalableTargets", ServiceNamespace="ecs", ResourceIds=[TARGET["ResourceId"]])
    call("dimension alone", "application-autoscaling.DescribeScalableTargets", ServiceNamespace="ecs", ScalableDimension=TARGET["ScalableDimension"])
    call("", "application-autoscaling.PutScalingPolicy", PolicyName="cpu", PolicyType="TargetTrackingScaling",
         TargetTrackingScalingPolicyConfiguration=TRACKING, **TARGET)
    call("no configuration", "application-autoscaling.PutScalingPolicy", PolicyName="none", PolicyType="TargetTrackingScaling", **TARGET)
    call("", "application-autoscaling.DescribeScalingPolicies", **TARGET)
    call("", "application-autoscaling.PutScheduledAction", ScheduledActionName="noon", **NOON, **TARGET)
    call("bad schedule", "application-autoscaling.PutScheduledAction", ScheduledActionName="never", **NOON | {"Schedule": "tomorrow"}, **TARGET)
    call("", "application-autoscaling.DescribeScheduledActions", **TARGET)
    call("", "application-autoscaling.DescribeScalingActivities", **TARGET)
    call("", "application-autoscaling.TagResource", ResourceARN=arn, Tags={"c": "d"})
    call("", "application-autoscaling.UntagResource", ResourceARN=arn, TagKeys=["c"])
    call("", "application-autoscaling.ListTagsForResource", ResourceARN=arn)
    call("", "application-autoscaling.DeleteScheduledAction", ScheduledActionName="noon", **TARGET)
    call("missing", "application-autoscaling.DeleteScheduledAction", ScheduledActionName="noon", **TARGET)
    call("", "application-autoscaling.DeleteScalingPolicy", PolicyName="cpu", **TARGET)
    call("missing", "application-autoscaling.DeleteScalingPolicy", PolicyName="cpu", **TARGET)
    call("", "application-autoscaling.DeregisterScalableTarget", **TARGET)
    call("missing", "application-autoscaling.DeregisterScalableTarget", **TARGET)
