package traffic_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim/ecs"
	"flexgw.io/controller/test/traffic/picture"
)

// badImage is a version that exists; the troubles of a test make it a bad one. Each test
// has one of its own, because troubles are the same in all regions.
func badImage(patch string) string { return "docker.io/mulesoft/flex-gateway:1.13.1" + patch }

// trouble adds to the troubles that are in force.
func trouble(change func(*ecs.Troubles)) {
	sim := stack.AWS()
	sim.World().Do(func() {
		now := sim.ECS.Troubles()
		change(&now)
		sim.ECS.SetTroubles(now)
	})
}

func TestAnImageThatCannotBePulledLosesNoRequest(t *testing.T) {
	s := begin(t, "bad image: it cannot be pulled", replicas(4))
	trouble(func(t *ecs.Troubles) { t.PullFails = append(t.PullFails, badImage("1")) })
	s.refused(t, badImage("1"), "CannotPullContainer")
}

func TestAnImageThatCrashesLosesNoRequest(t *testing.T) {
	s := begin(t, "bad image: it crashes", replicas(4))
	trouble(func(t *ecs.Troubles) { t.Crash = append(t.Crash, badImage("2")) })
	s.refused(t, badImage("2"), "exit code 1")
}

func TestAnImageThatIsNeverHealthyLosesNoRequest(t *testing.T) {
	s := begin(t, "bad image: never healthy", replicas(4))
	trouble(func(t *ecs.Troubles) { t.NeverHealthy = append(t.NeverHealthy, badImage("3")) })
	s.refused(t, badImage("3"), "failed container health checks", "failed ELB health checks")
}

// refused gives the gateway an image that ECS gives up, and requires that clients notice
// nothing, that the object says so and why, in one of ECS's words for it, and that it is
// not tried again.
func (s *scene) refused(t *testing.T, bad string, words ...string) {
	t.Helper()
	good := s.look().primary()
	s.edit(t, image(bad))
	s.await(t, "Ready=False, RolledBack", func() bool { return s.witness.isNotReady(v1alpha1.ReasonRolledBack) })
	told := stack.Clock().Now()
	gaveUp := s.awaitSaid(t, "deployment failed", s.sent)
	t.Logf("ECS gave up %s after the change, and the object said so %s after that", short(gaveUp.Sub(s.sent)), short(told.Sub(gaveUp)))
	steady := s.awaitSteady(t, gaveUp)
	wantNoFailure(t, s.finish(t, steady))
	s.wantGivenUp(t, good, words...)
}

// wantGivenUp fails the test unless the revision before serves with all four replicas, the
// object says so and why, and the change is not tried again.
func (s *scene) wantGivenUp(t *testing.T, good int, words ...string) {
	t.Helper()
	s.wantServing(t, good, imageBefore, 4)
	if n := len(s.updates()); n != 1 {
		t.Errorf("UpdateService was called %d times, want 1", n)
	}
	if !slices.ContainsFunc(s.warnings(t), func(w string) bool { return strings.HasPrefix(w, v1alpha1.ReasonRolledBack) }) {
		t.Errorf("no event says that the change was rolled back: %q", s.warnings(t))
	}
	gw := s.Get(t)
	message := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionReady).Message
	if !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(message, w) }) {
		t.Errorf("the object says nothing of %q: %s", words, message)
	}
	if gw.Status.Phase != v1alpha1.PhaseDegraded || gw.Status.ReadyReplicas != 4 {
		t.Errorf("phase %s with %d healthy replicas, want Degraded with 4", gw.Status.Phase, gw.Status.ReadyReplicas)
	}
}

// awaitSaid returns when ECS first said so after the moment.
func (s *scene) awaitSaid(t *testing.T, what string, since time.Time) time.Time {
	t.Helper()
	var at time.Time
	s.await(t, "ECS's event "+what, func() bool { at = s.look().said(what, since); return !at.IsZero() })
	return at
}

// wantServing fails the test unless the revision serves with so many replicas, and nothing
// else runs.
func (s *scene) wantServing(t *testing.T, revision int, image string, n int) {
	t.Helper()
	is := s.look()
	want := map[int]picture.Count{revision: {Healthy: n}}
	if is.primary() != revision || is.image != image || !maps.Equal(want, is.replicas) {
		t.Errorf("revision %d (%s) serves with %+v, want %+v", is.primary(), is.image, is.replicas, want)
	}
}

func TestAGoodChangeWhileABadOneIsRolledBackLosesNoRequest(t *testing.T) {
	s := begin(t, "new image while a bad one is rolled back", replicas(4))
	trouble(func(t *ecs.Troubles) { t.NeverHealthy = append(t.NeverHealthy, badImage("4")) })
	s.edit(t, image(badImage("4")))
	s.awaitSaid(t, "rolling back to deployment", s.sent)
	s.await(t, "Ready=False, RolledBack", func() bool { return s.witness.isNotReady(v1alpha1.ReasonRolledBack) })
	if is := s.look(); !is.steadyAfter(s.sent).IsZero() {
		t.Fatalf("the rollback is over before the next change: %v", is.replicas)
	}
	s.edit(t, image(imageAfter))
	wantNoFailure(t, s.finish(t, s.awaitReady(t)))
}
