package gateway

import (
	"time"

	"flexgw.io/controller/internal/resource"
)

// The defaults of spec.rollout, for an object that no API server has filled in.
const (
	defaultMinimumHealthyPercent   int32 = 100
	defaultMaximumPercent          int32 = 200
	defaultProgressDeadlineSeconds int32 = 1200
)

// rolloutSettings are how a change reaches the replicas.
func (b *builder) rolloutSettings() resource.RolloutSettings {
	rollout := b.spec.Rollout
	return resource.RolloutSettings{
		MinimumHealthyPercent: orDefault(rollout.MinimumHealthyPercent, defaultMinimumHealthyPercent),
		MaximumPercent:        orDefault(rollout.MaximumPercent, defaultMaximumPercent),
		MaxReplicaStep:        orDefault(rollout.MaxReplicaStep, 0),
		Paused:                rollout.Paused,
		Shift:                 b.shift(),
		Alarms:                b.alarms(),
	}
}

// alarms are those that ECS watches. The bake time of a strategy that moves traffic is the
// strategy's.
func (b *builder) alarms() resource.Alarms {
	rollout := b.spec.Rollout
	a := resource.Alarms{Names: rollout.Alarms}
	if len(a.Names) > 0 && !rollout.Strategy.ShiftsTraffic() {
		a.BakeMinutes = orDefault(rollout.BakeTimeMinutes, defaultBakeTimeMinutes)
	}
	return a
}

// grace is how long ECS bears a new replica that is not healthy, in seconds: what the
// load balancer needs at most before its first check, and the checks.
func (b *builder) grace() int32 {
	return orDefault(b.spec.Rollout.HealthCheckGracePeriodSeconds, longestRegistrationTime+b.checkSeconds())
}

// goal is what the replicas are on their way to.
func (b *builder) goal() resource.Goal {
	gw := b.in.Gateway
	return resource.Goal{
		Replicas: b.replicasWanted(), Paused: b.spec.Rollout.Paused, Changed: gw.Generation != gw.Status.ObservedGeneration,
		Deployment: b.in.Rollout.DeploymentID, Desired: gw.Status.DesiredReplicas,
		Deadline:  time.Duration(orDefault(b.spec.Rollout.ProgressDeadlineSeconds, defaultProgressDeadlineSeconds)) * time.Second,
		DrainTime: b.longestDrainTime(),
		Before:    b.in.Rollout.Progress,
	}
}

// leastDrainSeconds is how long a network load balancer takes to let a target go, even
// where a shorter delay is asked.
const leastDrainSeconds = 120

// gatewayDrainSeconds is how long Flex Gateway goes on after SIGTERM (MuleSoft, "Flex
// Gateway graceful shutdown").
const gatewayDrainSeconds = 25

// longestDrainTime is how long a replica may take to leave: first its target, then the
// process.
func (b *builder) longestDrainTime() time.Duration {
	return seconds(b.targetDrainSeconds() + b.spec.Compute.StopTimeoutSeconds)
}

// usualDrainTime is how long it takes as a rule.
func (b *builder) usualDrainTime() time.Duration {
	return seconds(b.targetDrainSeconds() + gatewayDrainSeconds)
}

func (b *builder) targetDrainSeconds() int32 {
	return max(orDefault(b.spec.LoadBalancer.DeregistrationDelaySeconds, leastDrainSeconds), leastDrainSeconds)
}

func orDefault(p *int32, otherwise int32) int32 {
	if p == nil {
		return otherwise
	}
	return *p
}
