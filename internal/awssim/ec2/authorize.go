package ec2

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// AuthorizeSecurityGroupIngress adds inbound rules: all of them or, if one exists
// already, none.
func (s *Service) AuthorizeSecurityGroupIngress(c *core.Call, in *sdk.AuthorizeSecurityGroupIngressInput) (*sdk.AuthorizeSecurityGroupIngressOutput, error) {
	n := s.networks.In(c.Scope)
	g, err := n.groupFor(in.GroupId, in.GroupName)
	if err != nil {
		return nil, err
	}
	rules, err := s.authorize(n, g, in.TagSpecifications, in.DryRun, ruleRequest{
		permissions: in.IpPermissions, cidr: in.CidrIp, protocol: in.IpProtocol,
		sourceGroup: in.SourceSecurityGroupName, from: in.FromPort, to: in.ToPort,
	})
	if err != nil {
		return nil, err
	}
	return &sdk.AuthorizeSecurityGroupIngressOutput{Return: aws.Bool(true), SecurityGroupRules: rules}, nil
}

// AuthorizeSecurityGroupEgress adds outbound rules: all of them or, if one exists
// already, none.
func (s *Service) AuthorizeSecurityGroupEgress(c *core.Call, in *sdk.AuthorizeSecurityGroupEgressInput) (*sdk.AuthorizeSecurityGroupEgressOutput, error) {
	n := s.networks.In(c.Scope)
	g, err := n.groupFor(in.GroupId, nil)
	if err != nil {
		return nil, err
	}
	rules, err := s.authorize(n, g, in.TagSpecifications, in.DryRun, ruleRequest{
		egress: true, permissions: in.IpPermissions, cidr: in.CidrIp, protocol: in.IpProtocol,
		sourceGroup: in.SourceSecurityGroupName, from: in.FromPort, to: in.ToPort,
	})
	if err != nil {
		return nil, err
	}
	return &sdk.AuthorizeSecurityGroupEgressOutput{Return: aws.Bool(true), SecurityGroupRules: rules}, nil
}

// authorize checks all rules of a call before it adds the first.
func (s *Service) authorize(n *network, g *group, specs []types.TagSpecification, dry *bool, q ruleRequest) ([]types.SecurityGroupRule, error) {
	rules, err := n.rulesOf(g, q)
	if err != nil {
		return nil, err
	}
	if len(rules) == 0 {
		return nil, missingParameter("ipPermissions")
	}
	tags, err := tagsFor(types.ResourceTypeSecurityGroupRule, specs)
	if err != nil {
		return nil, err
	}
	for _, r := range rules {
		if g.indexOf(r) >= 0 {
			return nil, core.Errorf("InvalidPermission.Duplicate", `the specified rule "%s" already exists`, r)
		}
	}
	if s.tooMany(append(slices.Clone(g.rules), rules...), q.egress) {
		return nil, core.Errorf("RulesPerSecurityGroupLimitExceeded", "The maximum number of rules per security group has been reached.")
	}
	if err := dryRun(dry); err != nil {
		return nil, err
	}
	var described []types.SecurityGroupRule
	for _, r := range rules {
		r.resource = n.newResource(s.world.ID("sgr"), tags.clone())
		r.Appearance = s.world.Appears()
		g.rules = append(g.rules, r)
		described = append(described, r.describe(n.scope))
	}
	return described, nil
}

func (g *group) indexOf(r *rule) int { return slices.IndexFunc(g.rules, r.same) }

// tooMany tells whether there are more rules in the direction than a group may have. A
// rule that names a group counts for both IPv4 and IPv6.
func (s *Service) tooMany(rules []*rule, egress bool) bool {
	v4, v6 := 0, 0
	for _, r := range rules {
		if r.egress != egress {
			continue
		}
		if r.source.isGroup() || r.source.cidr.Addr().Is4() {
			v4++
		}
		if r.source.isGroup() || r.source.cidr.Addr().Is6() {
			v6++
		}
	}
	return s.world.Exceeds(core.RulesPerSecurityGroup, max(v4, v6))
}
