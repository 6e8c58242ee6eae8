package elbv2

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ec2"
	"flexgw.io/controller/internal/clock"
)

var _ EC2 = (*ec2.Service)(nil)

// TestARuleThatGoesMakesTargetsUnhealthy runs against the simulated EC2 itself.
func TestARuleThatGoesMakesTargetsUnhealthy(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cw := core.NewWorld(clock.Real{}, 1)
		defer cw.Close()
		net := ec2.New(cw)
		w := &world{T: t, World: cw, Service: New(cw, net), call: &core.Call{Scope: here}}

		subnet := must(w, net.DescribeSubnets, &ec2sdk.DescribeSubnetsInput{}).Subnets[0]
		group := func(name string) string {
			return *must(w, net.CreateSecurityGroup, &ec2sdk.CreateSecurityGroupInput{GroupName: &name, Description: &name, VpcId: subnet.VpcId}).GroupId
		}
		lbGroup, taskGroup := group("lb"), group("task")
		rule := []ec2types.IpPermission{{
			IpProtocol: aws.String("tcp"), FromPort: aws.Int32(port), ToPort: aws.Int32(port),
			UserIdGroupPairs: []ec2types.UserIdGroupPair{{GroupId: &lbGroup}},
		}}
		must(w, net.AuthorizeSecurityGroupIngress, &ec2sdk.AuthorizeSecurityGroupIngressInput{GroupId: &taskGroup, IpPermissions: rule})

		in := loadBalancerInput("gateway")
		in.Subnets, in.SecurityGroups = []string{*subnet.SubnetId}, []string{lbGroup}
		lb := *must(w, w.CreateLoadBalancer, in).LoadBalancers[0].LoadBalancerArn
		tgIn := targetGroupInput("tg")
		tgIn.VpcId = subnet.VpcId
		tg := *must(w, w.CreateTargetGroup, tgIn).TargetGroups[0].TargetGroupArn
		w.listener(lb, tg, port)

		var task ec2.Interface
		w.Do(func() {
			var err error
			task, err = net.CreateInterface(here, ec2.InterfaceSpec{Subnet: *subnet.SubnetId, SecurityGroups: []string{taskGroup}})
			if err != nil {
				t.Fatal(err)
			}
			net.Listen(here, task.ID, port)
		})
		w.register(tg, task.PrivateIP, *subnet.AvailabilityZone)
		state := func() (state, reason string) {
			w.Do(func() { state, reason = w.TargetState(here, tg, task.PrivateIP, port) })
			return state, reason
		}
		time.Sleep(10 * time.Minute)
		if s, r := state(); s != "healthy" {
			t.Fatalf("with the rule the target is %s (%s), want healthy", s, r)
		}
		must(w, net.RevokeSecurityGroupIngress, &ec2sdk.RevokeSecurityGroupIngressInput{GroupId: &taskGroup, IpPermissions: rule})
		time.Sleep(21 * time.Second) // two checks 10 s apart
		if s, r := state(); s != "unhealthy" || r != "Target.Timeout" {
			t.Errorf("without the rule the target is %s (%s), want unhealthy (Target.Timeout)", s, r)
		}
	})
}
