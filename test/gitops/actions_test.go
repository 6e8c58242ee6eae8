package gitops_test

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"flexgw.io/controller/api/v1alpha1"
	incluster "flexgw.io/controller/internal/cluster"
	"flexgw.io/controller/internal/rolloutcli"
	"flexgw.io/controller/internal/terminal"
)

// always are the actions that do something for every gateway that is not being deleted
// and whose rollouts are not paused.
var always = []string{"pause", "reconcile-now", "restart"}

// offered are the actions that Argo CD offers in each situation; the others are there, and
// disabled.
var offered = map[string][]string{
	"new":                    always,
	"creating":               always,
	"waiting":                {"abort", "pause", "reconcile-now", "restart"},
	"ready":                  always,
	"spec-newer-than-status": always,
	"progressing":            {"abort", "pause", "reconcile-now", "restart"},
	"paused":                 {"reconcile-now", "restart", "resume"},
	"waiting-for-promotion":  {"abort", "pause", "promote", "reconcile-now", "restart"},
	"planned-new":            always,
	"planned-change":         always,
	"planned-nothing":        always,
	"rolled-back":            always,
	"scaled-to-zero":         always,
	"degraded":               always,
	"stalled":                always,
	"denied":                 always,
	"denied-for-long":        always,
	"drifted":                {"abort", "pause", "reconcile-now", "restart"},
	"mended":                 always,
	"anypoint-stale":         always,
	"certificate-expiring":   always,
	"deleting":               nil,
}

func TestArgoCDOffersWhatWouldDoSomething(t *testing.T) {
	wantAll(t, offered)
	customization := scripts(t)
	for name, want := range offered {
		t.Run(name, func(t *testing.T) {
			actions, err := customization.ActionsOf(situation(t, name))
			must(t, err)
			var got []string
			for action, how := range actions {
				if customization.Actions[action] == "" || how.DisplayName == "" || how.IconClass == "" {
					t.Errorf("the action %s has no script, name or icon: %+v", action, how)
				}
				if !how.Disabled {
					got = append(got, action)
				}
			}
			slices.Sort(got)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("offered (-want +got):\n%s", diff)
			}
			if len(actions) != len(customization.Actions) {
				t.Errorf("%d actions are told of, and there are scripts for %d", len(actions), len(customization.Actions))
			}
		})
	}
}

// commands are what "flexgw rollout" does for each action.
var commands = map[string]func(*rolloutcli.Tool, context.Context) error{
	"restart": func(c *rolloutcli.Tool, ctx context.Context) error { return c.Restart(ctx, "gw", time.Now()) },
	"pause":   func(c *rolloutcli.Tool, ctx context.Context) error { return c.Pause(ctx, "gw", true) },
	"resume":  func(c *rolloutcli.Tool, ctx context.Context) error { return c.Pause(ctx, "gw", false) },
	"promote": func(c *rolloutcli.Tool, ctx context.Context) error { return c.Promote(ctx, "gw") },
	"abort":   func(c *rolloutcli.Tool, ctx context.Context) error { return c.Abort(ctx, "gw") },
}

// TestTheActionsWriteWhatTheCommandsWrite compares the patches in every situation: where
// one refuses, the other does.
func TestTheActionsWriteWhatTheCommandsWrite(t *testing.T) {
	customization := scripts(t)
	for _, name := range recorded(t) {
		for action, command := range commands {
			t.Run(name+" "+action, func(t *testing.T) {
				obj := situation(t, name)
				tool, sent := toolFor(t, obj)
				refusal := command(tool, t.Context())
				patch, err := customization.Act(action, obj)
				if (err != nil) != (refusal != nil) {
					t.Fatalf("the action: %v, the command: %v", err, refusal)
				}
				if err == nil && withoutTimes(patch) != withoutTimes(sent.String()) {
					t.Errorf("the action writes %s, the command %s", patch, sent)
				}
			})
		}
	}
}

// toolFor is the tool on a cluster with one gateway, and the patch that it has sent, "{}"
// where there was none.
func toolFor(t *testing.T, obj *unstructured.Unstructured) (*rolloutcli.Tool, *bytes.Buffer) {
	t.Helper()
	scheme := runtime.NewScheme()
	must(t, v1alpha1.AddToScheme(scheme))
	patch := bytes.NewBufferString("{}")
	kube := fake.NewClientBuilder().WithScheme(scheme).WithObjects(typed(t, obj)).Build()
	recording := interceptor.NewClient(kube, interceptor.Funcs{
		Patch: func(_ context.Context, _ client.WithWatch, o client.Object, p client.Patch, _ ...client.PatchOption) error {
			text, err := p.Data(o)
			patch.Reset()
			patch.Write(text)
			return err
		},
	})
	out := &bytes.Buffer{}
	return &rolloutcli.Tool{Gateways: incluster.Gateways{Client: recording, Namespace: "flex"}, Out: out, Err: out, Screen: terminal.New(out), Now: time.Now, Program: "flexgw"}, patch
}

// withoutTimes has one moment for all that RFC 3339 can write in whole seconds of UTC.
func withoutTimes(patch string) string {
	var content map[string]any
	if err := json.Unmarshal([]byte(patch), &content); err != nil {
		return "no JSON: " + patch
	}
	if at, found, _ := unstructured.NestedString(content, "spec", "rollout", "restartedAt"); found {
		if moment, err := time.Parse("2006-01-02T15:04:05Z", at); err == nil && time.Since(moment).Abs() < time.Minute {
			_ = unstructured.SetNestedField(content, "now", "spec", "rollout", "restartedAt")
		}
	}
	text, err := json.Marshal(content)
	if err != nil {
		return "no JSON: " + err.Error()
	}
	return string(text)
}

// TestAnActionChangesNothingElse is about empty objects, which a script cannot tell from
// empty lists, and about numbers.
func TestAnActionChangesNothingElse(t *testing.T) {
	obj := situation(t, "ready")
	must(t, unstructured.SetNestedMap(obj.Object, map[string]any{}, "spec", "registration", "create"))
	must(t, unstructured.SetNestedSlice(obj.Object, []any{map[string]any{"configMapRef": map[string]any{}}}, "spec", "config"))
	patch, err := scripts(t).Act("reconcile-now", obj)
	must(t, err)
	if !strings.HasPrefix(patch, `{"metadata":{"annotations":{"flexgw.io/reconcile-at":"20`) || strings.Count(patch, ":{") != 2 {
		t.Errorf("the patch is %s, want the annotation alone", patch)
	}
}

// TestTheScriptsNeedNoMoreThanArgoCDGives is about the sandbox of these tests: what Argo CD
// does not give to a script is not there.
func TestTheScriptsNeedNoMoreThanArgoCDGives(t *testing.T) {
	for _, name := range []string{"string", "math", "io", "os", "debug", "dofile", "loadfile"} {
		customization := scripts(t)
		customization.Health = `if ` + name + ` == nil then return {status = "Healthy"} end return {status = "Degraded", message = "it is there"}`
		if health, err := customization.HealthOf(situation(t, "ready")); err != nil || health.Status != "Healthy" {
			t.Errorf("%s: %+v (%v), want it not to be there", name, health, err)
		}
	}
	customization := scripts(t)
	customization.Health = `while true do end`
	if _, err := customization.HealthOf(situation(t, "ready")); err == nil {
		t.Error("a script without end has ended")
	}
}
