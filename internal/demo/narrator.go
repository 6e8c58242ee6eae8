package demo

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"
	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/terminal"
)

// verb says what kind of news a line is.
type verb string

const (
	verbCreated  verb = "created"
	verbUses     verb = "uses"
	verbWaiting  verb = "waiting"
	verbReady    verb = "ready"
	verbDeleting verb = "deleting"
	verbDeleted  verb = "deleted"
	verbKept     verb = "kept"
	verbProblem  verb = "problem"
	verbEvent    verb = "event"
	verbPhase    verb = "phase"

	verbConnected verb = "online"
)

// colours of the verbs on a terminal.
var verbColours = map[verb]terminal.Colour{
	verbCreated: terminal.Cyan, verbUses: terminal.Cyan, verbWaiting: terminal.Yellow, verbReady: terminal.Green,
	verbDeleting: terminal.Yellow, verbDeleted: terminal.Cyan, verbKept: terminal.Cyan, verbProblem: terminal.Red, verbEvent: terminal.Faint, verbPhase: terminal.Bold,
	verbConnected: terminal.Green,
}

// news is one thing to tell.
type news struct {
	verb verb
	text string
}

// changes tells what differs between two looks at a gateway; before is nil at the first.
func changes(before, after *v1alpha1.FlexGatewayDeployment) []news {
	if before == nil {
		before = &v1alpha1.FlexGatewayDeployment{}
	}
	told := resourceChanges(before.Status.Resources, after.Status.Resources)
	told = append(told, obstacle(before, after)...)
	told = append(told, connections(before, after)...)
	if phase := after.Status.Phase; phase != before.Status.Phase && phase != "" {
		told = append(told, news{verbPhase, fmt.Sprintf("the gateway is now %s", phase)})
	}
	return told
}

// resourceChanges tells what has become of the AWS resources, in their order.
func resourceChanges(before, after []v1alpha1.ResourceStatus) []news {
	var told []news
	for _, now := range after {
		told = append(told, resourceChange(find(before, now), now)...)
	}
	for _, then := range before {
		if find(after, then).Kind == "" {
			told = append(told, goneNews(then)...)
		}
	}
	return told
}

// find is the resource of the same kind and name, empty where there is none.
func find(list []v1alpha1.ResourceStatus, r v1alpha1.ResourceStatus) v1alpha1.ResourceStatus {
	i := slices.IndexFunc(list, func(o v1alpha1.ResourceStatus) bool { return o.Kind == r.Kind && o.Name == r.Name })
	if i < 0 {
		return v1alpha1.ResourceStatus{}
	}
	return list[i]
}

func resourceChange(before, now v1alpha1.ResourceStatus) []news {
	var told []news
	name := phrase(now.Kind, now.Name)
	if isNew(before, now) {
		how := verbCreated
		if now.State == string(engine.StateExternal) {
			how = verbUses
		}
		told = append(told, news{how, name + ": " + shortID(now.ID)})
	}
	if now.State == before.State && now.Reason == before.Reason {
		return told
	}
	switch engine.State(now.State) {
	case engine.StateWaiting:
		told = append(told, news{verbWaiting, now.Reason})
	case engine.StateFailed:
		told = append(told, news{verbProblem, name + ": " + now.Reason})
	case engine.StateDeleting:
		if before.State != now.State {
			return append(told, news{verbDeleting, name + ": " + now.Reason})
		}
		told = append(told, news{verbWaiting, now.Reason})
	case engine.StateReady, engine.StateExternal:
		if before.State == string(engine.StateWaiting) || before.State == string(engine.StateFailed) {
			told = append(told, news{verbReady, readyPhrase(now)})
		}
	}
	return told
}

// isNew is true where a resource has been made or found. Replicas are counted, not
// made, and the id of a registration changes when the task is over that wrote it.
func isNew(before, now v1alpha1.ResourceStatus) bool {
	switch now.Kind {
	case "Replicas":
		return false
	case "RegistrationFile", "Registration":
		return before.ID == "" && now.ID != ""
	default:
		return now.ID != "" && now.ID != before.ID
	}
}

// readyPhrase says what is ready, where the resource's own words would mislead.
func readyPhrase(r v1alpha1.ResourceStatus) string {
	switch r.Kind {
	case "RegistrationFile":
		return "the registration is on the file system"
	case "Replicas":
		return "the replicas: " + r.ID
	default:
		return phrase(r.Kind, r.Name)
	}
}

// goneNews tells that a resource has left the inventory. Replicas go with their service,
// and the registration with the file system.
func goneNews(r v1alpha1.ResourceStatus) []news {
	switch {
	case r.Kind == "Replicas" || r.Kind == "RegistrationFile" || r.ID == "":
		return nil
	case r.State == string(engine.StateExternal):
		return []news{{verbKept, phrase(r.Kind, r.Name) + ", which the gateway only used: " + shortID(r.ID)}}
	default:
		return []news{{verbDeleted, phrase(r.Kind, r.Name)}}
	}
}

// connections tells how many replicas are connected to the Anypoint Platform, whenever
// that changes.
func connections(before, after *v1alpha1.FlexGatewayDeployment) []news {
	then, now := connected(before), connected(after)
	if then == now {
		return nil
	}
	return []news{{verbConnected, count(int(now), "replica") + " at the Anypoint Platform"}}
}

func connected(gw *v1alpha1.FlexGatewayDeployment) int32 {
	if gw.Status.Anypoint == nil || gw.Status.Anypoint.ConnectedReplicas == nil {
		return 0
	}
	return *gw.Status.Anypoint.ConnectedReplicas
}

// obstacle tells, once, what keeps the controller from going on where no resource says
// so itself.
func obstacle(before, after *v1alpha1.FlexGatewayDeployment) []news {
	stalled := meta.FindStatusCondition(after.Status.Conditions, v1alpha1.ConditionStalled)
	if stalled == nil {
		return nil
	}
	failed := func(r v1alpha1.ResourceStatus) bool { return r.State == string(engine.StateFailed) }
	was := meta.FindStatusCondition(before.Status.Conditions, v1alpha1.ConditionStalled)
	if slices.ContainsFunc(after.Status.Resources, failed) || was != nil && was.Message == stalled.Message {
		return nil
	}
	return []news{{verbProblem, stalled.Reason + ": " + stalled.Message}}
}

// eventNews tells an event that says more than the status does. What was made, deleted
// or failed is told from the status, where it stands with its state.
func eventNews(e *eventsv1.Event) []news {
	switch {
	case e.Reason == "Created" || e.Reason == "Deleting":
		return nil
	case e.Type == corev1.EventTypeWarning && e.Reason != "DriftCorrected":
		return nil
	default:
		return []news{{verbEvent, e.Reason + ": " + e.Note}}
	}
}
