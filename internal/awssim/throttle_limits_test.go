package awssim

import (
	"reflect"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// TestEveryOperationIsThrottled fails for an operation that throttle_limits.go has
// forgotten.
func TestEveryOperationIsThrottled(t *testing.T) {
	s := newTestSim(t)
	throttle := newThrottle(s.World())
	for _, e := range s.endpoints {
		service := e.codec.Model().Name
		for name := range e.handlers {
			if len(throttle.members[operation{service, name}]) == 0 {
				t.Errorf("%s.%s has no token bucket", service, name)
			}
		}
	}
}

// TestEveryLimitIsOfAnOperation fails for a name in the tables that no call bears.
func TestEveryLimitIsOfAnOperation(t *testing.T) {
	s := newTestSim(t)
	calls := map[operation]bool{}
	for _, e := range s.endpoints {
		for name, h := range e.handlers {
			call := &core.Call{Service: e.codec.Model().Name, Operation: name}
			calls[operation{call.Service, name}] = true
			calls[throttled(call, reflect.New(h.input).Interface())] = true
		}
	}
	for op, categories := range newThrottle(s.World()).members {
		if !calls[op] {
			t.Errorf("%s.%s: there is no such call", op.service, op.name)
		}
		for _, c := range categories {
			if c.limit.Burst < 1 || c.limit.Refill <= 0 {
				t.Errorf("%s, %s: a bucket of %+v is of no use", op.service, c.name, c.limit)
			}
		}
	}
}

// TestACategoryHasOneName fails where two categories of a service share a name, and
// with it a bucket.
func TestACategoryHasOneName(t *testing.T) {
	for service, list := range throttleLimits() {
		seen := map[string]bool{}
		for _, c := range list {
			if seen[c.name] {
				t.Errorf("%s has %q twice", service, c.name)
			}
			seen[c.name] = true
			if operations := slices.Compact(slices.Sorted(slices.Values(c.operations))); len(operations) != len(c.operations) {
				t.Errorf("%s, %s takes two tokens for one call", service, c.name)
			}
		}
	}
}

func TestWhichReadsOfEC2AskForEverything(t *testing.T) {
	filter := []ec2types.Filter{{Name: aws.String("vpc-id"), Values: []string{"vpc-1"}}}
	tests := []struct {
		name string
		in   any
		want bool
	}{
		{"groups", &ec2.DescribeSecurityGroupsInput{}, true},
		{"groups by id", &ec2.DescribeSecurityGroupsInput{GroupIds: []string{"sg-1"}}, true},
		{"groups by filter", &ec2.DescribeSecurityGroupsInput{Filters: filter}, false},
		{"a page of groups", &ec2.DescribeSecurityGroupsInput{MaxResults: aws.Int32(5)}, false},
		{"a later page of groups", &ec2.DescribeSecurityGroupsInput{NextToken: aws.String("t")}, false},
		{"interfaces", &ec2.DescribeNetworkInterfacesInput{}, true},
		{"interfaces by filter", &ec2.DescribeNetworkInterfacesInput{Filters: filter}, false},
		{"a page of interfaces", &ec2.DescribeNetworkInterfacesInput{MaxResults: aws.Int32(5)}, false},
		{"another read", &ec2.DescribeVpcsInput{}, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := readsEverything(test.in); got != test.want {
				t.Errorf("everything = %t, want %t", got, test.want)
			}
		})
	}
}

func TestACallTakesATokenFromAllOfItsBucketsOrFromNone(t *testing.T) {
	synctest.Test(t, testACallTakesATokenFromAllOrNone)
}

func testACallTakesATokenFromAllOrNone(t *testing.T) {
	s := newThrottledSim(t, 1)
	gate := newThrottle(s.World())
	allowed := func(name string) (n int) {
		s.World().Do(func() {
			for n < 1000 && gate.refuse(&core.Call{Service: "elbv2", Operation: name}, nil) == nil {
				n++
			}
			// what is refused takes nothing: all these leave the other bucket as it is
			for range 100 {
				gate.refuse(&core.Call{Service: "elbv2", Operation: name}, nil)
			}
		})
		return n
	}
	if got := allowed("CreateListener"); got != 20 {
		t.Errorf("%d writes, want 20", got)
	}
	if got := allowed("DescribeListeners"); got != 20 {
		t.Errorf("%d reads after that, want what the writes left of 40", got)
	}
}
