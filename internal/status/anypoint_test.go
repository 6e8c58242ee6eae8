package status_test

import (
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
	"flexgw.io/controller/internal/status"
)

func TestTheStatusHasWhatTheRegistrationFileSays(t *testing.T) {
	now := long.Time
	content := &resource.RegistrationContent{Text: "file", AgentID: "agent", Expires: now.AddDate(2, 0, 0)}
	gw := object(1)
	brought := status.Compute(gw, &engine.Report{Steps: ready()}, status.Observed{Registration: content, At: now})
	if a := brought.Anypoint; a == nil || a.GatewayID != "agent" || !a.CertificateExpiresAt.Time.Equal(content.Expires) || a.RegisteredAt != nil {
		t.Errorf("a file that was brought: %+v", a)
	}
	made := func(stored time.Time) status.Observed {
		return status.Observed{Registration: content, At: now, Registered: &resource.RegisteredState{RegistrationContent: *content, StoredAt: stored}}
	}
	gw.Status = status.Compute(gw, &engine.Report{Steps: ready()}, made(now))
	if a := gw.Status.Anypoint; a.GatewayName != "one" || !a.RegisteredAt.Time.Equal(now) || a.RenewedAt != nil {
		t.Errorf("a file that was made: %+v", a)
	}
	back := status.Compute(gw, &engine.Report{Steps: ready()}, made(now.Add(time.Minute)))
	if a := back.Anypoint; !a.RegisteredAt.Time.Equal(now) || a.RenewedAt != nil {
		t.Errorf("the same file, stored again: %+v", a)
	}
	content.Expires = content.Expires.AddDate(0, 1, 0)
	again := status.Compute(gw, &engine.Report{Steps: ready()}, made(now.Add(time.Hour)))
	if a := again.Anypoint; !a.RegisteredAt.Time.Equal(now) || !a.RenewedAt.Time.Equal(now.Add(time.Hour)) {
		t.Errorf("a file that was renewed: %+v", a)
	}
	if events := status.AnypointEvents(&gw.Status, &again); len(events) != 1 || events[0].Reason != "Renewed" {
		t.Errorf("events %+v", events)
	}
	content.AgentID = "another"
	if a := status.Compute(gw, &engine.Report{Steps: ready()}, status.Observed{Registration: content, At: now}).Anypoint; a.GatewayID != "another" || a.RegisteredAt != nil {
		t.Errorf("another gateway: %+v", a)
	}
}

func TestTheEndOfTheCertificateIsToldOfOnce(t *testing.T) {
	now := long.Time
	for _, test := range []struct {
		name    string
		expires time.Time
		reason  string
	}{
		{"in 31 days", now.AddDate(0, 0, 31), ""},
		{"in 29 days", now.AddDate(0, 0, 29), v1alpha1.ReasonCertificateExpires},
		{"an hour ago", now.Add(-time.Hour), v1alpha1.ReasonCertificateExpired},
		{"nobody knows when", time.Time{}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			gw := object(1)
			seen := status.Observed{At: now, Registration: &resource.RegistrationContent{AgentID: "agent", Expires: test.expires}}
			st := status.Compute(gw, &engine.Report{Steps: ready()}, seen)
			c := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionCertificateExpiring)
			if (c == nil) != (test.reason == "") || c != nil && c.Reason != test.reason {
				t.Errorf("condition %+v", c)
			}
			if !meta.IsStatusConditionTrue(st.Conditions, v1alpha1.ConditionReady) {
				t.Error("the gateway is not ready")
			}
			events := status.AnypointEvents(&gw.Status, &st)
			if (len(events) == 1) != (test.reason != "") {
				t.Errorf("events %+v", events)
			}
			if events := status.AnypointEvents(&st, &st); len(events) != 0 {
				t.Errorf("told again: %+v", events)
			}
		})
	}
}

func TestADeletionThatWaitsForAnypointSaysWhy(t *testing.T) {
	wait := &engine.Wait{After: time.Minute, Reason: "gateway one (agent) is still there", Code: "AnypointUnreachable"}
	report := &engine.Report{Steps: []engine.Step{{Identity: engine.Identity{Kind: "Registration", Name: "gateway"}, State: engine.StateDeleting, Wait: wait}}}
	st := status.Deleting(object(1), report)
	if c := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady); c.Status != metav1.ConditionFalse || c.Reason != wait.Code || c.Message != wait.Reason {
		t.Errorf("condition %+v", c)
	}
}

func TestWhatARemovalLeavesIsToldOfOnce(t *testing.T) {
	registration := engine.Identity{Kind: "Registration", Name: "gateway"}
	for unwanted, kind := range map[bool]string{true: "Warning", false: "Normal"} {
		step := engine.Step{Identity: registration, State: engine.StateRetained, Left: &engine.Left{Reason: "Reason", Message: "it stays", Unwanted: unwanted}}
		report := &engine.Report{Steps: []engine.Step{step}}
		events := status.Events(&v1alpha1.FlexGatewayDeploymentStatus{}, report, false)
		if len(events) != 1 || events[0].Type != kind || events[0].Reason != "Reason" || events[0].Message != "it stays" {
			t.Errorf("events %+v", events)
		}
		before := &v1alpha1.FlexGatewayDeploymentStatus{Resources: []v1alpha1.ResourceStatus{{Kind: "Registration", Name: "gateway", State: string(engine.StateRetained)}}}
		if events := status.Events(before, report, false); len(events) != 0 {
			t.Errorf("told again: %+v", events)
		}
	}
}
