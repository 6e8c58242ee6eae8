package events

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"flexgw.io/controller/internal/awssim/core"
)

// mostListed is the size of a page that asks for no other.
const mostListed = 100

// PutRule makes a rule or replaces the one of that name; its targets and its tags
// stay. Schedules are not simulated.
func (s *Service) PutRule(c *core.Call, in *sdk.PutRuleInput) (*sdk.PutRuleOutput, error) {
	b, err := s.bus(c, in.EventBusName)
	if err != nil {
		return nil, err
	}
	switch {
	case in.ScheduleExpression != nil:
		return nil, core.Errorf(notSimulated, "awssim: schedules are not simulated").WithStatus(501)
	case in.EventPattern == nil:
		return nil, core.Errorf(validation, "Parameter(s) EventPattern or ScheduleExpression must be specified.")
	}
	p, err := parsePattern(*in.EventPattern)
	if err != nil {
		return nil, core.Errorf(invalidPattern, "Event pattern is not valid. Reason: %s", err.Error())
	}
	name := aws.ToString(in.Name)
	r, ok := b.rules[name]
	if !ok {
		if len(b.rules) >= mostRules {
			return nil, core.Errorf(limitExceeded, "The requested resource exceeds the maximum number allowed.")
		}
		r = &rule{name: name, arn: c.ARN("events", "rule/"+name), tags: map[string]string{}}
		if err := r.tag(in.Tags); err != nil {
			return nil, err
		}
		b.rules[name] = r
	}
	r.text, r.pattern, r.description, r.role = *in.EventPattern, p, aws.ToString(in.Description), aws.ToString(in.RoleArn)
	if r.state = in.State; r.state == "" {
		r.state = types.RuleStateEnabled
	}
	return &sdk.PutRuleOutput{RuleArn: aws.String(r.arn)}, nil
}

// DescribeRule describes a rule, without its targets.
func (s *Service) DescribeRule(c *core.Call, in *sdk.DescribeRuleInput) (*sdk.DescribeRuleOutput, error) {
	r, err := s.rule(c, in.EventBusName, in.Name)
	if err != nil {
		return nil, err
	}
	return &sdk.DescribeRuleOutput{
		Name: aws.String(r.name), Arn: aws.String(r.arn), EventPattern: aws.String(r.text), State: r.state,
		Description: optional(r.description), RoleArn: optional(r.role), EventBusName: aws.String("default"), CreatedBy: aws.String(c.Account),
	}, nil
}

// ListRules lists the rules whose names begin with a prefix.
func (s *Service) ListRules(c *core.Call, in *sdk.ListRulesInput) (*sdk.ListRulesOutput, error) {
	b, err := s.bus(c, in.EventBusName)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, name := range b.names() {
		if strings.HasPrefix(name, aws.ToString(in.NamePrefix)) {
			names = append(names, name)
		}
	}
	shown, next, err := page(names, core.Itself, in.NextToken, in.Limit)
	if err != nil {
		return nil, err
	}
	out := &sdk.ListRulesOutput{Rules: []types.Rule{}, NextToken: next}
	for _, name := range shown {
		r := b.rules[name]
		out.Rules = append(out.Rules, types.Rule{
			Name: aws.String(r.name), Arn: aws.String(r.arn), EventPattern: aws.String(r.text), State: r.state,
			Description: optional(r.description), RoleArn: optional(r.role), EventBusName: aws.String("default"),
		})
	}
	return out, nil
}

// DeleteRule deletes a rule that has no targets. A rule that does not exist is gone.
func (s *Service) DeleteRule(c *core.Call, in *sdk.DeleteRuleInput) (*sdk.DeleteRuleOutput, error) {
	b, err := s.bus(c, in.EventBusName)
	if err != nil {
		return nil, err
	}
	if r, ok := b.rules[aws.ToString(in.Name)]; ok {
		if len(r.targets) > 0 {
			return nil, core.Errorf(validation, "Rule can't be deleted since it has targets.")
		}
		delete(b.rules, r.name)
	}
	return &sdk.DeleteRuleOutput{}, nil
}

// EnableRule lets a rule match events again.
func (s *Service) EnableRule(c *core.Call, in *sdk.EnableRuleInput) (*sdk.EnableRuleOutput, error) {
	r, err := s.rule(c, in.EventBusName, in.Name)
	if err != nil {
		return nil, err
	}
	r.state = types.RuleStateEnabled
	return &sdk.EnableRuleOutput{}, nil
}

// DisableRule keeps a rule from matching events.
func (s *Service) DisableRule(c *core.Call, in *sdk.DisableRuleInput) (*sdk.DisableRuleOutput, error) {
	r, err := s.rule(c, in.EventBusName, in.Name)
	if err != nil {
		return nil, err
	}
	r.state = types.RuleStateDisabled
	return &sdk.DisableRuleOutput{}, nil
}

// page cuts a page out of what is sorted.
func page[T any](sorted []T, key func(T) string, token *string, limit *int32) ([]T, *string, error) {
	size := mostListed
	if limit != nil {
		size = int(*limit)
	}
	shown, next, err := core.PageByKey(sorted, key, token, size)
	if err != nil {
		return nil, nil, core.Errorf(validation, "The NextToken value is not valid.")
	}
	return shown, next, nil
}

func optional(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// tag adds tags to the rule, all or none.
func (r *rule) tag(added []types.Tag) error {
	all, fault := core.Tags(r.tags).With(core.TagsOf(added, readTag))
	if fault == nil {
		r.tags = all
		return nil
	}
	switch fault.Kind {
	case core.ReservedTagKey:
		return core.Errorf(validation, "Tag keys that begin with aws: are reserved.")
	case core.DuplicateTagKey:
		return core.Errorf(validation, "The tag key %s is given more than once.", fault.Key)
	case core.TooManyTags:
		return core.Errorf(limitExceeded, "A resource can have at most %d tags.", core.MostTags)
	default:
		return core.Errorf(validation, "A tag key cannot be empty.")
	}
}

func readTag(t types.Tag) (key, value *string) { return t.Key, t.Value }
func writeTag(key, value *string) types.Tag    { return types.Tag{Key: key, Value: value} }
