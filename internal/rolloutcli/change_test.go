package rolloutcli

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
)

func TestUndoWritesTheFieldsOfTheVersionAndNothingElse(t *testing.T) {
	c := newCluster(t, gateway())
	if err := c.Undo(t.Context(), "fgd/dev", UndoOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := c.stored().Spec.Image; got != "flex-gateway:1.12.3" {
		t.Errorf("image %s", got)
	}
	want := `flex/dev goes back to revision 7:
  image  flex-gateway:1.13.0  ->  flex-gateway:1.12.3
Follow it with: flexgw rollout status dev -n flex
`
	if diff := cmp.Diff(want, c.out.String()); diff != "" {
		t.Errorf("text (-want +got):\n%s", diff)
	}
	if len(c.patches) != 1 || c.patches[0].Manager != "kubectl-flexgw" {
		t.Fatalf("patches %v, want one by kubectl-flexgw", c.patches)
	}
	if diff := cmp.Diff([]string{"metadata.resourceVersion", "spec.image"}, paths(t, c.patches[0].Patch)); diff != "" {
		t.Errorf("fields of the patch (-want +got):\n%s", diff)
	}
}

func TestUndoInADryRunPrintsThePatchAndSendsNothing(t *testing.T) {
	c := newCluster(t, gateway())
	if err := c.Undo(t.Context(), "dev", UndoOptions{ToRevision: 7, DryRun: true}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"metadata.resourceVersion", "spec.image"}, paths(t, c.out.String())); diff != "" {
		t.Errorf("fields of the patch (-want +got):\n%s", diff)
	}
	if !strings.Contains(c.err.String(), "goes back to revision 7:") || !strings.Contains(c.err.String(), "nothing was sent") {
		t.Errorf("stderr says\n%s", c.err.String())
	}
	if len(c.patches) != 0 || c.stored().Spec.Image != "flex-gateway:1.13.0" {
		t.Errorf("a dry run has sent %v", c.patches)
	}
}

func TestUndoChoosesAgainWhereSomeoneElseWasFaster(t *testing.T) {
	c := newCluster(t, gateway())
	c.refuse = apierrors.NewConflict(resource, "dev", nil)
	if err := c.Undo(t.Context(), "dev", UndoOptions{}); err != nil {
		t.Fatal(err)
	}
	if len(c.patches) != 1 || strings.Count(c.out.String(), "goes back") != 1 {
		t.Errorf("patches %v, text\n%s", c.patches, c.out.String())
	}
}

func TestARestartSetsTheTime(t *testing.T) {
	c := newCluster(t, gateway())
	at := moment.Add(1500 * time.Millisecond)
	if err := c.Restart(t.Context(), "dev", at); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]sent{{"kubectl-flexgw", `{"spec":{"rollout":{"restartedAt":"2026-01-01T12:00:01Z"}}}`}}, c.patches); diff != "" {
		t.Errorf("patches (-want +got):\n%s", diff)
	}
	if err := c.Restart(t.Context(), "dev", at); err == nil || !strings.Contains(err.Error(), "within this second") {
		t.Errorf("a second restart in the same second: error %v", err)
	}
	if err := c.Restart(t.Context(), "dev", at.Add(time.Second)); err != nil {
		t.Errorf("a second later: %v", err)
	}
}

func TestPauseAndResumeWriteOnlyWhatIsNotSo(t *testing.T) {
	c := newCluster(t, gateway())
	for _, paused := range []bool{false, true, true, false} {
		if err := c.Pause(t.Context(), "dev", paused); err != nil {
			t.Fatal(err)
		}
		if got := c.stored().Spec.Rollout.Paused; got != paused {
			t.Errorf("paused %t, want %t", got, paused)
		}
	}
	want := []sent{{"kubectl-flexgw", `{"spec":{"rollout":{"paused":true}}}`}, {"kubectl-flexgw", `{"spec":{"rollout":{"paused":false}}}`}}
	if diff := cmp.Diff(want, c.patches); diff != "" {
		t.Errorf("patches (-want +got):\n%s", diff)
	}
}

func TestAnAbortNamesTheDeploymentThatIsInProgress(t *testing.T) {
	c := newCluster(t, gateway())
	if err := c.Abort(t.Context(), "dev"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]sent{{"kubectl-flexgw", `{"metadata":{"annotations":{"flexgw.io/abort":"ecs-svc/8"}}}`}}, c.patches); diff != "" {
		t.Errorf("patches (-want +got):\n%s", diff)
	}
	c.becomes(func(gw *v1alpha1.FlexGatewayDeployment) { gw.Status.History[0].Outcome = v1alpha1.OutcomeServing })
	if err := c.Abort(t.Context(), "dev"); err == nil || !strings.Contains(err.Error(), "nothing to abort") {
		t.Errorf("an abort of what is over: error %v", err)
	}
	if len(c.patches) != 1 {
		t.Errorf("patches %v", c.patches)
	}
}

func TestAPromotionNamesThePauseThatTheRolloutWaitsAt(t *testing.T) {
	c := newCluster(t, gateway())
	if err := c.Promote(t.Context(), "dev"); err == nil || !strings.Contains(err.Error(), "nothing to promote") {
		t.Errorf("a promotion of what does not wait: error %v", err)
	}
	c.becomes(func(gw *v1alpha1.FlexGatewayDeployment) {
		gw.Status.Rollout.Pause = &v1alpha1.PauseStatus{Stage: string(v1alpha1.StagePostScaleUp), HookID: "ecs-pause-1"}
	})
	if err := c.Promote(t.Context(), "dev"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]sent{{"kubectl-flexgw", `{"metadata":{"annotations":{"flexgw.io/promote":"ecs-pause-1"}}}`}}, c.patches); diff != "" {
		t.Errorf("patches (-want +got):\n%s", diff)
	}
	if !strings.Contains(c.out.String(), "goes on from its pause at PostScaleUp") {
		t.Errorf("text:\n%s", c.out.String())
	}
}

func TestAGatewayThatIsNotThereOrGoesIsNotChanged(t *testing.T) {
	going := gateway()
	going.Name, going.Finalizers, going.DeletionTimestamp = "going", []string{"flexgw.io/aws-resources"}, &metav1.Time{Time: moment}
	c := newCluster(t, going)
	for name, change := range map[string]func(name string) error{
		"undo":    func(name string) error { return c.Undo(t.Context(), name, UndoOptions{}) },
		"restart": func(name string) error { return c.Restart(t.Context(), name, moment) },
		"pause":   func(name string) error { return c.Pause(t.Context(), name, true) },
		"abort":   func(name string) error { return c.Abort(t.Context(), name) },
		"promote": func(name string) error { return c.Promote(t.Context(), name) },
	} {
		if err := change("going"); err == nil || err.Error() != "flex/going is being deleted: nothing to change" {
			t.Errorf("%s of one that is being deleted: error %v", name, err)
		}
		err := change("missing")
		if !apierrors.IsNotFound(err) || !strings.HasSuffix(err.Error(), `"missing" not found in the namespace flex`) || ExitCode(err) != CodeError {
			t.Errorf("%s of one that is not there: error %v", name, err)
		}
	}
	if len(c.patches) != 0 || c.out.Len() != 0 {
		t.Errorf("patches %v, text %s", c.patches, c.out.String())
	}
}
