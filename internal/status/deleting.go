package status

import (
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
)

// Deleting is the status after a walk that takes the gateway down.
func Deleting(gw *v1alpha1.FlexGatewayDeployment, report *engine.Report) v1alpha1.FlexGatewayDeploymentStatus {
	st := *gw.Status.DeepCopy()
	st.ObservedGeneration = gw.Generation
	st.Resources = inventory(report)
	st.Tasks, st.Endpoint = nil, ""
	st.Replicas, st.ReadyReplicas, st.UpdatedReplicas, st.DesiredReplicas = 0, 0, 0, 0
	if st.Anypoint != nil {
		st.Anypoint.Status, st.Anypoint.ConnectedReplicas, st.Anypoint.DisconnectedReplicas, st.Anypoint.SeenAt = "", nil, 0, nil // nobody asks any more
	}
	reason, message := v1alpha1.ReasonDeleting, remaining(report)
	if problem := pressing(report); problem != nil {
		reason, message = problem.Problem.Reason, problem.Identity.String()+": "+problem.Problem.Error()
	} else if wait := waitOfItsOwn(report); wait != nil {
		reason, message = wait.Code, wait.Reason
	}
	leave(&st, gw)
	c := conditions{st: &st, generation: gw.Generation}
	c.set(v1alpha1.ConditionReady, metav1.ConditionFalse, reason, message)
	c.when(v1alpha1.ConditionReconciling, true, v1alpha1.ReasonDeleting, message)
	c.when(v1alpha1.ConditionStalled, false, "", "")
	order(st.Conditions)
	return st
}

// leave is what every status of a gateway that is being deleted says, also where the deletion
// cannot begin.
func leave(st *v1alpha1.FlexGatewayDeploymentStatus, gw *v1alpha1.FlexGatewayDeployment) {
	st.Phase, st.Plan = v1alpha1.PhaseDeleting, nil
	st.Conditions = slices.DeleteFunc(st.Conditions, speaksOfAPart)
	c := conditions{st: st, generation: gw.Generation}
	c.set(v1alpha1.ConditionAvailable, metav1.ConditionFalse, v1alpha1.ReasonDeleting, "the gateway is being deleted")
}

// speaksOfAPart is true for the conditions that a deletion makes untrue: what they speak of
// is on its way out.
func speaksOfAPart(c metav1.Condition) bool {
	switch c.Type {
	case v1alpha1.ConditionReady, v1alpha1.ConditionAvailable, v1alpha1.ConditionReconciling, v1alpha1.ConditionStalled:
		return false
	default:
		return true
	}
}

// waitOfItsOwn is the first wait that has a reason of its own; nil where there is none.
func waitOfItsOwn(report *engine.Report) *engine.Wait {
	for _, s := range report.Steps {
		if s.Wait != nil && s.Wait.Code != "" {
			return s.Wait
		}
	}
	return nil
}

// remaining says what is still to go and where, in the order of the stack, and what that
// waits for.
func remaining(report *engine.Report) string {
	left := map[string][]string{}
	for _, s := range report.Steps {
		if s.State != engine.StateGone && s.State != engine.StateRetained {
			left[whereabouts(s)] = append(left[whereabouts(s)], s.Identity.String())
		}
	}
	var sentences []string
	for _, place := range []string{inAWS, inAnypoint} {
		if len(left[place]) > 0 {
			sentences = append(sentences, "still in "+place+": "+strings.Join(left[place], ", "))
		}
	}
	if len(sentences) == 0 {
		return "nothing is left in AWS"
	}
	for _, s := range report.Steps {
		if s.Wait != nil && !slices.Contains(sentences, s.Wait.Reason) {
			sentences = append(sentences, s.Wait.Reason)
		}
	}
	return strings.Join(sentences, "; ")
}
