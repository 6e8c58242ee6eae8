package ec2

import (
	"testing"

	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func TestWildcards(t *testing.T) {
	tests := []struct {
		pattern, value string
		want           bool
	}{
		{"flex", "flex", true},
		{"flex", "Flex", false},
		{"flex", "flexible", false},
		{"flex*", "flex", true},
		{"*gw*", "flex-gw-1", true},
		{"fl?x", "flex", true},
		{"fl?x", "flx", false},
		{`a\*`, "a*", true},
		{`a\*`, "ab", false},
		{"*", "", true},
		{"", "", true},
		{"?", "", false},
	}
	for _, test := range tests {
		if got := matches(test.pattern, test.value); got != test.want {
			t.Errorf("matches(%q, %q) = %v, want %v", test.pattern, test.value, got, test.want)
		}
	}
}

func TestFiltersMustAllMatchEachByAnyOfItsValues(t *testing.T) {
	a := newAccount(t)
	vpc := a.newVPC("10.0.0.0/16")
	a.newGroup("one", vpc, tag("owner", "uid-1"), tag("stage", "dev"))
	a.newGroup("two", vpc, tag("owner", "uid-2"))
	a.newGroup("three", "")
	tests := []struct {
		name    string
		filters []types.Filter
		want    int
		code    string
	}{
		{name: "a VPC", filters: []types.Filter{filter("vpc-id", vpc)}, want: 3}, // and its default group
		{name: "two names", filters: []types.Filter{filter("group-name", "one", "three")}, want: 2},
		{name: "a name and a VPC", filters: []types.Filter{filter("group-name", "one", "three"), filter("vpc-id", vpc)}, want: 1},
		{name: "a tag", filters: []types.Filter{filter("tag:owner", "uid-2")}, want: 1},
		{name: "a tag with a wildcard", filters: []types.Filter{filter("tag:owner", "uid-?")}, want: 2},
		{name: "a tag key", filters: []types.Filter{filter("tag-key", "stage")}, want: 1},
		{name: "no such tag", filters: []types.Filter{filter("tag:Owner", "uid-2")}, want: 0},
		{name: "the owner", filters: []types.Filter{filter("owner-id", a.call.Account), filter("description", "test")}, want: 3},
		{name: "another owner", filters: []types.Filter{filter("owner-id", "999999999999")}, want: 0},
		{name: "an egress rule", filters: []types.Filter{filter("egress.ip-permission.cidr", "0.0.0.0/0"), filter("description", "test")}, want: 3},
		{name: "an unknown filter", filters: []types.Filter{filter("colour", "red")}, code: "InvalidParameterValue"},
		{name: "too many values", filters: []types.Filter{filter("group-id", make([]string, 201)...)}, code: "FilterLimitExceeded"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			out, err := a.DescribeSecurityGroups(a.call, &sdk.DescribeSecurityGroupsInput{Filters: test.filters})
			wantCode(t, err, test.code)
			if err == nil && len(out.SecurityGroups) != test.want {
				t.Errorf("found %d groups, want %d", len(out.SecurityGroups), test.want)
			}
		})
	}
}

func TestSubnetsAndInterfacesAreFoundByTheirFilters(t *testing.T) {
	a := newAccount(t)
	vpc := a.newVPC("10.0.0.0/16")
	subnet := a.newSubnet(vpc, "10.0.0.0/24", "us-east-1b")
	group := a.newGroup("nfs", vpc)
	eni := a.newInterface(InterfaceSpec{Subnet: subnet, SecurityGroups: []string{group}, Description: "ELB net/x/1",
		InterfaceType: "network_load_balancer", RequesterID: "amazon-elb", AssignPublicIP: true})
	a.newInterface(InterfaceSpec{Description: "another"})

	subnetFilters := map[string]string{
		"subnet-id": subnet, "vpc-id": vpc, "default-for-az": "false", "defaultForAz": "false", "cidr-block": "10.0.0.0/24",
		"map-public-ip-on-launch": "false", "available-ip-address-count": "250",
	}
	for name, value := range subnetFilters {
		out := must(a.DescribeSubnets(a.call, &sdk.DescribeSubnetsInput{Filters: []types.Filter{filter(name, value)}}))(t)
		if len(out.Subnets) != 1 || *out.Subnets[0].SubnetId != subnet {
			t.Errorf("%s=%s finds %d subnets, want the one that was made", name, value, len(out.Subnets))
		}
	}
	interfaceFilters := map[string]string{
		"network-interface-id": eni.ID, "subnet-id": subnet, "vpc-id": vpc, "availability-zone": "us-east-1b",
		"description": "ELB net/x/*", "group-id": group, "interface-type": "network_load_balancer",
		"private-ip-address": eni.PrivateIP, "addresses.private-ip-address": eni.PrivateIP, "association.public-ip": eni.PublicIP,
		"requester-id": "amazon-elb", "requester-managed": "true",
	}
	for name, value := range interfaceFilters {
		out := must(a.DescribeNetworkInterfaces(a.call, &sdk.DescribeNetworkInterfacesInput{Filters: []types.Filter{filter(name, value)}}))(t)
		if len(out.NetworkInterfaces) != 1 || *out.NetworkInterfaces[0].NetworkInterfaceId != eni.ID {
			t.Errorf("%s=%s finds %d interfaces, want the load balancer's", name, value, len(out.NetworkInterfaces))
		}
	}
	status := must(a.DescribeNetworkInterfaces(a.call, &sdk.DescribeNetworkInterfacesInput{
		Filters: []types.Filter{filter("status", "in-use"), filter("attachment.instance-owner-id", "amazon-aws")},
	}))(t)
	if len(status.NetworkInterfaces) != 2 {
		t.Errorf("found %d interfaces in use, want 2", len(status.NetworkInterfaces))
	}
}

func TestIDsThatDoNotExistAreRefused(t *testing.T) {
	a := newAccount(t)
	_, err := a.DescribeVpcs(a.call, &sdk.DescribeVpcsInput{VpcIds: []string{"vpc-0123"}})
	wantCode(t, err, "InvalidVpcID.NotFound")
	_, err = a.DescribeSubnets(a.call, &sdk.DescribeSubnetsInput{SubnetIds: []string{"subnet-0123"}})
	wantCode(t, err, "InvalidSubnetID.NotFound")
	_, err = a.DescribeSecurityGroups(a.call, &sdk.DescribeSecurityGroupsInput{GroupIds: []string{"sg-0123"}})
	wantCode(t, err, "InvalidGroup.NotFound")
	_, err = a.DescribeSecurityGroups(a.call, &sdk.DescribeSecurityGroupsInput{GroupIds: []string{"web"}})
	wantCode(t, err, "InvalidGroupId.Malformed")
	_, err = a.DescribeSecurityGroups(a.call, &sdk.DescribeSecurityGroupsInput{GroupNames: []string{"web"}})
	wantCode(t, err, "InvalidGroup.NotFound")
	_, err = a.DescribeSecurityGroupRules(a.call, &sdk.DescribeSecurityGroupRulesInput{SecurityGroupRuleIds: []string{"sgr-0123"}})
	wantCode(t, err, "InvalidSecurityGroupRuleId.NotFound")
	_, err = a.DescribeNetworkInterfaces(a.call, &sdk.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{"eni-0123"}})
	wantCode(t, err, "InvalidNetworkInterfaceID.NotFound")
}
