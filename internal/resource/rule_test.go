package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

func TestRulesAreComparedAsASetOfSingleSources(t *testing.T) {
	wanted := []Rule{{Port: 8081, Self: true}, {Port: 8081, CIDR: "203.0.113.7/32"}, {Port: 8081, CIDR: "2001:db8::/32"}, {Port: 2049, Group: "sg-other"}}
	// EC2 answers with the sources of a port together, in an order of its own.
	present := []ec2types.IpPermission{
		{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(2049), ToPort: aws.Int32(2049), UserIdGroupPairs: []ec2types.UserIdGroupPair{{GroupId: aws.String("sg-other"), UserId: aws.String("1")}}},
		{IpProtocol: aws.String("tcp"), FromPort: aws.Int32(8081), ToPort: aws.Int32(8081),
			Ipv6Ranges:       []ec2types.Ipv6Range{{CidrIpv6: aws.String("2001:db8::/32")}},
			IpRanges:         []ec2types.IpRange{{CidrIp: aws.String("203.0.113.7/32"), Description: aws.String("someone's words")}},
			UserIdGroupPairs: []ec2types.UserIdGroupPair{{GroupId: aws.String("sg-self")}}},
	}
	if diff := cmp.Diff(ruleKeys(permissions(wanted, "sg-self")), ruleKeys(present)); diff != "" {
		t.Errorf("the same rules differ (-wanted +present):\n%s", diff)
	}
}

func TestOnlyTheDifferenceIsAuthorizedAndRevoked(t *testing.T) {
	before := permissions([]Rule{{Port: 8081, CIDR: "10.0.0.0/8"}, {Port: 8081, CIDR: "192.0.2.0/24"}}, "sg-self")
	after := permissions([]Rule{{Port: 8081, CIDR: "192.0.2.0/24"}, {Port: 8082, CIDR: "192.0.2.0/24"}}, "sg-self")
	if got, want := ruleKeys(without(after, before)), []string{"tcp/8082-8082 from 192.0.2.0/24"}; !cmp.Equal(got, want) {
		t.Errorf("authorize %v, want %v", got, want)
	}
	if got, want := ruleKeys(without(before, after)), []string{"tcp/8081-8081 from 10.0.0.0/8"}; !cmp.Equal(got, want) {
		t.Errorf("revoke %v, want %v", got, want)
	}
}
