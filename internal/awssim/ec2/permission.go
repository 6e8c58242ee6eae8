package ec2

import (
	"net/netip"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// ruleRequest is what the four Authorize and Revoke operations have in common.
type ruleRequest struct {
	egress      bool
	permissions []types.IpPermission
	// The older way to say one permission.
	cidr, protocol, sourceGroup *string
	from, to                    *int32
}

// all returns the permissions of either way.
func (q ruleRequest) all() ([]types.IpPermission, error) {
	if q.cidr == nil && q.protocol == nil && q.sourceGroup == nil && q.from == nil && q.to == nil {
		return q.permissions, nil
	}
	if len(q.permissions) > 0 {
		return nil, core.Errorf("InvalidParameterCombination", "The parameter 'ipProtocol' may not be used in combination with 'ipPermissions'")
	}
	p := types.IpPermission{IpProtocol: q.protocol, FromPort: q.from, ToPort: q.to}
	if q.sourceGroup != nil {
		p.UserIdGroupPairs = []types.UserIdGroupPair{{GroupName: q.sourceGroup}}
		if q.protocol == nil {
			p.IpProtocol = aws.String(allProtocols)
		}
	}
	if q.cidr != nil {
		p.IpRanges = []types.IpRange{{CidrIp: q.cidr}}
	}
	return []types.IpPermission{p}, nil
}

// rulesOf reads the rules that a call describes, without ids: one for each source
// of each permission.
func (n *network) rulesOf(g *group, q ruleRequest) ([]*rule, error) {
	permissions, err := q.all()
	if err != nil {
		return nil, err
	}
	var rules []*rule
	for _, p := range permissions {
		some, err := n.rulesOfPermission(g, q.egress, p)
		if err != nil {
			return nil, err
		}
		rules = append(rules, some...)
	}
	for i, r := range rules {
		for _, earlier := range rules[:i] {
			if r.same(earlier) {
				return nil, invalidValue("The same permission must not appear multiple times")
			}
		}
	}
	return rules, nil
}

func (n *network) rulesOfPermission(g *group, egress bool, p types.IpPermission) ([]*rule, error) {
	protocol, from, to, err := traffic(p)
	if err != nil {
		return nil, err
	}
	var rules []*rule
	add := func(s source, description *string) error {
		if !groupText.MatchString(aws.ToString(description)) {
			return invalidValue("Invalid rule description. Valid descriptions are %s", groupTextRule)
		}
		rules = append(rules, &rule{
			group: g, egress: egress, protocol: protocol, from: from, to: to, source: s, description: aws.ToString(description),
		})
		return nil
	}
	if err := n.eachSource(g, p, add); err != nil {
		return nil, err
	}
	if len(rules) == 0 {
		return nil, core.Errorf("MissingParameter", "Missing source specification: include source security group or CIDR information")
	}
	return rules, nil
}

// eachSource calls add for every range and group of a permission.
func (n *network) eachSource(g *group, p types.IpPermission, add func(source, *string) error) error {
	for _, r := range p.IpRanges {
		cidr, err := parseSource(aws.ToString(r.CidrIp), true)
		if err != nil {
			return err
		}
		if err := add(source{cidr: cidr}, r.Description); err != nil {
			return err
		}
	}
	for _, r := range p.Ipv6Ranges {
		cidr, err := parseSource(aws.ToString(r.CidrIpv6), false)
		if err != nil {
			return err
		}
		if err := add(source{cidr: cidr}, r.Description); err != nil {
			return err
		}
	}
	for _, pair := range p.UserIdGroupPairs {
		other, err := n.groupFor(pair.GroupId, pair.GroupName)
		if err != nil {
			return err
		}
		if other.vpc != g.vpc {
			return core.Errorf("InvalidGroup.NotFound", "You have specified two resources that belong to different networks.")
		}
		if err := add(source{groupID: other.id}, pair.Description); err != nil {
			return err
		}
	}
	if len(p.PrefixListIds) > 0 {
		return core.Errorf("InvalidPrefixListID.NotFound", "The prefix list ID '%s' does not exist", aws.ToString(p.PrefixListIds[0].PrefixListId))
	}
	return nil
}

// parseSource reads a range of addresses. As in AWS, bits behind the prefix are
// cleared without a word.
func parseSource(text string, v4 bool) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(text)
	if err != nil || p.Addr().Is4() != v4 {
		return netip.Prefix{}, invalidValue("CIDR block %s is malformed", text)
	}
	return p.Masked(), nil
}

// protocolNames are the protocols that EC2 shows by name and takes by number too.
var protocolNames = map[string]string{
	"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6",
	"tcp": "tcp", "udp": "udp", "icmp": "icmp", "icmpv6": "icmpv6",
}

const (
	maxProtocol = 255
	maxPort     = 65535
)

// traffic reads the protocol and the ports of a permission.
func traffic(p types.IpPermission) (protocol string, from, to int32, err error) {
	asked := strings.ToLower(aws.ToString(p.IpProtocol))
	if asked == "" {
		return "", 0, 0, missingParameter("ipProtocol")
	}
	if asked == allProtocols {
		return allProtocols, anyPort, anyPort, nil
	}
	protocol, named := protocolNames[asked]
	if !named {
		if n, err := strconv.Atoi(asked); err != nil || n < 0 || n > maxProtocol {
			return "", 0, 0, invalidValue("Invalid value '%s' for IP protocol. Unknown protocol.", aws.ToString(p.IpProtocol))
		}
		// Protocols without ports: EC2 lets all of their traffic through.
		return asked, anyPort, anyPort, nil
	}
	if p.FromPort == nil || p.ToPort == nil {
		if protocol == "icmp" || protocol == "icmpv6" {
			return protocol, anyPort, anyPort, nil
		}
		return "", 0, 0, invalidValue("Invalid value 'Must specify both from and to ports with TCP/UDP.' for portRange.")
	}
	from, to = *p.FromPort, *p.ToPort
	if protocol == "icmp" || protocol == "icmpv6" {
		return protocol, from, to, nil
	}
	if from < 0 || to > maxPort || from > to {
		return "", 0, 0, invalidValue("Invalid value '%d-%d' for portRange. Invalid TCP/UDP port range.", from, to)
	}
	return protocol, from, to, nil
}
