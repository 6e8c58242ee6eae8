package gateway

import (
	"strings"
	"time"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// The defaults of spec.autoscaling and of capacity providers, for an object that no API
// server has filled in.
const (
	defaultCooldownSeconds int32 = 300
	defaultWeight          int32 = 1
)

// providers are what the replicas run on; none is Fargate.
func (b *builder) providers() resource.CapacityProviders {
	var list resource.CapacityProviders
	for _, p := range b.spec.Compute.CapacityProviders {
		list = append(list, resource.CapacityProvider{Name: p.Name, Base: p.Base, Weight: orDefault(p.Weight, defaultWeight)})
	}
	return list
}

// replicasWanted is the count that is the controller's business: none where an autoscaler
// owns it.
func (b *builder) replicasWanted() *int32 {
	if b.spec.Autoscaling != nil {
		return nil
	}
	return b.spec.Replicas
}

// firstReplicas is what a service starts with whose count is someone else's.
func (b *builder) firstReplicas() int32 {
	if a := b.spec.Autoscaling; a != nil {
		return a.MinReplicas
	}
	return 1
}

// scaled is the service as Application Auto Scaling names it.
func (b *builder) scaled() resource.Scaled {
	return resource.Scaled{Cluster: b.spec.Compute.ClusterName, Service: b.names.Service}
}

// addAutoscaling adds the scalable target with what is in it. Where spec.autoscaling is
// taken away, all of it goes before spec.replicas comes into force again: the count has
// one owner at a time.
func (b *builder) addAutoscaling(service *engine.Ref[resource.ServiceState]) {
	wanted := b.spec.Autoscaling != nil
	a := v1alpha1.AutoscalingSpec{}
	if wanted {
		a = *b.spec.Autoscaling
	}
	options := func(has bool) []engine.Option {
		list := []engine.Option{engine.Wanted(has)}
		if !wanted {
			list = append(list, engine.RemovedFirst())
		}
		return list
	}
	target := engine.Add(b.stack, Rollout, resource.ScalableTarget{
		Common: b.common, Scaled: b.scaled(), Min: a.MinReplicas, Max: a.MaxReplicas, Scheduled: bounds(a.Schedules),
		Suspended: b.spec.Rollout.Paused, ECSService: service,
	}, options(wanted)...)
	for metric, percent := range metrics(a) {
		engine.Add(b.stack, Rollout, b.policy(a, metric, percent, target), options(percent != nil)...)
	}
	for _, s := range b.schedules(a) {
		engine.Add(b.stack, Rollout, resource.ScheduledAction{
			Common: b.common, Scaled: b.scaled(), Name: s.Name, Schedule: s.Schedule, TimeZone: s.TimeZone,
			Bounds: resource.Bounds{Min: s.MinReplicas, Max: s.MaxReplicas}, Target: target,
		}, options(s.wanted)...)
	}
}

// metrics are what can be scaled by, with the utilization to keep to, in a fixed order.
func metrics(a v1alpha1.AutoscalingSpec) func(yield func(string, *int32) bool) {
	return func(yield func(string, *int32) bool) {
		_ = yield("cpu", a.TargetCPUPercent) && yield("memory", a.TargetMemoryPercent)
	}
}

func (b *builder) policy(a v1alpha1.AutoscalingSpec, metric string, percent *int32, target *engine.Ref[resource.ScalableTargetState]) resource.ScalingPolicy {
	return resource.ScalingPolicy{
		Common: b.common, Scaled: b.scaled(), Metric: metric, Target: target,
		Wanted: resource.ScalingPolicyWish{
			Percent:    orDefault(percent, 0),
			InCooldown: orDefault(a.ScaleInCooldownSeconds, defaultCooldownSeconds), OutCooldown: orDefault(a.ScaleOutCooldownSeconds, defaultCooldownSeconds),
		},
	}
}

func bounds(schedules []v1alpha1.AutoscalingSchedule) []resource.Bounds {
	var list []resource.Bounds
	for _, s := range schedules {
		list = append(list, resource.Bounds{Min: s.MinReplicas, Max: s.MaxReplicas})
	}
	return list
}

// schedule is one of the spec's, or one that was taken out of it and is still in AWS.
type schedule struct {
	v1alpha1.AutoscalingSchedule
	wanted bool
}

// schedules are the spec's and, after them, those that are on their way out. One that is
// over for good is taken out, too.
func (b *builder) schedules(a v1alpha1.AutoscalingSpec) []schedule {
	var all []schedule
	seen := map[string]bool{}
	for _, s := range a.Schedules {
		all = append(all, schedule{AutoscalingSchedule: s, wanted: !isOver(s.Schedule, b.in.Now())})
		seen[s.Name] = true
	}
	for _, record := range b.in.Records {
		if record.Kind != "ScheduledAction" || record.Name == "" || seen[record.Name] {
			continue
		}
		seen[record.Name] = true
		all = append(all, schedule{AutoscalingSchedule: v1alpha1.AutoscalingSchedule{Name: record.Name}})
	}
	return all
}

// furthestZone is how far any time zone is behind UTC, and an hour for clocks that differ.
const furthestZone = 13 * time.Hour

// isOver is true for an at expression whose moment has passed, in whatever time zone.
// What AWS does with such an action is not documented: it is not waited for.
func isOver(expression string, now time.Time) bool {
	text, isAt := strings.CutPrefix(expression, "at(")
	if !isAt {
		return false
	}
	moment, err := time.Parse("2006-01-02T15:04:05", strings.TrimSuffix(text, ")"))
	return err == nil && now.After(moment.Add(furthestZone))
}
