package diagram

import (
	"cmp"
	"slices"

	"flexgw.io/controller/api/v1alpha1"
)

// zone is an availability zone with what is in it.
type zone struct {
	name, subnet string
	tasks        []v1alpha1.TaskStatus
}

// zonesOf are the zones of a gateway's network, and those in which tasks run besides.
func zonesOf(gw *v1alpha1.FlexGatewayDeployment) []zone {
	var zones []zone
	if n := gw.Status.Network; n != nil {
		for i, name := range n.Zones {
			z := zone{name: name}
			if i < len(n.SubnetIDs) {
				z.subnet = n.SubnetIDs[i]
			}
			zones = append(zones, z)
		}
	}
	for _, t := range gw.Status.Tasks {
		name := cmp.Or(t.Zone, "zone unknown")
		i := slices.IndexFunc(zones, func(z zone) bool { return z.name == name })
		if i < 0 {
			zones = append(zones, zone{name: name})
			i = len(zones) - 1
		}
		zones[i].tasks = append(zones[i].tasks, t)
	}
	return zones
}
