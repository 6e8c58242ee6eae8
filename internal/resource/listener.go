package resource

import (
	"context"
	"strconv"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/engine"
)

// Listener is a port of the load balancer that forwards to the target group of one
// port of the gateway.
type Listener struct {
	Common
	Balancing *Balancing
	// Port is the port of the gateway, by which the listener is known.
	Port int32
	// ListenerPort is the port of the load balancer.
	ListenerPort int32
	Protocol     string
	LoadBalancer *engine.Ref[LoadBalancerState]
	TargetGroup  *engine.Ref[TargetGroupState]
}

// ListenerWish is the listener that should be there.
type ListenerWish struct {
	LoadBalancer, TargetGroup string
	ListenerPort              int32
	Tags                      map[string]string
}

// ListenerState is the listener that is there.
type ListenerState struct {
	ARN         string
	Port        int32
	TargetGroup string
	Tags        map[string]string
}

// Identity is Listener/port.
func (l Listener) Identity() engine.Identity {
	return engine.Identity{Kind: "Listener", Name: strconv.Itoa(int(l.Port))}
}

// Needs the load balancer, in whatever state, and the target group.
func (l Listener) Needs() []engine.Need {
	return []engine.Need{engine.Exists(l.LoadBalancer).Inside(), engine.Exists(l.TargetGroup)}
}

// Wish is the listener that forwards to the target group.
func (l Listener) Wish() (ListenerWish, error) {
	return ListenerWish{
		LoadBalancer: l.LoadBalancer.Value().ARN, TargetGroup: l.TargetGroup.Value().ARN, ListenerPort: l.ListenerPort,
		Tags: l.tags("gateway", l.Gateway.Name+"-"+strconv.Itoa(int(l.Port))),
	}, nil
}

// Observe finds the listener of ours that was recorded, else the one at the port.
func (l Listener) Observe(ctx context.Context, recorded engine.Record) (*ListenerState, error) {
	loadBalancer := l.LoadBalancer.Value()
	if loadBalancer == nil {
		return nil, nil
	}
	listeners, err := l.Balancing.listenersOf(ctx, loadBalancer.ARN)
	if err != nil {
		return nil, err
	}
	var atPort *elbtypes.Listener
	for i, found := range listeners {
		if recorded.ID != "" && aws.ToString(found.ListenerArn) == recorded.ID {
			return l.state(ctx, &listeners[i])
		}
		if aws.ToInt32(found.Port) == l.ListenerPort {
			atPort = &listeners[i]
		}
	}
	if atPort == nil {
		return nil, nil
	}
	return l.state(ctx, atPort)
}

func (l Listener) state(ctx context.Context, found *elbtypes.Listener) (*ListenerState, error) {
	state := &ListenerState{ARN: aws.ToString(found.ListenerArn), Port: aws.ToInt32(found.Port)}
	if err := complete(l.Identity(), state.ARN); err != nil {
		return nil, err
	}
	if len(found.DefaultActions) > 0 {
		state.TargetGroup = aws.ToString(found.DefaultActions[0].TargetGroupArn)
	}
	var err error
	state.Tags, err = l.Balancing.tagsOf(ctx, l.LoadBalancer.Value().ARN, state.ARN)
	return state, err
}

// Owner is ours: a listener is part of our load balancer.
func (l Listener) Owner(*ListenerState) engine.Ownership { return engine.Ours() }

// Diff compares port, target group and tags.
func (l Listener) Diff(wish ListenerWish, observed *ListenerState) *compare.Delta {
	delta := compare.NewDelta()
	diff(delta, "port", wish.ListenerPort, observed.Port)
	diff(delta, "targetGroup", wish.TargetGroup, observed.TargetGroup)
	diffTags(delta, wish.Tags, observed.Tags)
	return delta
}

func forwardTo(targetGroup string) []elbtypes.Action {
	return []elbtypes.Action{{Type: elbtypes.ActionTypeEnumForward, TargetGroupArn: &targetGroup}}
}

// Create makes the listener.
func (l Listener) Create(ctx context.Context, wish ListenerWish) (*ListenerState, error) {
	out, err := l.Cloud.ELB.CreateListener(ctx, &elbv2.CreateListenerInput{
		LoadBalancerArn: &wish.LoadBalancer, Port: &wish.ListenerPort, Protocol: elbtypes.ProtocolEnum(l.Protocol),
		DefaultActions: forwardTo(wish.TargetGroup), Tags: elbTags(wish.Tags),
	})
	if err != nil {
		return nil, creating(err)
	}
	made := &ListenerState{ARN: aws.ToString(first(out.Listeners).ListenerArn), Port: wish.ListenerPort, TargetGroup: wish.TargetGroup, Tags: wish.Tags}
	if err := complete(l.Identity(), made.ARN); err != nil {
		return nil, err
	}
	return made, nil
}

// Update changes port, target group and tags.
func (l Listener) Update(ctx context.Context, wish ListenerWish, observed *ListenerState, delta *compare.Delta) (*ListenerState, error) {
	if delta.DifferentAt("port") || delta.DifferentAt("targetGroup") {
		_, err := l.Cloud.ELB.ModifyListener(ctx, &elbv2.ModifyListenerInput{
			ListenerArn: &observed.ARN, Port: &wish.ListenerPort, DefaultActions: forwardTo(wish.TargetGroup),
		})
		if err != nil {
			return nil, err
		}
	}
	err := retag(ctx, delta, wish.Tags, observed.Tags, func(ctx context.Context, tags map[string]string) error {
		return addELBTags(ctx, l.Cloud.ELB, observed.ARN, tags)
	})
	return &ListenerState{ARN: observed.ARN, Port: wish.ListenerPort, TargetGroup: wish.TargetGroup, Tags: merged(observed.Tags, wish.Tags)}, err
}

// Delete removes the listener.
func (l Listener) Delete(ctx context.Context, observed *ListenerState) error {
	_, err := l.Cloud.ELB.DeleteListener(ctx, &elbv2.DeleteListenerInput{ListenerArn: &observed.ARN})
	return gone(err)
}

// Release takes the owner tags away.
func (l Listener) Release(ctx context.Context, observed *ListenerState) error {
	return removeELBTags(ctx, l.Cloud.ELB, observed.ARN)
}

// Settled at once.
func (l Listener) Settled(*ListenerState) error { return nil }

// ID is the listener's ARN.
func (l Listener) ID(observed *ListenerState) string { return observed.ARN }
