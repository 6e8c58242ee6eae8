package controllers

import (
	"context"
	"errors"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
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
	// Assume takes Secrets and ConfigMaps that are not there for ones that will be: those
	// that cannot be read where there is no cluster.
	Assume bool
}

// Planned is a plan and what was seen of the gateway on the way.
type Planned struct {
	Report *engine.Report
	// Account and Region are where the plan is for.
	Account, Region string
	// Service is the service as it will be, nil where nothing is known of it.
	Service *resource.ServiceState
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
	if p.Assume {
		assume(&in)
	}
	found := p.askAnypoint(ctx, gw, agentOf(in))
	in.Connection, in.Unlisted = connectionOf(gw, found), status.Unlisted(gw, found)
	stack := gateway.Stack(in)
	var seen status.Observed
	report := stack.Plan(ctx, func() {
		seen = observed(in, stack)
		seen.Anypoint = found
	})
	what := planned(in, stack, report)
	what.Seen = seen
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

// assume puts something unknown in the place of what is not there.
func assume(in *gateway.Input) {
	if registration := in.Registration; registration != nil {
		in.Registration = func() (resource.RegistrationContent, error) {
			content, err := registration()
			if isMissing(err, v1alpha1.ReasonRegistrationSecretMissing) {
				return resource.RegistrationContent{Text: engine.Unknown, Digest: engine.Unknown, AgentID: engine.Unknown}, nil
			}
			return content, err
		}
	}
	credentials := in.Credentials
	in.Credentials = func() (anypoint.Credentials, string, error) {
		by, digest, err := credentials()
		if isMissing(err, v1alpha1.ReasonCredentialsMissing) && in.Gateway.Spec.Anypoint != nil {
			return anypoint.Credentials{}, engine.Unknown, nil
		}
		return by, digest, err
	}
	documents := in.Documents
	in.Documents = func() (string, string, error) {
		text, digest, err := documents()
		if isMissing(err, v1alpha1.ReasonConfigMissing) {
			return engine.Unknown, engine.Unknown, nil
		}
		return text, digest, err
	}
}

func isMissing(err error, reason string) bool {
	var problem *engine.Problem
	return errors.As(err, &problem) && problem.Reason == reason
}
