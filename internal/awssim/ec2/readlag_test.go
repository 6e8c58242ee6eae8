package ec2

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// inLaggingAccount runs a test where reads lag by 2 s.
func inLaggingAccount(t *testing.T, test func(a *account)) {
	synctest.Test(t, func(t *testing.T) {
		a := newAccount(t)
		a.world.ReadLag = core.Spread{P50: 2 * time.Second}
		test(a)
	})
}

func TestANewGroupIsHiddenFromEverythingButItsName(t *testing.T) {
	inLaggingAccount(t, func(a *account) {
		create := func() (*sdk.CreateSecurityGroupOutput, error) {
			return a.CreateSecurityGroup(a.call, &sdk.CreateSecurityGroupInput{GroupName: aws.String("new"), Description: aws.String("test")})
		}
		id := must(create())(a).GroupId
		listed := func() int {
			out := must(a.DescribeSecurityGroups(a.call, &sdk.DescribeSecurityGroupsInput{Filters: []types.Filter{filter("group-name", "new")}}))(a)
			rules := must(a.DescribeSecurityGroupRules(a.call, &sdk.DescribeSecurityGroupRulesInput{Filters: []types.Filter{filter("group-id", *id)}}))(a)
			return len(out.SecurityGroups) + len(rules.SecurityGroupRules)
		}
		uses := map[string]func() error{
			"DescribeSecurityGroups": func() error {
				_, err := a.DescribeSecurityGroups(a.call, &sdk.DescribeSecurityGroupsInput{GroupIds: []string{*id}})
				return err
			},
			"AuthorizeSecurityGroupIngress": func() error {
				_, err := a.AuthorizeSecurityGroupIngress(a.call, ingress(*id, 80))
				return err
			},
			"CreateTags": func() error {
				_, err := a.CreateTags(a.call, &sdk.CreateTagsInput{Resources: []string{*id}, Tags: []types.Tag{{Key: aws.String("k"), Value: aws.String("v")}}})
				return err
			},
			"an interface in it": func() error {
				_, err := a.CreateInterface(a.call.Scope, InterfaceSpec{Subnet: *a.subnets()[0].SubnetId, SecurityGroups: []string{*id}})
				return err
			},
		}
		for name, use := range uses {
			t := a.T
			if err := use(); err == nil {
				t.Errorf("%s sees the new group", name)
			} else {
				wantCode(t, err, "InvalidGroup.NotFound")
			}
		}
		if n := listed(); n != 0 {
			a.Errorf("the group or its rules are listed %d times", n)
		}
		if _, ok := a.SecurityGroupVPC(a.call.Scope, *id); ok {
			a.Error("other services see the new group")
		}
		_, err := create()
		wantCode(a, err, "InvalidGroup.Duplicate")

		time.Sleep(2 * time.Second)
		for name, use := range uses {
			if err := use(); err != nil {
				a.Errorf("%s after the lag: %v", name, err)
			}
		}
		if n := listed(); n != 2 {
			a.Errorf("the group and its rule are listed %d times after the lag", n)
		}
	})
}

func TestANewRuleWorksBeforeItIsShown(t *testing.T) {
	inLaggingAccount(t, func(a *account) {
		id := *must(a.CreateSecurityGroup(a.call, &sdk.CreateSecurityGroupInput{GroupName: aws.String("new"), Description: aws.String("test")}))(a).GroupId
		time.Sleep(2 * time.Second)
		must(a.AuthorizeSecurityGroupIngress(a.call, ingress(id, 80)))(a)
		shown := func() int {
			out := must(a.DescribeSecurityGroups(a.call, &sdk.DescribeSecurityGroupsInput{GroupIds: []string{id}}))(a)
			return len(out.SecurityGroups[0].IpPermissions)
		}
		if n := shown(); n != 0 {
			a.Errorf("%d rules at once", n)
		}
		_, err := a.AuthorizeSecurityGroupIngress(a.call, ingress(id, 80))
		wantCode(a, err, "InvalidPermission.Duplicate")
		time.Sleep(2 * time.Second)
		if n := shown(); n != 1 {
			a.Errorf("%d rules after the lag", n)
		}
	})
}

// ingress lets everybody reach a port of the group.
func ingress(group string, port int32) *sdk.AuthorizeSecurityGroupIngressInput {
	return &sdk.AuthorizeSecurityGroupIngressInput{GroupId: aws.String(group), IpPermissions: []types.IpPermission{{
		IpProtocol: aws.String("tcp"), FromPort: aws.Int32(port), ToPort: aws.Int32(port), IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}},
	}}}
}
