package status

import (
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
	"flexgw.io/controller/internal/plan"
)

// Planned is the status after a walk that planned, under spec.planOnly. What was seen is
// what is there now. Where nothing is to be done, that is what the spec asks, and the
// status is as after any walk; else the inventory, the history and what was chosen stay
// those of what was applied last.
func Planned(gw *v1alpha1.FlexGatewayDeployment, p *plan.Plan, report *engine.Report, seen Observed) v1alpha1.FlexGatewayDeploymentStatus {
	var st v1alpha1.FlexGatewayDeploymentStatus
	if isMade(&gw.Status) && !p.HasChanges() {
		st = Compute(gw, report, seen)
		sayNothingToDo(&st)
	} else {
		st = *gw.Status.DeepCopy()
		st.ObservedGeneration = gw.Generation
		st.Selector = selector(gw)
		if isMade(&gw.Status) {
			fillThere(&st, gw, report, seen)
		}
		setPlannedConditions(&st, gw, p, report, seen)
		st.Phase = plannedPhase(&st, report)
	}
	st.Plan = p.Status(gw.Generation, seen.At)
	keepSeen(&st, &gw.Status)
	return st
}

// isMade is true where something was ever made for the gateway.
func isMade(st *v1alpha1.FlexGatewayDeploymentStatus) bool {
	return slices.ContainsFunc(st.Resources, func(r v1alpha1.ResourceStatus) bool { return r.ID != "" })
}

// sayNothingToDo has a reader of Ready know why a later change would not be followed.
func sayNothingToDo(st *v1alpha1.FlexGatewayDeploymentStatus) {
	if ready := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady); ready != nil && ready.Status == metav1.ConditionTrue {
		ready.Message = clip(ready.Message + "; changes are only planned (spec.planOnly)")
	}
}

// fillThere copies what reading tells of a gateway that is not as its spec asks.
func fillThere(st *v1alpha1.FlexGatewayDeploymentStatus, gw *v1alpha1.FlexGatewayDeployment, report *engine.Report, seen Observed) {
	fillServing(st, seen)
	if found := seen.Anypoint; found != nil && st.Anypoint != nil && found.GatewayID == st.Anypoint.GatewayID {
		fillGateway(st.Anypoint, found)
		fillWords(st.Tasks, gw.Status.Tasks, found.Replicas)
	}
	for i, r := range st.Resources {
		s, found := report.Step(r.Kind, r.Name)
		switch {
		case !found:
			continue
		case s.Missing:
			s.State, s.Reason = engine.StatePending, "it was there before, and is gone"
		case s.ID != r.ID || s.State == engine.StatePending || s.State == engine.StateGone:
			continue // another one is planned
		case s.ID == "" && s.Problem == nil:
			continue // it is not there, and only foreseen
		}
		if r.State != string(s.State) {
			st.Resources[i].Since = timestamp(seen.At)
		}
		st.Resources[i].State, st.Resources[i].Reason = string(s.State), s.Reason
	}
}

// setPlannedConditions sets the conditions where something would be done, or where nothing
// was ever made.
func setPlannedConditions(st *v1alpha1.FlexGatewayDeploymentStatus, gw *v1alpha1.FlexGatewayDeployment, p *plan.Plan, report *engine.Report, seen Observed) {
	c := conditions{st: st, generation: gw.Generation}
	for _, part := range phaseConditions {
		status, reason, message := ofPlannedPhase(p, report, part.phase)
		c.set(part.condition, status, reason, message)
	}
	if gw.Spec.HealthCheckAPI == nil {
		c.set(v1alpha1.ConditionHealthCheckAPIReady, metav1.ConditionTrue, v1alpha1.ReasonNotNeeded, "spec.healthCheckAPI is not set")
	} else {
		status, reason, message := ofPlannedPhase(p, report, gateway.HealthCheckAPI)
		c.set(v1alpha1.ConditionHealthCheckAPIReady, status, reason, message)
	}
	c.set(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonPlanOnly, "the controller rolls nothing out: "+heldBack(p))
	if isMade(st) {
		setAvailable(c, gw, report)
		setConnected(c, gw, seen)
	} else {
		c.set(v1alpha1.ConditionAvailable, metav1.ConditionFalse, v1alpha1.ReasonPlanOnly, "nothing has been made")
	}
	setExpiring(c, gw, seen)
	summarizePlan(st, gw, p, report, seen.At)
	order(st.Conditions)
}

// ofPlannedPhase is the condition of one phase of which some is only planned.
func ofPlannedPhase(p *plan.Plan, report *engine.Report, phase engine.Phase) (metav1.ConditionStatus, string, string) {
	status, reason, message := ofPhase(report, phase)
	if reason != v1alpha1.ReasonSucceeded && pressing(partOf(report, phase)) != nil {
		return status, reason, message
	}
	var steps []string
	for _, s := range p.Steps {
		if s.Phase == string(phase) {
			steps = append(steps, string(s.Action)+" "+s.Resource())
		}
	}
	if len(steps) == 0 {
		return status, reason, message
	}
	return metav1.ConditionFalse, v1alpha1.ReasonPlanOnly, "planned: " + strings.Join(steps, ", ")
}

// heldBack says what is planned, and how it is done.
func heldBack(p *plan.Plan) string {
	return fmt.Sprintf("%s; set spec.planOnly to false to apply", p.Counts())
}

// summarizePlan sets Ready, Reconciling and Stalled. A plan that has problems is told as
// they are: it would not get through.
func summarizePlan(st *v1alpha1.FlexGatewayDeploymentStatus, gw *v1alpha1.FlexGatewayDeployment, p *plan.Plan, report *engine.Report, now time.Time) {
	c := conditions{st: st, generation: gw.Generation}
	worst := pressing(report)
	if worst == nil && p.HasChanges() {
		c.set(v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonPlanOnly, heldBack(p))
		c.when(v1alpha1.ConditionReconciling, false, "", "")
		c.when(v1alpha1.ConditionStalled, false, "", "")
		return
	}
	reason, message := why(report)
	stalled := needsAPerson(worst, now) || worst != nil && lasts(&gw.Status, reason, now)
	c.set(v1alpha1.ConditionReady, metav1.ConditionFalse, reason, message)
	c.when(v1alpha1.ConditionStalled, stalled, reason, message)
	c.when(v1alpha1.ConditionReconciling, !stalled, reason, message)
}

// lasts is true where the problem has been there for long. That of a gateway of which
// nothing was made is in no inventory.
func lasts(before *v1alpha1.FlexGatewayDeploymentStatus, reason string, now time.Time) bool {
	if c := meta.FindStatusCondition(before.Conditions, v1alpha1.ConditionStalled); c != nil && c.Reason == reason {
		return true
	}
	c := meta.FindStatusCondition(before.Conditions, v1alpha1.ConditionReconciling)
	return c != nil && c.Reason == reason && now.Sub(c.LastTransitionTime.Time) >= failingLong
}

// plannedPhase is the state in one word.
func plannedPhase(st *v1alpha1.FlexGatewayDeploymentStatus, report *engine.Report) v1alpha1.Phase {
	switch problem := pressing(report); {
	case problem != nil && st.ReadyReplicas > 0:
		return v1alpha1.PhaseDegraded
	case problem != nil && problem.Problem.Terminal:
		return v1alpha1.PhaseFailed
	default:
		return v1alpha1.PhasePlanOnly
	}
}

// PlanEvents tells once of each plan that is another one than before, and of a problem that
// keeps it from getting through.
func PlanEvents(before, after *v1alpha1.FlexGatewayDeploymentStatus) []Event {
	var events []Event
	if !isSamePlan(before.Plan, after.Plan) {
		message := "planned, and not done (spec.planOnly): " + after.Plan.Summary
		if c := after.Plan.MonthlyCost; c != nil && c.Before != c.After {
			message += fmt.Sprintf("; cost in a month: %s %s -> %s", c.Currency, c.Before, c.After)
		}
		events = append(events, Event{Type: corev1.EventTypeNormal, Reason: "Planned", Action: "Plan", Message: clip(message)})
	}
	ready := meta.FindStatusCondition(after.Conditions, v1alpha1.ConditionReady)
	was := meta.FindStatusCondition(before.Conditions, v1alpha1.ConditionReady)
	if len(after.Plan.Problems) > 0 && (was == nil || was.Reason != ready.Reason) {
		events = append(events, Event{Type: corev1.EventTypeWarning, Reason: ready.Reason, Action: "Plan", Message: ready.Message})
	}
	return events
}

// isSamePlan compares what is to be done. Sentences of problems may have figures that change.
func isSamePlan(a, b *v1alpha1.PlanStatus) bool {
	return a != nil && b != nil && a.Counts == b.Counts && equality.Semantic.DeepEqual(a.Steps, b.Steps) && equality.Semantic.DeepEqual(a.MonthlyCost, b.MonthlyCost)
}
