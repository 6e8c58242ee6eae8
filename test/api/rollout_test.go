package api_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	incluster "flexgw.io/controller/internal/cluster"
	"flexgw.io/controller/internal/rolloutcli"
	"flexgw.io/controller/internal/terminal"
)

// rollouts is the tool for rollouts on the API server, and what it says.
func rollouts(t *testing.T) (*rolloutcli.Tool, *bytes.Buffer) {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	c, err := client.NewWithWatch(cluster.Config(), client.Options{Scheme: scheme})
	if err != nil {
		t.Fatal(err)
	}
	out := &bytes.Buffer{}
	return &rolloutcli.Tool{Gateways: incluster.Gateways{Client: c, Namespace: namespace}, Out: out, Err: out, Screen: terminal.New(out), Now: time.Now, Program: "flexgw"}, out
}

// before is the version that served before the spec of rolling.
var before = v1alpha1.RevisionStatus{
	Revision: 7, Image: "docker.io/mulesoft/flex-gateway:1.12.3", CPU: 256, Memory: 512, StopTimeoutSeconds: 90, Outcome: v1alpha1.OutcomeServing,
	Environment: []v1alpha1.EnvironmentVariable{{Name: "FLEX_SERVICE_ENVOY_DRAIN_TIME", Value: "60s"}},
}

// rolling makes a gateway in the middle of its change to revision 8, as the controller
// would write it.
func rolling(t *testing.T, tool *rolloutcli.Tool) *v1alpha1.FlexGatewayDeployment {
	t.Helper()
	created(t, object(t, "rolling", with(`image: docker.io/mulesoft/flex-gateway:1.13.0`, `replicas: 4`, `compute: {cpu: 1024, memory: 2048, environment: [{name: LEVEL, value: debug}]}`)))
	gw := stored(t, tool)
	gw.Status = v1alpha1.FlexGatewayDeploymentStatus{
		ObservedGeneration: gw.Generation, TaskDefinition: "arn:aws:ecs:us-east-1:123456789012:task-definition/rolling:8",
		Rollout: &v1alpha1.RolloutStatus{TaskDefinition: "arn:aws:ecs:us-east-1:123456789012:task-definition/rolling:8", DeploymentID: "ecs-svc/8"},
		History: []v1alpha1.RevisionStatus{{Revision: 8, Image: gw.Spec.Image, CPU: 1024, Memory: 2048, StopTimeoutSeconds: 60, Environment: gw.Spec.Compute.Environment, Outcome: v1alpha1.OutcomeInProgress}, before},
	}
	if err := tool.Client.Status().Update(t.Context(), gw); err != nil {
		t.Fatal(err)
	}
	return gw
}

func stored(t *testing.T, tool *rolloutcli.Tool) *v1alpha1.FlexGatewayDeployment {
	t.Helper()
	gw := &v1alpha1.FlexGatewayDeployment{}
	if err := tool.Client.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: "rolling"}, gw); err != nil {
		t.Fatal(err)
	}
	return gw
}

// writers are the managers of fields outside of the status.
func writers(gw *v1alpha1.FlexGatewayDeployment) map[string]bool {
	found := map[string]bool{}
	for _, f := range gw.ManagedFields {
		if f.Subresource == "" {
			found[f.Manager] = true
		}
	}
	return found
}

func TestTheAPIServerTakesAnUndo(t *testing.T) {
	tool, out := rollouts(t)
	want := rolling(t, tool).Spec.DeepCopy()
	want.Image, want.Compute.CPU, want.Compute.Memory = before.Image, before.CPU, before.Memory
	want.Compute.StopTimeoutSeconds, want.Compute.Environment = before.StopTimeoutSeconds, before.Environment
	if err := tool.Undo(t.Context(), "rolling", rolloutcli.UndoOptions{}); err != nil {
		t.Fatal(err)
	}
	got := stored(t, tool)
	if diff := cmp.Diff(*want, got.Spec); diff != "" {
		t.Errorf("spec (-want +got):\n%s", diff)
	}
	if !writers(got)["kubectl-flexgw"] {
		t.Errorf("managed fields are of %v", writers(got))
	}
	if text := `compute.environment LEVEL                          "debug"`; !strings.Contains(out.String(), text) {
		t.Errorf("the text does not say %s:\n%s", text, out.String())
	}
}

func TestTheAPIServerRefusesAnUndoThatDoesNotFitTheSpec(t *testing.T) {
	tool, _ := rollouts(t)
	gw := rolling(t, tool)
	gw.Status.History[1].StopTimeoutSeconds = 30 // less than what the variable asks for
	if err := tool.Client.Status().Update(t.Context(), gw); err != nil {
		t.Fatal(err)
	}
	err := tool.Undo(t.Context(), "rolling", rolloutcli.UndoOptions{})
	if !apierrors.IsInvalid(err) || !strings.Contains(err.Error(), "requests would be cut") {
		t.Errorf("error %v, want that of the rule", err)
	}
}

func TestAnUndoNeverOverwritesWhatItHasNotSeen(t *testing.T) {
	tool, _ := rollouts(t)
	gw := rolling(t, tool)
	old := gw.DeepCopy()
	gw.Spec.Image = "docker.io/mulesoft/flex-gateway:1.14.0"
	if err := tool.Client.Update(t.Context(), gw); err != nil {
		t.Fatal(err)
	}
	changed := old.DeepCopy()
	changed.Spec.Image = before.Image
	if err := tool.Client.Patch(t.Context(), changed, client.MergeFromWithOptions(old, client.MergeFromWithOptimisticLock{})); !apierrors.IsConflict(err) {
		t.Errorf("a patch of an old state: error %v, want a conflict", err)
	}
	if err := tool.Undo(t.Context(), "rolling", rolloutcli.UndoOptions{}); err != nil {
		t.Errorf("an undo of the new state: %v", err)
	}
}

func TestTheAPIServerTakesARestartAPauseAndAnAbort(t *testing.T) {
	tool, _ := rollouts(t)
	want := rolling(t, tool).Spec.DeepCopy()
	at := time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC)
	for _, step := range []struct {
		name   string
		do     func() error
		change func()
	}{
		{"restart", func() error { return tool.Restart(t.Context(), "rolling", at) }, func() { want.Rollout.RestartedAt = &metav1.Time{Time: at.Truncate(time.Second)} }},
		{"pause", func() error { return tool.Pause(t.Context(), "rolling", true) }, func() { want.Rollout.Paused = true }},
		{"resume", func() error { return tool.Pause(t.Context(), "rolling", false) }, func() { want.Rollout.Paused = false }},
		{"abort", func() error { return tool.Abort(t.Context(), "rolling") }, func() {}},
	} {
		if err := step.do(); err != nil {
			t.Fatalf("%s: %v", step.name, err)
		}
		step.change()
		if diff := cmp.Diff(*want, stored(t, tool).Spec); diff != "" {
			t.Errorf("the spec after %s (-want +got):\n%s", step.name, diff)
		}
	}
	if got := stored(t, tool).Annotations[v1alpha1.AnnotationAbort]; got != "ecs-svc/8" {
		t.Errorf("the annotation is %q", got)
	}
}

func TestAStatusFollowsTheAPIServersWatch(t *testing.T) {
	tool, out := rollouts(t)
	gw := rolling(t, tool)
	ended := make(chan error, 1)
	go func() {
		ended <- tool.Status(t.Context(), "rolling", rolloutcli.StatusOptions{Watch: true, Timeout: time.Minute})
	}()
	gw.Status.Conditions = []metav1.Condition{{
		Type: v1alpha1.ConditionReady, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonSucceeded, Message: "4 of 4 replicas are serving",
		ObservedGeneration: gw.Generation, LastTransitionTime: metav1.Now(),
	}}
	if err := tool.Client.Status().Update(t.Context(), gw); err != nil {
		t.Fatal(err)
	}
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if !strings.Contains(out.String(), "default/rolling serves what the spec asks for (revision 8, ") {
		t.Errorf("text\n%s", out.String())
	}
}
