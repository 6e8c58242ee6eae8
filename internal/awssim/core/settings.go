package core

import (
	"maps"
	"time"
)

// Latency names a span of time that AWS takes to do something.
type Latency string

// The latencies of the simulated AWS. Their figures, and the evidence for them,
// are in DefaultSettings.
const (
	FileSystemCreate     Latency = "efs.FileSystem.create"
	FileSystemDelete     Latency = "efs.FileSystem.delete"
	MountTargetCreate    Latency = "efs.MountTarget.create"
	MountTargetDelete    Latency = "efs.MountTarget.delete"
	AccessPointCreate    Latency = "efs.AccessPoint.create"
	LoadBalancerCreate   Latency = "elbv2.LoadBalancer.create"
	LoadBalancerENIGone  Latency = "elbv2.LoadBalancer.eni-release"
	TargetRegister       Latency = "elbv2.Target.register"
	TargetDrainHeard     Latency = "elbv2.Target.drain-heard"
	TargetDeregisterMin  Latency = "elbv2.Target.deregister-minimum"
	WeightsHeard         Latency = "elbv2.Listener.weights-heard"
	RoleVisible          Latency = "iam.Role.visible"
	TaskScheduled        Latency = "ecs.Task.scheduled"
	TaskProvisioning     Latency = "ecs.Task.provisioning"
	TaskPending          Latency = "ecs.Task.pending"
	TaskPull             Latency = "ecs.Task.pull"
	TaskStart            Latency = "ecs.Task.start"
	TaskStop             Latency = "ecs.Task.stop"
	TaskENIRelease       Latency = "ecs.Task.eni-release"
	ServiceRetry         Latency = "ecs.Service.retry"
	ServiceInactive      Latency = "ecs.Service.inactive"
	TrafficShift         Latency = "ecs.Service.traffic-shift"
	AlarmHeard           Latency = "ecs.Service.alarm-heard"
	AlarmBake            Latency = "ecs.Service.alarm-bake"
	APICall              Latency = "api.call"
	SecretDeleteVisible  Latency = "secretsmanager.Secret.delete"
	SteadyStateDetection Latency = "ecs.Service.steady-state"
	TagIndex             Latency = "tagging.Index.update"
	GatewayConnect       Latency = "flex.Gateway.connect"
)

// Spread is how long something takes: half of the time P50 or less, 19 times of
// 20 P95 or less.
type Spread struct {
	P50, P95 time.Duration
}

// Settings are the figures of the simulated AWS that a person may want to change.
type Settings struct {
	// Latencies has a Spread for every Latency.
	Latencies map[Latency]Spread
	// Jitter draws each latency from its Spread; without it everything takes P50,
	// so that a run can be compared with the arithmetic.
	Jitter bool
	// ThrottleScale is the size of the token buckets that throttle calls: 1 is AWS's
	// defaults, 0.1 a tenth of their bursts and refills (a burst never falls under 1),
	// 0 no throttling.
	ThrottleScale float64
	// Events is how events are delivered.
	Events EventDelivery
	// Quotas are the limits in force; one that is not here, or is zero, limits nothing.
	Quotas map[Quota]int
}

// Clone is a copy that shares nothing with s.
func (s Settings) Clone() Settings {
	s.Latencies, s.Quotas = maps.Clone(s.Latencies), maps.Clone(s.Quotas)
	return s
}

// DefaultSettings are figures observed or documented for AWS in 2023-2026; where
// there is no evidence they are estimates, and say so.
func DefaultSettings() Settings {
	s := func(p50, p95 float64) Spread {
		return Spread{P50: time.Duration(p50 * float64(time.Second)), P95: time.Duration(p95 * float64(time.Second))}
	}
	return Settings{Events: defaultEvents(), Quotas: DefaultQuotas(), Latencies: map[Latency]Spread{
		FileSystemCreate:     s(5, 12),     // Terraform logs: 12 s, polling in 3 s steps
		FileSystemDelete:     s(3, 6),      // estimate
		MountTargetCreate:    s(85, 120),   // Terraform logs: 1m24s; "1-2 minutes"
		MountTargetDelete:    s(30, 90),    // estimate
		AccessPointCreate:    s(2, 5),      // estimate
		LoadBalancerCreate:   s(140, 170),  // Terraform logs: 2m22s to 2m41s
		LoadBalancerENIGone:  s(40, 120),   // Terraform logs: 40-47 s in all
		TargetRegister:       s(100, 170),  // AWS engineers: 90-180 s before the first health check
		TargetDrainHeard:     s(10, 60),    // estimate; users report up to minutes of new connections to targets that drain
		TargetDeregisterMin:  s(120, 120),  // effective minimum whatever the setting
		WeightsHeard:         s(60, 300),   // estimate; ECS allows 10 minutes for what nodes do against the weights
		RoleVisible:          s(3, 15),     // seconds as a rule, up to a minute
		TaskScheduled:        s(5, 30),     // the service scheduler's own delay
		TaskProvisioning:     s(7, 12),     // AWS's sample event: 3.3-10 s to the network interface
		TaskPending:          s(4, 8),      // same
		TaskPull:             s(9, 20),     // same
		TaskStart:            s(1, 3),      // same
		TaskStop:             s(2, 5),      // a gateway that drains quickly; at most its stopTimeout
		TaskENIRelease:       s(20, 90),    // part of DEPROVISIONING; tails of 10 minutes are known
		ServiceRetry:         s(29, 35),    // seen: 29 s after "unable to assume the role"
		ServiceInactive:      s(30, 60),    // after the last task is gone
		TrafficShift:         s(600, 600),  // ECS guide: 10 minutes more for each shift with a network load balancer
		AlarmHeard:           s(20, 60),    // seen: 21 s from ALARM to the rollback; ECS polls
		AlarmBake:            s(180, 290),  // ECS guide: "less than 5 minutes" where no bake time is set
		APICall:              s(0.15, 0.6), // estimate; most calls take 100-600 ms
		SecretDeleteVisible:  s(1, 5),      // estimate
		SteadyStateDetection: s(2, 10),     // estimate: the scheduler's next look
		TagIndex:             s(30, 120),   // issues of other tools: seconds to minutes
		GatewayConnect:       s(45, 90),    // estimate: from the start of a gateway until it is connected to Anypoint Platform
	}}
}

// Delay draws how long something takes. The world must be locked.
func (w *World) Delay(l Latency) time.Duration { return w.delay(l, w.rand) }

func (w *World) delay(l Latency, from *chance) time.Duration {
	spread := w.Settings.Latencies[l]
	if !w.Settings.Jitter || spread.P50 <= 0 {
		return spread.P50
	}
	return spread.draw(from)
}
