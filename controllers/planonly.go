package controllers

import (
	"context"
	"slices"
	"time"

	ctrl "sigs.k8s.io/controller-runtime"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/plan"
	"flexgw.io/controller/internal/status"
)

// planPause is how long a look waits at least for the next one where ECS has something to
// do, and the controller nothing: a plan reads everything.
const planPause = 30 * time.Second

// planOnly looks at a gateway with spec.planOnly: it reads, and writes the plan into the
// status. It puts no finalizer on: an object that was never applied has nothing in AWS, and
// goes at once when it is deleted. One that was applied has kept its finalizer.
func (r *Reconciler) planOnly(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) (ctrl.Result, error) {
	r.memories.drop(gw.UID) // what is seen now may be another thing when the plan is carried out
	what, err := Planner{Reconciler: r}.Plan(ctx, gw)
	if err != nil {
		return r.cannotBegin(ctx, gw, err)
	}
	seen := what.Seen
	r.addReplicas(ctx, gw, seen.Anypoint, seen.Replicas)
	p := what.Of(plan.KindChange, gw, gw)
	st := status.Planned(gw, p, what.Report, seen)
	r.tell(ctx, gw, status.PlanEvents(&gw.Status, &st)...)
	r.tell(ctx, gw, status.AnypointEvents(&gw.Status, &st)...)
	r.tellReadiness(ctx, gw, &st)
	r.Metrics.tell(gw, &st, seen)
	before := gw.Status
	if err := r.writeStatus(ctx, gw, st); err != nil {
		return ctrl.Result{}, err
	}
	r.Metrics.ended(gw, &before, &st, r.age(gw)) // ECS ends a rollout that had begun before
	if again := what.Report.LookAgain(); again > 0 && !p.HasProblems() && !p.HasChanges() {
		return r.after(max(again, planPause)), nil
	}
	return r.next(onlyProblems(what.Report))
}

// onlyProblems leaves out what is awaited: of what is only planned, nothing comes by itself.
func onlyProblems(report *engine.Report) *engine.Report {
	return &engine.Report{Steps: slices.DeleteFunc(slices.Clone(report.Steps), func(s engine.Step) bool { return s.Problem == nil })}
}

// isPlanned is true where this very spec was only planned for, and nothing has changed since.
func isPlanned(gw *v1alpha1.FlexGatewayDeployment) bool {
	return gw.Spec.PlanOnly && gw.Status.Phase == v1alpha1.PhasePlanOnly && gw.Status.ObservedGeneration == gw.Generation
}
