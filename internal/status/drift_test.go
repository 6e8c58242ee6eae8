package status_test

import (
	"testing"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/status"
)

func TestDriftIsFoundOnceAndMendedOnce(t *testing.T) {
	delta := compare.NewDelta()
	delta.Add("count", 2, 3)
	service := engine.Identity{Kind: "Service", Name: "gateway"}
	denied := &engine.Problem{Reason: "AccessDenied", Message: "denied"}
	found, mended, both := status.Drift{Kind: "Service", Found: true}, status.Drift{Kind: "Service", Mended: true}, status.Drift{Kind: "Service", Found: true, Mended: true}
	for _, test := range []struct {
		name    string
		before  engine.State
		settled bool
		step    engine.Step
		want    []status.Drift
	}{
		{"nothing differs", engine.StateReady, true, engine.Step{Identity: service, State: engine.StateReady}, nil},
		{"the spec changed", engine.StateReady, false, engine.Step{Identity: service, Action: engine.ActionUpdate, Delta: delta}, nil},
		{"someone changed it", engine.StateReady, true, engine.Step{Identity: service, Action: engine.ActionUpdate, Delta: delta}, []status.Drift{both}},
		{
			"someone changed it, and it may not be changed back", engine.StateReady, true,
			engine.Step{Identity: service, Action: engine.ActionNone, State: engine.StateFailed, Delta: delta, Problem: denied}, []status.Drift{found},
		},
		{
			"and still not", engine.StateFailed, true,
			engine.Step{Identity: service, Action: engine.ActionNone, State: engine.StateFailed, Delta: delta, Problem: denied}, nil,
		},
		{"someone deleted it", engine.StateReady, false, engine.Step{Identity: service, Action: engine.ActionCreate, Missing: true}, []status.Drift{both}},
		{
			"someone deleted it, and it may not be made", engine.StateReady, true,
			engine.Step{Identity: service, Action: engine.ActionNone, State: engine.StateFailed, Missing: true, Problem: denied}, []status.Drift{found},
		},
		{"it could be made later", engine.StateFailed, false, engine.Step{Identity: service, Action: engine.ActionCreate, Missing: true}, []status.Drift{mended}},
		{"a service that had to drain first", engine.StateWaiting, false, engine.Step{Identity: service, Action: engine.ActionCreate, Missing: true}, []status.Drift{both}},
		{
			"a registration's tasks come and go", engine.StateReady, true,
			engine.Step{Identity: engine.Identity{Kind: "TaskDefinition", Name: "writer"}, Action: engine.ActionUpdate, Delta: delta}, nil,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := &v1alpha1.FlexGatewayDeploymentStatus{Resources: []v1alpha1.ResourceStatus{{Kind: "Service", Name: "gateway", State: string(test.before)}}}
			test.step.Wanted = true
			report := &engine.Report{Steps: []engine.Step{test.step}}
			if diff := cmp.Diff(test.want, status.Drifts(before, report, test.settled)); diff != "" {
				t.Errorf("drift (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheFirstReadyIsNotedForGood(t *testing.T) {
	gw := object(1)
	gw.Status = status.Compute(gw, &engine.Report{Steps: []engine.Step{{Identity: engine.Identity{Kind: "Service"}, Wanted: true, State: engine.StateWaiting, Wait: engine.WaitFor(1, "x")}}}, status.Observed{})
	if at := gw.Status.FirstReadyAt; at != nil {
		t.Errorf("a gateway that is not ready was so at %v", at)
	}
	gw.Status = status.Compute(gw, &engine.Report{}, status.Observed{})
	first := gw.Status.FirstReadyAt
	if first == nil || first.IsZero() {
		t.Fatalf("a gateway that is ready was so first at %v", first)
	}
	early := first.Add(-1)
	gw.Status.FirstReadyAt.Time = early
	gw.Status = status.Compute(gw, &engine.Report{}, status.Observed{})
	if !gw.Status.FirstReadyAt.Time.Equal(early) {
		t.Errorf("the first time is now %v", gw.Status.FirstReadyAt)
	}
}
