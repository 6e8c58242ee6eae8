// Package rolloutview is what a person is told about the rollouts of a gateway, and what
// they would change: from the object to texts, tables, verdicts and edits of the spec.
// Pure: it talks to no cluster and reads no clock.
package rolloutview

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/terminal"
)

// Verdict is what can be said about a rollout by now.
type Verdict int

// The verdicts.
const (
	// Ongoing: what the spec asks for is not served yet, and it is not given up.
	Ongoing Verdict = iota
	// Served: what the present spec asks for is served.
	Served
	// Failed: ECS gave the rollout up, or a person must act.
	Failed
	// Deleted: the gateway is being deleted, so that nothing will be served.
	Deleted
)

// reasonUnseen stands where a condition's reason would, while the conditions speak of an
// earlier generation.
const reasonUnseen = "Waiting"

// Judge says how far the present generation of the spec is, and why in one sentence.
// Conditions of earlier generations count for nothing: right after a change the object
// still says that it is Ready.
func Judge(gw *v1alpha1.FlexGatewayDeployment) (Verdict, string) {
	verdict, reason, message := judge(gw)
	switch verdict {
	case Served:
		return verdict, fmt.Sprintf("%s serves what the spec asks for%s: %s", Name(gw), ofRevision(gw), message)
	case Failed:
		return verdict, fmt.Sprintf("the rollout of %s %s: %s: %s", Name(gw), failure(reason), reason, message)
	case Deleted:
		return verdict, Name(gw) + " is being deleted"
	default:
		return verdict, fmt.Sprintf("%s: %s", reason, message)
	}
}

// State is Judge with the reason and the message of the condition that decided, for views that
// say more than one sentence.
func State(gw *v1alpha1.FlexGatewayDeployment) (verdict Verdict, reason, message string) {
	return judge(gw)
}

// judge is Judge with the reason and the message of the condition that decided.
func judge(gw *v1alpha1.FlexGatewayDeployment) (verdict Verdict, reason, message string) {
	ready := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionReady)
	switch {
	case !gw.DeletionTimestamp.IsZero():
		reason, message = deletion(gw, ready)
		return Deleted, reason, message
	case gw.Status.ObservedGeneration < gw.Generation || ready == nil || ready.ObservedGeneration < gw.Generation:
		return Ongoing, reasonUnseen, fmt.Sprintf("the controller has not told of generation %d yet", gw.Generation)
	case ready.Status == metav1.ConditionTrue:
		return Served, ready.Reason, terminal.OneLine(ready.Message)
	case failure(ready.Reason) == "failed":
		return Failed, ready.Reason, terminal.OneLine(ready.Message)
	}
	stalled := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionStalled)
	if stalled != nil && stalled.Status == metav1.ConditionTrue && stalled.ObservedGeneration >= gw.Generation {
		return Failed, stalled.Reason, terminal.OneLine(stalled.Message)
	}
	return Ongoing, ready.Reason, terminal.OneLine(ready.Message)
}

// deletion is what the controller has said since the deletion began, which is a change of the
// generation: what is still there, or what it is stuck at.
func deletion(gw *v1alpha1.FlexGatewayDeployment, ready *metav1.Condition) (reason, message string) {
	if ready == nil || ready.ObservedGeneration < gw.Generation || ready.Status == metav1.ConditionTrue {
		return v1alpha1.ReasonDeleting, "the gateway is being deleted"
	}
	return ready.Reason, terminal.OneLine(ready.Message)
}

// failure is what happened to a rollout that is not Ready for this reason.
func failure(reason string) string {
	if reason == v1alpha1.ReasonRolledBack || reason == v1alpha1.ReasonRolloutFailed {
		return "failed"
	}
	return "is stalled" // ECS may go on trying, or a person must act: it can still be served
}

// Name is the gateway's namespace and name.
func Name(gw *v1alpha1.FlexGatewayDeployment) string { return gw.Namespace + "/" + gw.Name }

// ofRevision names the revision that serves, where there is one.
func ofRevision(gw *v1alpha1.FlexGatewayDeployment) string {
	if revision := revisionOf(gw.Status.TaskDefinition); revision != "" {
		return fmt.Sprintf(" (revision %s, %s)", revision, gw.Status.Version)
	}
	return ""
}

// revisionOf is the revision in a task definition's ARN or in family:revision. Empty
// where there is none.
func revisionOf(taskDefinition string) string {
	return taskDefinition[strings.LastIndex(taskDefinition, ":")+1:]
}
