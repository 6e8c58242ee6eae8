package status

import (
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
)

// Event is something worth telling about the object.
type Event struct {
	// Type is Normal or Warning.
	Type string
	// Reason is one CamelCase word.
	Reason string
	// Action is what the controller did, with the resource: events that differ only in
	// their message are taken for repetitions of one.
	Action string
	// Message is the sentence.
	Message string
}

// Events tells what a walk did and what went wrong since the last one. Settled is
// true where the spec had been applied before: a change is then a correction of drift,
// unless what the spec refers to is another one.
func Events(before *v1alpha1.FlexGatewayDeploymentStatus, report *engine.Report, settled bool) []Event {
	var events []Event
	settled = settled && !newContent(report)
	for _, s := range report.Steps {
		if e, ok := actionEvent(s, settled); ok && !stillDeleting(before, s) {
			events = append(events, e)
		}
		if e, ok := leftEvent(before, s); ok {
			events = append(events, e)
		}
		if s.Problem != nil && !alreadyTold(before, s) {
			events = append(events, Event{corev1.EventTypeWarning, s.Problem.Reason, "Reconcile " + s.Identity.String(), clip(s.Identity.String() + ": " + s.Problem.Error())})
		}
	}
	return events
}

// newContent is true where the user has changed what the spec refers to, such as the
// registration file, a document or the credentials, which is no change of the spec. A secret
// that someone else wrote to in AWS has no digest.
func newContent(report *engine.Report) bool {
	for _, s := range report.Steps {
		if s.Kind != "Secret" {
			continue
		}
		for _, c := range engine.FieldChanges(s.Delta) {
			if c.Field == "digest" && c.From != "" {
				return true
			}
		}
	}
	return false
}

// leftEvent tells once of what a removal has left.
func leftEvent(before *v1alpha1.FlexGatewayDeploymentStatus, s engine.Step) (Event, bool) {
	if s.Left == nil {
		return Event{}, false
	}
	if earlier, found := inInventory(before, s); found && earlier.State == string(s.State) {
		return Event{}, false
	}
	kind := corev1.EventTypeNormal
	if s.Left.Unwanted {
		kind = corev1.EventTypeWarning
	}
	return Event{kind, s.Left.Reason, "Delete " + s.Identity.String(), clip(s.Left.Message)}, true
}

// isRegistration is true for what works towards a registration and its files: its tasks
// come and go, and nothing of it is drift. ECS changes no task definition.
func isRegistration(s engine.Step) bool {
	return s.Kind == "Registration" || s.Kind == "TaskDefinition" && s.Name != "gateway"
}

func actionEvent(s engine.Step, settled bool) (Event, bool) {
	settled = settled && !isRegistration(s)
	switch s.Action {
	case engine.ActionCreate:
		if s.Missing {
			return Event{corev1.EventTypeWarning, "DriftCorrected", "Create " + s.Identity.String(), fmt.Sprintf("%s was gone from %s and has been made anew: %s", s.Identity, whereabouts(s), s.ID)}, true
		}
		return Event{corev1.EventTypeNormal, "Created", "Create " + s.Identity.String(), fmt.Sprintf("%s: %s", s.Identity, s.ID)}, true
	case engine.ActionUpdate:
		if settled {
			return Event{corev1.EventTypeWarning, "DriftCorrected", "Update " + s.Identity.String(), clip(fmt.Sprintf("%s was changed in %s and has been put right: %s", s.Identity, whereabouts(s), Changes(s)))}, true
		}
		return Event{corev1.EventTypeNormal, "Updated", "Update " + s.Identity.String(), clip(fmt.Sprintf("%s: %s", s.Identity, Changes(s)))}, true
	case engine.ActionDelete:
		return Event{corev1.EventTypeNormal, "Deleting", "Delete " + s.Identity.String(), fmt.Sprintf("%s: %s", s.Identity, s.ID)}, s.State == engine.StateGone || s.State == engine.StateDeleting
	case engine.ActionRelease:
		if whereabouts(s) != inAWS {
			return Event{corev1.EventTypeNormal, "Retained", "Release " + s.Identity.String(), fmt.Sprintf("%s stays in the Anypoint Platform: %s", s.Identity, s.ID)}, true
		}
		return Event{corev1.EventTypeNormal, "Retained", "Release " + s.Identity.String(), fmt.Sprintf("%s stays in AWS without owner tags: %s", s.Identity, s.ID)}, true
	default:
		return Event{}, false
	}
}

// Where things are, for people.
const (
	inAWS      = "AWS"
	inAnypoint = "the Anypoint Platform"
)

// whereabouts is where a step's resource is.
func whereabouts(s engine.Step) string {
	switch s.Kind {
	case "Registration", "ExchangeAsset", "APIInstance":
		return inAnypoint
	default:
		return inAWS
	}
}

// Changes says what a step changed, field by field.
func Changes(s engine.Step) string {
	var changes []string
	for _, c := range engine.FieldChanges(s.Delta) {
		changes = append(changes, c.String())
	}
	return strings.Join(changes, "; ")
}

// stillDeleting is true where the deletion had begun, and been told of, before.
func stillDeleting(before *v1alpha1.FlexGatewayDeploymentStatus, s engine.Step) bool {
	earlier, found := inInventory(before, s)
	return found && s.Action == engine.ActionDelete && earlier.State == string(engine.StateDeleting)
}

// alreadyTold is true where the same problem stood in the inventory before, or where the
// gateway has not been ready for the same reason: a sentence may have figures that change.
func alreadyTold(before *v1alpha1.FlexGatewayDeploymentStatus, s engine.Step) bool {
	earlier, found := inInventory(before, s)
	if !found || earlier.State != string(s.State) {
		return false
	}
	ready := meta.FindStatusCondition(before.Conditions, v1alpha1.ConditionReady)
	return earlier.Reason == s.Reason || ready != nil && ready.Reason == s.Problem.Reason && s.Problem.Reason == v1alpha1.ReasonProgressDeadlineExceeded
}

// inInventory is what the inventory said of a step's resource.
func inInventory(before *v1alpha1.FlexGatewayDeploymentStatus, s engine.Step) (v1alpha1.ResourceStatus, bool) {
	for _, r := range before.Resources {
		if r.Kind == s.Kind && r.Name == s.Name {
			return r, true
		}
	}
	return v1alpha1.ResourceStatus{}, false
}
