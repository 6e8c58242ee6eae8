package events

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"flexgw.io/controller/internal/awssim/core"
)

// PutTargets adds targets to a rule, at most five in all, or replaces those of the
// same ids. That a target exists is not looked at, as in AWS.
func (s *Service) PutTargets(c *core.Call, in *sdk.PutTargetsInput) (*sdk.PutTargetsOutput, error) {
	r, err := s.rule(c, in.EventBusName, in.Rule)
	if err != nil {
		return nil, err
	}
	all := slices.Clone(r.targets)
	for _, t := range in.Targets {
		switch {
		case t.InputPath != nil, t.InputTransformer != nil:
			return nil, core.Errorf(notSimulated, "awssim: InputPath and InputTransformer are not simulated").WithStatus(501)
		case strings.Count(aws.ToString(t.Arn), ":") < 5:
			return nil, core.Errorf(validation, "Parameter %s is not valid. Reason: Provided Arn is not in correct format.", aws.ToString(t.Arn))
		}
		if at := slices.IndexFunc(all, func(o types.Target) bool { return *o.Id == *t.Id }); at >= 0 {
			all[at] = t
			continue
		}
		all = append(all, t)
	}
	if len(all) > mostTargets {
		return nil, core.Errorf(limitExceeded, "The requested resource exceeds the maximum number allowed.")
	}
	slices.SortFunc(all, func(a, b types.Target) int { return strings.Compare(*a.Id, *b.Id) })
	r.targets = all
	return &sdk.PutTargetsOutput{FailedEntries: []types.PutTargetsResultEntry{}}, nil
}

// RemoveTargets removes targets from a rule. An id that the rule does not have is an
// entry that has failed.
func (s *Service) RemoveTargets(c *core.Call, in *sdk.RemoveTargetsInput) (*sdk.RemoveTargetsOutput, error) {
	r, err := s.rule(c, in.EventBusName, in.Rule)
	if err != nil {
		return nil, err
	}
	out := &sdk.RemoveTargetsOutput{FailedEntries: []types.RemoveTargetsResultEntry{}}
	for _, id := range in.Ids {
		before := len(r.targets)
		r.targets = slices.DeleteFunc(r.targets, func(t types.Target) bool { return *t.Id == id })
		if len(r.targets) == before {
			out.FailedEntryCount++
			out.FailedEntries = append(out.FailedEntries, types.RemoveTargetsResultEntry{
				TargetId: aws.String(id), ErrorCode: aws.String(notFound), ErrorMessage: aws.String("Rule " + r.name + " does not have target(s) with the specified id(s)."),
			})
		}
	}
	return out, nil
}

// ListTargetsByRule lists the targets of a rule.
func (s *Service) ListTargetsByRule(c *core.Call, in *sdk.ListTargetsByRuleInput) (*sdk.ListTargetsByRuleOutput, error) {
	r, err := s.rule(c, in.EventBusName, in.Rule)
	if err != nil {
		return nil, err
	}
	shown, next, err := page(r.targets, func(t types.Target) string { return *t.Id }, in.NextToken, in.Limit)
	if err != nil {
		return nil, err
	}
	return &sdk.ListTargetsByRuleOutput{Targets: append([]types.Target{}, shown...), NextToken: next}, nil
}

// ListRuleNamesByTarget lists the rules that have a target with an ARN.
func (s *Service) ListRuleNamesByTarget(c *core.Call, in *sdk.ListRuleNamesByTargetInput) (*sdk.ListRuleNamesByTargetOutput, error) {
	b, err := s.bus(c, in.EventBusName)
	if err != nil {
		return nil, err
	}
	has := func(t types.Target) bool { return *t.Arn == *in.TargetArn }
	var names []string
	for _, name := range b.names() {
		if slices.ContainsFunc(b.rules[name].targets, has) {
			names = append(names, name)
		}
	}
	shown, next, err := page(names, core.Itself, in.NextToken, in.Limit)
	if err != nil {
		return nil, err
	}
	return &sdk.ListRuleNamesByTargetOutput{RuleNames: append([]string{}, shown...), NextToken: next}, nil
}
