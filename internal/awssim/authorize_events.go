package awssim

import "flexgw.io/controller/internal/awssim/iam"

// eventsRules follow "Actions, resources, and condition keys for Amazon EventBridge".
func eventsRules() map[string]rule {
	named := func(member string) rule {
		return func(r *request) []iam.Ask { return r.on(r.arn("rule/" + r.or(member, "*"))) }
	}
	rules := map[string]rule{
		"PutRule": func(r *request) []iam.Ask {
			arn := r.arn("rule/" + r.or("Name", "*"))
			return r.creating(r.on(arn), "TagResource", arn)
		},
		"PutEvents":             func(r *request) []iam.Ask { return r.on(r.arn("event-bus/default")) },
		"ListRules":             everywhere,
		"ListRuleNamesByTarget": everywhere,
		"PutTargets":            named("Rule"),
		"RemoveTargets":         named("Rule"),
		"ListTargetsByRule":     named("Rule"),
		"TagResource":           each("ResourceARN"),
		"UntagResource":         each("ResourceARN"),
		"ListTagsForResource":   each("ResourceARN"),
	}
	for _, operation := range []string{"DescribeRule", "DeleteRule", "EnableRule", "DisableRule"} {
		rules[operation] = named("Name")
	}
	return rules
}
