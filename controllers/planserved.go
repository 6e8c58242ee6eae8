package controllers

import (
	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/plan"
)

// Of is the plan for a person or a status. Before is the object in the cluster, nil where it
// is not there, and after what was planned for.
func (p *Planned) Of(kind plan.Kind, before, after *v1alpha1.FlexGatewayDeployment) *plan.Plan {
	var assumed []plan.Note
	for _, a := range p.Assumed {
		assumed = append(assumed, plan.Note{Message: a.String()})
	}
	return plan.Of(plan.Input{
		Kind: kind, Before: p.served(before), After: after, Report: p.Report, Account: p.Account, Region: p.Region,
		Replicas: p.Replicas(), Zones: p.Zones, Assumed: assumed,
	})
}

// served is the gateway with what of its spec costs as it is in AWS: the spec in the
// cluster may be ahead of that, and is where it is only planned for.
func (p *Planned) served(gw *v1alpha1.FlexGatewayDeployment) *v1alpha1.FlexGatewayDeployment {
	service := p.Seen.Service
	if gw == nil || service == nil {
		return gw
	}
	gw = gw.DeepCopy()
	gw.Spec.Replicas = &service.Desired
	if scaled, found := p.Report.Step("ScalableTarget", "gateway"); !found || scaled.ID == "" || scaled.Action == engine.ActionCreate {
		gw.Spec.Autoscaling = nil
	}
	if task := p.Seen.TaskDefinition; task != nil {
		if cpu, memory := task.Size(); cpu > 0 && memory > 0 {
			gw.Spec.Compute.CPU, gw.Spec.Compute.Memory = cpu, memory
		}
	}
	gw.Spec.Network.AssignPublicIP = &service.PublicIP
	gw.Spec.Compute.CapacityProviders = nil
	for _, provider := range service.Providers {
		gw.Spec.Compute.CapacityProviders = append(gw.Spec.Compute.CapacityProviders,
			v1alpha1.CapacityProvider{Name: provider.Name, Base: provider.Base, Weight: &provider.Weight})
	}
	return gw
}
