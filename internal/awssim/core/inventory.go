package core

import (
	"cmp"
	"slices"
)

// Resource is one thing that a user of the simulated AWS has made, as a person
// would list it. What AWS itself provides (default VPCs and their subnets, the
// network interfaces of a load balancer) is not a Resource.
type Resource struct {
	// Service is the SDK's name of the service in lower case, such as "ecs".
	Service string `json:"service"`
	// Kind is AWS's name of the kind of resource, such as "Cluster".
	Kind string `json:"kind"`
	// ID is what its service finds it by: an ARN, an id or a name.
	ID      string `json:"id"`
	Account string `json:"account"`
	// Region is empty for IAM's resources.
	Region string `json:"region,omitempty"`
	// State is AWS's word for its state, empty where the kind has none.
	State string            `json:"state,omitempty"`
	Tags  map[string]string `json:"tags,omitempty"`
}

// SortResources orders resources by account, region, service, kind and id.
func SortResources(list []Resource) {
	slices.SortFunc(list, func(a, b Resource) int {
		return cmp.Or(
			cmp.Compare(a.Account, b.Account),
			cmp.Compare(a.Region, b.Region),
			cmp.Compare(a.Service, b.Service),
			cmp.Compare(a.Kind, b.Kind),
			cmp.Compare(a.ID, b.ID),
		)
	})
}
