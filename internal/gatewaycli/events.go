package gatewaycli

import (
	"context"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/cluster"
	"flexgw.io/controller/internal/gatewayview"
)

// Events tells the events of a gateway in their order, in one of TextFormats, or with follow
// as lines until the context ends.
func (t *Tool) Events(ctx context.Context, name, format string, follow bool) error {
	gw, err := t.Get(ctx, name)
	if err != nil {
		return err
	}
	events, version, err := t.listEvents(ctx, gw)
	switch {
	case err != nil:
		return err
	case follow:
		return t.followEvents(ctx, gw, events, version)
	case format != FormatText:
		if events == nil {
			events = []gatewayview.Event{} // a list, and not null
		}
		return t.encode(events, format)
	case len(events) == 0:
		t.Screen.Say("No events of %s/%s: the API server keeps them for an hour, as a rule.", gw.Namespace, gw.Name)
	default:
		t.Screen.SayAll(gatewayview.EventTable(events, t.ClusterNow()))
	}
	return t.Screen.Err()
}

// eventsOf selects the events of one object, which are those of its UID: an earlier object of
// the same name had others.
func eventsOf(gw *v1alpha1.FlexGatewayDeployment) client.MatchingFieldsSelector {
	return client.MatchingFieldsSelector{Selector: fields.OneTermEqualSelector("involvedObject.uid", string(gw.UID))}
}

// listEvents reads the events of a gateway, and the version of the list, from which they can
// be followed.
func (t *Tool) listEvents(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) ([]gatewayview.Event, string, error) {
	var list corev1.EventList
	if err := t.Client.List(ctx, &list, client.InNamespace(gw.Namespace), eventsOf(gw)); err != nil {
		return nil, "", fmt.Errorf("read the events of %s/%s: %w", gw.Namespace, gw.Name, err)
	}
	return gatewayview.Events(list.Items), list.ResourceVersion, nil
}

// followEvents says the events that are there, and each one that is told after them.
func (t *Tool) followEvents(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, events []gatewayview.Event, version string) error {
	said := map[string]time.Time{}
	say := func(events []gatewayview.Event) {
		for _, e := range events {
			key := e.Type + " " + e.Reason + " " + e.Message
			if before, known := said[key]; known && !e.Last.After(before) {
				continue
			}
			said[key] = e.Last
			line := gatewayview.EventLine(e)
			t.Screen.Say("%s", t.Screen.Paint(line.Colour, line.Text))
		}
	}
	say(events)
	for {
		err := t.watchEvents(ctx, gw, version, say)
		if ctx.Err() == nil && (apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err)) {
			return err
		}
		if t.Screen.Err() != nil {
			return t.Screen.Err()
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(cluster.RewatchPause):
		}
		// An API server that is away for a while is waited for; what was told meanwhile is in
		// the list.
		if events, newest, err := t.listEvents(ctx, gw); err == nil {
			say(events)
			version = newest
		}
	}
}

// watchEvents says what is told from a version of the list on. It returns where the watch has
// ended, as watches do after some minutes.
func (t *Tool) watchEvents(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, version string, say func([]gatewayview.Event)) error {
	return t.Watch(ctx, &corev1.EventList{}, version, eventsOf(gw), func(e watch.Event) error {
		told, ok := e.Object.(*corev1.Event)
		if ok && e.Type != watch.Deleted && told.InvolvedObject.UID == gw.UID {
			say(gatewayview.Events([]corev1.Event{*told}))
		}
		return t.Screen.Err()
	})
}
