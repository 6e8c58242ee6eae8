package argocd_test

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/test/argocd/installation"
)

// latency is how far behind the gateway Argo CD may be. It hears of each change by a watch,
// puts the Application into a queue, compares and writes: mostly that takes a few tenths of a
// second; on two cores that were busy with other things it has taken 2.3 seconds, and this is
// twice that. What is wrong for a shorter time shows in the order of what it says.
const latency = 5 * time.Second

// witness writes down what Argo CD says of each Application and what is true of each
// gateway: every change, by watches, and each second a look, so that a watch that tells
// nothing shows.
type witness struct {
	began time.Time
	// environments are those that it is about: others are other tests'.
	environments []string

	mu       sync.Mutex
	said     map[string]*story[sighting] // by the Application's name
	held     map[string]*story[truth]    // by the gateway's namespace
	samples  int
	problems []string
}

// truth is what a gateway's own status says of its present spec.
type truth struct {
	ready, stalled bool
	generation     int64
	reason         string
}

func truthOf(gw *v1alpha1.FlexGatewayDeployment) truth {
	is := func(kind string) bool {
		c := meta.FindStatusCondition(gw.Status.Conditions, kind)
		return c != nil && c.Status == "True" && c.ObservedGeneration == gw.Generation && gw.DeletionTimestamp.IsZero()
	}
	t := truth{ready: is(v1alpha1.ConditionReady), stalled: is(v1alpha1.ConditionStalled), generation: gw.Generation}
	if c := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionReady); c != nil {
		t.reason = c.Reason
	}
	return t
}

// watch begins to write down what becomes of environments. At the end of the test, after everything of it has been
// removed, what has been written is judged.
func watch(t *testing.T, environments ...string) *witness {
	t.Helper()
	w := &witness{began: time.Now(), environments: environments, said: map[string]*story[sighting]{}, held: map[string]*story[truth]{}}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	applications := &unstructured.UnstructuredList{}
	applications.SetGroupVersionKind(applicationKind)
	gateways := &v1alpha1.FlexGatewayDeploymentList{}
	var running sync.WaitGroup
	for _, list := range []client.ObjectList{applications, gateways} {
		events, err := stack.Kube.Watch(ctx, list)
		must(t, err)
		running.Go(func() {
			for event := range events.ResultChan() {
				if obj, ok := event.Object.(client.Object); ok {
					w.note(obj, event.Type == apiwatch.Deleted)
				}
			}
			if ctx.Err() == nil {
				w.problem("a watch has ended")
			}
		})
	}
	running.Go(func() { w.sample(ctx) })
	t.Cleanup(func() {
		cancel()
		running.Wait()
		w.judge(t)
	})
	return w
}

// sample looks at everything each second.
func (w *witness) sample(ctx context.Context) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		applications := &unstructured.UnstructuredList{}
		applications.SetGroupVersionKind(applicationKind)
		gateways := &v1alpha1.FlexGatewayDeploymentList{}
		for _, list := range []client.ObjectList{applications, gateways} {
			err := stack.Kube.List(ctx, list)
			if err != nil && ctx.Err() == nil {
				w.problem(err.Error())
			}
		}
		w.compare(applications, gateways)
	}
}

// compare holds the watches against a look.
func (w *witness) compare(applications *unstructured.UnstructuredList, gateways *v1alpha1.FlexGatewayDeploymentList) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.samples++
	for i := range applications.Items {
		if o := &applications.Items[i]; !at(w.said, o.GetName()).sample(w.version(o)) {
			w.problems = append(w.problems, "the watch is behind with "+o.GetName())
		}
	}
	for i := range gateways.Items {
		if o := &gateways.Items[i]; !at(w.held, o.Namespace).sample(w.version(o)) {
			w.problems = append(w.problems, "the watch is behind with the gateway in "+o.Namespace)
		}
	}
}

func (w *witness) problem(text string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.problems = append(w.problems, text)
}

// note writes a state down.
func (w *witness) note(obj client.Object, gone bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch o := obj.(type) {
	case *unstructured.Unstructured:
		if o.GetNamespace() == installation.Namespace {
			at(w.said, o.GetName()).add(w.version(o), sightingOf(o), gone)
		}
	case *v1alpha1.FlexGatewayDeployment:
		at(w.held, o.Namespace).add(w.version(o), truthOf(o), gone)
	}
}

// version is the number that the API server gives to each change of any object, in order.
func (w *witness) version(obj client.Object) uint64 {
	version, err := strconv.ParseUint(obj.GetResourceVersion(), 10, 64)
	if err != nil {
		w.problems = append(w.problems, err.Error())
	}
	return version
}

func at[S comparable](stories map[string]*story[S], name string) *story[S] {
	if stories[name] == nil {
		stories[name] = &story[S]{}
	}
	return stories[name]
}

// syncs are the sync states that Argo CD has said of an Application, one after the other.
// Before it has compared for the first time it says nothing.
func (w *witness) syncs(a *application) []string {
	return w.states(a, func(s sighting) string { return s.sync })
}

// healths are the same of health.
func (w *witness) healths(a *application) []string {
	return w.states(a, func(s sighting) string { return s.health })
}

func (w *witness) states(a *application, of func(sighting) string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var states []string
	for _, chapter := range at(w.said, a.name()).chapters {
		if s := of(chapter.state); s != "" && !chapter.gone {
			states = append(states, s)
		}
	}
	return slices.Compact(states)
}

// caughtUp is whether the watch has told of this version of the Application.
func (w *witness) caughtUp(obj *unstructured.Unstructured) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return at(w.said, obj.GetName()).version >= w.version(obj)
}

// forget lets the stories begin anew with what is so now.
func (w *witness) forget(a *application) {
	w.mu.Lock()
	defer w.mu.Unlock()
	at(w.said, a.name()).forget()
}

// tell is an Application's story, and its gateway's, for the message of a failed test.
func (w *witness) tell(a *application) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.both(a.environment)
}

func (w *witness) both(environment string) string {
	var lines []string
	for _, c := range at(w.said, applicationOf(environment)).all() {
		lines = append(lines, fmt.Sprintf("%7.2f s  Argo CD: %s", c.at.Sub(w.began).Seconds(), c))
	}
	for _, c := range at(w.held, namespaceOf(environment)).all() {
		lines = append(lines, fmt.Sprintf("%7.2f s  gateway: %s", c.at.Sub(w.began).Seconds(), c))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// The names that the example's ApplicationSet gives an environment's Application and
// namespace.
func applicationOf(environment string) string { return "gateway-" + environment }
func namespaceOf(environment string) string   { return "flex-" + environment }
