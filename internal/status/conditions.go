package status

import (
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
)

// phaseConditions are the conditions that speak of one phase of the work.
var phaseConditions = []struct {
	phase     engine.Phase
	condition string
}{
	{gateway.Network, v1alpha1.ConditionNetworkReady},
	{gateway.Storage, v1alpha1.ConditionStorageReady},
	{gateway.Identity, v1alpha1.ConditionIdentityReady},
	{gateway.Compute, v1alpha1.ConditionComputeReady},
	{gateway.Registration, v1alpha1.ConditionRegistrationReady},
	{gateway.LoadBalancing, v1alpha1.ConditionLoadBalancerReady},
}

// conditions writes conditions of one generation; one that does not change keeps its
// transition time.
type conditions struct {
	st         *v1alpha1.FlexGatewayDeploymentStatus
	generation int64
}

func (c conditions) set(kind string, status metav1.ConditionStatus, reason, message string) {
	meta.SetStatusCondition(&c.st.Conditions, metav1.Condition{
		Type: kind, Status: status, Reason: reason, Message: clip(message), ObservedGeneration: c.generation,
	})
}

// when sets a condition that is present only while it is true.
func (c conditions) when(kind string, isTrue bool, reason, message string) {
	if isTrue {
		c.set(kind, metav1.ConditionTrue, reason, message)
	} else {
		meta.RemoveStatusCondition(&c.st.Conditions, kind)
	}
}

// longestMessage keeps a condition readable; the API allows 32,768 characters.
const longestMessage = 1024

func clip(message string) string {
	if len(message) > longestMessage {
		return strings.ToValidUTF8(message[:longestMessage-3], "") + "..."
	}
	return message
}

// setConditions computes all conditions from the report.
func setConditions(st *v1alpha1.FlexGatewayDeploymentStatus, gw *v1alpha1.FlexGatewayDeployment, report *engine.Report, seen Observed) {
	c := conditions{st: st, generation: gw.Generation}
	for _, p := range phaseConditions {
		status, reason, message := ofPhase(report, p.phase)
		c.set(p.condition, status, reason, message)
	}
	setHealthCheckAPI(c, gw, report, seen)
	setProgressing(c, report)
	setAvailable(c, gw, report)
	setConnected(c, gw, seen)
	setRenewal(c, seen)
	setExpiring(c, gw, seen)
	summarize(st, gw, report, seen.At)
	order(st.Conditions)
}

// ofPhase is the condition of one phase.
func ofPhase(report *engine.Report, phase engine.Phase) (metav1.ConditionStatus, string, string) {
	part := partOf(report, phase)
	if len(part.Steps) == 0 {
		return metav1.ConditionTrue, v1alpha1.ReasonNotNeeded, "this gateway needs nothing of this part"
	}
	if part.Done() {
		return metav1.ConditionTrue, v1alpha1.ReasonSucceeded, "all is as the spec asks"
	}
	reason, message := why(part)
	return metav1.ConditionFalse, reason, message
}

// partOf is the part of a report that speaks of what is wanted in a phase.
func partOf(report *engine.Report, phase engine.Phase) *engine.Report {
	part := &engine.Report{}
	for _, s := range report.Steps {
		if s.Phase == phase && s.Wanted {
			part.Steps = append(part.Steps, s)
		}
	}
	return part
}

// setProgressing says whether ECS is rolling something out.
func setProgressing(c conditions, report *engine.Report) {
	s, outstanding := outstandingRollout(report)
	switch {
	case !outstanding:
		c.set(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonSucceeded, "the rollout is complete")
	case s.Problem != nil:
		c.set(v1alpha1.ConditionProgressing, metav1.ConditionFalse, s.Problem.Reason, s.Problem.Error())
	case s.Wait != nil && s.Wait.Code == v1alpha1.ReasonReplicasConnecting:
		c.set(v1alpha1.ConditionProgressing, metav1.ConditionTrue, s.Wait.Code, s.Wait.Reason)
	case s.Wait != nil && s.Wait.Code != "": // for a person
		c.set(v1alpha1.ConditionProgressing, metav1.ConditionFalse, s.Wait.Code, s.Wait.Reason)
	case s.Wait != nil:
		c.set(v1alpha1.ConditionProgressing, metav1.ConditionTrue, v1alpha1.ReasonRollingOut, s.Wait.Reason)
	default:
		c.set(v1alpha1.ConditionProgressing, metav1.ConditionFalse, v1alpha1.ReasonCreating, s.Identity.String()+" "+s.Reason)
	}
}

// outstandingRollout is the first step of the rollout with a problem, else the first that
// is not done.
func outstandingRollout(report *engine.Report) (step engine.Step, found bool) {
	for _, s := range report.Steps {
		switch {
		case s.Phase != gateway.Rollout || s.State == engine.StateReady || s.State == engine.StateExternal || s.State == engine.StateGone:
		case s.Problem != nil:
			return s, true
		case !found:
			step, found = s, true
		}
	}
	return step, found
}

// failingLong is how long a call may fail before nobody should wait for it any more. What
// AWS takes to know a new role, during which it denies calls, is well below.
const failingLong = 5 * time.Minute

// needsAPerson is true for a problem that repeating does not help, or has not helped for
// long: a denied call, a quota. It is repeated all the same.
func needsAPerson(s *engine.Step, now time.Time) bool {
	switch {
	case s == nil:
		return false
	case s.Problem.Terminal:
		return true
	default:
		return !s.Since.IsZero() && now.Sub(s.Since) >= failingLong
	}
}

// summarize sets Ready, Reconciling and Stalled. The time is zero where nothing was
// observed.
func summarize(st *v1alpha1.FlexGatewayDeploymentStatus, gw *v1alpha1.FlexGatewayDeployment, report *engine.Report, now time.Time) {
	c := conditions{st: st, generation: gw.Generation}
	if report.Done() {
		reason, message := v1alpha1.ReasonSucceeded, howMany(st)
		if st.DesiredReplicas == 0 {
			reason, message = v1alpha1.ReasonScaledToZero, "all is as the spec asks, which is that nothing serves: "+whyZero(gw)
		}
		c.set(v1alpha1.ConditionReady, metav1.ConditionTrue, reason, message)
		c.when(v1alpha1.ConditionReconciling, false, "", "")
		c.when(v1alpha1.ConditionStalled, false, "", "")
		return
	}
	reason, message := why(report)
	c.set(v1alpha1.ConditionReady, metav1.ConditionFalse, reason, message)
	stalled := needsAPerson(pressing(report), now)
	c.when(v1alpha1.ConditionStalled, stalled, reason, message)
	c.when(v1alpha1.ConditionReconciling, !stalled && !isPaused(report), reason, message)
}

// isPaused is true where nothing is outstanding but what spec.rollout.paused holds back.
func isPaused(report *engine.Report) bool {
	paused := false
	for _, s := range report.Steps {
		switch {
		case s.Problem != nil || s.Wait != nil && s.Wait.Code != v1alpha1.ReasonPaused:
			return false
		case s.Wait != nil:
			paused = true
		}
	}
	return paused
}

// phase is the state in one word.
func phase(st *v1alpha1.FlexGatewayDeploymentStatus, before v1alpha1.Phase, report *engine.Report) v1alpha1.Phase {
	available := st.ReadyReplicas > 0
	problem := pressing(report)
	switch {
	case report.Done():
		return v1alpha1.PhaseReady
	case isPaused(report):
		return v1alpha1.PhasePaused
	case problem != nil && available:
		return v1alpha1.PhaseDegraded
	case problem != nil && problem.Problem.Terminal:
		return v1alpha1.PhaseFailed
	case before == "" || before == v1alpha1.PhaseCreating:
		return v1alpha1.PhaseCreating
	case before == v1alpha1.PhaseFailed && !available, before == v1alpha1.PhasePlanOnly && st.TaskDefinition == "":
		return v1alpha1.PhaseCreating
	default:
		return v1alpha1.PhaseUpdating
	}
}
