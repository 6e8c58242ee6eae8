package ec2

import (
	"strconv"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestGroupNamesAndDescriptions(t *testing.T) {
	a := newAccount(t)
	vpc := a.newVPC("10.0.0.0/16")
	a.newGroup("Web", "")
	tests := []struct{ about, name, description, vpc, code string }{
		{"a good one", "flex gw._-:/()#,@[]+=&;{}!$*", "x", "", ""},
		{"the name in another case", "wEB", "x", "", "InvalidGroup.Duplicate"},
		{"the same name in another VPC", "web", "x", vpc, ""},
		{"an id's prefix", "sg-web", "x", "", "InvalidParameterValue"},
		{"the reserved name", "default", "x", "", "InvalidParameterValue"},
		{"a character that is not allowed", "web|1", "x", "", "InvalidParameterValue"},
		{"a name that is too long", strings.Repeat("n", 256), "x", "", "InvalidParameterValue"},
		{"a description with an apostrophe", "other", "it's", "", "InvalidParameterValue"},
		{"no such VPC", "other", "x", "vpc-0123", "InvalidVpcID.NotFound"},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			_, err := a.CreateSecurityGroup(a.call, &sdk.CreateSecurityGroupInput{
				GroupName: &test.name, Description: &test.description, VpcId: &test.vpc,
			})
			wantCode(t, err, test.code)
		})
	}
}

func TestANewGroupLetsEverythingOutAndNothingIn(t *testing.T) {
	a := newAccount(t)
	g := a.group(a.newGroup("web", "", tag("Name", "web")))
	if len(g.IpPermissions) != 0 || *g.VpcId != a.defaultVPC() || *g.Tags[0].Value != "web" {
		t.Errorf("new group is %+v", g)
	}
	want := []types.IpPermission{{IpProtocol: aws.String("-1"), IpRanges: []types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}}}}
	if diff := cmp.Diff(want, g.IpPermissionsEgress, cmpopts.IgnoreUnexported(types.IpPermission{}, types.IpRange{}), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("egress (-want +got):\n%s", diff)
	}
	rules := must(a.DescribeSecurityGroupRules(a.call, &sdk.DescribeSecurityGroupRulesInput{
		Filters: []types.Filter{filter("group-id", *g.GroupId)},
	}))(t).SecurityGroupRules
	if len(rules) != 1 || !*rules[0].IsEgress || *rules[0].FromPort != -1 || !strings.HasPrefix(*rules[0].SecurityGroupRuleId, "sgr-0") {
		t.Errorf("rules are %+v", rules)
	}
}

func TestRulesOfOneKindAreShownTogether(t *testing.T) {
	a := newAccount(t)
	from, id := a.newGroup("from", ""), a.newGroup("web", "")
	p := tcpFrom(8081, "203.0.113.7/32", "10.1.2.3/8")
	p.IpRanges[0].Description = aws.String("the office")
	p.Ipv6Ranges = []types.Ipv6Range{{CidrIpv6: aws.String("2001:db8::1/64")}}
	a.allow(id, p, tcpFromGroup(8081, from))
	want := []types.IpPermission{{
		IpProtocol: aws.String("tcp"), FromPort: aws.Int32(8081), ToPort: aws.Int32(8081),
		IpRanges: []types.IpRange{
			{CidrIp: aws.String("203.0.113.7/32"), Description: aws.String("the office")},
			{CidrIp: aws.String("10.0.0.0/8")}, // the bits behind the prefix are cleared
		},
		Ipv6Ranges:       []types.Ipv6Range{{CidrIpv6: aws.String("2001:db8::/64")}},
		UserIdGroupPairs: []types.UserIdGroupPair{{GroupId: aws.String(from), UserId: aws.String(a.call.Account)}},
	}}
	ignore := cmpopts.IgnoreUnexported(types.IpPermission{}, types.IpRange{}, types.Ipv6Range{}, types.UserIdGroupPair{})
	if diff := cmp.Diff(want, a.group(id).IpPermissions, ignore, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("ingress (-want +got):\n%s", diff)
	}
}

func TestAuthorizeRefusesTheWholeCall(t *testing.T) {
	a := newAccount(t)
	other := a.newGroup("other", a.newVPC("10.0.0.0/16"))
	id := a.newGroup("web", "")
	a.allow(id, tcpFrom(80, "10.0.0.0/8"))
	tests := []struct {
		about string
		rule  types.IpPermission
		code  string
	}{
		{"a rule that exists", tcpFrom(80, "10.0.0.0/8"), "InvalidPermission.Duplicate"},
		{"one of the same permission twice", tcpFrom(82, "10.0.0.0/8", "10.1.0.0/8"), "InvalidParameterValue"},
		{"a malformed range", tcpFrom(80, "10.0.0.0/33"), "InvalidParameterValue"},
		{"IPv6 among IPv4", tcpFrom(80, "2001:db8::/64"), "InvalidParameterValue"},
		{"a group that does not exist", tcpFromGroup(80, "sg-0123"), "InvalidGroup.NotFound"},
		{"a group of another VPC", tcpFromGroup(80, other), "InvalidGroup.NotFound"},
		{"no source", tcp(80, 80), "MissingParameter"},
		{"ports in the wrong order", types.IpPermission{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(90), ToPort: aws.Int32(80),
			IpRanges: []types.IpRange{{CidrIp: aws.String("10.0.0.0/8")}}}, "InvalidParameterValue"},
		{"no ports", types.IpPermission{IpProtocol: aws.String("tcp"), IpRanges: []types.IpRange{{CidrIp: aws.String("10.0.0.0/8")}}}, "InvalidParameterValue"},
		{"an unknown protocol", types.IpPermission{IpProtocol: aws.String("carrier-pigeon")}, "InvalidParameterValue"},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			_, err := a.AuthorizeSecurityGroupIngress(a.call, &sdk.AuthorizeSecurityGroupIngressInput{
				GroupId: aws.String(id), IpPermissions: []types.IpPermission{tcpFrom(81, "10.0.0.0/8"), test.rule},
			})
			wantCode(t, err, test.code)
			if got := a.group(id).IpPermissions; len(got) != 1 || *got[0].FromPort != 80 {
				t.Errorf("after a refused call the rules are %+v", got)
			}
		})
	}
	_, err := a.AuthorizeSecurityGroupIngress(a.call, &sdk.AuthorizeSecurityGroupIngressInput{
		GroupId: aws.String(id), IpPermissions: []types.IpPermission{tcpFrom(80, "10.0.0.0/8")},
	})
	if want := `the specified rule "peer: 10.0.0.0/8, TCP, from port: 80, to port: 80, ALLOW" already exists`; err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error = %v, want %s", err, want)
	}
}

func TestAGroupHasAtMostSixtyRulesInEachDirection(t *testing.T) {
	a := newAccount(t)
	id := a.newGroup("web", "")
	var p types.IpPermission
	for i := range 60 {
		next := tcpFrom(80, "10.0.0."+strconv.Itoa(i)+"/32")
		next.IpRanges = append(p.IpRanges, next.IpRanges...)
		p = next
	}
	a.allow(id, p)
	authorize := func(p types.IpPermission) error {
		_, err := a.AuthorizeSecurityGroupIngress(a.call, &sdk.AuthorizeSecurityGroupIngressInput{GroupId: aws.String(id), IpPermissions: []types.IpPermission{p}})
		return err
	}
	wantCode(t, authorize(tcpFrom(80, "10.1.0.0/32")), "RulesPerSecurityGroupLimitExceeded")
	wantCode(t, authorize(tcpFromGroup(80, id)), "RulesPerSecurityGroupLimitExceeded")
	v6 := tcp(80, 80)
	v6.Ipv6Ranges = []types.Ipv6Range{{CidrIpv6: aws.String("::/0")}}
	wantCode(t, authorize(v6), "")
	_, err := a.AuthorizeSecurityGroupEgress(a.call, &sdk.AuthorizeSecurityGroupEgressInput{
		GroupId: aws.String(id), IpPermissions: []types.IpPermission{tcpFrom(443, "10.0.0.0/8")},
	})
	wantCode(t, err, "")
}

func TestRevokingARuleThatIsNotThere(t *testing.T) {
	a := newAccount(t)
	own := a.newVPC("10.0.0.0/16")
	revoke := func(group string) (*sdk.RevokeSecurityGroupIngressOutput, error) {
		return a.RevokeSecurityGroupIngress(a.call, &sdk.RevokeSecurityGroupIngressInput{
			GroupId: aws.String(group), IpPermissions: []types.IpPermission{tcpFrom(80, "10.0.0.0/8"), tcpFrom(81, "10.0.0.0/8")},
		})
	}
	t.Run("is an error in a VPC of one's own, and removes nothing", func(t *testing.T) {
		id := a.newGroup("one", own)
		a.allow(id, tcpFrom(80, "10.0.0.0/8"))
		_, err := revoke(id)
		wantCode(t, err, "InvalidPermission.NotFound")
		if len(a.group(id).IpPermissions) != 1 {
			t.Error("the other rule is gone")
		}
	})
	t.Run("is reported in the default VPC", func(t *testing.T) {
		id := a.newGroup("one", "")
		a.allow(id, tcpFrom(80, "10.0.0.0/8"))
		out := must(revoke(id))(t)
		if len(out.UnknownIpPermissions) != 1 || *out.UnknownIpPermissions[0].FromPort != 81 || len(out.RevokedSecurityGroupRules) != 1 {
			t.Errorf("answer is %+v", out)
		}
		if len(a.group(id).IpPermissions) != 0 {
			t.Error("the rule that exists was not removed")
		}
	})
}

func TestRulesAreRevokedByID(t *testing.T) {
	a := newAccount(t)
	id := a.newGroup("web", "")
	out := must(a.AuthorizeSecurityGroupIngress(a.call, &sdk.AuthorizeSecurityGroupIngressInput{
		GroupId: aws.String(id), IpPermissions: []types.IpPermission{tcpFrom(80, "10.0.0.0/8")},
		TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeSecurityGroupRule, Tags: []types.Tag{tag("a", "b")}}},
	}))(t)
	rule := *out.SecurityGroupRules[0].SecurityGroupRuleId
	if len(out.SecurityGroupRules[0].Tags) != 1 {
		t.Errorf("the rule has tags %v", out.SecurityGroupRules[0].Tags)
	}
	_, err := a.RevokeSecurityGroupEgress(a.call, &sdk.RevokeSecurityGroupEgressInput{GroupId: aws.String(id), SecurityGroupRuleIds: []string{rule}})
	wantCode(t, err, "InvalidSecurityGroupRuleId.NotFound")
	must(a.RevokeSecurityGroupIngress(a.call, &sdk.RevokeSecurityGroupIngressInput{SecurityGroupRuleIds: []string{rule}}))(t)
	if len(a.group(id).IpPermissions) != 0 {
		t.Error("the rule is still there")
	}
	_, err = a.RevokeSecurityGroupIngress(a.call, &sdk.RevokeSecurityGroupIngressInput{GroupId: aws.String(id)})
	wantCode(t, err, "MissingParameter")
}

func TestTheOlderParametersMakeOneRule(t *testing.T) {
	a := newAccount(t)
	a.newGroup("web", "")
	must(a.AuthorizeSecurityGroupIngress(a.call, &sdk.AuthorizeSecurityGroupIngressInput{
		GroupName: aws.String("web"), IpProtocol: aws.String("6"), FromPort: aws.Int32(22), ToPort: aws.Int32(22), CidrIp: aws.String("0.0.0.0/0"),
	}))(t)
	g := must(a.DescribeSecurityGroups(a.call, &sdk.DescribeSecurityGroupsInput{GroupNames: []string{"web"}}))(t).SecurityGroups[0]
	if len(g.IpPermissions) != 1 || *g.IpPermissions[0].IpProtocol != "tcp" {
		t.Errorf("rules are %+v", g.IpPermissions)
	}
}

func TestAGroupInUseCannotBeDeleted(t *testing.T) {
	a := newAccount(t)
	remove := func(id, code string) {
		t.Helper()
		_, err := a.DeleteSecurityGroup(a.call, &sdk.DeleteSecurityGroupInput{GroupId: aws.String(id)})
		wantCode(t, err, code)
	}
	for _, kind := range []string{"interface", "network_load_balancer", "efs"} {
		id := a.newGroup(kind, "")
		eni := a.newInterface(InterfaceSpec{SecurityGroups: []string{id}, InterfaceType: kind, RequesterID: "somebody"})
		_, err := a.DeleteSecurityGroup(a.call, &sdk.DeleteSecurityGroupInput{GroupId: aws.String(id)})
		if want := "DependencyViolation: resource " + id + " has a dependent object"; err == nil || err.Error() != want {
			t.Errorf("while an interface of type %s has it: %v, want %s", kind, err, want)
		}
		a.DeleteInterface(a.call.Scope, eni.ID)
		remove(id, "")
		remove(id, "InvalidGroup.NotFound")
	}
	source, target := a.newGroup("source", ""), a.newGroup("target", "")
	a.allow(target, tcpFromGroup(2049, source), tcpFromGroup(2049, target))
	remove(source, "DependencyViolation")
	remove(target, "") // its own rule does not hold it
	remove(source, "")
	remove(*a.defaultGroupID(), "CannotDelete")
}

func (a *account) defaultGroupID() *string {
	return must(a.DescribeSecurityGroups(a.call, &sdk.DescribeSecurityGroupsInput{GroupNames: []string{"default"}}))(a).SecurityGroups[0].GroupId
}
