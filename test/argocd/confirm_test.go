package argocd_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"flexgw.io/controller/test/e2e/rig"
)

// withoutConfirmation takes the annotation out that has somebody confirm the end.
func withoutConfirmation(dir string) error {
	return setting("argocd.argoproj.io/sync-options: Prune=confirm,Delete=confirm", "example.com/confirm: none")(dir)
}

// awaitConfirmation returns once Argo CD has wanted to delete the gateway and waits for
// somebody. It says so in its log alone.
func (a *application) awaitConfirmation(t *testing.T) {
	t.Helper()
	rig.Eventually(t, "a wish for a confirmation", func() bool {
		log, err := argocd.Log("application-controller")
		must(t, err)
		for line := range strings.Lines(log) {
			if strings.Contains(line, "requires manual confirmation to delete") && strings.Contains(line, a.name()) {
				return true
			}
		}
		return false
	})
}

// confirm is "argocd app confirm-deletion", which writes this annotation.
func (a *application) confirm(ctx context.Context, t *testing.T) {
	t.Helper()
	_, err := argocd.Kubectl(ctx, "annotate", "application", a.name(), "--overwrite",
		"argocd.argoproj.io/deletion-approved="+time.Now().UTC().Format(time.RFC3339))
	if err != nil {
		t.Error(err)
	}
}
