package status

import (
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
)

// setAvailable says whether anything serves; where nothing does, for Ready's reason.
func setAvailable(c conditions, gw *v1alpha1.FlexGatewayDeployment, report *engine.Report) {
	switch {
	case c.st.ReadyReplicas > 0:
		c.set(v1alpha1.ConditionAvailable, metav1.ConditionTrue, v1alpha1.ReasonSucceeded, howMany(c.st))
	case isZeroAsked(gw, c.st):
		c.set(v1alpha1.ConditionAvailable, metav1.ConditionFalse, v1alpha1.ReasonScaledToZero, whyZero(gw)+": nothing serves")
	case c.st.Replicas > 0:
		reason, _ := why(report)
		c.set(v1alpha1.ConditionAvailable, metav1.ConditionFalse, reason, howMany(c.st))
	default:
		reason, _ := why(report)
		c.set(v1alpha1.ConditionAvailable, metav1.ConditionFalse, reason, "no replica is serving")
	}
}

// isZeroAsked is true where nothing is to run.
func isZeroAsked(gw *v1alpha1.FlexGatewayDeployment, st *v1alpha1.FlexGatewayDeploymentStatus) bool {
	if gw.Spec.Replicas != nil {
		return *gw.Spec.Replicas == 0
	}
	return gw.Spec.Autoscaling != nil && st.TaskDefinition != "" && st.DesiredReplicas == 0
}

// howMany says how many replicas are healthy. While a version takes the place of another,
// that may be more than are asked for.
func howMany(st *v1alpha1.FlexGatewayDeploymentStatus) string {
	if st.ReadyReplicas > st.DesiredReplicas {
		return fmt.Sprintf("%d replicas are healthy, %d are asked for", st.ReadyReplicas, st.DesiredReplicas)
	}
	return fmt.Sprintf("%d of %d replicas are serving", st.ReadyReplicas, st.DesiredReplicas)
}

// whyZero says in whose name no replica runs.
func whyZero(gw *v1alpha1.FlexGatewayDeployment) string {
	switch {
	case gw.Spec.Autoscaling != nil:
		return "autoscaling has set the count to 0"
	case gw.Spec.Replicas == nil:
		return "whoever owns the count has set it to 0"
	default:
		return "spec.replicas is 0"
	}
}
