package ec2

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// RevokeSecurityGroupIngress removes inbound rules, named by id or by what they
// let through. A rule that is not there is an error in a VPC that a user made; in
// a default VPC it is only reported (EC2 API reference).
func (s *Service) RevokeSecurityGroupIngress(c *core.Call, in *sdk.RevokeSecurityGroupIngressInput) (*sdk.RevokeSecurityGroupIngressOutput, error) {
	n := s.networks.In(c.Scope)
	g, err := n.groupForRevoke(in.GroupId, in.GroupName, in.SecurityGroupRuleIds)
	if err != nil {
		return nil, err
	}
	gone, unknown, err := n.revoke(g, in.SecurityGroupRuleIds, in.DryRun, ruleRequest{
		permissions: in.IpPermissions, cidr: in.CidrIp, protocol: in.IpProtocol,
		sourceGroup: in.SourceSecurityGroupName, from: in.FromPort, to: in.ToPort,
	})
	if err != nil {
		return nil, err
	}
	return &sdk.RevokeSecurityGroupIngressOutput{
		Return: aws.Bool(true), RevokedSecurityGroupRules: gone, UnknownIpPermissions: unknown,
	}, nil
}

// RevokeSecurityGroupEgress removes outbound rules, as RevokeSecurityGroupIngress
// does inbound ones.
func (s *Service) RevokeSecurityGroupEgress(c *core.Call, in *sdk.RevokeSecurityGroupEgressInput) (*sdk.RevokeSecurityGroupEgressOutput, error) {
	n := s.networks.In(c.Scope)
	g, err := n.groupForRevoke(in.GroupId, nil, in.SecurityGroupRuleIds)
	if err != nil {
		return nil, err
	}
	gone, unknown, err := n.revoke(g, in.SecurityGroupRuleIds, in.DryRun, ruleRequest{
		egress: true, permissions: in.IpPermissions, cidr: in.CidrIp, protocol: in.IpProtocol,
		sourceGroup: in.SourceSecurityGroupName, from: in.FromPort, to: in.ToPort,
	})
	if err != nil {
		return nil, err
	}
	return &sdk.RevokeSecurityGroupEgressOutput{
		Return: aws.Bool(true), RevokedSecurityGroupRules: gone, UnknownIpPermissions: unknown,
	}, nil
}

// groupForRevoke finds the group, which a call that names rules by id may leave out.
func (n *network) groupForRevoke(id, name *string, ruleIDs []string) (*group, error) {
	if id == nil && name == nil && len(ruleIDs) > 0 {
		r, ok := n.ruleByID(ruleIDs[0])
		if !ok {
			return nil, ruleNotFound(ruleIDs[0])
		}
		return r.group, nil
	}
	return n.groupFor(id, name)
}

func (n *network) ruleByID(id string) (*rule, bool) {
	for _, g := range n.groups.all() {
		for _, r := range g.rules {
			if r.id == id {
				return r, true
			}
		}
	}
	return nil, false
}

// revoke finds all rules of a call before it removes the first.
func (n *network) revoke(g *group, ids []string, dry *bool, q ruleRequest) ([]types.RevokedSecurityGroupRule, []types.IpPermission, error) {
	wanted, err := n.rulesOf(g, q)
	if err != nil {
		return nil, nil, err
	}
	if len(wanted) == 0 && len(ids) == 0 {
		return nil, nil, core.Errorf("MissingParameter", "Either 'ipPermissions' or 'securityGroupRuleIds' should be provided.")
	}
	found, err := g.withIDs(ids, q.egress)
	if err != nil {
		return nil, nil, err
	}
	var unknown []types.IpPermission
	for _, r := range wanted {
		i := g.indexOf(r)
		if i < 0 {
			p := types.IpPermission{IpProtocol: aws.String(r.protocol), FromPort: aws.Int32(r.from), ToPort: aws.Int32(r.to)}
			r.addTo(&p, n.scope.Account)
			unknown = append(unknown, p)
			continue
		}
		found = append(found, g.rules[i])
	}
	if len(unknown) > 0 && !g.vpc.isDefault {
		return nil, nil, core.Errorf("InvalidPermission.NotFound", "The specified rule does not exist in this security group.")
	}
	if err := dryRun(dry); err != nil {
		return nil, nil, err
	}
	g.rules = slices.DeleteFunc(g.rules, func(r *rule) bool { return slices.Contains(found, r) })
	var gone []types.RevokedSecurityGroupRule
	for _, r := range found {
		gone = append(gone, r.revoked(n.scope))
	}
	return gone, unknown, nil
}

func (g *group) withIDs(ids []string, egress bool) ([]*rule, error) {
	var found []*rule
	for _, id := range ids {
		i := slices.IndexFunc(g.rules, func(r *rule) bool { return r.id == id && r.egress == egress })
		if i < 0 {
			return nil, ruleNotFound(id)
		}
		found = append(found, g.rules[i])
	}
	return found, nil
}

func (r *rule) revoked(sc core.Scope) types.RevokedSecurityGroupRule {
	d := r.describe(sc)
	out := types.RevokedSecurityGroupRule{
		SecurityGroupRuleId: d.SecurityGroupRuleId, GroupId: d.GroupId, IsEgress: d.IsEgress, IpProtocol: d.IpProtocol,
		FromPort: d.FromPort, ToPort: d.ToPort, CidrIpv4: d.CidrIpv4, CidrIpv6: d.CidrIpv6, Description: d.Description,
	}
	if d.ReferencedGroupInfo != nil {
		out.ReferencedGroupId = d.ReferencedGroupInfo.GroupId
	}
	return out
}
