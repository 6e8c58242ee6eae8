package ec2

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
)

var groupFilters = withRuleFilters(filterTable[*group]{
	"group-id":    func(g *group) []string { return []string{g.id} },
	"group-name":  func(g *group) []string { return []string{g.name} },
	"description": func(g *group) []string { return []string{g.description} },
	"vpc-id":      func(g *group) []string { return []string{g.vpc.id} },
})

// withRuleFilters adds the filters by a group's rules, in both directions.
func withRuleFilters(t filterTable[*group]) filterTable[*group] {
	ofRule := filterTable[*rule]{
		"cidr":      func(r *rule) []string { return r.cidrText(true) },
		"ipv6-cidr": func(r *rule) []string { return r.cidrText(false) },
		"from-port": (*rule).fromPort,
		"to-port":   (*rule).toPort,
		"protocol":  func(r *rule) []string { return []string{r.protocol} },
		"group-id":  func(r *rule) []string { return []string{r.source.groupID} },
	}
	for name, values := range ofRule {
		t["ip-permission."+name] = overRules(false, values)
		t["egress.ip-permission."+name] = overRules(true, values)
	}
	return t
}

func overRules(egress bool, values func(*rule) []string) func(*group) []string {
	return func(g *group) []string {
		var all []string
		for _, r := range g.rules {
			if r.egress == egress && r.Seen() {
				all = append(all, values(r)...)
			}
		}
		return all
	}
}

func (r *rule) cidrText(v4 bool) []string {
	if r.source.isGroup() || r.source.cidr.Addr().Is4() != v4 {
		return nil
	}
	return []string{r.source.cidr.String()}
}

// DescribeSecurityGroups lists groups with their rules. Names may be given for
// groups of the default VPC.
func (s *Service) DescribeSecurityGroups(c *core.Call, in *sdk.DescribeSecurityGroupsInput) (*sdk.DescribeSecurityGroupsOutput, error) {
	n := s.networks.In(c.Scope)
	match, err := ownerFilter(groupFilters, c.Account).compile(in.Filters, tagsOf)
	if err != nil {
		return nil, err
	}
	ids := slices.Clone(in.GroupIds)
	for _, name := range in.GroupNames {
		g, err := n.groupFor(nil, aws.String(name))
		if err != nil {
			return nil, err
		}
		ids = append(ids, g.id)
	}
	found, next, err := n.groups.pick(selection[*group]{
		ids: ids, notFound: groupNotFound, match: match, maxResults: in.MaxResults, token: in.NextToken,
	})
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeSecurityGroupsOutput{NextToken: next}
	for _, g := range found {
		out.SecurityGroups = append(out.SecurityGroups, g.describe(c.Scope))
	}
	return out, nil
}

func (g *group) describe(sc core.Scope) types.SecurityGroup {
	return types.SecurityGroup{
		GroupId:             aws.String(g.id),
		GroupName:           aws.String(g.name),
		Description:         aws.String(g.description),
		VpcId:               aws.String(g.vpc.id),
		OwnerId:             aws.String(sc.Account),
		SecurityGroupArn:    aws.String(g.arn(sc)),
		IpPermissions:       g.permissions(sc.Account, false),
		IpPermissionsEgress: g.permissions(sc.Account, true),
		Tags:                g.tags.list(),
	}
}

var ruleFilters = filterTable[*rule]{
	"group-id":               func(r *rule) []string { return []string{r.group.id} },
	"security-group-rule-id": func(r *rule) []string { return []string{r.id} },
}

// DescribeSecurityGroupRules lists the rules of all groups.
func (s *Service) DescribeSecurityGroupRules(c *core.Call, in *sdk.DescribeSecurityGroupRulesInput) (*sdk.DescribeSecurityGroupRulesOutput, error) {
	match, err := ruleFilters.compile(in.Filters, tagsOf)
	if err != nil {
		return nil, err
	}
	var rules table[*rule]
	for _, g := range s.networks.In(c.Scope).groups.all() {
		for _, r := range g.rules {
			if g.Seen() {
				rules.add(r)
			}
		}
	}
	slices.SortFunc(rules.order, func(a, b *rule) int { return a.seq - b.seq })
	found, next, err := rules.pick(selection[*rule]{
		ids: in.SecurityGroupRuleIds, notFound: ruleNotFound, match: match, maxResults: in.MaxResults, token: in.NextToken,
	})
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeSecurityGroupRulesOutput{NextToken: next}
	for _, r := range found {
		out.SecurityGroupRules = append(out.SecurityGroupRules, r.describe(c.Scope))
	}
	return out, nil
}
