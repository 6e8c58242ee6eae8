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
	// Step is what the walk found and did, for the log; nil for what is no resource's.
	Step *engine.Step
}

// Events tells what a walk did and what went wrong since the last one. Settled is
// true where the spec had been applied before: a change is then a correction of drift,
// unless what the spec refers to is another one.
func Events(before *v1alpha1.FlexGatewayDeploymentStatus, report *engine.Report, settled bool) []Event {
	var events []Event
	settled = settled && !newContent(report)
	troubled := together(report)
	for i, s := range report.Steps {
		tell := func(e Event, ok bool) {
			if ok {
				e.Step = &report.Steps[i]
				events = append(events, e)
			}
		}
		e, ok := actionEvent(s, settled)
		tell(e, ok && !stillDeleting(before, s))
		tell(leftEvent(before, s))
		if who := troubled[i]; who != "" && !alreadyTold(before, s) {
			tell(Event{Type: corev1.EventTypeWarning, Reason: s.Problem.Reason, Action: "Reconcile " + s.Identity.String(), Message: clip(who + ": " + s.Problem.Error())}, true)
		}
	}
	return events
}

// together are, by the place of the first of them, the steps that have the same trouble,
// such as an AWS that does not answer: it is told once.
func together(report *engine.Report) map[int]string {
	first, others := map[string]int{}, map[int][]string{}
	for i, s := range report.Steps {
		if s.Problem == nil {
			continue
		}
		trouble := s.Problem.Reason + " " + s.Problem.Error()
		if _, found := first[trouble]; !found {
			first[trouble] = i
		}
		others[first[trouble]] = append(others[first[trouble]], s.Identity.String())
	}
	who := map[int]string{}
	for i, names := range others {
		who[i] = strings.Join(names, ", ")
	}
	return who
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
	return Event{Type: kind, Reason: s.Left.Reason, Action: "Delete " + s.Identity.String(), Message: clip(s.Left.Message)}, true
}

// isRegistration is true for what works towards a registration and its files: its tasks
// come and go, and nothing of it is drift. ECS changes no task definition.
func isRegistration(s engine.Step) bool {
	return s.Kind == "Registration" || s.Kind == "TaskDefinition" && s.Name != "gateway"
}

// actionEvent tells of what was done to a resource.
func actionEvent(s engine.Step, settled bool) (e Event, ok bool) {
	settled = settled && !isRegistration(s)
	normal := func(reason, verb, format string, args ...any) Event {
		return Event{Type: corev1.EventTypeNormal, Reason: reason, Action: verb + " " + s.Identity.String(), Message: clip(fmt.Sprintf(format, args...))}
	}
	drift := func(verb, format string, args ...any) Event {
		e := normal("DriftCorrected", verb, format, args...)
		e.Type = corev1.EventTypeWarning
		return e
	}
	switch s.Action {
	case engine.ActionCreate:
		if s.Missing {
			return drift("Create", "%s was gone from %s and has been made anew: %s", s.Identity, whereabouts(s), s.ID), true
		}
		return normal("Created", "Create", "%s: %s", s.Identity, s.ID), true
	case engine.ActionUpdate:
		if settled {
			return drift("Update", "%s was changed in %s and has been put right: %s", s.Identity, whereabouts(s), Changes(s)), true
		}
		return normal("Updated", "Update", "%s: %s", s.Identity, Changes(s)), true
	case engine.ActionDelete:
		return normal("Deleting", "Delete", "%s: %s", s.Identity, s.ID), s.State == engine.StateGone || s.State == engine.StateDeleting
	case engine.ActionRelease:
		if whereabouts(s) != inAWS {
			return normal("Retained", "Release", "%s stays in the Anypoint Platform: %s", s.Identity, s.ID), true
		}
		return normal("Retained", "Release", "%s stays in AWS without owner tags: %s", s.Identity, s.ID), true
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

// Changes says what a step changed, field by field. Digests say nothing to a person.
func Changes(s engine.Step) string {
	var changes []string
	for _, c := range engine.FieldChanges(s.Delta) {
		switch {
		case s.Kind == "TaskDefinition" && c.Field == "content":
			changes = append(changes, "another content, now "+s.ID)
		case s.Kind == "Registration" && c.Field == "registration":
			changes = append(changes, "another try to register it as "+c.To)
		case s.Kind == "Secret" && c.Field == "digest":
			changes = append(changes, "another content")
		default:
			changes = append(changes, c.String())
		}
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
