package argocd_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/test/argocd/installation"
	"flexgw.io/controller/test/e2e/rig"
)

// What Argo CD says.
const (
	synced      = "Synced"
	outOfSync   = "OutOfSync"
	healthy     = "Healthy"
	progressing = "Progressing"
	degraded    = "Degraded"
	suspended   = "Suspended"
	missing     = "Missing"
)

var applicationKind = schema.GroupVersionKind{Group: "argoproj.io", Version: "v1alpha1", Kind: "Application"}

// application is an Application that the example's ApplicationSet has made of a folder,
// with its gateway and what is written down about both.
type application struct {
	*rig.Gateway
	environment string
	witness     *witness
}

// add commits a folder like one of the example's environments and watches what comes of it.
// What is left at the end of the test is removed by a commit, too.
func add(t *testing.T, original, environment string, edits ...edit) *application {
	t.Helper()
	a := &application{Gateway: stack.Gateway(namespaceOf(environment), gatewayName), environment: environment, witness: watch(t, environment)}
	t.Cleanup(func() { a.remove(context.WithoutCancel(t.Context()), t) })
	commit(t, "Add "+environment, environment, append([]edit{like(original, environment)}, edits...)...)
	return a
}

// name is the Application's.
func (a *application) name() string { return applicationOf(a.environment) }

// resource is the gateway as Argo CD's API names it.
func (a *application) resource() installation.Resource {
	return installation.Resource{
		Application: a.name(), Kind: v1alpha1.GroupVersion.WithKind("FlexGatewayDeployment"),
		Namespace: namespaceOf(a.environment), Name: gatewayName,
	}
}

// remove takes the folder away and returns when the Application and the namespace are gone.
func (a *application) remove(ctx context.Context, t *testing.T) {
	t.Helper()
	folder := ""
	err := repository.Commit(ctx, "Remove "+a.environment, func(dir string) error {
		folder = filepath.Join(dir, "environments", a.environment)
		if _, err := os.Stat(folder); err != nil {
			return errGone
		}
		return os.RemoveAll(folder)
	})
	if errors.Is(err, errGone) {
		return
	}
	must(t, err)
	pushed(ctx, t)
	a.awaitGone(ctx, t)
}

// errGone says that the test has removed the folder itself.
var errGone = errors.New("the folder is gone already")

func (a *application) awaitGone(ctx context.Context, t *testing.T) {
	t.Helper()
	namespace := client.ObjectKey{Name: namespaceOf(a.environment)}
	err := rig.Poll(ctx, func() bool {
		return a.read(ctx, t) == nil && apierrors.IsNotFound(stack.Kube.Get(ctx, namespace, &corev1.Namespace{}))
	})
	if err != nil {
		t.Fatalf("%s is not gone: %v\n%s", a.name(), err, a.witness.tell(a))
	}
}

// read reads the Application; nil means that it is gone.
func (a *application) read(ctx context.Context, t *testing.T) *unstructured.Unstructured {
	t.Helper()
	obj := &unstructured.Unstructured{}
	obj.SetGroupVersionKind(applicationKind)
	err := stack.Kube.Get(ctx, client.ObjectKey{Namespace: installation.Namespace, Name: a.name()}, obj)
	if client.IgnoreNotFound(err) != nil {
		t.Fatal(err)
	}
	if err != nil {
		return nil
	}
	return obj
}

// await returns once Argo CD says so of the latest commit, with how long that has taken.
func (a *application) await(t *testing.T, sync, health string) time.Duration {
	t.Helper()
	began := time.Now()
	revision, err := repository.Head(t.Context())
	must(t, err)
	var last sighting
	has := map[string]bool{} // the commit, by the revision that Argo CD says; other tests commit, too
	err = rig.Poll(t.Context(), func() bool {
		obj := a.read(t.Context(), t)
		if obj == nil {
			return false
		}
		last = sightingOf(obj)
		if _, known := has[last.revision]; !known && last.revision != "" {
			has[last.revision] = repository.Has(t.Context(), last.revision, revision)
		}
		return has[last.revision] && last.sync == sync && last.health == health
	})
	if err != nil {
		t.Fatalf("%s is not %s and %s at %.7s, but %s: %v\n%s", a.name(), sync, health, revision, last, err, a.witness.tell(a))
	}
	return time.Since(began)
}

// settled returns once the latest commit is applied and the gateway is ready, and Argo CD
// says both.
func (a *application) settled(t *testing.T) time.Duration {
	t.Helper()
	began := time.Now()
	a.await(t, synced, healthy)
	a.AwaitReady(t)
	a.await(t, synced, healthy)
	a.caughtUp(t)
	return time.Since(began)
}

// sighting is what an Application's status says.
type sighting struct {
	sync, health, revision, operation string
	// deleting is whether the Application itself is being deleted. Argo CD looks at its health
	// no more then.
	deleting bool
}

func sightingOf(obj *unstructured.Unstructured) sighting {
	return sighting{
		sync: textOf(obj, "status", "sync", "status"), health: textOf(obj, "status", "health", "status"),
		revision: textOf(obj, "status", "sync", "revision"), operation: textOf(obj, "status", "operationState", "phase"),
		deleting: obj.GetDeletionTimestamp() != nil,
	}
}

func (s sighting) String() string {
	said := fmt.Sprintf("%s %s (%s) %.7s", s.sync, s.health, s.operation, s.revision)
	if s.deleting {
		said += ", being deleted"
	}
	return said
}

// textOf is a text of an object; what is no text is not there.
func textOf(obj *unstructured.Unstructured, path ...string) string {
	value, _, _ := unstructured.NestedString(obj.Object, path...)
	return value
}
