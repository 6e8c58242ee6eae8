package ec2

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/google/go-cmp/cmp"
)

func TestAnInterfaceHasAddressesNamesAndGroups(t *testing.T) {
	a := newAccount(t)
	i := a.newInterface(InterfaceSpec{AssignPublicIP: true})
	sub := a.subnets()[0]
	want := Interface{
		ID: i.ID, MAC: i.MAC, Subnet: *sub.SubnetId, VPC: a.defaultVPC(), Zone: "us-east-1a",
		PrivateIP: "172.31.0.4", PrivateDNS: "ip-172-31-0-4.ec2.internal",
		PublicIP: "198.18.0.1", PublicDNS: "ec2-198-18-0-1.compute-1.amazonaws.com",
		SecurityGroups: []string{*a.defaultGroupID()},
	}
	if diff := cmp.Diff(want, i); diff != "" {
		t.Errorf("interface (-want +got):\n%s", diff)
	}
	if !strings.HasPrefix(i.ID, "eni-0") || len(i.MAC) != len("02:00:00:00:00:00") {
		t.Errorf("id %s, MAC %s", i.ID, i.MAC)
	}
	if got := *a.subnets()[0].AvailableIpAddressCount; got != 4090 {
		t.Errorf("the subnet has %d addresses left, want 4090", got)
	}
	if again := a.newInterface(InterfaceSpec{}); again.PrivateIP != "172.31.0.5" || again.PublicIP != "" {
		t.Errorf("the next interface has %s and %q", again.PrivateIP, again.PublicIP)
	}
	d := must(a.DescribeNetworkInterfaces(a.call, &sdk.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{i.ID}}))(t).NetworkInterfaces[0]
	if *d.Association.PublicIp != "198.18.0.1" || *d.Groups[0].GroupName != "default" || *d.RequesterManaged {
		t.Errorf("description is %+v", d)
	}
}

func TestALoadBalancerWithoutGroupsHasNone(t *testing.T) {
	a := newAccount(t)
	if i := a.newInterface(InterfaceSpec{InterfaceType: "network_load_balancer"}); len(i.SecurityGroups) != 0 {
		t.Errorf("groups are %v", i.SecurityGroups)
	}
}

func TestCreateInterfaceRefusesWhatCannotBe(t *testing.T) {
	a := newAccount(t)
	vpc := a.newVPC("10.0.0.0/16")
	subnet := a.newSubnet(vpc, "10.0.0.0/28", "us-east-1a")
	here := a.newGroup("here", vpc)
	taken := a.newInterface(InterfaceSpec{Subnet: subnet, PrivateIP: "10.0.0.9"})
	tests := []struct {
		about string
		spec  InterfaceSpec
		code  string
	}{
		{"no such subnet", InterfaceSpec{Subnet: "subnet-0123"}, "InvalidSubnetID.NotFound"},
		{"no such group", InterfaceSpec{Subnet: subnet, SecurityGroups: []string{"sg-0123"}}, "InvalidGroup.NotFound"},
		{"a group of another VPC", InterfaceSpec{Subnet: subnet, SecurityGroups: []string{*a.defaultGroupID()}}, "InvalidParameter"},
		{"too many groups", InterfaceSpec{Subnet: subnet, SecurityGroups: []string{here, here, here, here, here, here}}, "SecurityGroupsPerInterfaceLimitExceeded"},
		{"an address that is taken", InterfaceSpec{Subnet: subnet, PrivateIP: taken.PrivateIP}, "InvalidIPAddress.InUse"},
		{"an address that AWS keeps", InterfaceSpec{Subnet: subnet, PrivateIP: "10.0.0.3"}, "InvalidParameterValue"},
		{"an address of another subnet", InterfaceSpec{Subnet: subnet, PrivateIP: "10.0.1.9"}, "InvalidParameterValue"},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			_, err := a.CreateInterface(a.call.Scope, test.spec)
			wantCode(t, err, test.code)
		})
	}
	for range 10 { // a /28 has 16 addresses, of which AWS keeps 5; one is taken
		a.newInterface(InterfaceSpec{Subnet: subnet})
	}
	_, err := a.CreateInterface(a.call.Scope, InterfaceSpec{Subnet: subnet})
	wantCode(t, err, "InsufficientFreeAddressesInSubnet")
	a.DeleteInterface(a.call.Scope, taken.ID)
	if i := a.newInterface(InterfaceSpec{Subnet: subnet}); i.PrivateIP != taken.PrivateIP {
		t.Errorf("the last free address is %s, got %s", taken.PrivateIP, i.PrivateIP)
	}
}

func TestSetInterfaceGroupsLetsTheOldGroupGo(t *testing.T) {
	a := newAccount(t)
	old, fresh := a.newGroup("old", ""), a.newGroup("new", "")
	i := a.newInterface(InterfaceSpec{SecurityGroups: []string{old}})
	wantCode(t, a.SetInterfaceGroups(a.call.Scope, "eni-0123", []string{fresh}), "InvalidNetworkInterfaceID.NotFound")
	wantCode(t, a.SetInterfaceGroups(a.call.Scope, i.ID, []string{"sg-0123"}), "InvalidGroup.NotFound")
	wantCode(t, a.SetInterfaceGroups(a.call.Scope, i.ID, []string{fresh}), "")
	must(a.DeleteSecurityGroup(a.call, &sdk.DeleteSecurityGroupInput{GroupId: aws.String(old)}))(t)
	if got, _ := a.Interface(a.call.Scope, i.ID); len(got.SecurityGroups) != 1 || got.SecurityGroups[0] != fresh {
		t.Errorf("groups are %v", got.SecurityGroups)
	}
}
