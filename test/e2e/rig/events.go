package rig

import (
	"strings"
	"testing"

	eventsv1 "k8s.io/api/events/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Events are the events about the gateway, also after it is gone.
func (g *Gateway) Events(t testing.TB) []eventsv1.Event {
	t.Helper()
	var list eventsv1.EventList
	if err := g.rig.Kube.List(t.Context(), &list, client.InNamespace(g.key.Namespace)); err != nil {
		t.Fatal(err)
	}
	var own []eventsv1.Event
	for _, event := range list.Items {
		if event.Regarding.Name == g.key.Name {
			own = append(own, event)
		}
	}
	return own
}

// AwaitEvent returns once there is an event of the reason with the text in its note:
// events are written beside the work, not before it.
func (g *Gateway) AwaitEvent(t testing.TB, reason, text string) {
	t.Helper()
	Eventually(t, "event "+reason+" with "+text+" about "+g.key.Name, func() bool {
		for _, event := range g.Events(t) {
			if event.Reason == reason && strings.Contains(event.Note, text) {
				return true
			}
		}
		return false
	})
}
