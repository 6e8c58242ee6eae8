package elbv2

import "flexgw.io/controller/internal/awssim/core"

// TargetGroup is what other services need to know of a target group.
type TargetGroup struct {
	ARN, Name, VPC, TargetType string
	Port                       int32
	// HasListener says that a listener that reads show refers to the group.
	HasListener bool
	// LoadBalancerARN is the load balancer of those listeners, empty without any.
	LoadBalancerARN string
}

// TargetGroup returns a target group that reads show by its ARN.
func (s *Service) TargetGroup(sc core.Scope, arn string) (TargetGroup, bool) {
	r := s.regions.In(sc)
	tg := r.targetGroup(arn)
	if tg == nil {
		return TargetGroup{}, false
	}
	d := TargetGroup{ARN: tg.arn, Name: tg.name, VPC: tg.vpc, TargetType: "ip", Port: tg.port, HasListener: r.isAssociated(tg)}
	if tg.loadBalancer != nil {
		d.LoadBalancerARN = tg.loadBalancer.arn
	}
	return d, true
}

// Listener is what other services need to know of a listener.
type Listener struct {
	ARN, LoadBalancerARN string
	Port                 int32
	Shares               []Share
}

// Listener returns a listener that reads show by its ARN.
func (s *Service) Listener(sc core.Scope, arn string) (Listener, bool) {
	l := s.regions.In(sc).listener(arn)
	if l == nil {
		return Listener{}, false
	}
	return Listener{ARN: l.arn, LoadBalancerARN: l.loadBalancer.arn, Port: l.port, Shares: l.forward.shares()}, true
}

// Weigh gives the target groups of a listener new weights, as ModifyListener does. It
// fails with a *core.Error when the listener is not there, or has other groups.
func (s *Service) Weigh(sc core.Scope, arn string, shares ...Share) error {
	r := s.regions.In(sc)
	l, ok := r.listeners[arn]
	if !ok {
		return errListenerNotFound(arn)
	}
	var want forward
	copy(want[:], shares)
	if !want.sameGroups(l.forward) {
		return invalid("Listener '%s' does not forward to these target groups", arn)
	}
	s.weigh(l, want)
	l.forward = want
	return nil
}

// Register adds a target, in the named availability zone, to the group with the
// ARN tg. It fails with a *core.Error when the group does not exist or is full.
func (s *Service) Register(sc core.Scope, tg string, ip string, port int32, zone string) error {
	r := s.regions.In(sc)
	group, ok := r.targetGroups[tg]
	if !ok {
		return errTargetGroupNotFound(tg)
	}
	return s.register(r, group, ip, port, zone)
}

// Deregister begins to drain a target; nothing happens when it is not there.
func (s *Service) Deregister(sc core.Scope, tg string, ip string, port int32) {
	r := s.regions.In(sc)
	if group, ok := r.targetGroups[tg]; ok {
		if t := group.find(ip, port); t != nil {
			s.drain(r, group, t)
		}
	}
}

// TargetState returns a target's state and its reason code, as in
// DescribeTargetHealth: initial, healthy, unhealthy, draining or unused, and
// nothing when the target is not registered.
func (s *Service) TargetState(sc core.Scope, tg string, ip string, port int32) (state, reason string) {
	if group, ok := s.regions.In(sc).targetGroups[tg]; ok {
		if t := group.find(ip, port); t != nil {
			return string(t.state), string(t.reason)
		}
	}
	return "", ""
}

// OnTargetChange has fn called, with the world locked, at each change of a
// target's state; the state is empty when its deregistration is over. fn may call
// Register and Deregister.
func (s *Service) OnTargetChange(fn func(sc core.Scope, tg, ip string, port int32, state string)) {
	s.watchers = append(s.watchers, fn)
}
