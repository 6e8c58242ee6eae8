package ec2

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/clock"
)

func TestEveryRegionStartsWithADefaultVPCAndASubnetInEachZone(t *testing.T) {
	tests := []struct {
		region string
		zones  []string
		ids    []string
	}{
		{"us-east-1", []string{"us-east-1a", "us-east-1b", "us-east-1c", "us-east-1d", "us-east-1e", "us-east-1f"},
			[]string{"use1-az1", "use1-az2", "use1-az3", "use1-az4", "use1-az5", "use1-az6"}},
		{"eu-west-1", []string{"eu-west-1a", "eu-west-1b", "eu-west-1c"}, []string{"euw1-az1", "euw1-az2", "euw1-az3"}},
		{"us-west-1", []string{"us-west-1a", "us-west-1c"}, []string{"usw1-az1", "usw1-az3"}},
		{"ap-southeast-2", []string{"ap-southeast-2a", "ap-southeast-2b", "ap-southeast-2c"}, []string{"apse2-az1", "apse2-az2", "apse2-az3"}},
		{"us-gov-west-1", []string{"us-gov-west-1a", "us-gov-west-1b", "us-gov-west-1c"}, []string{"usgw1-az1", "usgw1-az2", "usgw1-az3"}},
	}
	for _, test := range tests {
		t.Run(test.region, func(t *testing.T) {
			a := newAccount(t)
			a.call = in(test.region)
			vpc := a.defaultVPC()
			var zones, ids []string
			for i, sub := range a.subnets() {
				zones, ids = append(zones, *sub.AvailabilityZone), append(ids, *sub.AvailabilityZoneId)
				if *sub.VpcId != vpc || !*sub.DefaultForAz || !*sub.MapPublicIpOnLaunch || *sub.AvailableIpAddressCount != 4091 {
					t.Errorf("subnet %d is %+v", i, sub)
				}
				if seen, ok := a.Subnet(a.call.Scope, *sub.SubnetId); !ok || !seen.Public || seen.Zone != *sub.AvailabilityZone {
					t.Errorf("Subnet(%s) = %+v, %v", *sub.SubnetId, seen, ok)
				}
			}
			if diff := cmp.Diff(test.zones, zones); diff != "" {
				t.Errorf("zones (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.ids, ids); diff != "" {
				t.Errorf("zone ids (-want +got):\n%s", diff)
			}
			azs := must(a.DescribeAvailabilityZones(a.call, &sdk.DescribeAvailabilityZonesInput{}))(t).AvailabilityZones
			if len(azs) != len(test.zones) || *azs[0].ZoneId != test.ids[0] {
				t.Errorf("DescribeAvailabilityZones = %+v", azs)
			}
		})
	}
}

func TestDefaultIDsAreTheSameInEveryRunAndDifferentInEveryAccountAndRegion(t *testing.T) {
	id := func(seed uint64, account, region string) string {
		w := core.NewWorld(clock.Real{}, seed)
		defer w.Close()
		out := must(New(w).DescribeVpcs(&core.Call{Scope: core.Scope{Account: account, Region: region}}, &sdk.DescribeVpcsInput{}))(t)
		return *out.Vpcs[0].VpcId
	}
	first := id(1, "111111111111", "us-east-1")
	if again := id(2, "111111111111", "us-east-1"); again != first {
		t.Errorf("another run has %s, the first %s", again, first)
	}
	if other := id(1, "222222222222", "us-east-1"); other == first {
		t.Errorf("another account has the same id %s", other)
	}
	if other := id(1, "111111111111", "eu-west-1"); other == first {
		t.Errorf("another region has the same id %s", other)
	}
	if !strings.HasPrefix(first, "vpc-0") || len(first) != len("vpc-")+17 {
		t.Errorf("%s does not look like a VPC's id", first)
	}
}

func TestCreateVpcAndCreateSubnetRefuseImpossibleRanges(t *testing.T) {
	a := newAccount(t)
	for cidr, code := range map[string]string{
		"10.0.0.0/8": "InvalidVpc.Range", "10.0.0.0/29": "InvalidVpc.Range", "10.0.0/16": "InvalidParameterValue", "fd00::/56": "InvalidParameterValue",
	} {
		_, err := a.CreateVpc(a.call, &sdk.CreateVpcInput{CidrBlock: aws.String(cidr)})
		wantCode(t, err, code)
	}
	vpc := a.newVPC("10.0.0.0/16")
	a.newSubnet(vpc, "10.0.0.0/24", "us-east-1b")
	tests := []struct{ vpc, cidr, zone, code string }{
		{vpc, "10.0.0.128/25", "us-east-1a", "InvalidSubnet.Conflict"},
		{vpc, "10.1.0.0/24", "us-east-1a", "InvalidSubnet.Range"},
		{vpc, "10.0.0.0/15", "us-east-1a", "InvalidSubnet.Range"},
		{vpc, "10.0.1.0/24", "us-east-1z", "InvalidParameterValue"},
		{"vpc-00000000000000000", "10.0.1.0/24", "us-east-1a", "InvalidVpcID.NotFound"},
		{vpc, "10.0.1.0/24", "us-east-1a", ""},
	}
	for _, test := range tests {
		_, err := a.CreateSubnet(a.call, &sdk.CreateSubnetInput{
			VpcId: aws.String(test.vpc), CidrBlock: aws.String(test.cidr), AvailabilityZone: aws.String(test.zone),
		})
		wantCode(t, err, test.code)
	}
}

func TestAVPCIsDeletedOnlyWhenItIsEmpty(t *testing.T) {
	a := newAccount(t)
	vpc := a.newVPC("10.0.0.0/16")
	subnet := a.newSubnet(vpc, "10.0.0.0/24", "us-east-1a")
	group := a.newGroup("web", vpc)
	eni := a.newInterface(InterfaceSpec{Subnet: subnet})
	deleteVPC := func(code string) {
		t.Helper()
		_, err := a.DeleteVpc(a.call, &sdk.DeleteVpcInput{VpcId: aws.String(vpc)})
		wantCode(t, err, code)
	}
	deleteSubnet := func(code string) {
		t.Helper()
		_, err := a.DeleteSubnet(a.call, &sdk.DeleteSubnetInput{SubnetId: aws.String(subnet)})
		wantCode(t, err, code)
	}
	deleteSubnet("DependencyViolation")
	a.DeleteInterface(a.call.Scope, eni.ID)
	deleteVPC("DependencyViolation")
	deleteSubnet("")
	deleteVPC("DependencyViolation")
	must(a.DeleteSecurityGroup(a.call, &sdk.DeleteSecurityGroupInput{GroupId: aws.String(group)}))(t)
	deleteVPC("")
	deleteVPC("InvalidVpcID.NotFound")
	deleteSubnet("InvalidSubnetID.NotFound")
	if a.VPCExists(a.call.Scope, vpc) {
		t.Error("the deleted VPC still exists")
	}
}

func TestADryRunChangesNothing(t *testing.T) {
	a := newAccount(t)
	_, err := a.CreateVpc(a.call, &sdk.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16"), DryRun: aws.Bool(true)})
	wantCode(t, err, "DryRunOperation")
	var refusal *core.Error
	if !errors.As(err, &refusal) || refusal.Status != http.StatusPreconditionFailed {
		t.Errorf("a dry run answers %#v, want status 412", err)
	}
	if vpcs := must(a.DescribeVpcs(a.call, &sdk.DescribeVpcsInput{}))(t).Vpcs; len(vpcs) != 1 {
		t.Errorf("there are %d VPCs after a dry run", len(vpcs))
	}
}

func TestRegionsThatNeedOptingInAreShownOnRequest(t *testing.T) {
	a := newAccount(t)
	has := func(in *sdk.DescribeRegionsInput, name string) bool {
		for _, r := range must(a.DescribeRegions(a.call, in))(t).Regions {
			if *r.RegionName == name {
				return true
			}
		}
		return false
	}
	if has(&sdk.DescribeRegionsInput{}, "af-south-1") || !has(&sdk.DescribeRegionsInput{}, "us-east-1") {
		t.Error("want us-east-1 and not af-south-1 by default")
	}
	if !has(&sdk.DescribeRegionsInput{AllRegions: aws.Bool(true)}, "af-south-1") {
		t.Error("want af-south-1 among all regions")
	}
	_, err := a.DescribeRegions(a.call, &sdk.DescribeRegionsInput{RegionNames: []string{"mars-north-1"}})
	wantCode(t, err, "InvalidParameterValue")
	_, err = a.DescribeAvailabilityZones(a.call, &sdk.DescribeAvailabilityZonesInput{ZoneNames: []string{"eu-west-1a"}})
	wantCode(t, err, "InvalidParameterValue")
}

func TestInventoryLeavesOutWhatEveryAccountStartsWith(t *testing.T) {
	a := newAccount(t)
	a.defaultVPC()
	if got := a.Inventory(); len(got) != 0 {
		t.Errorf("a fresh account has %v", got)
	}
	vpc := a.newVPC("10.0.0.0/16")
	subnet := a.newSubnet(vpc, "10.0.0.0/24", "us-east-1a")
	group := a.newGroup("web", "", tag("Project", "Flex"))
	eni := a.newInterface(InterfaceSpec{Tags: map[string]string{"a": "b"}})
	want := []core.Resource{
		{Service: "ec2", Kind: "NetworkInterface", ID: eni.ID, Account: core.DefaultAccount, Region: "us-east-1", State: "in-use", Tags: map[string]string{"a": "b"}},
		{Service: "ec2", Kind: "SecurityGroup", ID: group, Account: core.DefaultAccount, Region: "us-east-1", Tags: map[string]string{"Project": "Flex"}},
		{Service: "ec2", Kind: "Subnet", ID: subnet, Account: core.DefaultAccount, Region: "us-east-1", State: "available", Tags: map[string]string{}},
		{Service: "ec2", Kind: "Vpc", ID: vpc, Account: core.DefaultAccount, Region: "us-east-1", State: "available", Tags: map[string]string{}},
	}
	if diff := cmp.Diff(want, a.Inventory()); diff != "" {
		t.Errorf("inventory (-want +got):\n%s", diff)
	}
}

func TestPagesShowEverythingOnce(t *testing.T) {
	a := newAccount(t)
	var names []string
	for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"} {
		a.newGroup(name, "")
		names = append(names, name)
	}
	var got []string
	var token *string
	for range 10 {
		out := must(a.DescribeSecurityGroups(a.call, &sdk.DescribeSecurityGroupsInput{
			Filters: []types.Filter{filter("description", "test")}, MaxResults: aws.Int32(5), NextToken: token,
		}))(t)
		for _, g := range out.SecurityGroups {
			got = append(got, *g.GroupName)
		}
		if len(got) == 5 {
			// What was shown may go away between two pages.
			must(a.DeleteSecurityGroup(a.call, &sdk.DeleteSecurityGroupInput{GroupName: aws.String("a")}))(t)
		}
		if token = out.NextToken; token == nil {
			break
		}
	}
	if diff := cmp.Diff(names, got); diff != "" {
		t.Errorf("names (-want +got):\n%s", diff)
	}
	_, err := a.DescribeVpcs(a.call, &sdk.DescribeVpcsInput{MaxResults: aws.Int32(4)})
	wantCode(t, err, "InvalidParameterValue")
	_, err = a.DescribeVpcs(a.call, &sdk.DescribeVpcsInput{NextToken: aws.String("?")})
	wantCode(t, err, "InvalidNextToken")
}
