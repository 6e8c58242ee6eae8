package elbv2

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awssim/core"
)

const (
	// mostForwarded is how many target groups an action may name: ELB's quota "Target
	// Groups per Action".
	mostForwarded = 5
	// mostWeight is the greatest weight of a target group (SDK, types.TargetGroupTuple).
	mostWeight = 999
)

// Share is the part of a listener's new connections that a target group gets: its
// weight against the sum of all weights.
type Share struct {
	TargetGroup string // ARN
	Weight      int32
}

// forward is where a listener sends connections: the shares that have a target group.
// It is an array, so that settings can be compared.
type forward [mostForwarded]Share

// shares are those in use, in the order of the request.
func (f forward) shares() []Share {
	return slices.DeleteFunc(slices.Clone(f[:]), func(s Share) bool { return s.TargetGroup == "" })
}

// groups are the ARNs of the target groups, in the order of the request.
func (f forward) groups() []string {
	var arns []string
	for _, s := range f.shares() {
		arns = append(arns, s.TargetGroup)
	}
	return arns
}

// sameGroups reports whether the two send connections to the same groups, whatever
// their weights.
func (f forward) sameGroups(o forward) bool {
	return slices.Equal(slices.Sorted(slices.Values(f.groups())), slices.Sorted(slices.Values(o.groups())))
}

// forwardedTo takes the target groups out of the actions of a listener: a single one
// that forwards to one group, or to several by weight.
func forwardedTo(actions []types.Action) (f forward, err error) {
	if len(actions) != 1 {
		return f, core.Errorf("TooManyActions", "You must specify exactly one default action")
	}
	a := actions[0]
	if a.Type != types.ActionTypeEnumForward {
		return f, core.Errorf("InvalidLoadBalancerAction", "The action type '%s' is not valid with network load balancers", a.Type)
	}
	var groups []types.TargetGroupTuple
	if a.ForwardConfig != nil {
		groups = a.ForwardConfig.TargetGroups
	}
	if to := aws.ToString(a.TargetGroupArn); to != "" {
		if len(groups) > 1 || len(groups) == 1 && aws.ToString(groups[0].TargetGroupArn) != to {
			return f, invalid("You cannot specify two different target groups in one forward action")
		}
		groups = []types.TargetGroupTuple{{TargetGroupArn: aws.String(to)}}
	}
	switch {
	case len(groups) == 0:
		return f, invalid("A target group ARN must be specified")
	case len(groups) > mostForwarded:
		return f, core.Errorf("TooManyTargetGroups", "You can specify at most %d target groups in one forward action", mostForwarded)
	}
	for i, g := range groups {
		if f[i], err = shareOf(g); err != nil {
			return f, err
		}
		if slices.ContainsFunc(f[:i], func(o Share) bool { return o.TargetGroup == f[i].TargetGroup }) {
			return f, invalid("Target group '%s' is specified more than once in one forward action", f[i].TargetGroup)
		}
	}
	return f, nil
}

// shareOf is a target group with its weight, which is 1 where none is given.
func shareOf(g types.TargetGroupTuple) (Share, error) {
	s := Share{TargetGroup: aws.ToString(g.TargetGroupArn), Weight: 1}
	set(&s.Weight, g.Weight)
	switch {
	case s.TargetGroup == "":
		return s, invalid("A target group ARN must be specified")
	case s.Weight < 0 || s.Weight > mostWeight:
		return s, invalid("The weight of a target group must be between 0 and %d", mostWeight)
	}
	return s, nil
}

// describe is the action of a listener as AWS tells it: a single target group
// stands there twice, several only with their weights.
func (f forward) describe() types.Action {
	a := types.Action{Type: types.ActionTypeEnumForward, ForwardConfig: &types.ForwardActionConfig{
		TargetGroupStickinessConfig: &types.TargetGroupStickinessConfig{Enabled: aws.Bool(false)},
	}}
	shares := f.shares()
	for _, s := range shares {
		tuple := types.TargetGroupTuple{TargetGroupArn: aws.String(s.TargetGroup)}
		if len(shares) > 1 {
			tuple.Weight = aws.Int32(s.Weight)
		}
		a.ForwardConfig.TargetGroups = append(a.ForwardConfig.TargetGroups, tuple)
	}
	if len(shares) == 1 {
		a.TargetGroupArn = aws.String(shares[0].TargetGroup)
	}
	return a
}
