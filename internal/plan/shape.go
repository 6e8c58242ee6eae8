package plan

import (
	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/cost"
	"flexgw.io/controller/internal/engine"
)

// spotProvider is the capacity provider of Fargate Spot.
const spotProvider = "FARGATE_SPOT"

// before is what costs now: what of the gateway is there, as the spec in the cluster says.
func before(in Input) cost.Shape {
	gw := in.Before
	if gw == nil {
		return cost.Shape{}
	}
	return shape(gw, gw.Status.DesiredReplicas, in.Zones, count(in.Report, func(s engine.Step) bool {
		return s.Action != engine.ActionCreate && s.State != engine.StateGone && s.ID != ""
	}))
}

// after is what costs once all steps are done.
func after(in Input) cost.Shape {
	return shape(in.After, in.Replicas, in.Zones, count(in.Report, func(s engine.Step) bool {
		if s.Action == engine.ActionNone {
			return s.State != engine.StateGone && s.ID != ""
		}
		return s.Action != engine.ActionDelete
	}))
}

// count is how many resources of each kind there are.
func count(report *engine.Report, isThere func(engine.Step) bool) map[string]int {
	all := map[string]int{}
	for _, s := range report.Steps {
		if isThere(s) {
			all[s.Kind]++
		}
	}
	return all
}

// shape is what of a gateway costs; desired is the count where the spec has none.
func shape(gw *v1alpha1.FlexGatewayDeployment, desired int32, zones int, there map[string]int) cost.Shape {
	spec := &gw.Spec
	s := cost.Shape{LoadBalancers: there["LoadBalancer"], FileSystems: there["FileSystem"], Secrets: there["Secret"]}
	if spec.LoadBalancer.Scheme != "internal" {
		s.BalancerAddresses = s.LoadBalancers * zones
	}
	if mibps := spec.Storage.ProvisionedThroughputMiBps; mibps != nil && s.FileSystems > 0 {
		s.ProvisionedMiBps = float64(*mibps)
	}
	if there[serviceKind] == 0 {
		return s
	}
	s.CPU, s.Memory = spec.Compute.CPU, spec.Compute.Memory
	s.ReplicaAddresses = spec.Network.AssignPublicIP != nil && *spec.Network.AssignPublicIP
	s.Least, s.Most = replicas(spec, desired)
	s.OnDemandBase, s.SpotShare = spot(spec.Compute.CapacityProviders)
	return s
}

// replicas are the least and the largest count.
func replicas(spec *v1alpha1.FlexGatewayDeploymentSpec, desired int32) (least, most int32) {
	switch {
	case spec.Autoscaling != nil:
		return bounds(spec.Autoscaling)
	case spec.Replicas != nil:
		return *spec.Replicas, *spec.Replicas
	default:
		return desired, desired
	}
}

// bounds are the least and the largest count of an autoscaler, whatever the time: schedules
// move both ends, also past each other.
func bounds(a *v1alpha1.AutoscalingSpec) (least, most int32) {
	least, most = a.MinReplicas, a.MaxReplicas
	for _, s := range a.Schedules {
		for _, count := range []*int32{s.MinReplicas, s.MaxReplicas} {
			if count != nil {
				least, most = min(least, *count), max(most, *count)
			}
		}
	}
	return least, most
}

// spot is how many replicas run on demand in any case, and the share of Fargate Spot in
// the rest.
func spot(providers []v1alpha1.CapacityProvider) (base int32, share float64) {
	var onSpot, all float64
	for _, p := range providers {
		weight := 1.0
		if p.Weight != nil {
			weight = float64(*p.Weight)
		}
		all += weight
		if p.Name == spotProvider {
			onSpot += weight
		} else {
			base += p.Base
		}
	}
	if all == 0 {
		return base, 0
	}
	return base, onSpot / all
}
