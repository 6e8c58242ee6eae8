package elbv2

import (
	"maps"

	"flexgw.io/controller/internal/awssim/core"
)

// Inventory lists all load balancers, listeners and target groups.
func (s *Service) Inventory() []core.Resource {
	var list []core.Resource
	s.regions.All(func(sc core.Scope, r *region) {
		add := func(kind, arn, state string, tags tagSet) {
			list = append(list, core.Resource{
				Service: "elbv2", Kind: kind, ID: arn, Account: sc.Account, Region: sc.Region,
				State: state, Tags: maps.Clone(tags),
			})
		}
		for arn, lb := range r.loadBalancers {
			add("LoadBalancer", arn, string(lb.state), lb.tags)
		}
		for arn, l := range r.listeners {
			add("Listener", arn, "", l.tags)
		}
		for arn, tg := range r.targetGroups {
			add("TargetGroup", arn, "", tg.tags)
		}
	})
	core.SortResources(list)
	return list
}
