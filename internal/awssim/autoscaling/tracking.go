package autoscaling

import (
	"fmt"
	"math"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"flexgw.io/controller/internal/awssim/ecs"
)

// How the alarms of target tracking policies for ECS services are set up: others have
// seen them so in their accounts; AWS says that they are not to be relied on.
const (
	dataPoint = time.Minute
	// highPoints data points above the target raise the alarm that scales out, and
	// lowPoints below lowPart of it the one that scales in.
	highPoints = 3
	lowPoints  = 15
	lowPart    = 0.9
)

// scaleOut is a scale-out by a policy: when, and from which count.
type scaleOut struct {
	at    time.Time
	count int
}

// watch has the metrics of a target looked at each minute, for as long as a policy or an
// activity needs them.
func (s *Service) watch(t *target) {
	if t.look != nil || len(t.policies) == 0 && !t.busy() {
		return
	}
	t.look = s.world.After(dataPoint, func() {
		t.look = nil
		s.track(t)
		s.watch(t)
	})
}

// track takes a data point of each metric, and scales where alarms say so.
func (s *Service) track(t *target) {
	svc, ok := s.counts.Scalable(t.region.scope, t.cluster, t.service)
	s.followUp(t, svc, ok)
	for _, name := range sorted(t.policies) {
		t.policies[name].observe(svc, ok)
	}
	if !ok {
		return
	}
	if count, p := t.outward(svc, s.world.Now()); p != nil {
		from := svc.Desired
		if s.activate(t, count, "monitor alarm "+p.high.name+" in state ALARM triggered policy "+p.name) && !s.cooling(t.out.at, p.tracking.ScaleOutCooldown) {
			t.out = scaleOut{at: s.world.Now(), count: from}
		}
		return
	}
	if count, p := s.inward(t, svc); p != nil && s.activate(t, count, "monitor alarm "+p.low.name+" in state ALARM triggered policy "+p.name) {
		t.in = s.world.Now()
	}
}

// metric is what the policy tracks, in percent of what the running tasks have.
func (p *policy) metric(svc ecs.Scalable) float64 {
	if p.tracking.PredefinedMetricSpecification.PredefinedMetricType == types.MetricTypeECSServiceAverageMemoryUtilization {
		return svc.Memory
	}
	return svc.CPU
}

// observe shows the alarms a data point. A service without running tasks has none, which
// is not taken for a low one.
func (p *policy) observe(svc ecs.Scalable, ok bool) {
	if !ok || svc.Running == 0 {
		p.high.breached, p.low.breached = 0, 0
		return
	}
	goal, metric := aws.ToFloat64(p.tracking.TargetValue), p.metric(svc)
	p.high.breached = counted(p.high.breached, metric > goal)
	p.low.breached = counted(p.low.breached, metric < lowPart*goal)
}

func counted(n int, breached bool) int {
	if !breached {
		return 0
	}
	return n + 1
}

// proposal is the count at which the metric would be at the target, rounded up.
func (p *policy) proposal(svc ecs.Scalable, from int) int {
	return int(math.Ceil(float64(from)*p.metric(svc)/aws.ToFloat64(p.tracking.TargetValue) - 1e-9))
}

// outward is the largest count that a policy wants to scale out to, and the policy; nil
// where none does. While the cooldown of a scale-out lasts, what it has added is taken
// to be on its way: policies calculate from the count before it.
func (t *target) outward(svc ecs.Scalable, now time.Time) (count int, by *policy) {
	if aws.ToBool(t.suspended.DynamicScalingOutSuspended) {
		return 0, nil
	}
	count = svc.Desired
	for _, name := range sorted(t.policies) {
		p := t.policies[name]
		if p.high.breached < highPoints {
			continue
		}
		from := svc.Desired
		if now.Sub(t.out.at) < cooldown(p.tracking.ScaleOutCooldown) {
			from = t.out.count
		}
		if wanted := min(max(p.proposal(svc, from), t.min), t.max); wanted > count {
			count, by = wanted, p
		}
	}
	return count, by
}

// inward is the count to scale in to, and the policy that leaves the most; nil where not
// all policies that may scale in want to, in a cooldown, and while ECS deploys (Amazon
// ECS developer guide, "Target tracking scaling policies").
func (s *Service) inward(t *target, svc ecs.Scalable) (count int, by *policy) {
	if aws.ToBool(t.suspended.DynamicScalingInSuspended) || svc.Deploying || svc.Desired <= t.min {
		return 0, nil
	}
	for _, name := range sorted(t.policies) {
		p := t.policies[name]
		if aws.ToBool(p.tracking.DisableScaleIn) {
			continue
		}
		if p.low.breached < lowPoints || s.cooling(t.in, p.tracking.ScaleInCooldown) {
			return 0, nil
		}
		if wanted := min(max(p.proposal(svc, svc.Desired), t.min), t.max); by == nil || wanted > count {
			count, by = wanted, p
		}
	}
	if count >= svc.Desired {
		return 0, nil
	}
	return count, by
}

// cooling reports whether a cooldown, in seconds, that began at a moment still lasts.
func (s *Service) cooling(since time.Time, seconds *int32) bool {
	return s.world.Now().Sub(since) < cooldown(seconds)
}

func cooldown(seconds *int32) time.Duration {
	if seconds == nil {
		return defaultCooldown
	}
	return time.Duration(*seconds) * time.Second
}

// bringWithin scales a service whose count is not between minimum and maximum.
func (s *Service) bringWithin(t *target, cause string) {
	svc, ok := s.counts.Scalable(t.region.scope, t.cluster, t.service)
	if !ok {
		return
	}
	if count := min(max(svc.Desired, t.min), t.max); count != svc.Desired {
		s.activate(t, count, cause)
	}
}

// description says what an activity does.
func description(count int) string { return fmt.Sprintf("Setting desired count to %d.", count) }
