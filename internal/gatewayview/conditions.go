package gatewayview

import (
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/rolloutview"
	"flexgw.io/controller/internal/terminal"
)

// conditions are those that are not as they should be as a table, and the names of the others.
// Those of an earlier generation say so.
func conditions(gw *v1alpha1.FlexGatewayDeployment, now time.Time) []terminal.Line {
	if len(gw.Status.Conditions) == 0 {
		return []terminal.Line{{Text: "No conditions yet: the controller has not seen it, or is not running."}}
	}
	cells := [][]string{{"CONDITION", "STATUS", "REASON", "AGE", "MESSAGE"}}
	var shown []metav1.Condition
	var well []string
	for _, c := range gw.Status.Conditions {
		old := c.ObservedGeneration < gw.Generation
		if isWell(c) && !old {
			well = append(well, c.Type)
			continue
		}
		message := terminal.OneLine(c.Message)
		if old {
			message = "(before the last change) " + message
		}
		shown = append(shown, c)
		cells = append(cells, []string{c.Type, string(c.Status), c.Reason, rolloutview.Age(now.Sub(c.LastTransitionTime.Time)), message})
	}
	var lines []terminal.Line
	if len(shown) > 0 {
		lines = table(cells, func(i int) terminal.Colour { return conditionColour(shown[i]) })
	}
	if len(well) > 0 {
		lines = append(lines, terminal.Line{Text: "As they should be: " + strings.Join(well, ", ")})
	}
	return lines
}

// isWell is true of a condition that nobody has to read: True, or that a rollout is over.
func isWell(c metav1.Condition) bool {
	switch c.Type {
	case v1alpha1.ConditionProgressing:
		return c.Status == metav1.ConditionFalse && c.Reason == v1alpha1.ReasonSucceeded
	case v1alpha1.ConditionReconciling, v1alpha1.ConditionStalled, v1alpha1.ConditionCertificateExpiring:
		return false // present while there is something to read
	default:
		return c.Status == metav1.ConditionTrue
	}
}

// conditionColour knows the conditions whose True is no good news.
func conditionColour(c metav1.Condition) terminal.Colour {
	bad := c.Type == v1alpha1.ConditionReconciling || c.Type == v1alpha1.ConditionStalled || c.Type == v1alpha1.ConditionCertificateExpiring
	switch {
	case c.Type == v1alpha1.ConditionProgressing:
		return terminal.Plain
	case bad && c.Status == metav1.ConditionTrue:
		return terminal.Yellow
	case !bad && c.Status == metav1.ConditionFalse:
		return terminal.Red
	case c.Status == metav1.ConditionUnknown:
		return terminal.Faint
	default:
		return terminal.Plain
	}
}
