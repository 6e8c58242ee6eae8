// Package elbv2 simulates Elastic Load Balancing version 2 as far as network load
// balancers go: their network interfaces, listeners, target groups of IP addresses
// and the health of the targets, which it finds out by reaching for them through
// the simulated network.
package elbv2

import (
	"strings"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ec2"
)

// EC2 is the network that load balancers are in. All methods want the world locked.
type EC2 interface {
	Subnet(sc core.Scope, id string) (ec2.Subnet, bool)
	SecurityGroupVPC(sc core.Scope, id string) (vpc string, ok bool)
	VPCExists(sc core.Scope, id string) bool
	CreateInterface(sc core.Scope, spec ec2.InterfaceSpec) (ec2.Interface, error)
	SetInterfaceGroups(sc core.Scope, id string, groups []string) error
	DeleteInterface(sc core.Scope, id string)
	Reach(sc core.Scope, fromENI, toIP string, port int32) ec2.Reach
	Admits(sc core.Scope, eni, clientIP string, port int32) bool
	InterfaceAt(sc core.Scope, vpc, ip string) (eni string, ok bool)
	Status(sc core.Scope, eni string, port int32, path string) int
}

// Service is the simulated Elastic Load Balancing of all accounts and regions.
type Service struct {
	world    *core.World
	ec2      EC2
	regions  core.Regional[region]
	watchers []func(sc core.Scope, tg, ip string, port int32, state string)
	edge     Edge // nil where nothing is carried
}

// region is everything of one account in one region, by ARN.
type region struct {
	scope         core.Scope
	loadBalancers map[string]*loadBalancer
	targetGroups  map[string]*targetGroup
	listeners     map[string]*listener
}

// New returns an Elastic Load Balancing without load balancers on the given network.
func New(w *core.World, network EC2) *Service {
	return &Service{world: w, ec2: network, regions: core.Regional[region]{
		Make: func(sc core.Scope) *region {
			return &region{
				scope: sc, loadBalancers: map[string]*loadBalancer{},
				targetGroups: map[string]*targetGroup{}, listeners: map[string]*listener{},
			}
		},
	}}
}

// arn builds the ARN of a load balancer's part.
func arn(sc core.Scope, parts ...string) string {
	return sc.ARN("elasticloadbalancing", strings.Join(parts, "/"))
}
