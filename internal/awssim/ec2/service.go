// Package ec2 simulates the networking part of Amazon EC2: regions and zones,
// VPCs, subnets, security groups with their rules, tags, and the ledger of
// network interfaces that other services make.
//
// Every account and region starts as AWS hands it over: a default VPC
// (172.31.0.0/16) with one public subnet for each zone and its default security
// group. Their ids are the same in every run.
package ec2

import (
	"net/netip"

	"flexgw.io/controller/internal/awssim/core"
)

// Service is EC2 in all accounts and regions.
type Service struct {
	world    *core.World
	networks core.Regional[network]
	// public hands out public addresses, which are unique across accounts.
	public publicPool
}

// New returns an EC2 in which every account and region has its default VPC.
func New(w *core.World) *Service {
	s := &Service{world: w, public: publicPool{taken: map[netip.Addr]bool{}}}
	s.networks.Make = s.newNetwork
	return s
}

// network is what one account has in one region.
type network struct {
	scope      core.Scope
	zones      []zone
	seq        int
	vpcs       table[*vpc]
	subnets    table[*subnet]
	groups     table[*group]
	interfaces table[*networkInterface]
	// byAddress has the interfaces with a private or public address; VPCs may overlap.
	byAddress map[netip.Addr][]*networkInterface
}

func (s *Service) newNetwork(sc core.Scope) *network {
	n := &network{scope: sc, zones: zonesOf(sc.Region), byAddress: map[netip.Addr][]*networkInterface{}}
	s.addDefaultVPC(n)
	return n
}

// newResource returns the part of a resource that all kinds have.
func (n *network) newResource(id string, tags tagSet) resource {
	n.seq++
	return resource{id: id, seq: n.seq, tags: tags}
}

// resources calls fn for everything that can carry tags.
func (n *network) resources(fn func(*resource)) {
	for _, v := range n.vpcs.all() {
		fn(&v.resource)
	}
	for _, sub := range n.subnets.all() {
		fn(&sub.resource)
	}
	for _, g := range n.groups.all() {
		fn(&g.resource)
		for _, r := range g.rules {
			fn(&r.resource)
		}
	}
	for _, i := range n.interfaces.all() {
		fn(&i.resource)
	}
}

func (n *network) defaultVPC() (*vpc, bool) {
	for _, v := range n.vpcs.all() {
		if v.isDefault {
			return v, true
		}
	}
	return nil, false
}
