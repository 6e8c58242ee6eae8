package argocd_test

import (
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"

	"flexgw.io/controller/test/e2e/rig"
)

func TestAGatewayLivesByCommitsAlone(t *testing.T) {
	a := add(t, "dev", "dev")

	t.Run("a commit makes it, and it is Progressing until it serves", func(t *testing.T) {
		t.Logf("from the commit to Healthy: %s", a.settled(t))
		a.wantSyncs(t, outOfSync, synced)
		a.wantHealths(t, missing, progressing, healthy)
		a.wantServed(t)
	})
	t.Run("a commit scales it from 1 to 4", func(t *testing.T) {
		a.witness.forget(a)
		commit(t, "Four replicas", a.environment, setting("replicas: 1", "replicas: 4"))
		t.Logf("from the commit to Healthy: %s", a.settled(t))
		if got := a.Get(t).Status.ReadyReplicas; got != 4 {
			t.Errorf("%d replicas serve, want 4", got)
		}
		a.wantSyncs(t, synced, outOfSync, synced)
		a.wantHealths(t, healthy, progressing, healthy)
	})
	t.Run("a bad image makes it Degraded with ECS's reason, and the old version serves", func(t *testing.T) {
		a.witness.forget(a)
		old := a.Get(t).Status.TaskDefinition
		commit(t, "A version that there is not", a.environment, setting("replicas: 4", "replicas: 4\n  image: docker.io/mulesoft/flex-gateway:0.0.0-no-such-version"))
		t.Logf("from the commit to Degraded: %s", a.await(t, synced, degraded))
		_, message, err := admin.Health(t.Context(), a.resource())
		must(t, err)
		for _, part := range []string{"RolledBack", "CannotPullContainerError", "0.0.0-no-such-version"} {
			if !strings.Contains(message, part) {
				t.Errorf("the health's message is %q, want %s in it", message, part)
			}
		}
		if gw := a.Get(t); gw.Status.TaskDefinition != old || gw.Status.ReadyReplicas != 4 {
			t.Errorf("%d replicas of %s serve, want 4 of %s", gw.Status.ReadyReplicas, gw.Status.TaskDefinition, old)
		}
		a.wantServed(t)
		a.wantSyncs(t, synced, outOfSync, synced)
		a.wantHealths(t, healthy, progressing, degraded)
	})
	t.Run("it stays so, and nothing is tried again", func(t *testing.T) {
		a.witness.forget(a)
		updates := stack.Calls("UpdateService")
		a.compared(t, 2)
		a.wantSyncs(t, synced)
		a.wantHealths(t, degraded)
		if again := stack.Calls("UpdateService") - updates; again > 0 {
			t.Errorf("the bad version was tried again: %d calls of UpdateService", again)
		}
	})
	t.Run("the commit is reverted, and it is Healthy", func(t *testing.T) {
		a.witness.forget(a)
		must(t, repository.Revert(t.Context()))
		pushed(t.Context(), t)
		t.Logf("from the revert to Healthy: %s", a.settled(t))
		a.wantServed(t)
		a.wantSyncs(t, synced, outOfSync, synced)
		if got := a.witness.healths(a); got[len(got)-1] != healthy || slices.Contains(got, suspended) {
			t.Errorf("health was %v, want Healthy in the end", got)
		}
	})
}

// wantSyncs fails the test unless Argo CD has said exactly this, one after the other.
func (a *application) wantSyncs(t *testing.T, want ...string) {
	t.Helper()
	a.caughtUp(t)
	if got := a.witness.syncs(a); !slices.Equal(got, want) {
		t.Errorf("%s was %v, want %v\n%s", a.name(), got, want, a.witness.tell(a))
	}
}

// caughtUp returns once the witness knows what is so now.
func (a *application) caughtUp(t *testing.T) {
	t.Helper()
	now := a.read(t.Context(), t)
	rig.Eventually(t, "the watch of "+a.name(), func() bool { return a.witness.caughtUp(now) })
}

// wantHealths is wantSyncs of the health.
func (a *application) wantHealths(t *testing.T, want ...string) {
	t.Helper()
	a.caughtUp(t)
	if got := a.witness.healths(a); !slices.Equal(got, want) {
		t.Errorf("the health of %s was %v, want %v\n%s", a.name(), got, want, a.witness.tell(a))
	}
}

// wantOnly fails the test unless Argo CD has said nothing else of the health.
func (a *application) wantOnly(t *testing.T, allowed ...string) {
	t.Helper()
	a.caughtUp(t)
	for _, got := range a.witness.healths(a) {
		if !slices.Contains(allowed, got) {
			t.Errorf("%s was %s, want nothing but %v\n%s", a.name(), got, allowed, a.witness.tell(a))
		}
	}
}

// wantServed fails the test unless the gateway answers its clients.
func (a *application) wantServed(t *testing.T) {
	t.Helper()
	url := "http://" + net.JoinHostPort(a.Get(t).Status.Endpoint, "8081") + "/health"
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	must(t, err)
	answer, err := http.DefaultClient.Do(request)
	must(t, err)
	must(t, answer.Body.Close())
	if answer.StatusCode != http.StatusOK {
		t.Errorf("GET %s: %s", url, answer.Status)
	}
}

// compared returns once Argo CD has compared the Application so often again with Git.
func (a *application) compared(t *testing.T, times int) {
	t.Helper()
	for last := a.reconciledAt(t); times > 0; times-- {
		rig.Eventually(t, "another comparison of "+a.name(), func() bool { return a.reconciledAt(t) != last })
		last = a.reconciledAt(t)
	}
}

// reconciledAt is when Argo CD has compared it last.
func (a *application) reconciledAt(t *testing.T) string {
	t.Helper()
	return textOf(a.read(t.Context(), t), "status", "reconciledAt")
}
