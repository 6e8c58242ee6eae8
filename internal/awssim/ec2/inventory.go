package ec2

import (
	"cmp"
	"maps"
	"slices"

	"flexgw.io/controller/internal/awssim/core"
)

// Inventory lists what there is beyond what every account starts with: VPCs and
// subnets that somebody made, security groups but the default ones, and network
// interfaces. The world must be locked.
func (s *Service) Inventory() []core.Resource {
	var all []core.Resource
	s.networks.All(func(sc core.Scope, n *network) {
		add := func(kind, state string, r resource) {
			all = append(all, core.Resource{
				Service: "ec2", Kind: kind, ID: r.id, Account: sc.Account, Region: sc.Region, State: state, Tags: maps.Clone(r.tags),
			})
		}
		for _, v := range n.vpcs.all() {
			if !v.isDefault {
				add("Vpc", "available", v.resource)
			}
		}
		for _, sub := range n.subnets.all() {
			if !sub.isDefault {
				add("Subnet", "available", sub.resource)
			}
		}
		for _, g := range n.groups.all() {
			if !g.isDefault {
				add("SecurityGroup", "", g.resource)
			}
		}
		for _, i := range n.interfaces.all() {
			add("NetworkInterface", "in-use", i.resource)
		}
	})
	slices.SortFunc(all, func(a, b core.Resource) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return all
}
