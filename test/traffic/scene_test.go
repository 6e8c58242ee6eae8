package traffic_test

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	eventsv1 "k8s.io/api/events/v1"
	"k8s.io/apimachinery/pkg/types"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/load"
	"flexgw.io/controller/test/e2e/rig"
	"flexgw.io/controller/test/traffic/picture"
)

const (
	imageBefore = "docker.io/mulesoft/flex-gateway:1.12.3"
	imageAfter  = "docker.io/mulesoft/flex-gateway:1.13.0"
	// patience is how long anything may take, in AWS's time; AWS's own longest is the 27
	// minutes between two attempts to start a task.
	patience = 40 * time.Minute
	// breath is what a slow machine may take on top, in real time.
	breath = 30 * time.Second
	// requestsBefore and requestsAfter are how many requests end before a change and after it
	// is complete, at 2.5 a second.
	requestsBefore, requestsAfter = 20, 60
)

// regions are AWS's, one for each row; us-east-1 is left to people.
var regions = strings.Fields(`us-east-2 us-west-1 us-west-2 eu-west-1 eu-west-2 eu-west-3 eu-central-1 eu-north-1
	ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1 ap-southeast-2 ca-central-1 sa-east-1
	af-south-1 ap-east-1 ap-south-2 ap-southeast-3 ca-west-1 eu-central-2 eu-south-1 eu-south-2 il-central-1 me-central-1`)

// scene is one gateway under load.
type scene struct {
	*rig.Gateway
	row     *row
	region  string
	address string // of the load balancer, "host:port"
	names   names

	load    *load.Load
	witness *witness
	stop    context.CancelFunc
	// told are the events that had been told before the change.
	told map[types.UID]bool
	// sent is when the change was sent.
	sent time.Time
	// promoted is the last pause that was promoted.
	promoted string
	// marks are what a picture shows besides.
	marks []picture.Mark
}

// begin makes a gateway with its row, and returns once it is Ready and under load. Up to
// there the tests go one after the other, and their gateways are made together; from there
// on, they run at the same time.
func begin(t *testing.T, name string, edits ...func(*v1alpha1.FlexGatewayDeploymentSpec)) *scene {
	t.Helper()
	s := prepare(t, name, edits...)
	t.Parallel()
	s.start(t)
	return s
}

// beginAlone is begin for what would disturb others.
func beginAlone(t *testing.T, name string, edits ...func(*v1alpha1.FlexGatewayDeploymentSpec)) *scene {
	t.Helper()
	s := prepare(t, name, edits...)
	s.start(t)
	return s
}

func prepare(t *testing.T, name string, edits ...func(*v1alpha1.FlexGatewayDeploymentSpec)) *scene {
	t.Helper()
	r, n := results.add(name)
	if n >= len(regions) {
		t.Fatal("there are more rows than regions: add some")
	}
	s := &scene{row: r, region: regions[n]}
	spec := rig.Spec(func(spec *v1alpha1.FlexGatewayDeploymentSpec) { spec.Region, spec.Image = s.region, imageBefore })
	for _, edit := range edits {
		edit(&spec)
	}
	namespace := fmt.Sprintf("traffic-%02d", n)
	s.Gateway = stack.Apply(t, namespace, "gateway", spec)
	return s
}

// replicas is the edit of a spec with so many replicas.
func replicas(n int32) func(*v1alpha1.FlexGatewayDeploymentSpec) {
	return func(spec *v1alpha1.FlexGatewayDeploymentSpec) { spec.Replicas = &n }
}

// image is the edit of a spec with the image.
func image(name string) func(*v1alpha1.FlexGatewayDeploymentSpec) {
	return func(spec *v1alpha1.FlexGatewayDeploymentSpec) { spec.Image = name }
}

func (s *scene) start(t *testing.T) {
	t.Helper()
	s.await(t, "Ready for the first time", func() bool { return rig.IsReady(s.Get(t)) })
	gw := s.Get(t)
	s.names = namesOf(t, s)
	port := gw.Spec.Ports[0].LoadBalancerPort()
	s.address = net.JoinHostPort(gw.Status.Endpoint, strconv.Itoa(int(port)))
	s.told = map[types.UID]bool{}
	for _, e := range s.Events(t) {
		s.told[e.UID] = true
	}
	ctx, cancel := context.WithTimeout(t.Context(), stack.Clock().Real(2*patience)+breath)
	s.stop = cancel
	t.Cleanup(cancel)
	s.load = load.Start(ctx, load.Options{
		Address: s.address, Clock: stack.Clock(), Every: time.Second, Long: 3, Pause: 2 * time.Second, Wait: 500 * time.Millisecond, Patience: 2 * time.Minute,
	})
	s.witness = watch(ctx, t, s)
	s.awaitRequests(t, requestsBefore)
}

// change makes a change, and notes when it was sent.
func (s *scene) change(t *testing.T, do func()) {
	t.Helper()
	s.sent = s.witness.during(t, do)
}

// edit changes the spec.
func (s *scene) edit(t *testing.T, edits ...func(*v1alpha1.FlexGatewayDeploymentSpec)) {
	t.Helper()
	s.change(t, func() {
		s.Change(t, func(spec *v1alpha1.FlexGatewayDeploymentSpec) {
			for _, edit := range edits {
				edit(spec)
			}
		})
	})
}

// await returns once the condition holds.
func (s *scene) await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.NewTimer(stack.Clock().Real(patience) + breath)
	defer deadline.Stop()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("waited in vain: %s\n%s", what, s.describe(t))
		}
	}
}

// describe is what a person would look at first.
func (s *scene) describe(t *testing.T) string {
	t.Helper()
	gw, is := s.Get(t), s.look()
	text := fmt.Sprintf("generation %d, phase %s\n", gw.Generation, gw.Status.Phase)
	for _, c := range gw.Status.Conditions {
		text += fmt.Sprintf("  %s=%s %s (generation %d): %s\n", c.Type, c.Status, c.Reason, c.ObservedGeneration, c.Message)
	}
	text += fmt.Sprintf("in AWS: %d wanted of revision %d, replicas %+v\n", is.service.DesiredCount, is.primary(), is.replicas)
	for _, e := range is.service.Events[:min(len(is.service.Events), 12)] {
		text += fmt.Sprintf("  %s %s\n", e.CreatedAt.Format(time.TimeOnly), *e.Message)
	}
	return text
}

// mark notes for the picture that something happens now.
func (s *scene) mark(text string) {
	s.marks = append(s.marks, picture.Mark{At: stack.Clock().Now().Sub(s.sent), Text: text})
}

// awaitRequests returns once so many more requests have ended.
func (s *scene) awaitRequests(t *testing.T, more int) {
	t.Helper()
	enough := s.witness.report().Sent + more
	s.await(t, "requests", func() bool { return s.witness.report().Sent >= enough })
}

// awaitReady returns once the gateway says that it serves what it was asked for with the
// last change.
func (s *scene) awaitReady(t *testing.T) time.Time {
	t.Helper()
	var at time.Time
	s.await(t, "Ready after the change", func() bool { at = s.witness.readyAgain(); return !at.IsZero() })
	return at
}

// awaitSteady returns when ECS said that the service was steady, after the moment.
func (s *scene) awaitSteady(t *testing.T, since time.Time) time.Time {
	t.Helper()
	var at time.Time
	s.await(t, "ECS's steady state", func() bool { at = s.look().steadyAfter(since); return !at.IsZero() })
	return at
}

// finish ends the load, and fills the row: the change was complete at this moment.
func (s *scene) finish(t *testing.T, complete time.Time) load.Report {
	t.Helper()
	s.awaitRequests(t, requestsAfter)
	rest := s.load.Stop()
	s.stop()
	report := s.witness.end().Plus(rest)
	s.row.fill(s, report, complete)
	for _, lie := range s.witness.lies {
		t.Error(lie)
	}
	return report
}

// wantNoFailure fails the test where a request has failed.
func wantNoFailure(t *testing.T, r load.Report) {
	t.Helper()
	if r.Failed > 0 {
		t.Errorf("%v\n%s", r, r.Explain())
	}
}

// warnings are the reasons of the warnings since the start.
func (s *scene) warnings(t *testing.T) []string {
	t.Helper()
	var reasons []string
	for _, e := range s.newEvents(t) {
		if e.Type == "Warning" {
			reasons = append(reasons, e.Reason+": "+e.Note)
		}
	}
	return reasons
}

func (s *scene) newEvents(t *testing.T) []eventsv1.Event {
	t.Helper()
	var list []eventsv1.Event
	for _, e := range s.Events(t) {
		if !s.told[e.UID] {
			list = append(list, e)
		}
	}
	return list
}

// planned makes a change that must be served in the end, without a warning and without a
// failed request.
func (s *scene) planned(t *testing.T, edits ...func(*v1alpha1.FlexGatewayDeploymentSpec)) {
	t.Helper()
	s.edit(t, edits...)
	s.complete(t)
}

// complete awaits the end of a planned change.
func (s *scene) complete(t *testing.T) {
	t.Helper()
	s.completeAt(t, s.awaitReady(t))
}

// completeAt is complete for a change that was Ready at this moment.
func (s *scene) completeAt(t *testing.T, ready time.Time) {
	t.Helper()
	report := s.finish(t, ready)
	wantNoFailure(t, report)
	if w := s.warnings(t); len(w) > 0 {
		t.Errorf("warnings about a change that went well: %q", w)
	}
}
