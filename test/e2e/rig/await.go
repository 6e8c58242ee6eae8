package rig

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
)

// patience is how long, in real time, anything may take: most of it is for a slow machine.
const patience = 90 * time.Second

// glance is how often an awaited thing is looked at.
const glance = 10 * time.Millisecond

var errPatience = errors.New("it took too long")

// Poll returns when the condition holds, which it is asked every 10 ms.
func Poll(ctx context.Context, holds func() bool) error { return poll(ctx, glance, holds) }

// PollFast is Poll for a moment that must not be missed: it asks every millisecond.
func PollFast(ctx context.Context, holds func() bool) error {
	return poll(ctx, time.Millisecond, holds)
}

func poll(ctx context.Context, every time.Duration, holds func() bool) error {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, errPatience)
	defer cancel()
	tick := time.NewTicker(every)
	defer tick.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-tick.C:
		}
	}
	return nil
}

// Eventually fails the test unless the condition comes to hold.
func Eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	if err := Poll(t.Context(), holds); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

// Await returns the gateway as soon as the condition holds; it gets nil once the
// gateway is gone.
func (g *Gateway) Await(t testing.TB, what string, holds func(*v1alpha1.FlexGatewayDeployment) bool) *v1alpha1.FlexGatewayDeployment {
	t.Helper()
	if err := g.await(t.Context(), t, holds); err != nil {
		t.Fatalf("%s is not %s: %v\n%s", g.key, what, err, g.describe(t))
	}
	return g.Get(t)
}

func (g *Gateway) await(ctx context.Context, t testing.TB, holds func(*v1alpha1.FlexGatewayDeployment) bool) error {
	return Poll(ctx, func() bool { return holds(g.read(ctx, t)) })
}

// AwaitReady returns the gateway once it serves what its spec asks for.
func (g *Gateway) AwaitReady(t testing.TB) *v1alpha1.FlexGatewayDeployment {
	t.Helper()
	return g.Await(t, "Ready", IsReady)
}

// AwaitGone returns once the object is gone.
func (g *Gateway) AwaitGone(t testing.TB) {
	t.Helper()
	g.Await(t, "gone", isGone)
}

// AwaitReason returns the gateway once it is not ready for this reason.
func (g *Gateway) AwaitReason(t testing.TB, reason string) *v1alpha1.FlexGatewayDeployment {
	t.Helper()
	return g.Await(t, "Ready=False for "+reason, func(gw *v1alpha1.FlexGatewayDeployment) bool {
		ready := readiness(gw)
		return ready != nil && ready.Status == metav1.ConditionFalse && ready.Reason == reason
	})
}

// IsReady is true where the gateway serves what its latest spec asks for.
func IsReady(gw *v1alpha1.FlexGatewayDeployment) bool {
	ready := readiness(gw)
	return ready != nil && ready.Status == metav1.ConditionTrue
}

// readiness is the Ready condition, if it speaks of the latest spec.
func readiness(gw *v1alpha1.FlexGatewayDeployment) *metav1.Condition {
	if gw == nil {
		return nil
	}
	ready := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionReady)
	if ready == nil || ready.ObservedGeneration != gw.Generation {
		return nil
	}
	return ready
}

func isGone(gw *v1alpha1.FlexGatewayDeployment) bool { return gw == nil }

// describe is what a person would look at first.
func (g *Gateway) describe(t testing.TB) string {
	gw := g.Get(t)
	if gw == nil {
		return "it is gone"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "generation %d, phase %s\n", gw.Generation, gw.Status.Phase)
	for _, c := range gw.Status.Conditions {
		fmt.Fprintf(&b, "  %s=%s %s (generation %d): %s\n", c.Type, c.Status, c.Reason, c.ObservedGeneration, c.Message)
	}
	for _, r := range gw.Status.Resources {
		if r.State != "Ready" {
			fmt.Fprintf(&b, "  %s/%s %s %s\n", r.Kind, r.Name, r.State, r.Reason)
		}
	}
	return b.String()
}
