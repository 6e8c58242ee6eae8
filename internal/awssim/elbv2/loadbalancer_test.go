package elbv2

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ec2"
)

func TestALoadBalancerIsProvisionedBeforeItIsActive(t *testing.T) {
	inWorld(t, func(w *world) {
		arn := w.loadBalancer("gateway")
		state := func() types.LoadBalancerStateEnum {
			return must(w, w.DescribeLoadBalancers, &sdk.DescribeLoadBalancersInput{LoadBalancerArns: []string{arn}}).LoadBalancers[0].State.Code
		}
		var got []types.LoadBalancerStateEnum
		got = append(got, state())
		time.Sleep(139 * time.Second)
		got = append(got, state())
		time.Sleep(2 * time.Second)
		got = append(got, state())
		want := []types.LoadBalancerStateEnum{"provisioning", "provisioning", "active"}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("states at 0, 139 and 141 s (-want +got):\n%s", diff)
		}
	})
}

func TestALoadBalancerHasANameInDNSAndAnInterfaceInEachZone(t *testing.T) {
	inWorld(t, func(w *world) {
		lb := must(w, w.CreateLoadBalancer, loadBalancerInput("gateway")).LoadBalancers[0]
		id := (*lb.LoadBalancerArn)[strings.LastIndex(*lb.LoadBalancerArn, "/")+1:]
		if want := "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/gateway/" + id; *lb.LoadBalancerArn != want || len(id) != 16 {
			t.Errorf("ARN = %s, want %s with 16 digits", *lb.LoadBalancerArn, want)
		}
		if want := "gateway-" + id + ".elb.us-east-1.amazonaws.com"; *lb.DNSName != want {
			t.Errorf("DNS name = %s, want %s", *lb.DNSName, want)
		}
		spec := func(subnet string) ec2.InterfaceSpec {
			return ec2.InterfaceSpec{
				Subnet: subnet, SecurityGroups: []string{"sg-1"}, Description: "ELB net/gateway/" + id,
				InterfaceType: "network_load_balancer", RequesterID: "amazon-elb", AssignPublicIP: true,
			}
		}
		want := map[string]ec2.InterfaceSpec{"eni-1": spec("subnet-a"), "eni-2": spec("subnet-b")}
		if diff := cmp.Diff(want, w.interfaces()); diff != "" {
			t.Errorf("interfaces (-want +got):\n%s", diff)
		}
	})
}

func TestImpossibleLoadBalancersAreRefused(t *testing.T) {
	tests := []struct {
		name   string
		change func(*sdk.CreateLoadBalancerInput)
		code   string
	}{
		{"an application load balancer", func(in *sdk.CreateLoadBalancerInput) { in.Type = "application" }, "NotImplemented"},
		{"no type, which is an application load balancer", func(in *sdk.CreateLoadBalancerInput) { in.Type = "" }, "NotImplemented"},
		{"a gateway load balancer", func(in *sdk.CreateLoadBalancerInput) { in.Type = "gateway" }, "NotImplemented"},
		{"a long name", func(in *sdk.CreateLoadBalancerInput) { in.Name = aws.String(strings.Repeat("x", 33)) }, "ValidationError"},
		{"a name with a dot", func(in *sdk.CreateLoadBalancerInput) { in.Name = aws.String("a.b") }, "ValidationError"},
		{"a name with a hyphen at the end", func(in *sdk.CreateLoadBalancerInput) { in.Name = aws.String("a-") }, "ValidationError"},
		{"a name that begins with internal-", func(in *sdk.CreateLoadBalancerInput) { in.Name = aws.String("internal-a") }, "ValidationError"},
		{"no subnet", func(in *sdk.CreateLoadBalancerInput) { in.Subnets = nil }, "ValidationError"},
		{"an absent subnet", func(in *sdk.CreateLoadBalancerInput) { in.Subnets = []string{"subnet-x"} }, "SubnetNotFound"},
		{"two subnets in a zone", func(in *sdk.CreateLoadBalancerInput) { in.Subnets = []string{"subnet-a", "subnet-a2"} }, "InvalidConfigurationRequest"},
		{"subnets of two VPCs", func(in *sdk.CreateLoadBalancerInput) { in.Subnets = []string{"subnet-a", "subnet-other"} }, "InvalidConfigurationRequest"},
		{"an absent security group", func(in *sdk.CreateLoadBalancerInput) { in.SecurityGroups = []string{"sg-x"} }, "InvalidSecurityGroup"},
		{"a security group of another VPC", func(in *sdk.CreateLoadBalancerInput) { in.SecurityGroups = []string{"sg-other"} }, "InvalidConfigurationRequest"},
		{"a tag key twice", func(in *sdk.CreateLoadBalancerInput) {
			in.Tags = []types.Tag{{Key: aws.String("a")}, {Key: aws.String("a")}}
		}, "DuplicateTagKeys"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inWorld(t, func(w *world) {
				in := loadBalancerInput("gateway")
				test.change(in)
				_, err := do(w, w.CreateLoadBalancer, in)
				w.wantCode(err, test.code)
				if len(w.interfaces()) > 0 {
					t.Errorf("interfaces are left: %v", w.interfaces())
				}
			})
		})
	}
}

func TestWhenOneInterfaceCannotBeMadeNoneIsLeft(t *testing.T) {
	inWorld(t, func(w *world) {
		w.net.failIn = "subnet-b"
		_, err := do(w, w.CreateLoadBalancer, loadBalancerInput("gateway"))
		w.wantCode(err, "InsufficientFreeAddressesInSubnet")
		if len(w.interfaces()) > 0 || len(w.Inventory()) > 0 {
			t.Errorf("left: interfaces %v, inventory %v", w.interfaces(), w.Inventory())
		}
	})
}

func TestTheSameSettingsReturnTheLoadBalancerThatIsThere(t *testing.T) {
	inWorld(t, func(w *world) {
		first := w.loadBalancer("gateway")
		again := loadBalancerInput("gateway")
		again.Tags = []types.Tag{{Key: aws.String("a"), Value: aws.String("1")}}
		if arn := *must(w, w.CreateLoadBalancer, again).LoadBalancers[0].LoadBalancerArn; arn != first {
			t.Errorf("second ARN = %s, want %s", arn, first)
		}
		tags := must(w, w.DescribeTags, &sdk.DescribeTagsInput{ResourceArns: []string{first}}).TagDescriptions[0].Tags
		if len(tags) != 0 {
			t.Errorf("tags = %v, want none: tags are not reconciled", tags)
		}
		other := loadBalancerInput("gateway")
		other.Scheme = types.LoadBalancerSchemeEnumInternal
		_, err := do(w, w.CreateLoadBalancer, other)
		w.wantCode(err, "DuplicateLoadBalancerName")
		if len(w.interfaces()) != 2 {
			t.Errorf("%d interfaces, want 2", len(w.interfaces()))
		}
	})
}

func TestTheNumberOfLoadBalancersIsLimited(t *testing.T) {
	inWorld(t, func(w *world) {
		w.Settings.Quotas[core.LoadBalancers] = 2
		w.loadBalancer("a")
		w.loadBalancer("b")
		_, err := do(w, w.CreateLoadBalancer, loadBalancerInput("c"))
		w.wantCode(err, "TooManyLoadBalancers")
		w.loadBalancer("a") // it is there already
	})
}

func TestADeletedLoadBalancerLeavesItsInterfacesForAWhile(t *testing.T) {
	inWorld(t, func(w *world) {
		lb := w.loadBalancer("gateway")
		w.listener(lb, w.targetGroup("tg"), 8081)
		must(w, w.DeleteLoadBalancer, &sdk.DeleteLoadBalancerInput{LoadBalancerArn: &lb})
		must(w, w.DeleteLoadBalancer, &sdk.DeleteLoadBalancerInput{LoadBalancerArn: &lb}) // succeeds though it is gone
		_, err := do(w, w.DescribeLoadBalancers, &sdk.DescribeLoadBalancersInput{LoadBalancerArns: []string{lb}})
		w.wantCode(err, "LoadBalancerNotFound")
		var kinds []string
		for _, r := range w.Inventory() {
			kinds = append(kinds, r.Kind)
		}
		if diff := cmp.Diff([]string{"TargetGroup"}, kinds); diff != "" {
			t.Errorf("inventory (-want +got):\n%s", diff)
		}
		time.Sleep(39 * time.Second)
		before := len(w.interfaces())
		time.Sleep(2 * time.Second)
		if after := len(w.interfaces()); before != 2 || after != 0 {
			t.Errorf("interfaces after 39 s and 41 s = %d and %d, want 2 and 0", before, after)
		}
	})
}

func TestDeletionProtectionKeepsALoadBalancer(t *testing.T) {
	inWorld(t, func(w *world) {
		lb := w.loadBalancer("gateway")
		protect := func(value string) error {
			_, err := do(w, w.ModifyLoadBalancerAttributes, &sdk.ModifyLoadBalancerAttributesInput{LoadBalancerArn: &lb, Attributes: []types.LoadBalancerAttribute{
				{Key: aws.String("deletion_protection.enabled"), Value: &value}}})
			return err
		}
		w.wantCode(protect("true"), "")
		_, err := do(w, w.DeleteLoadBalancer, &sdk.DeleteLoadBalancerInput{LoadBalancerArn: &lb})
		w.wantCode(err, "OperationNotPermitted")
		w.wantCode(protect("yes"), "ValidationError")
		w.wantCode(protect("false"), "")
		must(w, w.DeleteLoadBalancer, &sdk.DeleteLoadBalancerInput{LoadBalancerArn: &lb})
	})
}

func TestSecurityGroupsCanBeReplacedButNotBegunNorEnded(t *testing.T) {
	inWorld(t, func(w *world) {
		with := w.loadBalancer("with")
		in := loadBalancerInput("without")
		in.SecurityGroups = nil
		without := *must(w, w.CreateLoadBalancer, in).LoadBalancers[0].LoadBalancerArn
		set := func(arn string, groups ...string) error {
			_, err := do(w, w.SetSecurityGroups, &sdk.SetSecurityGroupsInput{LoadBalancerArn: &arn, SecurityGroups: groups})
			return err
		}
		w.wantCode(set(with, "sg-2"), "")
		if got := w.interfaces()["eni-2"].SecurityGroups; !cmp.Equal(got, []string{"sg-2"}) {
			t.Errorf("groups of the interface = %v, want sg-2", got)
		}
		w.wantCode(set(with), "InvalidConfigurationRequest")
		w.wantCode(set(without, "sg-1"), "InvalidConfigurationRequest")
		w.wantCode(set(with, "sg-x"), "InvalidSecurityGroup")
		w.wantCode(set(with+"x", "sg-1"), "LoadBalancerNotFound")
	})
}

func TestSetSubnetsKeepsTheInterfacesOfZonesThatStay(t *testing.T) {
	inWorld(t, func(w *world) {
		lb := w.loadBalancer("gateway")
		out := must(w, w.SetSubnets, &sdk.SetSubnetsInput{LoadBalancerArn: &lb, Subnets: []string{"subnet-b"}})
		if len(out.AvailabilityZones) != 1 || *out.AvailabilityZones[0].ZoneName != "us-east-1b" {
			t.Errorf("zones = %v, want us-east-1b", out.AvailabilityZones)
		}
		time.Sleep(time.Minute)
		_, kept := w.interfaces()["eni-2"]
		if !kept || len(w.interfaces()) != 1 {
			t.Errorf("interfaces = %v, want eni-2 alone", w.interfaces())
		}
		must(w, w.SetSubnets, &sdk.SetSubnetsInput{LoadBalancerArn: &lb, Subnets: []string{"subnet-a2", "subnet-b"}})
		if got := w.interfaces()["eni-3"].Subnet; got != "subnet-a2" {
			t.Errorf("the new interface is in %q, want subnet-a2", got)
		}
		_, err := do(w, w.SetSubnets, &sdk.SetSubnetsInput{LoadBalancerArn: &lb, Subnets: []string{"subnet-other"}})
		w.wantCode(err, "InvalidConfigurationRequest")
	})
}

func TestLoadBalancersComeInPagesAndByName(t *testing.T) {
	inWorld(t, func(w *world) {
		for i := range 5 {
			w.loadBalancer(fmt.Sprintf("lb-%d", i))
		}
		in := &sdk.DescribeLoadBalancersInput{PageSize: aws.Int32(2)}
		var got [][]string
		for {
			out := must(w, w.DescribeLoadBalancers, in)
			var names []string
			for _, lb := range out.LoadBalancers {
				names = append(names, *lb.LoadBalancerName)
			}
			got = append(got, names)
			if in.Marker = out.NextMarker; in.Marker == nil {
				break
			}
		}
		if diff := cmp.Diff([][]string{{"lb-0", "lb-1"}, {"lb-2", "lb-3"}, {"lb-4"}}, got); diff != "" {
			t.Errorf("pages (-want +got):\n%s", diff)
		}
		named := must(w, w.DescribeLoadBalancers, &sdk.DescribeLoadBalancersInput{Names: []string{"lb-3"}}).LoadBalancers
		if len(named) != 1 || *named[0].LoadBalancerName != "lb-3" {
			t.Errorf("by name = %v", named)
		}
		_, err := do(w, w.DescribeLoadBalancers, &sdk.DescribeLoadBalancersInput{Names: []string{"absent"}})
		w.wantCode(err, "LoadBalancerNotFound")
	})
}

func TestTagsBelongToLoadBalancersTargetGroupsAndListeners(t *testing.T) {
	inWorld(t, func(w *world) {
		lb, tg := w.loadBalancer("gateway"), w.targetGroup("tg")
		arns := []string{lb, tg, w.listener(lb, tg, 8081)}
		pair := func(key, value string) types.Tag { return types.Tag{Key: &key, Value: &value} }
		must(w, w.AddTags, &sdk.AddTagsInput{ResourceArns: arns, Tags: []types.Tag{pair("a", "1"), pair("b", "2")}})
		must(w, w.RemoveTags, &sdk.RemoveTagsInput{ResourceArns: arns[1:], TagKeys: []string{"a", "absent"}})
		got := map[string]int{}
		for _, d := range must(w, w.DescribeTags, &sdk.DescribeTagsInput{ResourceArns: arns}).TagDescriptions {
			got[*d.ResourceArn] = len(d.Tags)
		}
		if diff := cmp.Diff(map[string]int{arns[0]: 2, arns[1]: 1, arns[2]: 1}, got); diff != "" {
			t.Errorf("number of tags (-want +got):\n%s", diff)
		}
		for arn, code := range map[string]string{lb + "x": "LoadBalancerNotFound", tg + "x": "TargetGroupNotFound", arns[2] + "x": "ListenerNotFound", "x": "ValidationError"} {
			_, err := do(w, w.DescribeTags, &sdk.DescribeTagsInput{ResourceArns: []string{arn}})
			w.wantCode(err, code)
		}
		many := make([]types.Tag, 51)
		for i := range many {
			many[i] = pair(fmt.Sprint(i), "")
		}
		_, err := do(w, w.AddTags, &sdk.AddTagsInput{ResourceArns: arns[:1], Tags: many})
		w.wantCode(err, "TooManyTags")
	})
}
