package ecs

import (
	"cmp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// pickSubnet chooses where the next task goes: the zone with the fewest of the
// tasks, then the subnet in it with the fewest, then the first in the configuration.
// There must be a subnet left to choose.
func (s *Service) pickSubnet(sc core.Scope, n *types.NetworkConfiguration, provider string, tasks []*task) string {
	inZone, inSubnet := map[string]int{}, map[string]int{}
	for _, t := range tasks {
		if !t.isStopping() {
			inZone[t.zone()]++
			inSubnet[t.subnet]++
		}
	}
	zone := func(id string) string { return s.zoneOf(sc, id) }
	return slices.MinFunc(s.subnetsLeft(sc, n, provider), func(a, b string) int {
		return cmp.Or(cmp.Compare(inZone[zone(a)], inZone[zone(b)]), cmp.Compare(inSubnet[a], inSubnet[b]))
	})
}

// noCapacity is AWS's reason for a task that Fargate has no room for.
const noCapacity = "Capacity is unavailable at this time. Please try again later or in a different availability zone"

// subnetsLeft are the subnets in which the capacity provider has room for another task.
func (s *Service) subnetsLeft(sc core.Scope, n *types.NetworkConfiguration, provider string) []string {
	if s.troubles.CapacityGone || s.troubles.SpotGone && provider == providerSpot {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(n.AwsvpcConfiguration.Subnets), func(id string) bool { return s.isOut(s.zoneOf(sc, id)) })
}

func (s *Service) zoneOf(sc core.Scope, subnet string) string {
	found, _ := s.deps.EC2.Subnet(sc, subnet)
	return found.Zone
}

// pickSurplus chooses the task to stop when there are too many: one that does not
// run yet, else the newest in the zone with the most, so that the zones stay
// balanced.
func (s *Service) pickSurplus(tasks []*task) *task {
	inZone := map[string]int{}
	for _, t := range tasks {
		inZone[t.zone()]++
	}
	rank := func(t *task) int {
		switch {
		case t.isPending():
			return 2
		case !s.healthy(t):
			return 1
		default:
			return 0
		}
	}
	return slices.MaxFunc(tasks, func(a, b *task) int {
		return cmp.Or(
			cmp.Compare(rank(a), rank(b)),
			cmp.Compare(inZone[a.zone()], inZone[b.zone()]),
			a.createdAt.Compare(b.createdAt),
		)
	})
}
