package status_test

import (
	"testing"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/status"
)

func TestAWalkTellsWhatItDid(t *testing.T) {
	delta := compare.NewDelta()
	delta.Add("grace", 200, 100)
	credentials := compare.NewDelta()
	credentials.Add("digest", "b", "a")
	service := engine.Identity{Kind: "Service", Name: "gateway"}
	denied := &engine.Problem{Reason: "AccessDenied", Message: "denied"}
	before := func(state engine.State, reason string) v1alpha1.FlexGatewayDeploymentStatus {
		return v1alpha1.FlexGatewayDeploymentStatus{Resources: []v1alpha1.ResourceStatus{{Kind: "Service", Name: "gateway", State: string(state), Reason: reason}}}
	}
	for _, test := range []struct {
		name    string
		before  v1alpha1.FlexGatewayDeploymentStatus
		settled bool
		step    engine.Step
		want    []status.Event
	}{
		{"nothing", before(engine.StateReady, ""), true, engine.Step{Identity: service, Action: engine.ActionNone, State: engine.StateReady}, nil},
		{
			"something was made", v1alpha1.FlexGatewayDeploymentStatus{}, false, engine.Step{Identity: service, Action: engine.ActionCreate, ID: "arn"},
			[]status.Event{{Type: "Normal", Reason: "Created", Action: "Create Service/gateway", Message: "Service/gateway: arn"}},
		},
		{
			"something had vanished", before(engine.StateReady, ""), true, engine.Step{Identity: service, Action: engine.ActionCreate, ID: "arn", Missing: true},
			[]status.Event{{Type: "Warning", Reason: "DriftCorrected", Action: "Create Service/gateway", Message: "Service/gateway was gone from AWS and has been made anew: arn"}},
		},
		{
			"the spec changed", before(engine.StateReady, ""), false, engine.Step{Identity: service, Action: engine.ActionUpdate, Delta: delta},
			[]status.Event{{Type: "Normal", Reason: "Updated", Action: "Update Service/gateway", Message: "Service/gateway: grace: 100 -> 200"}},
		},
		{
			"someone changed it in AWS", before(engine.StateReady, ""), true, engine.Step{Identity: service, Action: engine.ActionUpdate, Delta: delta},
			[]status.Event{{Type: "Warning", Reason: "DriftCorrected", Action: "Update Service/gateway", Message: "Service/gateway was changed in AWS and has been put right: grace: 100 -> 200"}},
		},
		{
			"the user wrote other credentials", before(engine.StateReady, ""), true,
			engine.Step{Identity: engine.Identity{Kind: "Secret", Name: "credentials"}, Action: engine.ActionUpdate, Delta: credentials},
			[]status.Event{{Type: "Normal", Reason: "Updated", Action: "Update Secret/credentials", Message: "Secret/credentials: another content"}},
		},
		{
			"a deletion began", before(engine.StateReady, ""), false,
			engine.Step{Identity: service, Action: engine.ActionDelete, State: engine.StateDeleting, ID: "arn", Wait: engine.WaitFor(time.Second, "draining")},
			[]status.Event{{Type: "Normal", Reason: "Deleting", Action: "Delete Service/gateway", Message: "Service/gateway: arn"}},
		},
		{
			"a deletion goes on", before(engine.StateDeleting, "draining"), false,
			engine.Step{Identity: service, Action: engine.ActionDelete, State: engine.StateDeleting, ID: "arn", Wait: engine.WaitFor(time.Second, "draining")}, nil,
		},
		{
			"a deletion failed", before(engine.StateReady, ""), false,
			engine.Step{Identity: service, Action: engine.ActionDelete, State: engine.StateFailed, Problem: denied, Reason: "denied"},
			[]status.Event{{Type: "Warning", Reason: "AccessDenied", Action: "Reconcile Service/gateway", Message: "Service/gateway: denied"}},
		},
		{
			"something stays", before(engine.StateReady, ""), false, engine.Step{Identity: service, Action: engine.ActionRelease, State: engine.StateRetained, ID: "arn"},
			[]status.Event{{Type: "Normal", Reason: "Retained", Action: "Release Service/gateway", Message: "Service/gateway stays in AWS without owner tags: arn"}},
		},
		{
			"a new problem", before(engine.StateReady, ""), true, engine.Step{Identity: service, State: engine.StateFailed, Problem: denied, Reason: "denied"},
			[]status.Event{{Type: "Warning", Reason: "AccessDenied", Action: "Reconcile Service/gateway", Message: "Service/gateway: denied"}},
		},
		{"the same problem", before(engine.StateFailed, "denied"), true, engine.Step{Identity: service, State: engine.StateFailed, Problem: denied, Reason: "denied"}, nil},
		{
			"another problem", before(engine.StateFailed, "throttled"), true, engine.Step{Identity: service, State: engine.StateFailed, Problem: denied, Reason: "denied"},
			[]status.Event{{Type: "Warning", Reason: "AccessDenied", Action: "Reconcile Service/gateway", Message: "Service/gateway: denied"}},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := status.Events(&test.before, &engine.Report{Steps: []engine.Step{test.step}}, test.settled)
			if difference := cmp.Diff(test.want, got, cmpopts.IgnoreFields(status.Event{}, "Step")); difference != "" {
				t.Errorf("events (-want +got):\n%s", difference)
			}
		})
	}
}

func TestOtherContentIsNoDrift(t *testing.T) {
	changed := func(from any) *compare.Delta {
		delta := compare.NewDelta()
		delta.Add("digest", "new", from)
		return delta
	}
	content := compare.NewDelta()
	content.Add("content", "new", "old")
	step := func(kind, name string, delta *compare.Delta) engine.Step {
		return engine.Step{Identity: engine.Identity{Kind: kind, Name: name}, Action: engine.ActionUpdate, Delta: delta}
	}
	for _, test := range []struct {
		name string
		step engine.Step
		want string
	}{
		{"another registration file", step("Secret", "registration", changed("old")), "Updated"},
		{"other documents", step("Secret", "configuration", changed("old")), "Updated"},
		{"other credentials", step("Secret", "credentials", changed("old")), "Updated"},
		{"someone wrote to the secret in AWS", step("Secret", "configuration", changed("")), "DriftCorrected"},
		{"another task that writes the files", step("TaskDefinition", "registration", content), "Updated"},
		{"another gateway", step("TaskDefinition", "gateway", content), "DriftCorrected"},
	} {
		t.Run(test.name, func(t *testing.T) {
			events := status.Events(&v1alpha1.FlexGatewayDeploymentStatus{}, &engine.Report{Steps: []engine.Step{test.step}}, true)
			if len(events) != 1 || events[0].Reason != test.want {
				t.Errorf("events %+v, want one of reason %s", events, test.want)
			}
		})
	}
}

func TestOneTroubleOfManyResourcesIsOneEvent(t *testing.T) {
	step := func(name, what string) engine.Step {
		return engine.Step{Identity: engine.Identity{Kind: "Role", Name: name}, State: engine.StateFailed, Reason: what, Problem: &engine.Problem{Reason: "AWSError", Message: what}}
	}
	report := &engine.Report{Steps: []engine.Step{step("a", "no answer"), step("b", "another"), step("c", "no answer")}}
	var messages []string
	for _, e := range status.Events(&v1alpha1.FlexGatewayDeploymentStatus{}, report, false) {
		messages = append(messages, e.Message)
	}
	if difference := cmp.Diff([]string{"Role/a, Role/c: no answer", "Role/b: another"}, messages); difference != "" {
		t.Errorf("events (-want +got):\n%s", difference)
	}
}

func TestANewRevisionIsToldByItsNameAndNotByDigests(t *testing.T) {
	delta := compare.NewDelta()
	delta.Add("content", "1f", "0e")
	step := engine.Step{Identity: engine.Identity{Kind: "TaskDefinition", Name: "gateway"}, Action: engine.ActionUpdate, ID: "task:2", Delta: delta}
	events := status.Events(&v1alpha1.FlexGatewayDeploymentStatus{}, &engine.Report{Steps: []engine.Step{step}}, false)
	if len(events) != 1 || events[0].Message != "TaskDefinition/gateway: another content, now task:2" {
		t.Errorf("events %+v", events)
	}
}
