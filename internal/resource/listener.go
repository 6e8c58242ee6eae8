package resource

import (
	"context"
	"maps"
	"slices"
	"strconv"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/engine"
)

// Listener is a port of the load balancer that forwards to the target group of one
// port of the gateway, or to a pair of them. Of a pair, ECS owns the weights: the
// controller sees to it that both are there, and never to which of them has the traffic.
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
	// Alternate is the second target group, nil where there is none.
	Alternate *engine.Ref[TargetGroupState]
}

// ListenerWish is the listener that should be there.
type ListenerWish struct {
	LoadBalancer string
	// Groups are the ARNs of its target groups, the first of which gets the traffic of a
	// new listener.
	Groups       []string
	ListenerPort int32
	Tags         map[string]string
}

// ListenerState is the listener that is there.
type ListenerState struct {
	ARN  string
	Port int32
	// Weights are the shares of the traffic by the ARN of the target group. A single group
	// has all of it, whatever its weight.
	Weights map[string]int32
	Tags    map[string]string
}

// Groups are the ARNs of the target groups.
func (s *ListenerState) Groups() []string { return slices.Sorted(maps.Keys(s.Weights)) }

// Production is the one of some target groups that gets the most traffic, the first
// where none gets any.
func (s *ListenerState) Production(groups ...string) string {
	best := groups[0]
	for _, group := range groups {
		if s != nil && s.Weights[group] > s.Weights[best] {
			best = group
		}
	}
	return best
}

// Identity is Listener/port.
func (l Listener) Identity() engine.Identity {
	return engine.Identity{Kind: "Listener", Name: strconv.Itoa(int(l.Port))}
}

// Needs the load balancer, in whatever state, and the target groups.
func (l Listener) Needs() []engine.Need {
	needs := []engine.Need{engine.Exists(l.LoadBalancer).Inside(), engine.Exists(l.TargetGroup)}
	if l.Alternate != nil {
		needs = append(needs, engine.Exists(l.Alternate))
	}
	return needs
}

// Wish is the listener that forwards to the target groups.
func (l Listener) Wish() (ListenerWish, error) {
	wish := ListenerWish{
		LoadBalancer: l.LoadBalancer.Value().ARN, Groups: []string{l.TargetGroup.Value().ARN}, ListenerPort: l.ListenerPort,
		Tags: l.tags("gateway", l.Gateway.Name+"-"+strconv.Itoa(int(l.Port))),
	}
	if l.Alternate != nil {
		wish.Groups = append(wish.Groups, l.Alternate.Value().ARN)
	}
	return wish, nil
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
		state.Weights = weightsOf(found.DefaultActions[0])
	}
	var err error
	state.Tags, err = l.Balancing.tagsOf(ctx, l.LoadBalancer.Value().ARN, state.ARN)
	return state, err
}

// Owner is ours: a listener is part of our load balancer.
func (l Listener) Owner(*ListenerState) engine.Ownership { return engine.Ours() }

// weightsOf are the weights of the target groups of an action. AWS tells a single group
// once or twice, several only by weight.
func weightsOf(action elbtypes.Action) map[string]int32 {
	weights := map[string]int32{}
	if single := aws.ToString(action.TargetGroupArn); single != "" {
		weights[single] = mostWeight
		return weights
	}
	if action.ForwardConfig == nil {
		return weights
	}
	for _, group := range action.ForwardConfig.TargetGroups {
		weights[aws.ToString(group.TargetGroupArn)] = aws.ToInt32(group.Weight)
	}
	return weights
}

// Diff compares port, target groups and tags; not the weights.
func (l Listener) Diff(wish ListenerWish, observed *ListenerState) *compare.Delta {
	delta := compare.NewDelta()
	diff(delta, "port", wish.ListenerPort, observed.Port)
	if !sameSet(wish.Groups, observed.Groups()) {
		delta.Add("targetGroups", wish.Groups, observed.Groups())
	}
	diffTags(delta, wish.Tags, observed.Tags)
	return delta
}

// mostWeight is the weight of the target group that has all traffic, as ECS sets it.
const mostWeight int32 = 100

// forwardTo is the action of a listener: one group, or several with the weights that
// they have already. Where none of them has any, the first gets all traffic.
func forwardTo(groups []string, weights map[string]int32) []elbtypes.Action {
	if len(groups) == 1 {
		return []elbtypes.Action{{Type: elbtypes.ActionTypeEnumForward, TargetGroupArn: &groups[0]}}
	}
	config := &elbtypes.ForwardActionConfig{}
	for _, group := range groups {
		config.TargetGroups = append(config.TargetGroups, elbtypes.TargetGroupTuple{TargetGroupArn: ptr(group), Weight: ptr(weights[group])})
	}
	if !slices.ContainsFunc(groups, func(group string) bool { return weights[group] > 0 }) {
		config.TargetGroups[0].Weight = ptr(mostWeight)
	}
	return []elbtypes.Action{{Type: elbtypes.ActionTypeEnumForward, ForwardConfig: config}}
}

// Create makes the listener.
func (l Listener) Create(ctx context.Context, wish ListenerWish) (*ListenerState, error) {
	actions := forwardTo(wish.Groups, nil)
	out, err := l.Cloud.ELB.CreateListener(ctx, &elbv2.CreateListenerInput{
		LoadBalancerArn: &wish.LoadBalancer, Port: &wish.ListenerPort, Protocol: elbtypes.ProtocolEnum(l.Protocol),
		DefaultActions: actions, Tags: elbTags(wish.Tags),
	})
	if err != nil {
		return nil, creating(err)
	}
	made := &ListenerState{ARN: aws.ToString(first(out.Listeners).ListenerArn), Port: wish.ListenerPort, Weights: weightsOf(actions[0]), Tags: wish.Tags}
	if err := complete(l.Identity(), made.ARN); err != nil {
		return nil, err
	}
	return made, nil
}

// Update changes port, target groups and tags.
func (l Listener) Update(ctx context.Context, wish ListenerWish, observed *ListenerState, delta *compare.Delta) (*ListenerState, error) {
	updated := &ListenerState{ARN: observed.ARN, Port: wish.ListenerPort, Weights: observed.Weights, Tags: merged(observed.Tags, wish.Tags)}
	input := &elbv2.ModifyListenerInput{ListenerArn: &observed.ARN}
	if delta.DifferentAt("port") {
		input.Port = &wish.ListenerPort
	}
	// Sent only where the groups differ: in the meantime ECS may have moved traffic.
	if delta.DifferentAt("targetGroups") {
		input.DefaultActions = forwardTo(wish.Groups, observed.Weights)
		updated.Weights = weightsOf(input.DefaultActions[0])
	}
	if input.Port != nil || input.DefaultActions != nil {
		if _, err := l.Cloud.ELB.ModifyListener(ctx, input); err != nil {
			return nil, err
		}
	}
	err := retag(ctx, delta, wish.Tags, observed.Tags, func(ctx context.Context, tags map[string]string) error {
		return addELBTags(ctx, l.Cloud.ELB, observed.ARN, tags)
	})
	return updated, err
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
