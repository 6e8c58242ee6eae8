package elbv2

import (
	"net/netip"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ec2"
)

// health is where a target is in its life:
//
//	unused -> initial (registering, then checking) -> healthy <-> unhealthy -> draining
//
// A target is checked at every interval of its group for as long as it is in use,
// so that a port that closes or a rule that goes is noticed after interval times
// threshold. A check is one look into the simulated network.
type health struct {
	state  types.TargetHealthStateEnum
	reason types.TargetHealthReasonEnum
	// registered says that registration with the load balancer is over.
	registered    bool
	passes, fails int32
	// answered is the HTTP status of the latest check, 0 where nothing was asked.
	answered int
	// next is what happens to the target next: the end of its registration, a
	// check, or the end of its draining.
	next *core.Event
	// lingersUntil is when the nodes hear that the target drains: they send it new
	// connections before.
	lingersUntil time.Time
}

// register puts a target into a group.
func (s *Service) register(r *region, tg *targetGroup, ip string, port int32, zone string) error {
	t := tg.find(ip, port)
	switch {
	case t != nil && t.state != types.TargetHealthStateEnumDraining:
		return nil
	case t == nil && s.world.Exceeds(core.TargetsPerTargetGroup, len(tg.targets)+1):
		return core.Errorf("TooManyTargets", "The maximum number of targets has been reached on target group '%s'", tg.arn)
	case t == nil:
		t = &target{ip: ip, port: port, zone: zone}
		tg.targets = append(tg.targets, t)
	}
	t.next.Cancel()
	if !s.inUse(r, tg, t) {
		s.become(r, tg, t, types.TargetHealthStateEnumUnused, types.TargetHealthReasonEnumNotInUse)
		return nil
	}
	s.begin(r, tg, t)
	return nil
}

// reassess brings the targets of a group in line with what its load balancer and
// listeners have become.
func (s *Service) reassess(r *region, tg *targetGroup) {
	for _, t := range slices.Clone(tg.targets) {
		used := s.inUse(r, tg, t)
		switch {
		case t.state == types.TargetHealthStateEnumDraining:
		case !used && t.state != types.TargetHealthStateEnumUnused:
			t.next.Cancel()
			s.become(r, tg, t, types.TargetHealthStateEnumUnused, types.TargetHealthReasonEnumNotInUse)
		case used && t.state == types.TargetHealthStateEnumUnused:
			s.begin(r, tg, t)
		case used && t.reason == types.TargetHealthReasonEnumRegistrationInProgress && t.registered:
			s.startChecks(r, tg, t)
		}
	}
}

// reassessTargetsOf does so for all target groups of a load balancer.
func (s *Service) reassessTargetsOf(r *region, lb *loadBalancer) {
	for _, arn := range sortedKeys(r.targetGroups) {
		if tg := r.targetGroups[arn]; tg.loadBalancer == lb {
			s.reassess(r, tg)
		}
	}
}

// begin registers a target with the load balancer.
func (s *Service) begin(r *region, tg *targetGroup, t *target) {
	t.registered = false
	t.next = s.world.After(s.world.Delay(core.TargetRegister), func() {
		t.registered = true
		s.startChecks(r, tg, t)
	})
	s.become(r, tg, t, types.TargetHealthStateEnumInitial, types.TargetHealthReasonEnumRegistrationInProgress)
}

// startChecks begins the health checks of a registered target, unless its load
// balancer is not active yet: then its activation will.
func (s *Service) startChecks(r *region, tg *targetGroup, t *target) {
	if tg.loadBalancer.state != types.LoadBalancerStateEnumActive {
		return
	}
	t.passes, t.fails = 0, 0
	s.checkLater(r, tg, t)
	s.become(r, tg, t, types.TargetHealthStateEnumInitial, types.TargetHealthReasonEnumInitialHealthChecking)
}

func (s *Service) checkLater(r *region, tg *targetGroup, t *target) {
	t.next = s.world.After(tg.check.every(), func() { s.check(r, tg, t) })
}

// check reaches for a target once and counts the outcome. What comes next is
// scheduled before the change is told, because a watcher may deregister the target.
func (s *Service) check(r *region, tg *targetGroup, t *target) {
	s.checkLater(r, tg, t)
	eni, _ := s.node(r, tg.loadBalancer, t)
	reach := s.ec2.Reach(r.scope, eni, t.ip, tg.check.portFor(t.port))
	if reach == ec2.Open && s.accepts(r, tg, t) {
		t.passes, t.fails = t.passes+1, 0
		if t.state != types.TargetHealthStateEnumHealthy && t.passes >= tg.check.healthy {
			s.become(r, tg, t, types.TargetHealthStateEnumHealthy, "")
		}
		return
	}
	t.passes, t.fails = 0, t.fails+1
	if t.fails < tg.check.unhealthy {
		return
	}
	reason := types.TargetHealthReasonEnumFailedHealthChecks
	switch reach {
	case ec2.Filtered:
		reason = types.TargetHealthReasonEnumTimeout
	case ec2.Open:
		reason = types.TargetHealthReasonEnumResponseCodeMismatch
	}
	if t.state != types.TargetHealthStateEnumUnhealthy {
		s.cutEdge(r.scope, tg, t, unhealthyTermination)
	}
	s.become(r, tg, t, types.TargetHealthStateEnumUnhealthy, reason)
}

// drain deregisters a target: at once when it is unused, else after the group's
// deregistration delay, which is core.TargetDeregisterMin at the least.
func (s *Service) drain(r *region, tg *targetGroup, t *target) {
	switch t.state {
	case types.TargetHealthStateEnumDraining:
		return
	case types.TargetHealthStateEnumUnused:
		s.forget(r, tg, t)
		return
	}
	t.next.Cancel()
	if t.state == types.TargetHealthStateEnumHealthy {
		t.lingersUntil = s.world.Now().Add(s.world.Delay(core.TargetDrainHeard))
	}
	delay := max(s.world.Delay(core.TargetDeregisterMin), tg.deregistrationDelay())
	t.next = s.world.After(delay, func() { s.forget(r, tg, t) })
	s.become(r, tg, t, types.TargetHealthStateEnumDraining, types.TargetHealthReasonEnumDeregistrationInProgress)
}

// forget ends the registration of a target.
func (s *Service) forget(r *region, tg *targetGroup, t *target) {
	t.next.Cancel()
	s.cutEdge(r.scope, tg, t, drainTermination)
	tg.targets = slices.DeleteFunc(tg.targets, func(other *target) bool { return other == t })
	s.become(r, tg, t, "", "")
}

// become changes a target's state and tells the watchers.
func (s *Service) become(r *region, tg *targetGroup, t *target, state types.TargetHealthStateEnum, reason types.TargetHealthReasonEnum) {
	changed := t.state != state
	t.state, t.reason = state, reason
	if !changed {
		return
	}
	for _, tell := range s.watchers {
		tell(r.scope, tg.arn, t.ip, t.port, string(state))
	}
}

// inUse reports whether a load balancer has a node that serves the target.
func (s *Service) inUse(r *region, tg *targetGroup, t *target) bool {
	if tg.loadBalancer == nil {
		return false
	}
	_, ok := s.node(r, tg.loadBalancer, t)
	return ok
}

// node returns the network interface that checks a target: the one in the target's
// zone or, when the zone is not known, in the subnet that has its address, else any.
func (s *Service) node(r *region, lb *loadBalancer, t *target) (eni string, ok bool) {
	if t.zone != "" && t.zone != allZones {
		for _, z := range lb.zones {
			if z.name == t.zone {
				return z.eni, true
			}
		}
		return "", false
	}
	ip, err := netip.ParseAddr(t.ip)
	for _, z := range lb.zones {
		subnet, _ := s.ec2.Subnet(r.scope, z.subnet)
		if cidr, cidrErr := netip.ParsePrefix(subnet.CIDR); err == nil && cidrErr == nil && cidr.Contains(ip) {
			return z.eni, true
		}
	}
	return lb.zones[0].eni, true
}

// deregistrationDelay is the group's attribute of that name.
func (tg *targetGroup) deregistrationDelay() time.Duration {
	seconds, _ := strconv.Atoi(tg.attributes[deregistrationDelay]) // checked when it was set
	return time.Duration(seconds) * time.Second
}

// accepts reports whether what a target answers is what the target group calls healthy: of
// TCP checks nothing is asked.
func (s *Service) accepts(r *region, tg *targetGroup, t *target) bool {
	if !tg.check.isHTTP() {
		return true
	}
	eni, ok := s.ec2.InterfaceAt(r.scope, tg.vpc, t.ip)
	if !ok {
		return false
	}
	t.answered = s.ec2.Status(r.scope, eni, tg.check.portFor(t.port), tg.check.path)
	return tg.check.matches(t.answered)
}
