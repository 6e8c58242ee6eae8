package ec2

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func TestReachability(t *testing.T) {
	const outside = "203.0.113.7"
	tests := []struct {
		about string
		// rules are the ingress rules of the target, given the source's group.
		rules func(sourceGroup string) []types.IpPermission
		port  int32
		// want is from an interface, wantOutside from outside.
		want, wantOutside Reach
	}{
		{"no rules", func(string) []types.IpPermission { return nil }, 8081, Filtered, Filtered},
		{"a rule for the source's group", func(g string) []types.IpPermission { return []types.IpPermission{tcpFromGroup(8081, g)} }, 8081, Open, Filtered},
		{"a rule for the subnet's range", func(string) []types.IpPermission { return []types.IpPermission{tcpFrom(8081, "172.31.0.0/16")} }, 8081, Open, Filtered},
		{"a rule for the address outside", func(string) []types.IpPermission { return []types.IpPermission{tcpFrom(8081, outside+"/32")} }, 8081, Filtered, Open},
		{"a rule for everybody", func(string) []types.IpPermission { return []types.IpPermission{tcpFrom(8081, "0.0.0.0/0")} }, 8081, Open, Open},
		{"a rule for another port", func(string) []types.IpPermission { return []types.IpPermission{tcpFrom(8082, "0.0.0.0/0")} }, 8081, Filtered, Filtered},
		{"a rule, but nothing listens", func(string) []types.IpPermission { return []types.IpPermission{tcpFrom(9000, "0.0.0.0/0")} }, 9000, Refused, Refused},
		{"a rule for another protocol", func(string) []types.IpPermission {
			p := tcpFrom(8081, "0.0.0.0/0")
			p.IpProtocol = aws.String("udp")
			return []types.IpPermission{p}
		}, 8081, Filtered, Filtered},
		{"a rule for all traffic", func(string) []types.IpPermission {
			return []types.IpPermission{{IpProtocol: aws.String("-1"), IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}}}}
		}, 8081, Open, Open},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			a := newAccount(t)
			sourceGroup, targetGroup := a.newGroup("source", ""), a.newGroup("target", "")
			source := a.newInterface(InterfaceSpec{SecurityGroups: []string{sourceGroup}})
			target := a.newInterface(InterfaceSpec{SecurityGroups: []string{targetGroup}})
			a.Listen(a.call.Scope, target.ID, 8081)
			if rules := test.rules(sourceGroup); rules != nil {
				a.allow(targetGroup, rules...)
			}
			if got := a.Reach(a.call.Scope, source.ID, target.PrivateIP, test.port); got != test.want {
				t.Errorf("from an interface: %v, want %v", got, test.want)
			}
			if got := a.ReachFrom(a.call.Scope, outside, target.PrivateIP, test.port); got != test.wantOutside {
				t.Errorf("from outside: %v, want %v", got, test.wantOutside)
			}
		})
	}
}

func TestEgressRulesOfTheSourceCount(t *testing.T) {
	a := newAccount(t)
	sourceGroup, targetGroup := a.newGroup("source", ""), a.newGroup("target", "")
	source := a.newInterface(InterfaceSpec{SecurityGroups: []string{sourceGroup}})
	target := a.newInterface(InterfaceSpec{SecurityGroups: []string{targetGroup}})
	a.Listen(a.call.Scope, target.ID, 2049)
	a.allow(targetGroup, tcpFromGroup(2049, sourceGroup))
	must(a.RevokeSecurityGroupEgress(a.call, &sdk.RevokeSecurityGroupEgressInput{
		GroupId: aws.String(sourceGroup), IpPermissions: a.group(sourceGroup).IpPermissionsEgress,
	}))(t)
	if got := a.Reach(a.call.Scope, source.ID, target.PrivateIP, 2049); got != Filtered {
		t.Errorf("without egress rules: %v, want filtered", got)
	}
	must(a.AuthorizeSecurityGroupEgress(a.call, &sdk.AuthorizeSecurityGroupEgressInput{
		GroupId: aws.String(sourceGroup), IpPermissions: []types.IpPermission{tcpFromGroup(2049, targetGroup)},
	}))(t)
	if got := a.Reach(a.call.Scope, source.ID, target.PrivateIP, 2049); got != Open {
		t.Errorf("with an egress rule for the target's group: %v, want open", got)
	}
}

func TestThePublicAddressHidesTheGroupOfTheSource(t *testing.T) {
	a := newAccount(t)
	sourceGroup, targetGroup := a.newGroup("source", ""), a.newGroup("target", "")
	source := a.newInterface(InterfaceSpec{SecurityGroups: []string{sourceGroup}, AssignPublicIP: true})
	private := a.newInterface(InterfaceSpec{SecurityGroups: []string{sourceGroup}})
	target := a.newInterface(InterfaceSpec{SecurityGroups: []string{targetGroup}, AssignPublicIP: true})
	a.Listen(a.call.Scope, target.ID, 80)
	a.allow(targetGroup, tcpFromGroup(80, sourceGroup))
	if got := a.Reach(a.call.Scope, source.ID, target.PublicIP, 80); got != Filtered {
		t.Errorf("by the public address: %v, want filtered", got)
	}
	a.allow(targetGroup, tcpFrom(80, source.PublicIP+"/32"))
	if got := a.Reach(a.call.Scope, source.ID, target.PublicIP, 80); got != Open {
		t.Errorf("with a rule for the source's public address: %v, want open", got)
	}
	if got := a.Reach(a.call.Scope, private.ID, target.PublicIP, 80); got != Filtered {
		t.Errorf("without a public address of its own: %v, want filtered", got)
	}
}

func TestNobodyAnswers(t *testing.T) {
	a := newAccount(t)
	vpc := a.newVPC("10.0.0.0/16")
	elsewhere := a.newInterface(InterfaceSpec{Subnet: a.newSubnet(vpc, "10.0.0.0/24", "us-east-1a"), InterfaceType: "network_load_balancer"})
	open := a.newInterface(InterfaceSpec{InterfaceType: "network_load_balancer"})
	a.Listen(a.call.Scope, open.ID, 80)
	a.Listen(a.call.Scope, elsewhere.ID, 80)
	if got := a.Reach(a.call.Scope, elsewhere.ID, open.PrivateIP, 80); got != Filtered {
		t.Errorf("from another VPC: %v, want filtered", got)
	}
	if got := a.ReachFrom(a.call.Scope, "203.0.113.7", open.PrivateIP, 80); got != Open {
		t.Errorf("without groups: %v, want open", got)
	}
	a.Listen(a.call.Scope, open.ID)
	if got := a.ReachFrom(a.call.Scope, "203.0.113.7", open.PrivateIP, 80); got != Refused {
		t.Errorf("after it stopped listening: %v, want refused", got)
	}
	a.DeleteInterface(a.call.Scope, open.ID)
	if got := a.ReachFrom(a.call.Scope, "203.0.113.7", open.PrivateIP, 80); got != Filtered {
		t.Errorf("after it went away: %v, want filtered", got)
	}
}
