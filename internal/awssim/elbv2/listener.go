package elbv2

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// listener is a port of a load balancer and the target group behind it.
type listener struct {
	core.Appearance
	arn          string
	loadBalancer *loadBalancer
	targetGroup  *targetGroup
	tags         tagSet
	listenerSettings
}

// listenerSettings are what can be compared about a listener.
type listenerSettings struct {
	port                         int32
	protocol                     types.ProtocolEnum
	forward                      string // ARN of the target group
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
	tg, err := r.targetGroupFor(lb, want)
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
	s.associate(r, l, tg)
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
	tg, err := r.targetGroupFor(l.loadBalancer, want)
	if err != nil {
		return nil, err
	}
	moved := l.port != want.port
	l.listenerSettings = want
	if moved {
		s.moveEdge(l)
	}
	if tg != l.targetGroup {
		s.dissociate(r, l)
		s.associate(r, l, tg)
	}
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
	s.dissociate(r, l)
}

// associate puts a target group behind a listener.
func (s *Service) associate(r *region, l *listener, tg *targetGroup) {
	l.targetGroup = tg
	tg.loadBalancer = l.loadBalancer
	tg.usedBy[l.arn] = true
	s.reassess(r, tg)
}

// dissociate takes the target group away from behind a listener.
func (s *Service) dissociate(r *region, l *listener) {
	tg := l.targetGroup
	delete(tg.usedBy, l.arn)
	if len(tg.usedBy) == 0 {
		tg.loadBalancer = nil
	}
	s.reassess(r, tg)
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
