package resource

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

// Rule lets TCP connections to a port in.
type Rule struct {
	// Port is the port that is opened.
	Port int32
	// CIDR is the network of the clients; empty where Group or Self is set.
	CIDR string
	// Group is the security group of the clients.
	Group string
	// Self lets the members of the group itself in.
	Self bool
}

// permissions are the rules in AWS's form, one source in each.
func permissions(rules []Rule, self string) []ec2types.IpPermission {
	var list []ec2types.IpPermission
	for _, r := range rules {
		p := ec2types.IpPermission{IpProtocol: aws.String("tcp"), FromPort: &r.Port, ToPort: &r.Port}
		switch {
		case r.Self:
			p.UserIdGroupPairs = []ec2types.UserIdGroupPair{{GroupId: &self}}
		case r.Group != "":
			p.UserIdGroupPairs = []ec2types.UserIdGroupPair{{GroupId: &r.Group}}
		case strings.Contains(r.CIDR, ":"):
			p.Ipv6Ranges = []ec2types.Ipv6Range{{CidrIpv6: &r.CIDR}}
		default:
			p.IpRanges = []ec2types.IpRange{{CidrIp: &r.CIDR}}
		}
		list = append(list, p)
	}
	return list
}

// single splits permissions so that each has one source.
func single(list []ec2types.IpPermission) []ec2types.IpPermission {
	var out []ec2types.IpPermission
	for _, p := range list {
		bare := ec2types.IpPermission{IpProtocol: p.IpProtocol, FromPort: p.FromPort, ToPort: p.ToPort}
		for _, r := range p.IpRanges {
			one := bare
			one.IpRanges = []ec2types.IpRange{{CidrIp: r.CidrIp}}
			out = append(out, one)
		}
		for _, r := range p.Ipv6Ranges {
			one := bare
			one.Ipv6Ranges = []ec2types.Ipv6Range{{CidrIpv6: r.CidrIpv6}}
			out = append(out, one)
		}
		for _, r := range p.UserIdGroupPairs {
			one := bare
			one.UserIdGroupPairs = []ec2types.UserIdGroupPair{{GroupId: r.GroupId}}
			out = append(out, one)
		}
		for _, r := range p.PrefixListIds {
			one := bare
			one.PrefixListIds = []ec2types.PrefixListId{{PrefixListId: r.PrefixListId}}
			out = append(out, one)
		}
	}
	return out
}

// ruleKey is a permission with one source as one word, for comparison and for people.
func ruleKey(p ec2types.IpPermission) string {
	var source string
	switch {
	case len(p.IpRanges) > 0:
		source = aws.ToString(p.IpRanges[0].CidrIp)
	case len(p.Ipv6Ranges) > 0:
		source = aws.ToString(p.Ipv6Ranges[0].CidrIpv6)
	case len(p.UserIdGroupPairs) > 0:
		source = aws.ToString(p.UserIdGroupPairs[0].GroupId)
	case len(p.PrefixListIds) > 0:
		source = aws.ToString(p.PrefixListIds[0].PrefixListId)
	}
	return fmt.Sprintf("%s/%d-%d from %s", aws.ToString(p.IpProtocol), aws.ToInt32(p.FromPort), aws.ToInt32(p.ToPort), source)
}

func ruleKeys(list []ec2types.IpPermission) []string {
	keys := []string{}
	for _, p := range single(list) {
		keys = append(keys, ruleKey(p))
	}
	slices.Sort(keys)
	return slices.Compact(keys)
}

// without are the permissions of a that b does not have.
func without(a, b []ec2types.IpPermission) []ec2types.IpPermission {
	present := ruleKeys(b)
	var rest []ec2types.IpPermission
	for _, p := range single(a) {
		if _, found := slices.BinarySearch(present, ruleKey(p)); !found {
			rest = append(rest, p)
		}
	}
	return rest
}
