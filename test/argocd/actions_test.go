package argocd_test

import (
	"errors"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/test/argocd/installation"
	"flexgw.io/controller/test/e2e/rig"
)

func TestArgoCDsActionsDoWhatTheySay(t *testing.T) {
	t.Parallel()
	a := add(t, "dev", "acted")
	a.settled(t)
	a.witness.forget(a)

	t.Run("restart", func(t *testing.T) {
		started := a.Get(t).Status.Rollout.DeploymentID
		a.run(t, admin, "restart")
		a.Await(t, "restarted", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			return rig.IsReady(gw) && gw.Status.Rollout.DeploymentID != started
		})
		a.settled(t)
	})
	t.Run("pause, and a commit waits", func(t *testing.T) {
		a.run(t, admin, "pause")
		a.wantDisabled(t, "pause", "promote", "abort")
		commit(t, "Two replicas", a.environment, setting("replicas: 1", "replicas: 2"))
		a.await(t, synced, suspended)
		if got := a.Get(t).Status.ReadyReplicas; got != 1 {
			t.Errorf("%d replicas serve while it is paused, want 1", got)
		}
	})
	t.Run("resume", func(t *testing.T) {
		a.run(t, admin, "resume")
		a.settled(t)
		if got := a.Get(t).Status.ReadyReplicas; got != 2 {
			t.Errorf("%d replicas serve, want 2", got)
		}
		a.wantDisabled(t, "resume", "promote", "abort")
	})
	t.Run("reconcile-now", func(t *testing.T) {
		a.run(t, admin, "reconcile-now")
		a.Await(t, "annotated", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Annotations["flexgw.io/reconcile-at"] != "" })
		a.settled(t)
	})
	t.Run("and what they have written is no difference", func(t *testing.T) {
		a.compared(t, 2)
		a.wantSyncs(t, synced, outOfSync, synced) // the commit
	})
}

func TestACanaryWaitsForArgoCDsPromotion(t *testing.T) {
	t.Parallel()
	a := add(t, "prod", "canary", withoutConfirmation)
	a.promoted(t, admin) // the first version waits, too
	release, err := admin.As(t.Context(), releaser)
	must(t, err)

	t.Run("who may promote promotes, and nothing else", func(t *testing.T) {
		a.witness.forget(a)
		commit(t, "The next version", a.environment, setting("loadBalancer:", "image: docker.io/mulesoft/flex-gateway:1.13.0\n  loadBalancer:"))
		a.await(t, synced, suspended)
		var refused *installation.RefusedError
		if err := release.Run(t.Context(), a.resource(), "abort"); !errors.As(err, &refused) || refused.Status != http.StatusForbidden {
			t.Errorf("who may promote aborts: %v, want it to be forbidden", err)
		}
		a.promoted(t, release)
		if got := a.Get(t).Status.Version; got != "1.13.0" {
			t.Errorf("version %s serves, want 1.13.0", got)
		}
		a.wantSyncs(t, synced, outOfSync, synced)
		a.wantHealths(t, healthy, progressing, suspended, progressing, healthy)
	})
	t.Run("what is aborted at its pause is Degraded, and the version before serves", func(t *testing.T) {
		a.witness.forget(a)
		before := a.Get(t).Status.TaskDefinition
		commit(t, "One more", a.environment, setting("flex-gateway:1.13.0", "flex-gateway:1.14.0"))
		a.await(t, synced, suspended)
		a.run(t, admin, "abort")
		a.await(t, synced, degraded)
		if gw := a.Get(t); gw.Status.TaskDefinition != before || gw.Status.ReadyReplicas < 2 {
			t.Errorf("%d replicas of %s serve, want 2 of %s", gw.Status.ReadyReplicas, gw.Status.TaskDefinition, before)
		}
		a.wantSyncs(t, synced, outOfSync, synced)
	})
}

func TestTheDocsHaveThePolicyThatIsTested(t *testing.T) {
	text, err := os.ReadFile(root + "/docs/gitops.md")
	must(t, err)
	if !strings.Contains(string(text), policy) {
		t.Errorf("docs/gitops.md has no line %s", policy)
	}
}

// run runs an action as one of Argo CD's accounts.
func (a *application) run(t *testing.T, as *installation.Account, action string) {
	t.Helper()
	must(t, as.Run(t.Context(), a.resource(), action))
}

// promoted waits for the pause of the example's prod, promotes, and returns once the gateway
// is ready.
func (a *application) promoted(t *testing.T, as *installation.Account) {
	t.Helper()
	a.await(t, synced, suspended)
	a.run(t, as, "promote")
	a.settled(t)
}

// disabled are the actions that Argo CD's menu shows in grey.
func (a *application) disabled(t *testing.T) []string {
	t.Helper()
	actions, err := admin.Actions(t.Context(), a.resource())
	must(t, err)
	if len(actions) != 6 {
		t.Errorf("there are the actions %v, want six", actions)
	}
	var names []string
	for _, action := range actions {
		if action.Disabled {
			names = append(names, action.Name)
		}
	}
	slices.Sort(names)
	return names
}

// wantDisabled fails the test unless these are all.
func (a *application) wantDisabled(t *testing.T, want ...string) {
	t.Helper()
	slices.Sort(want)
	if got := a.disabled(t); !slices.Equal(got, want) {
		t.Errorf("the actions %v are disabled, want %v", got, want)
	}
}
