package traffic_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	apiwatch "k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/load"
	"flexgw.io/controller/test/e2e/rig"
)

const (
	// glance is how often AWS and the load are looked at, in AWS's time.
	glance = 4 * time.Second
	// reaction is how long the controller may take to learn, in real time, of what no
	// generation tells, such as another registration.
	reaction = 3 * time.Second
)

// witness watches a gateway's object, each write of it, and AWS beside it, and notes where
// the object says what is not so.
type witness struct {
	scene   *scene
	stopped chan struct{}

	mu sync.Mutex
	// known is the generation that the test's last change has made; 0 while it makes one,
	// when nobody can tell which spec a status should speak of.
	known int64
	// loss is when something was broken; zero once AWS has made it good. What is said
	// before the controller can know is no lie.
	loss time.Time
	// latest is the object as it was last written.
	latest *v1alpha1.FlexGatewayDeployment
	// unready is when it was first not Ready after the last change, ready when it then was
	// again; zero before.
	unready, ready time.Time
	// untrue is since when a Ready that stands has been untrue.
	untrue time.Time

	seen  []sight
	total load.Report
	// lies are what the object said and was not so.
	lies []string
}

// sight is what was so at one glance.
type sight struct {
	truth  truth
	load   load.Report
	phase  v1alpha1.Phase
	isTrue bool // Ready
}

// watch begins to watch, and returns once the object has been seen.
func watch(ctx context.Context, t *testing.T, s *scene) *witness {
	t.Helper()
	gw := s.Get(t)
	w := &witness{scene: s, known: gw.Generation, stopped: make(chan struct{}), latest: gw}
	stream, err := stack.Kube.Watch(ctx, &v1alpha1.FlexGatewayDeploymentList{}, client.InNamespace(gw.Namespace))
	if err != nil {
		t.Fatal(err)
	}
	go w.run(ctx, stream)
	return w
}

func (w *witness) run(ctx context.Context, stream apiwatch.Interface) {
	defer close(w.stopped)
	defer stream.Stop()
	tick := time.NewTicker(stack.Clock().Real(glance))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			w.glance()
			return
		case e, open := <-stream.ResultChan():
			gw, ok := e.Object.(*v1alpha1.FlexGatewayDeployment)
			if !open || !ok {
				if ctx.Err() == nil {
					w.accuse("the watch ended: %v", e.Object)
				}
				return
			}
			w.written(gw)
		case <-tick.C:
			w.glance()
		}
	}
}

// written judges what was just written.
func (w *witness) written(gw *v1alpha1.FlexGatewayDeployment) {
	w.mu.Lock()
	defer w.mu.Unlock()
	before := w.latest
	w.latest, w.untrue = gw, time.Time{}
	now := stack.Clock().Now()
	switch {
	case !rig.IsReady(gw):
		w.ready = time.Time{}
		if w.unready.IsZero() {
			w.unready = now
		}
	case w.ready.IsZero() && gw.Generation == w.known:
		w.ready = now
	}
	for _, lie := range contradictions(gw) {
		w.accuse("%s", lie)
	}
	if gw.Generation != w.known || !w.loss.IsZero() {
		return
	}
	is := w.scene.look()
	if rig.IsReady(gw) {
		if why := is.unserved(&gw.Spec); why != "" {
			w.accuse("Ready=True was written, and %s", why)
		}
	}
	w.judgeCounts(before, gw, is)
}

// glance looks at AWS and at the load, and at whether what the object says still stands.
func (w *witness) glance() {
	w.mu.Lock()
	defer w.mu.Unlock()
	is, part := w.scene.look(), w.scene.load.Report()
	w.total = w.total.Plus(part)
	w.seen = append(w.seen, sight{truth: is, load: part, phase: w.latest.Status.Phase, isTrue: rig.IsReady(w.latest)})
	why := is.unserved(&w.latest.Spec)
	if why == "" && !w.loss.IsZero() && !is.steadyAfter(w.loss).IsZero() {
		w.loss = time.Time{}
	}
	switch {
	case why == "" || !rig.IsReady(w.latest) || w.latest.Generation != w.known || !w.loss.IsZero():
		w.untrue = time.Time{}
	case w.untrue.IsZero():
		w.untrue = time.Now()
	case time.Since(w.untrue) > reaction:
		w.accuse("Ready=True stands, and %s", why)
		w.untrue = time.Time{}
	}
}

// accuse notes a lie, with the moment since the change.
func (w *witness) accuse(format string, args ...any) {
	w.lies = append(w.lies, fmt.Sprintf("%s after the change: ", short(stack.Clock().Now().Sub(w.scene.sent)))+fmt.Sprintf(format, args...))
}

// during makes a change, and returns when it was sent.
func (w *witness) during(t *testing.T, do func()) time.Time {
	t.Helper()
	w.mu.Lock()
	w.known, w.unready, w.ready = 0, time.Time{}, time.Time{}
	w.mu.Unlock()
	sent := stack.Clock().Now()
	do()
	generation := w.scene.Get(t).Generation
	w.mu.Lock()
	defer w.mu.Unlock()
	w.known = generation
	return sent
}

// lost is told that something is being broken.
func (w *witness) lost() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.loss = stack.Clock().Now()
}

// readyAgain is when the gateway was Ready after the last change; zero while it is not.
func (w *witness) readyAgain() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.unready.IsZero() || w.latest.Generation != w.known {
		return time.Time{}
	}
	return w.ready
}

// object is the object as it was last written. It must not be changed.
func (w *witness) object() *v1alpha1.FlexGatewayDeployment {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.latest
}

// noticed is when the gateway was first not Ready after the last change.
func (w *witness) noticed() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.unready
}

// isNotReady reports whether the object says, of its present spec, that it is not ready,
// for this reason.
func (w *witness) isNotReady(reason string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	ready := meta.FindStatusCondition(w.latest.Status.Conditions, v1alpha1.ConditionReady)
	return w.latest.Generation == w.known && ready.ObservedGeneration == w.known && ready.Status == "False" && ready.Reason == reason
}

// report is what has become of the requests so far.
func (w *witness) report() load.Report {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.total
}

// end returns what became of the requests up to the last glance, once the watch is over.
func (w *witness) end() load.Report {
	<-w.stopped
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.total
}
