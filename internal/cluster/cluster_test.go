package cluster

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"flexgw.io/controller/api/v1alpha1"
)

func gateway(namespace, name string) *v1alpha1.FlexGatewayDeployment {
	return &v1alpha1.FlexGatewayDeployment{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: name}}
}

func gatewaysOf(t *testing.T, funcs interceptor.Funcs, objects ...client.Object) Gateways {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	return Gateways{Client: fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).WithInterceptorFuncs(funcs).Build(), Namespace: "flex"}
}

func TestAGatewayIsFoundByTheNamesThatKubectlTakes(t *testing.T) {
	g := gatewaysOf(t, interceptor.Funcs{}, gateway("flex", "gw"))
	for _, name := range []string{"gw", "fgd/gw", "flexgatewaydeployment/gw", "flexgatewaydeployments/gw"} {
		if gw, err := g.Get(t.Context(), name); err != nil || gw.Name != "gw" {
			t.Errorf("%s: %q, %v", name, gw.Name, err)
		}
	}
	_, err := g.Get(t.Context(), "other")
	if !apierrors.IsNotFound(err) || !strings.Contains(err.Error(), "in the namespace flex") {
		t.Errorf("one that is not there: %v", err)
	}
}

func TestAListIsThatOfTheNamespaceUnlessEverywhereIsAskedFor(t *testing.T) {
	g := gatewaysOf(t, interceptor.Funcs{}, gateway("flex", "b"), gateway("flex", "a"), gateway("edge", "c"))
	for everywhere, want := range map[bool][]string{false: {"flex/a", "flex/b"}, true: {"edge/c", "flex/a", "flex/b"}} {
		list, err := g.List(t.Context(), everywhere)
		var got []string
		for _, gw := range list {
			got = append(got, gw.Namespace+"/"+gw.Name)
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("everywhere %v: %v, (-want +got):\n%s", everywhere, err, diff)
		}
	}
}

// watches hands out watches that the test feeds.
func watches(given ...*watch.FakeWatcher) interceptor.Funcs {
	return interceptor.Funcs{Watch: func(context.Context, client.WithWatch, client.ObjectList, ...client.ListOption) (watch.Interface, error) {
		if len(given) == 0 {
			return nil, errors.New("the API server is away")
		}
		next := given[0]
		given = given[1:]
		return next, nil
	}}
}

func TestFollowGoesOnWhereAWatchEndsAndEndsWithTheGateway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		first, second := watch.NewFakeWithChanSize(2, false), watch.NewFakeWithChanSize(2, false)
		g := gatewaysOf(t, watches(first, second), gateway("flex", "gw"))
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		seen := g.Follow(ctx, "gw")
		if s := <-seen; s.Err != nil || s.Gateway.Generation != 0 {
			t.Fatalf("at first: %+v", s)
		}
		changed := gateway("flex", "gw")
		changed.Generation = 2
		first.Modify(gateway("flex", "neighbour"))
		first.Modify(changed)
		if s := <-seen; s.Err != nil || s.Gateway.Name != "gw" || s.Gateway.Generation != 2 {
			t.Fatalf("after a change: %+v", s)
		}
		first.Stop()
		if s := <-seen; s.Err != nil { // it is read again before the next watch
			t.Fatalf("after the end of a watch: %+v", s)
		}
		second.Delete(changed)
		if s := <-seen; !apierrors.IsNotFound(s.Err) {
			t.Fatalf("after the deletion: %+v", s)
		}
	})
}

func TestAWatchHandsOnWhatTheAPIServerAndTheListenerRefuse(t *testing.T) {
	enough := errors.New("enough")
	for name, test := range map[string]struct {
		event watch.Event
		want  func(error) bool
	}{
		"the API server ends it with a status": {
			watch.Event{Type: watch.Error, Object: &metav1.Status{Reason: metav1.StatusReasonExpired, Code: 410}}, apierrors.IsResourceExpired,
		},
		"the listener has heard enough": {
			watch.Event{Type: watch.Modified, Object: gateway("flex", "gw")}, func(err error) bool { return errors.Is(err, enough) },
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := watch.NewFakeWithChanSize(1, false)
			g := gatewaysOf(t, watches(w))
			w.Action(test.event.Type, test.event.Object)
			err := g.Watch(t.Context(), &v1alpha1.FlexGatewayDeploymentList{}, "1", client.MatchingFieldsSelector{}, func(watch.Event) error { return enough })
			if !test.want(err) || !w.IsStopped() {
				t.Errorf("it ends with %v, stopped: %v", err, w.IsStopped())
			}
		})
	}
}
