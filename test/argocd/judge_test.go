package argocd_test

import (
	"testing"
	"time"
)

// judge fails the test if Argo CD has said something false of a gateway for longer than it
// takes Argo CD to hear of a change:
//
//   - Healthy, while there was no gateway, or its condition Ready was not True for the
//     generation of its spec, or it was being deleted;
//   - Degraded, while its condition Stalled was not True for that generation;
//
// An Application that is itself being deleted says nothing: Argo CD leaves its health as it
// was. Its page shows that it is being deleted.
//
// What was true and what was said are both seen through the API server's watches, so the
// time that a watch takes is in neither.
func (w *witness) judge(t *testing.T) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, problem := range w.problems {
		t.Errorf("the witness: %s", problem)
	}
	now := time.Now()
	if elapsed := now.Sub(w.began); w.samples < int(elapsed.Seconds()/2) {
		t.Errorf("the witness has looked %d times in %s, want once a second", w.samples, elapsed.Round(time.Second))
	}
	for _, environment := range w.environments {
		name := applicationOf(environment)
		said, gateway := at(w.said, name), at(w.held, namespaceOf(environment))
		says := func(what string) []span {
			return said.during(w.began, now, false, func(s sighting) bool { return s.health == what && !s.deleting })
		}
		notReady := gateway.during(w.began, now, true, func(t truth) bool { return !t.ready })
		notStalled := gateway.during(w.began, now, true, func(t truth) bool { return !t.stalled })
		for what, wrong := range map[string]time.Duration{
			healthy:  longest(says(healthy), notReady),
			degraded: longest(says(degraded), notStalled),
		} {
			if wrong > latency {
				t.Errorf("%s was %s for %.1f s while that was not true of its gateway\n%s", name, what, wrong.Seconds(), w.both(environment))
			}
			if wrong > 0 {
				t.Logf("%s was %s for %.2f s longer than its gateway", name, what, wrong.Seconds())
			}
		}
	}
}
