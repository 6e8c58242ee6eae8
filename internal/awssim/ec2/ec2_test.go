package ec2

import (
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/clock"
)

// account is one account's view of a fresh EC2 in us-east-1. Nothing in this
// package takes time and the tests have one goroutine, so they call the handlers
// without the world's lock.
type account struct {
	*testing.T
	*Service
	call *core.Call
}

func newAccount(t *testing.T) *account {
	t.Helper()
	w := core.NewWorld(clock.Real{}, 1)
	t.Cleanup(w.Close)
	return &account{T: t, Service: New(w), call: in("us-east-1")}
}

func in(region string) *core.Call {
	return &core.Call{Scope: core.Scope{Account: core.DefaultAccount, Region: region}}
}

// must takes what a handler returns and ends the test if it is an error.
func must[T any](out T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatalf("unexpected error: %v", err)
		}
		return out
	}
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	var refusal *core.Error
	switch {
	case code == "" && err == nil:
	case code == "":
		t.Errorf("unexpected error: %v", err)
	case !errors.As(err, &refusal):
		t.Errorf("error = %v, want %s", err, code)
	case refusal.Code != code:
		t.Errorf("error = %v, want code %s", refusal, code)
	}
}

func (a *account) defaultVPC() string {
	a.Helper()
	out := must(a.DescribeVpcs(a.call, &sdk.DescribeVpcsInput{Filters: []types.Filter{filter("is-default", "true")}}))(a)
	if len(out.Vpcs) != 1 {
		a.Fatalf("found %d default VPCs", len(out.Vpcs))
	}
	return *out.Vpcs[0].VpcId
}

func (a *account) subnets() []types.Subnet {
	a.Helper()
	return must(a.DescribeSubnets(a.call, &sdk.DescribeSubnetsInput{}))(a).Subnets
}

func (a *account) newVPC(cidr string) string {
	a.Helper()
	return *must(a.CreateVpc(a.call, &sdk.CreateVpcInput{CidrBlock: aws.String(cidr)}))(a).Vpc.VpcId
}

func (a *account) newSubnet(vpc, cidr, zone string) string {
	a.Helper()
	return *must(a.CreateSubnet(a.call, &sdk.CreateSubnetInput{
		VpcId: aws.String(vpc), CidrBlock: aws.String(cidr), AvailabilityZone: aws.String(zone),
	}))(a).Subnet.SubnetId
}

// newGroup makes a group in a VPC, the default one when vpc is empty.
func (a *account) newGroup(name, vpc string, tags ...types.Tag) string {
	a.Helper()
	input := &sdk.CreateSecurityGroupInput{GroupName: aws.String(name), Description: aws.String("test")}
	if vpc != "" {
		input.VpcId = aws.String(vpc)
	}
	if len(tags) > 0 {
		input.TagSpecifications = []types.TagSpecification{{ResourceType: types.ResourceTypeSecurityGroup, Tags: tags}}
	}
	return *must(a.CreateSecurityGroup(a.call, input))(a).GroupId
}

func (a *account) newInterface(spec InterfaceSpec) Interface {
	a.Helper()
	if spec.Subnet == "" {
		spec.Subnet = *a.subnets()[0].SubnetId
	}
	return must(a.CreateInterface(a.call.Scope, spec))(a)
}

func (a *account) allow(group string, permissions ...types.IpPermission) {
	a.Helper()
	must(a.AuthorizeSecurityGroupIngress(a.call, &sdk.AuthorizeSecurityGroupIngressInput{
		GroupId: aws.String(group), IpPermissions: permissions,
	}))(a)
}

func (a *account) group(id string) types.SecurityGroup {
	a.Helper()
	return must(a.DescribeSecurityGroups(a.call, &sdk.DescribeSecurityGroupsInput{GroupIds: []string{id}}))(a).SecurityGroups[0]
}

func filter(name string, values ...string) types.Filter {
	return types.Filter{Name: aws.String(name), Values: values}
}

func tag(key, value string) types.Tag {
	return types.Tag{Key: aws.String(key), Value: aws.String(value)}
}

func tcp(from, to int32) types.IpPermission {
	return types.IpPermission{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(from), ToPort: aws.Int32(to)}
}

func tcpFrom(port int32, cidrs ...string) types.IpPermission {
	p := tcp(port, port)
	for _, c := range cidrs {
		p.IpRanges = append(p.IpRanges, types.IpRange{CidrIp: aws.String(c)})
	}
	return p
}

func tcpFromGroup(port int32, group string) types.IpPermission {
	p := tcp(port, port)
	p.UserIdGroupPairs = []types.UserIdGroupPair{{GroupId: aws.String(group)}}
	return p
}
