package status

import (
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
)

// withoutLeftovers takes out of a report what the gateway does not want any more and the
// Anypoint Platform does not let be deleted. Ready is about what the spec asks for; what is
// left over serves nobody, harms nobody, and is tried again.
func withoutLeftovers(report *engine.Report) (judged *engine.Report, left []engine.Step) {
	judged = &engine.Report{}
	for _, s := range report.Steps {
		if !s.Wanted && whereabouts(s) == inAnypoint && (s.Wait != nil && s.Wait.Code != "" || s.State == engine.StateBlocked) {
			left = append(left, s)
			continue
		}
		judged.Steps = append(judged.Steps, s)
	}
	return judged, left
}

// tellLeftovers has the conditions of their parts speak of them, where all else is well.
func tellLeftovers(c conditions, left []engine.Step) {
	for _, s := range left {
		kind := v1alpha1.ConditionHealthCheckAPIReady
		if s.Kind == "Registration" {
			kind = v1alpha1.ConditionRegistrationReady
		}
		if now := meta.FindStatusCondition(c.st.Conditions, kind); s.Wait != nil && now != nil && now.Status == metav1.ConditionTrue {
			c.set(kind, metav1.ConditionTrue, v1alpha1.ReasonStale, now.Message+"; "+s.Wait.Reason)
		}
	}
}
