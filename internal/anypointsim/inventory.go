package anypointsim

import "strconv"

// Resource is one thing that users have made in the platform, as a person would list it.
type Resource struct {
	// Kind is "Gateway", "APIInstance" or "Asset".
	Kind string `json:"kind"`
	// ID is what the platform finds it by; of an asset, its coordinates.
	ID           string `json:"id"`
	Name         string `json:"name"`
	Organization string `json:"organization"`
	Environment  string `json:"environment,omitempty"`
	// State is the platform's word.
	State string `json:"state"`
	// Tombstone is true for what is deleted and stays in lists, or keeps its coordinates.
	Tombstone bool `json:"tombstone,omitempty"`
}

// Inventory lists what users have made and not deleted, in the order in which it was made:
// gateways, API instances, assets. Tombstones are left out.
func (s *Sim) Inventory() []Resource {
	list := []Resource{}
	for _, r := range s.everything() {
		if !r.Tombstone {
			list = append(list, r)
		}
	}
	return list
}

// Tombstones are what Inventory leaves out.
func (s *Sim) Tombstones() []Resource {
	list := []Resource{}
	for _, r := range s.everything() {
		if r.Tombstone {
			list = append(list, r)
		}
	}
	return list
}

// everything is the inventory and the tombstones. A gateway that is being deleted is in the
// inventory until that is done.
func (s *Sim) everything() []Resource {
	var list []Resource
	now := s.clock.Now()
	s.do(now, func() {
		for _, g := range s.state.Gateways {
			list = append(list, Resource{
				Kind: "Gateway", ID: g.ID, Name: g.Name, Organization: g.Organization, Environment: g.Environment,
				State: s.gatewayStatus(g, now), Tombstone: g.deleted(now),
			})
		}
		for _, a := range s.state.APIs {
			if !a.Removed {
				list = append(list, Resource{
					Kind: "APIInstance", ID: strconv.Itoa(a.ID), Name: a.Label, Organization: a.Organization, Environment: a.Environment, State: a.deploymentStatus(),
				})
			}
		}
		for _, a := range s.state.Assets {
			state := "published"
			if a.SoftDeleted {
				state = "softDeleted"
			}
			list = append(list, Resource{
				Kind: "Asset", ID: a.Group + "/" + a.ID + "/" + a.Version, Name: a.Name, Organization: a.Organization, State: state, Tombstone: a.SoftDeleted,
			})
		}
	})
	return list
}
