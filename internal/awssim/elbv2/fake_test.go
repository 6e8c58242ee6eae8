package elbv2

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ec2"
	"flexgw.io/controller/internal/clock"
)

var here = core.Scope{Account: core.DefaultAccount, Region: "us-east-1"}

// network is an EC2 with VPC vpc-1, subnets subnet-a and subnet-b in zones of their
// own, subnet-a2 in the zone of subnet-a, subnet-other and sg-other in vpc-2, and
// groups sg-1 and sg-2.
type network struct {
	enis map[string]ec2.InterfaceSpec
	made int
	// closed are the "ip:port" that do not answer as Open.
	closed map[string]ec2.Reach
	// failIn is a subnet in which no interface can be made.
	failIn string
	// status is what all targets answer, 200 where it is 0.
	status int
	// shut are the "eni:port" whose security groups let nobody in.
	shut map[string]bool
}

func (n *network) Subnet(_ core.Scope, id string) (ec2.Subnet, bool) {
	subnets := map[string]ec2.Subnet{
		"subnet-a":     {ID: "subnet-a", VPC: "vpc-1", Zone: "us-east-1a", CIDR: "10.0.0.0/24"},
		"subnet-a2":    {ID: "subnet-a2", VPC: "vpc-1", Zone: "us-east-1a", CIDR: "10.0.2.0/24"},
		"subnet-b":     {ID: "subnet-b", VPC: "vpc-1", Zone: "us-east-1b", CIDR: "10.0.1.0/24"},
		"subnet-other": {ID: "subnet-other", VPC: "vpc-2", Zone: "us-east-1b", CIDR: "10.1.0.0/24"},
	}
	s, ok := subnets[id]
	return s, ok
}

func (n *network) SecurityGroupVPC(_ core.Scope, id string) (string, bool) {
	vpc, ok := map[string]string{"sg-1": "vpc-1", "sg-2": "vpc-1", "sg-other": "vpc-2"}[id]
	return vpc, ok
}

func (n *network) VPCExists(_ core.Scope, id string) bool { return id == "vpc-1" || id == "vpc-2" }

func (n *network) CreateInterface(_ core.Scope, spec ec2.InterfaceSpec) (ec2.Interface, error) {
	if spec.Subnet == n.failIn {
		return ec2.Interface{}, core.Errorf("InsufficientFreeAddressesInSubnet", "full")
	}
	n.made++
	id := fmt.Sprintf("eni-%d", n.made)
	n.enis[id] = spec
	return ec2.Interface{ID: id, Subnet: spec.Subnet}, nil
}

func (n *network) SetInterfaceGroups(_ core.Scope, id string, groups []string) error {
	spec := n.enis[id]
	spec.SecurityGroups = slices.Clone(groups)
	n.enis[id] = spec
	return nil
}

func (n *network) DeleteInterface(_ core.Scope, id string) { delete(n.enis, id) }

func (n *network) Reach(_ core.Scope, from, ip string, port int32) ec2.Reach {
	if _, ok := n.enis[from]; !ok {
		return ec2.Filtered
	}
	return n.closed[fmt.Sprintf("%s:%d", ip, port)]
}

func (n *network) Admits(_ core.Scope, eni, _ string, port int32) bool {
	return !n.shut[fmt.Sprintf("%s:%d", eni, port)]
}

func (n *network) Status(core.Scope, string, int32, string) int { return cmp.Or(n.status, 200) }

func (n *network) InterfaceAt(_ core.Scope, _, ip string) (string, bool) { return "eni of " + ip, true }

// world is a simulated AWS to test against. Its methods fail the test on errors
// and lock the world.
type world struct {
	*testing.T
	*core.World
	*Service
	net  *network
	call *core.Call
}

func inWorld(t *testing.T, fn func(w *world)) {
	synctest.Test(t, func(t *testing.T) {
		w := core.NewWorld(clock.Real{}, 1)
		defer w.Close()
		n := &network{enis: map[string]ec2.InterfaceSpec{}, closed: map[string]ec2.Reach{}, shut: map[string]bool{}}
		fn(&world{T: t, World: w, Service: New(w, n), net: n, call: &core.Call{Scope: here}})
	})
}

// Inventory lists what there is, with the world locked.
func (w *world) Inventory() (list []core.Resource) {
	w.Do(func() { list = w.Service.Inventory() })
	return list
}

// interfaces are the network interfaces that there are, with the world locked.
func (w *world) interfaces() (list map[string]ec2.InterfaceSpec) {
	w.Do(func() { list = maps.Clone(w.net.enis) })
	return list
}

// do runs an operation with the world locked.
func do[In, Out any](w *world, operation func(*core.Call, In) (Out, error), in In) (out Out, err error) {
	w.Helper()
	w.Do(func() { out, err = operation(w.call, in) })
	return out, err
}

// must is do for an operation that has to succeed.
func must[In, Out any](w *world, operation func(*core.Call, In) (Out, error), in In) Out {
	w.Helper()
	out, err := do(w, operation, in)
	if err != nil {
		w.Fatal(err)
	}
	return out
}

func (w *world) wantCode(err error, code string) {
	w.Helper()
	var refused *core.Error
	if code == "" && err == nil {
		return
	}
	if !errors.As(err, &refused) || refused.Code != code {
		w.Errorf("error = %v, want code %q", err, code)
	}
}

func loadBalancerInput(name string) *sdk.CreateLoadBalancerInput {
	return &sdk.CreateLoadBalancerInput{
		Name: &name, Type: types.LoadBalancerTypeEnumNetwork,
		Subnets: []string{"subnet-a", "subnet-b"}, SecurityGroups: []string{"sg-1"},
	}
}

func targetGroupInput(name string) *sdk.CreateTargetGroupInput {
	return &sdk.CreateTargetGroupInput{
		Name: &name, Protocol: types.ProtocolEnumTcp, Port: aws.Int32(8081), VpcId: aws.String("vpc-1"),
		TargetType: types.TargetTypeEnumIp, HealthCheckIntervalSeconds: aws.Int32(10), HealthyThresholdCount: aws.Int32(2),
	}
}

func listenerInput(lb, tg string, port int32) *sdk.CreateListenerInput {
	return &sdk.CreateListenerInput{
		LoadBalancerArn: &lb, Port: &port, Protocol: types.ProtocolEnumTcp,
		DefaultActions: []types.Action{{Type: types.ActionTypeEnumForward, TargetGroupArn: &tg}},
	}
}

func (w *world) loadBalancer(name string) string {
	w.Helper()
	return *must(w, w.CreateLoadBalancer, loadBalancerInput(name)).LoadBalancers[0].LoadBalancerArn
}

func (w *world) targetGroup(name string) string {
	w.Helper()
	return *must(w, w.CreateTargetGroup, targetGroupInput(name)).TargetGroups[0].TargetGroupArn
}

func (w *world) listener(lb, tg string, port int32) string {
	w.Helper()
	return *must(w, w.CreateListener, listenerInput(lb, tg, port)).Listeners[0].ListenerArn
}
