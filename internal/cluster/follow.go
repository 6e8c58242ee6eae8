package cluster

import (
	"context"
	"errors"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
)

// Sighting is a gateway as it was seen, or why it cannot be seen any more.
type Sighting struct {
	// Gateway is nil where it cannot be seen any more.
	Gateway *v1alpha1.FlexGatewayDeployment
	// Err says why: the API server's error, also where the gateway was deleted.
	Err error
}

// RewatchPause is how long to wait before a watch that has ended is begun again.
const RewatchPause = time.Second

// Follow tells the gateway now and after each change, until the context ends or it cannot
// be seen any more. The API server ends each watch after some minutes, and may itself be
// away for a while: that is not told.
func (g Gateways) Follow(ctx context.Context, name string) <-chan Sighting {
	seen := make(chan Sighting)
	tell := func(s Sighting) {
		select {
		case <-ctx.Done():
		case seen <- s:
		}
	}
	go func() {
		told := false
		for {
			err := g.watchOnce(ctx, name, func(gw *v1alpha1.FlexGatewayDeployment) {
				told = true
				tell(Sighting{Gateway: gw})
			})
			if ctx.Err() != nil {
				return // and what failed, failed because of that
			}
			// A request may meet the deadline a moment before the context does.
			if err != nil && !errors.Is(err, context.DeadlineExceeded) && (!told || final(err)) {
				tell(Sighting{Err: err})
				return
			}
			select {
			case <-ctx.Done():
				return
			case <-time.After(RewatchPause):
			}
		}
	}()
	return seen
}

// final is true of an error that does not pass by itself. An API server that cannot be
// reached, or is busy, may be back soon.
func final(err error) bool {
	return apierrors.IsNotFound(err) || apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err)
}

// watchOnce reads the gateway and watches it from there on, so that no older state comes
// after a newer one. It returns nil where the watch has ended as watches do.
func (g Gateways) watchOnce(ctx context.Context, name string, tell func(*v1alpha1.FlexGatewayDeployment)) error {
	gw, err := g.Get(ctx, name)
	if err != nil {
		return err
	}
	tell(gw)
	selected := client.MatchingFieldsSelector{Selector: fields.OneTermEqualSelector(metav1.ObjectNameField, gw.Name)}
	return g.Watch(ctx, &v1alpha1.FlexGatewayDeploymentList{}, gw.ResourceVersion, selected, func(e watch.Event) error {
		return heed(e, gw.Name, tell)
	})
}

// heed tells what a watch brings of the gateway of this name.
func heed(e watch.Event, name string, tell func(*v1alpha1.FlexGatewayDeployment)) error {
	gw, ok := e.Object.(*v1alpha1.FlexGatewayDeployment)
	switch {
	case !ok || gw.Name != name:
		return nil
	case e.Type == watch.Deleted:
		return apierrors.NewNotFound(v1alpha1.GroupVersion.WithResource("flexgatewaydeployments").GroupResource(), name)
	default:
		tell(gw)
		return nil
	}
}
