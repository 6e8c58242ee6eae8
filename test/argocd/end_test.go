package argocd_test

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/test/e2e/rig"
)

func TestAFolderThatIsRemovedTakesItsGatewayAwayInOrder(t *testing.T) {
	before := stack.AWS().Inventory()
	a := add(t, "dev", "ended")
	a.settled(t)
	ends := endings(t, "flex-ended")
	a.remove(t.Context(), t)
	rig.Eventually(t, "the last ending", func() bool { return len(ends()) >= 4 })
	got := ends()
	want := []string{"FlexGatewayDeployment is gone", "ExternalSecret is gone", "Namespace is to go", "Namespace is gone"}
	if !slices.Equal(got, want) {
		t.Errorf("the order was %v, want %v", got, want)
	}
	wantNothingLeft(t)
	stack.WantInventory(t, before)
}

func TestProductionGoesOnlyWhenSomebodyConfirms(t *testing.T) {
	t.Parallel()
	a := add(t, "prod", "prod")
	a.promoted(t, admin)
	must(t, repository.Commit(t.Context(), "Remove it", func(dir string) error {
		return os.RemoveAll(filepath.Join(dir, "environments", a.environment))
	}))
	t.Cleanup(func() {
		ctx := context.WithoutCancel(t.Context())
		a.confirm(ctx, t)
		a.awaitGone(ctx, t)
	})
	pushed(t.Context(), t)
	a.awaitConfirmation(t)
	if gw := a.Get(t); gw == nil || !gw.DeletionTimestamp.IsZero() || gw.Status.ReadyReplicas != 2 {
		t.Errorf("the gateway does not serve any more before somebody has confirmed")
	}
}

func TestTwentyGatewaysComeAndGoWithTheirFolders(t *testing.T) {
	before := stack.AWS().Inventory()
	var names []string
	for n := range 20 {
		names = append(names, fmt.Sprintf("of-%02d", n+1))
	}
	w := watch(t, names...)
	var all []*application
	for _, name := range names {
		all = append(all, &application{Gateway: stack.Gateway(namespaceOf(name), gatewayName), environment: name, witness: w})
	}
	t.Cleanup(func() { removeAll(context.WithoutCancel(t.Context()), t, all) })
	began := time.Now()
	must(t, repository.Commit(t.Context(), "Twenty gateways", func(dir string) error {
		for _, a := range all {
			if err := like("dev", a.environment)(filepath.Join(dir, "environments", a.environment)); err != nil {
				return err
			}
		}
		return nil
	}))
	pushed(t.Context(), t)
	for _, a := range all {
		a.settled(t)
	}
	t.Logf("from the commit to twenty Healthy: %s", time.Since(began))
	for _, a := range all {
		a.wantSyncs(t, outOfSync, synced)
		a.wantServed(t)
	}
	began = time.Now()
	removeAll(t.Context(), t, all)
	t.Logf("from the commit to all gone: %s", time.Since(began))
	wantNothingLeft(t)
	stack.WantInventory(t, before)
}

// removeAll removes all folders by one commit.
func removeAll(ctx context.Context, t *testing.T, all []*application) {
	t.Helper()
	left := false
	err := repository.Commit(ctx, "Remove all", func(dir string) error {
		for _, a := range all {
			folder := filepath.Join(dir, "environments", a.environment)
			if _, err := os.Stat(folder); err == nil {
				left = true
			}
			if err := os.RemoveAll(folder); err != nil {
				return err
			}
		}
		if !left {
			return errGone
		}
		return nil
	})
	if !left {
		return
	}
	must(t, err)
	pushed(ctx, t)
	for _, a := range all {
		a.awaitGone(ctx, t)
	}
}

// wantNothingLeft fails the test unless the Anypoint Platform is empty.
func wantNothingLeft(t *testing.T) {
	t.Helper()
	if left := stack.Anypoint().Inventory(); len(left) > 0 {
		t.Errorf("left in the Anypoint Platform: %+v", left)
	}
}

// endings notes what ends in a namespace, and returns what tells the order. The API server
// numbers all changes in the order in which it has made them.
func endings(t *testing.T, namespace string) (inOrder func() []string) {
	t.Helper()
	type ending struct {
		version uint64
		what    string
	}
	var mu sync.Mutex
	var ends []ending
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	secrets := &unstructured.UnstructuredList{}
	secrets.SetGroupVersionKind(kept[0].kind)
	for kind, list := range map[string]client.ObjectList{
		"FlexGatewayDeployment": &v1alpha1.FlexGatewayDeploymentList{}, kept[0].kind.Kind: secrets, "Namespace": &corev1.NamespaceList{},
	} {
		events, err := stack.Kube.Watch(ctx, list)
		must(t, err)
		go func() {
			to := false
			for event := range events.ResultChan() {
				obj, ok := event.Object.(client.Object)
				if !ok || cmp.Or(obj.GetNamespace(), obj.GetName()) != namespace {
					continue
				}
				what := kind + " is gone"
				if event.Type != apiwatch.Deleted {
					if kind != "Namespace" || obj.GetDeletionTimestamp() == nil || to {
						continue
					}
					to, what = true, kind+" is to go"
				}
				version, err := strconv.ParseUint(obj.GetResourceVersion(), 10, 64)
				mu.Lock()
				if err != nil {
					what = err.Error()
				}
				ends = append(ends, ending{version, what})
				mu.Unlock()
			}
		}()
	}
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		slices.SortFunc(ends, func(a, b ending) int { return cmp.Compare(a.version, b.version) })
		var names []string
		for _, e := range ends {
			names = append(names, e.what)
		}
		return names
	}
}
