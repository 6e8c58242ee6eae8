package controllers

import (
	"context"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
	"flexgw.io/controller/internal/resource"
	"flexgw.io/controller/internal/status"
)

// Planner says what a Reconciler would do. It reads the cluster, AWS and the Anypoint
// Platform, and writes nowhere. Of the Reconciler, it needs Reader, Cloud, Anypoint and
// Clock.
type Planner struct {
	*Reconciler
	// Assume says why a Secret or ConfigMap of the gateway's namespace that is not there is
	// taken for one that will be, and nothing where it is not. Nil takes none.
	Assume func(kind, name string) (why string)
}

// Planned is a plan and what was seen of the gateway on the way.
type Planned struct {
	Report *engine.Report
	// Account and Region are where the plan is for.
	Account, Region string
	// Service is the service as it will be, nil where nothing is known of it.
	Service *resource.ServiceState
	// Assumed are the objects that are not there and are taken for ones that will be.
	Assumed []Assumption
	// Zones is how many subnets, each of a zone of its own, the gateway is in.
	Zones int
	// Seen is what is there; Service is nil in it where no service is.
	Seen status.Observed
}

// Replicas is how many replicas the service has, or will have.
func (p *Planned) Replicas() int32 {
	if p.Service == nil {
		return 0
	}
	return p.Service.Desired
}

// Plan is what the controller would do about the gateway with this spec, status and UID; it
// need not be in the cluster. The error is the problem that keeps a look from beginning.
func (p Planner) Plan(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) (*Planned, error) {
	in, err := p.input(ctx, gw)
	if err != nil {
		return nil, asProblem(err)
	}
	assumed := p.assume(ctx, gw, &in)
	found := p.askAnypoint(ctx, gw, agentOf(in))
	in.Connection, in.Unlisted = connectionOf(gw, found), status.Unlisted(gw, found)
	stack := gateway.Stack(in)
	var seen status.Observed
	report := stack.Plan(ctx, func() {
		seen = observed(in, stack)
		seen.Anypoint = found
	})
	what := planned(in, stack, report)
	what.Seen, what.Assumed = seen, assumed
	return what, nil
}

// PlanDeletion is what the controller would do if the gateway were deleted.
func (p Planner) PlanDeletion(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) (*Planned, error) {
	gw = gw.DeepCopy()
	if gw.DeletionTimestamp.IsZero() {
		now := metav1.NewTime(p.Clock.Now())
		gw.DeletionTimestamp = &now
	}
	in, err := p.inputForDeletion(ctx, gw)
	if err != nil {
		return nil, asProblem(err)
	}
	stack := gateway.Stack(in)
	end := stack.PlanDelete
	if retains(gw) {
		end = stack.PlanRelease
	}
	what := planned(in, stack, end(ctx))
	what.Seen = observed(in, stack) // nothing is foreseen in an end
	return what, nil
}

func planned(in gateway.Input, stack *gateway.Gateway, report *engine.Report) *Planned {
	p := &Planned{Report: report, Account: in.Cloud.Account, Region: in.Cloud.Region, Service: stack.Service.Value()}
	if network := stack.Network.Value(); network != nil {
		p.Zones = len(network.Subnets)
	}
	return p
}
