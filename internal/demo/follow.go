package demo

import (
	"context"
	"time"

	eventsv1 "k8s.io/api/events/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
)

// sighting is one thing that was seen in the cluster: the gateway, that it is not there,
// or an event about it.
type sighting struct {
	// at is when it was seen, in AWS's time.
	at      time.Time
	gateway *v1alpha1.FlexGatewayDeployment
	absent  bool
	event   *eventsv1.Event
}

// follower watches one gateway and the events about it.
type follower struct {
	client client.WithWatch
	key    types.NamespacedName
	now    func() time.Time
	seen   chan sighting
}

// rewatchPause is how long to wait before a watch that has ended is begun again.
const rewatchPause = 300 * time.Millisecond

// follow begins to watch; it ends with the context. The API server keeps what is not
// received at once.
func follow(ctx context.Context, c client.WithWatch, key types.NamespacedName, now func() time.Time) <-chan sighting {
	f := &follower{client: c, key: key, now: now, seen: make(chan sighting)}
	go f.forever(ctx, f.watchGateway)
	go f.forever(ctx, f.watchEvents)
	return f.seen
}

// forever repeats a watch whenever it ends: the API server ends each after some minutes.
func (f *follower) forever(ctx context.Context, watchOnce func(context.Context)) {
	for ctx.Err() == nil {
		watchOnce(ctx)
		select {
		case <-ctx.Done():
		case <-time.After(rewatchPause):
		}
	}
}

func (f *follower) tell(ctx context.Context, s sighting) {
	s.at = f.now()
	select {
	case <-ctx.Done():
	case f.seen <- s:
	}
}

// watchGateway reads the gateway once, because a watch does not tell what was deleted
// before it began, and then watches it.
func (f *follower) watchGateway(ctx context.Context) {
	var gw v1alpha1.FlexGatewayDeployment
	switch err := f.client.Get(ctx, f.key, &gw); {
	case apierrors.IsNotFound(err):
		f.tell(ctx, sighting{absent: true})
	case err != nil:
		return
	}
	w, err := f.client.Watch(ctx, &v1alpha1.FlexGatewayDeploymentList{}, client.InNamespace(f.key.Namespace),
		client.MatchingFieldsSelector{Selector: fields.OneTermEqualSelector("metadata.name", f.key.Name)})
	if err != nil {
		return
	}
	defer w.Stop()
	for e := range w.ResultChan() {
		gw, ok := e.Object.(*v1alpha1.FlexGatewayDeployment)
		switch {
		case !ok:
			return
		case e.Type == watch.Deleted:
			f.tell(ctx, sighting{absent: true})
		default:
			f.tell(ctx, sighting{gateway: gw})
		}
	}
}

func (f *follower) watchEvents(ctx context.Context) {
	w, err := f.client.Watch(ctx, &eventsv1.EventList{}, client.InNamespace(f.key.Namespace))
	if err != nil {
		return
	}
	defer w.Stop()
	for e := range w.ResultChan() {
		event, ok := e.Object.(*eventsv1.Event)
		if !ok {
			return
		}
		if e.Type == watch.Added && event.Regarding.Kind == "FlexGatewayDeployment" && event.Regarding.Name == f.key.Name {
			f.tell(ctx, sighting{event: event})
		}
	}
}
