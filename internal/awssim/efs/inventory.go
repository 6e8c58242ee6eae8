package efs

import (
	"cmp"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/efs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// Inventory lists the file systems, mount targets and access points that there
// are, those being deleted included. The world must be locked.
func (s *Service) Inventory() []core.Resource {
	var all []core.Resource
	s.stores.All(func(sc core.Scope, st *store) {
		add := func(kind, id string, state types.LifeCycleState, tags tagSet) {
			all = append(all, core.Resource{
				Service: "efs", Kind: kind, ID: id, Account: sc.Account, Region: sc.Region, State: string(state), Tags: maps.Clone(tags),
			})
		}
		for _, fs := range st.fileSystems {
			add("FileSystem", fs.id, fs.state, fs.tags)
		}
		for _, mt := range st.mountTargets {
			add("MountTarget", mt.id, mt.state, nil)
		}
		for _, ap := range st.accessPoints {
			add("AccessPoint", ap.id, ap.state, ap.tags)
		}
	})
	slices.SortFunc(all, func(a, b core.Resource) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
	})
	return all
}
