package status_test

import (
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
	"flexgw.io/controller/internal/status"
)

// steps are resources of one phase.
func steps(phase engine.Phase, list ...engine.Step) *engine.Report {
	report := &engine.Report{}
	for _, s := range list {
		s.Phase, s.Wanted = phase, true
		report.Steps = append(report.Steps, s)
	}
	return report
}

func named(kind, name string, s engine.Step) engine.Step {
	s.Identity = engine.Identity{Kind: kind, Name: name}
	return s
}

func blockedBy(kind, name string) engine.Step {
	blocker := engine.Identity{Kind: kind, Name: name}
	return engine.Step{State: engine.StateBlocked, Blocker: blocker, Reason: "needs " + blocker.String()}
}

func messageOf(st v1alpha1.FlexGatewayDeploymentStatus, condition string) string {
	c := meta.FindStatusCondition(st.Conditions, condition)
	if c == nil {
		return ""
	}
	return c.Reason + ": " + c.Message
}

func TestOnlyTheFirstOfAChainThatWaitsIsTold(t *testing.T) {
	report := steps(gateway.LoadBalancing,
		named("TargetGroup", "8081", blockedBy("Network", "vpc")), named("TargetGroup", "8082", blockedBy("Network", "vpc")),
		named("LoadBalancer", "gateway", blockedBy("Network", "vpc")), named("Listener", "8081", blockedBy("LoadBalancer", "gateway")))
	st := status.Compute(object(1), report, status.Observed{})
	if got, want := messageOf(st, "LoadBalancerReady"), "Creating: TargetGroup/8081, TargetGroup/8082, LoadBalancer/gateway need Network/vpc"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTheSameWaitOfManyIsToldOnce(t *testing.T) {
	throttled := engine.Step{State: engine.StateWaiting, Wait: engine.WaitFor(time.Second, "AWS asks for fewer calls")}
	st := status.Compute(object(1), steps(gateway.Identity, named("Role", "a", throttled), named("Role", "b", throttled)), status.Observed{})
	if got, want := messageOf(st, "Ready"), "WaitingForAWS: AWS asks for fewer calls"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestTheAnswerStandsBeforeTheParts(t *testing.T) {
	gw := object(1)
	slices.Reverse(gw.Status.Conditions)
	gw.Status.Conditions = append(gw.Status.Conditions, metav1.Condition{Type: "Ready", Status: metav1.ConditionUnknown})
	st := status.Compute(gw, changed(gateway.Storage, failed(engine.Problem{Reason: "AccessDenied", Message: "denied", Terminal: true})), status.Observed{})
	var types []string
	for _, c := range st.Conditions[:4] {
		types = append(types, c.Type)
	}
	if want := []string{"Ready", "Stalled", "Available", "Progressing"}; !slices.Equal(types, want) {
		t.Errorf("the conditions begin with %v, want %v", types, want)
	}
}

func TestADeletionSaysOfNothingThatItIsReady(t *testing.T) {
	gw := object(1)
	gw.Status = status.Compute(gw, &engine.Report{Steps: ready()}, serving(1, 1, 1))
	gw.Status.Anypoint = &v1alpha1.AnypointStatus{GatewayID: "id", Status: "CONNECTED", ConnectedReplicas: new(int32)}
	busy := named("SecurityGroup", "gateway", engine.Step{State: engine.StateDeleting, Wait: engine.WaitFor(time.Second, "something uses it")})
	st := status.Deleting(gw, &engine.Report{Steps: []engine.Step{busy}})
	if got, want := messageOf(st, "Ready"), "Deleting: still in AWS: SecurityGroup/gateway; something uses it"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if st.Anypoint.ConnectedReplicas != nil || st.Anypoint.Status != "" || st.Anypoint.GatewayID != "id" {
		t.Errorf("of the connections, which nobody asks for any more, it says %+v", st.Anypoint)
	}
	for _, c := range st.Conditions {
		if c.Status == metav1.ConditionTrue && c.Type != "Reconciling" {
			t.Errorf("%s is True in a deletion: %s", c.Type, c.Message)
		}
	}
}
