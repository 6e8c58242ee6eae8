package ec2

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// rule lets one kind of traffic in or out of the interfaces of a group.
type rule struct {
	resource
	group  *group
	egress bool
	// protocol is tcp, udp, icmp, icmpv6, another protocol's number, or allProtocols.
	protocol string
	// from and to are the ports, or the ICMP type and code; anyPort where the
	// protocol has none.
	from, to    int32
	source      source
	description string
}

// source is the other end of a rule's traffic: a range of addresses or the
// interfaces of a group.
type source struct {
	cidr    netip.Prefix
	groupID string
}

const (
	allProtocols = "-1"
	anyPort      = -1
)

var everywhere = netip.MustParsePrefix("0.0.0.0/0")

func (s source) isGroup() bool { return s.groupID != "" }

func (s source) String() string {
	if s.isGroup() {
		return s.groupID
	}
	return s.cidr.String()
}

// same tells whether two rules let the same traffic through. Descriptions and tags
// do not count.
func (r *rule) same(other *rule) bool {
	return r.egress == other.egress && r.protocol == other.protocol &&
		r.from == other.from && r.to == other.to && r.source == other.source
}

// String is the rule as EC2's refusals spell it.
func (r *rule) String() string {
	if r.protocol == allProtocols {
		return fmt.Sprintf("peer: %s, ALL, ALLOW", r.source)
	}
	return fmt.Sprintf("peer: %s, %s, from port: %d, to port: %d, ALLOW", r.source, strings.ToUpper(r.protocol), r.from, r.to)
}

// permits tells whether the rule lets TCP traffic to the port through, as far as
// protocol and port go.
func (r *rule) permits(port int32) bool {
	return r.protocol == allProtocols || r.protocol == "tcp" && r.from <= port && port <= r.to
}

func (r *rule) describe(sc core.Scope) types.SecurityGroupRule {
	d := types.SecurityGroupRule{
		SecurityGroupRuleId:  aws.String(r.id),
		SecurityGroupRuleArn: aws.String(sc.ARN("ec2", "security-group-rule/"+r.id)),
		GroupId:              aws.String(r.group.id),
		GroupOwnerId:         aws.String(sc.Account),
		IsEgress:             aws.Bool(r.egress),
		IpProtocol:           aws.String(r.protocol),
		FromPort:             aws.Int32(r.from),
		ToPort:               aws.Int32(r.to),
		Description:          optional(r.description),
		Tags:                 r.tags.list(),
	}
	switch {
	case r.source.isGroup():
		d.ReferencedGroupInfo = &types.ReferencedSecurityGroup{
			GroupId: aws.String(r.source.groupID), UserId: aws.String(sc.Account),
		}
	case r.source.cidr.Addr().Is4():
		d.CidrIpv4 = aws.String(r.source.cidr.String())
	default:
		d.CidrIpv6 = aws.String(r.source.cidr.String())
	}
	return d
}

// permissions gathers the rules of one direction that reads show, as DescribeSecurityGroups shows them:
// one entry for each protocol and range of ports.
func (g *group) permissions(account string, egress bool) []types.IpPermission {
	type key struct {
		protocol string
		from, to int32
	}
	at := map[key]int{}
	all := []types.IpPermission{}
	for _, r := range g.rules {
		if r.egress != egress || !r.Seen() {
			continue
		}
		k := key{r.protocol, r.from, r.to}
		i, ok := at[k]
		if !ok {
			i = len(all)
			at[k] = i
			all = append(all, types.IpPermission{
				IpProtocol: aws.String(r.protocol), IpRanges: []types.IpRange{}, Ipv6Ranges: []types.Ipv6Range{},
				PrefixListIds: []types.PrefixListId{}, UserIdGroupPairs: []types.UserIdGroupPair{},
			})
			if r.protocol != allProtocols {
				all[i].FromPort, all[i].ToPort = aws.Int32(r.from), aws.Int32(r.to)
			}
		}
		r.addTo(&all[i], account)
	}
	return all
}

func (r *rule) addTo(p *types.IpPermission, account string) {
	description := optional(r.description)
	switch {
	case r.source.isGroup():
		p.UserIdGroupPairs = append(p.UserIdGroupPairs, types.UserIdGroupPair{
			GroupId: aws.String(r.source.groupID), UserId: aws.String(account), Description: description,
		})
	case r.source.cidr.Addr().Is4():
		p.IpRanges = append(p.IpRanges, types.IpRange{CidrIp: aws.String(r.source.cidr.String()), Description: description})
	default:
		p.Ipv6Ranges = append(p.Ipv6Ranges, types.Ipv6Range{CidrIpv6: aws.String(r.source.cidr.String()), Description: description})
	}
}

func (r *rule) fromPort() []string { return []string{strconv.Itoa(int(r.from))} }

func (r *rule) toPort() []string { return []string{strconv.Itoa(int(r.to))} }

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
