package elbv2

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// listener is a port of a load balancer and the target groups behind it.
type listener struct {
	core.Appearance
	arn          string
	loadBalancer *loadBalancer
	targetGroups []*targetGroup
	tags         tagSet
	listenerSettings
	// before are the shares that connections follow until heardAt, when the nodes have
	// heard of new weights.
	before  forward
	heardAt time.Time
}

// listenerSettings are what can be compared about a listener.
type listenerSettings struct {
	port                         int32
	protocol                     types.ProtocolEnum
	forward                      forward
	certificate, sslPolicy, alpn string // for TLS only
}

// CreateListener adds a port to a load balancer. From then on the target group is
// in use: its targets are registered with the load balancer and checked. The same
// port with the same settings returns the listener that is there.
func (s *Service) CreateListener(c *core.Call, in *sdk.CreateListenerInput) (*sdk.CreateListenerOutput, error) {
	r := s.regions.In(c.Scope)
	lb := r.loadBalancer(aws.ToString(in.LoadBalancerArn))
	if lb == nil {
		return nil, errLoadBalancerNotFound(aws.ToString(in.LoadBalancerArn))
	}
	want, err := listenerSettings{}.with(&sdk.ModifyListenerInput{
		Port: in.Port, Protocol: in.Protocol, DefaultActions: in.DefaultActions,
		Certificates: in.Certificates, SslPolicy: in.SslPolicy, AlpnPolicy: in.AlpnPolicy,
	})
	if err != nil {
		return nil, err
	}
	if there := r.listenerAt(lb, want.port); there != nil {
		if there.listenerSettings != want {
			return nil, errDuplicateListener(lb)
		}
		return &sdk.CreateListenerOutput{Listeners: []types.Listener{there.describe()}}, nil
	}
	groups, err := r.targetGroupsFor(lb, want)
	if err != nil {
		return nil, err
	}
	if s.world.Exceeds(core.ListenersPerLoadBalancer, len(r.listenersOf(lb))+1) {
		return nil, core.Errorf("TooManyListeners", "The maximum number of listeners has been reached on load balancer '%s'", lb.arn)
	}
	l := &listener{loadBalancer: lb, listenerSettings: want}
	if err := l.tags.add(in.Tags); err != nil {
		return nil, err
	}
	l.arn = arn(c.Scope, "listener", "net", lb.name, lb.id, s.world.Hex(16))
	l.Appearance = s.world.Appears()
	r.listeners[l.arn] = l
	s.associate(r, l, groups)
	s.openEdge(l)
	return &sdk.CreateListenerOutput{Listeners: []types.Listener{l.describe()}}, nil
}

// DescribeListeners returns listeners by ARN, or those of a load balancer.
func (s *Service) DescribeListeners(c *core.Call, in *sdk.DescribeListenersInput) (*sdk.DescribeListenersOutput, error) {
	r := s.regions.In(c.Scope)
	if (in.LoadBalancerArn == nil) == (len(in.ListenerArns) == 0) {
		return nil, invalid("You must specify either listener ARNs or a load balancer ARN")
	}
	arns := slices.Sorted(slices.Values(in.ListenerArns))
	for _, arn := range arns {
		if r.listener(arn) == nil {
			return nil, core.Errorf("ListenerNotFound", "One or more listeners not found")
		}
	}
	if in.LoadBalancerArn != nil {
		lb := r.loadBalancer(*in.LoadBalancerArn)
		if lb == nil {
			return nil, errLoadBalancerNotFound(*in.LoadBalancerArn)
		}
		for _, l := range r.listenersOf(lb) {
			if l.Seen() {
				arns = append(arns, l.arn)
			}
		}
	}
	arns, next, err := page(arns, in.Marker, in.PageSize)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeListenersOutput{NextMarker: next, Listeners: []types.Listener{}}
	for _, arn := range arns {
		out.Listeners = append(out.Listeners, r.listeners[arn].describe())
	}
	return out, nil
}

// ModifyListener replaces the given properties of a listener.
func (s *Service) ModifyListener(c *core.Call, in *sdk.ModifyListenerInput) (*sdk.ModifyListenerOutput, error) {
	r := s.regions.In(c.Scope)
	l := r.listener(aws.ToString(in.ListenerArn))
	if l == nil {
		return nil, errListenerNotFound(aws.ToString(in.ListenerArn))
	}
	want, err := l.listenerSettings.with(in)
	if err != nil {
		return nil, err
	}
	if other := r.listenerAt(l.loadBalancer, want.port); other != nil && other != l {
		return nil, errDuplicateListener(l.loadBalancer)
	}
	groups, err := r.targetGroupsFor(l.loadBalancer, want)
	if err != nil {
		return nil, err
	}
	moved := l.port != want.port
	s.weigh(l, want.forward)
	l.listenerSettings = want
	if moved {
		s.moveEdge(l)
	}
	s.associate(r, l, groups)
	return &sdk.ModifyListenerOutput{Listeners: []types.Listener{l.describe()}}, nil
}

// DeleteListener deletes a listener. When it was the last that refers to its
// target group, the targets are unused from then on.
func (s *Service) DeleteListener(c *core.Call, in *sdk.DeleteListenerInput) (*sdk.DeleteListenerOutput, error) {
	r := s.regions.In(c.Scope)
	l := r.listener(aws.ToString(in.ListenerArn))
	if l == nil {
		return nil, errListenerNotFound(aws.ToString(in.ListenerArn))
	}
	s.removeListener(r, l)
	return &sdk.DeleteListenerOutput{}, nil
}

func (s *Service) removeListener(r *region, l *listener) {
	delete(r.listeners, l.arn)
	s.closeEdge(l)
	s.associate(r, l, nil)
}

// associate puts target groups behind a listener, in the place of those that are
// there. One that stays keeps the health of its targets.
func (s *Service) associate(r *region, l *listener, groups []*targetGroup) {
	gone := slices.DeleteFunc(slices.Clone(l.targetGroups), func(tg *targetGroup) bool { return slices.Contains(groups, tg) })
	l.targetGroups = groups
	for _, tg := range gone {
		delete(tg.usedBy, l.arn)
		if len(tg.usedBy) == 0 {
			tg.loadBalancer = nil
		}
		s.reassess(r, tg)
	}
	for _, tg := range groups {
		tg.loadBalancer = l.loadBalancer
		tg.usedBy[l.arn] = true
		s.reassess(r, tg)
	}
}

// listenersOf returns the listeners of a load balancer in the order of their ARNs.
func (r *region) listenersOf(lb *loadBalancer) []*listener {
	var list []*listener
	for _, arn := range sortedKeys(r.listeners) {
		if r.listeners[arn].loadBalancer == lb {
			list = append(list, r.listeners[arn])
		}
	}
	return list
}

func (r *region) listenerAt(lb *loadBalancer, port int32) *listener {
	for _, l := range r.listeners {
		if l.loadBalancer == lb && l.port == port {
			return l
		}
	}
	return nil
}

func errDuplicateListener(lb *loadBalancer) error {
	return core.Errorf("DuplicateListener", "A listener already exists on this port for this load balancer '%s'", lb.arn)
}
