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

const day = 24 * time.Hour

// until is a registration file whose certificate ends then.
func until(end time.Time) *resource.RegistrationContent {
	return &resource.RegistrationContent{AgentID: agent, Expires: end}
}

func TestACertificateIsWarnedOfForThirtyDays(t *testing.T) {
	brought := func(*v1alpha1.FlexGatewayDeployment) {}
	created := func(gw *v1alpha1.FlexGatewayDeployment) {
		gw.Spec.Registration = v1alpha1.RegistrationSpec{Create: &v1alpha1.RegistrationCreate{}}
	}
	for _, test := range []struct {
		name   string
		change func(*v1alpha1.FlexGatewayDeployment)
		report *engine.Report
		left   time.Duration
		want   string
	}{
		{"long before", brought, nil, 31 * day, ""},
		{
			"before", brought, nil, 12*day + time.Hour,
			"CertificateExpires: the certificate of the registration expires on 2026-11-14, in 12 days; renew it with flexctl registration renew and put the new file into the Secret flex/file",
		},
		{
			"on the last day", brought, nil, time.Hour,
			"CertificateExpires: the certificate of the registration expires on 2026-11-02, in less than a day; renew it with flexctl registration renew and put the new file into the Secret flex/file",
		},
		{
			"after", brought, nil, -25 * time.Hour,
			"CertificateExpired: the certificate of the registration expired on 2026-11-01, 1 day ago: new replicas get no APIs, and those that run hear of no change; renew it with flexctl registration renew and put the new file into the Secret flex/file",
		},
		{
			"where the controller renews it later", func(gw *v1alpha1.FlexGatewayDeployment) {
				created(gw)
				gw.Spec.Registration.RenewBefore = &metav1.Duration{Duration: 10 * day}
			}, nil, 20 * day,
			"CertificateExpires: the certificate of the registration expires on 2026-11-22, in 20 days; the controller renews it on 2026-11-12",
		},
		{
			"where the controller has begun to", created, nil, 30 * day,
			"CertificateExpires: the certificate of the registration expires on 2026-12-02, in 30 days; the controller is about to renew it",
		},
		{
			"where the controller could not", created, changed("Registration", failed(engine.Problem{Reason: "AnypointCredentialsRefused", Message: "no"})), 20 * day,
			"CertificateExpires: the certificate of the registration expires on 2026-11-22, in 20 days; the controller cannot renew it: Thing/Registration: no",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			gw := registered(2)
			test.change(gw)
			report := test.report
			if report == nil {
				report = &engine.Report{Steps: ready()}
			}
			seen := seenAs(2, listed(2, 0))
			seen.Registration = until(noon.Add(test.left))
			st := status.Compute(gw, report, seen)
			got := ""
			if c := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionCertificateExpiring); c != nil {
				got = c.Reason + ": " + c.Message
			}
			if got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if test.report == nil && !meta.IsStatusConditionTrue(st.Conditions, v1alpha1.ConditionReady) {
				t.Error("the certificate has decided about Ready")
			}
		})
	}
}

func TestTheDateOfTheFileCountsBeforeThatOfThePlatform(t *testing.T) {
	gw, found := registered(2), listed(2, 0)
	found.Gateway.CertificateExpirations = []time.Time{noon.Add(20 * day), noon.Add(40 * day)}
	seen := seenAs(2, found)
	st := status.Compute(gw, &engine.Report{Steps: ready()}, seen)
	if at := st.Anypoint.CertificateExpiresAt; at == nil || !at.Time.Equal(noon.Add(20*day)) {
		t.Errorf("expires at %v, want the earliest of the platform's", at)
	}
	seen.Registration = until(noon.Add(700 * day))
	st = status.Compute(gw, &engine.Report{Steps: ready()}, seen)
	if at := st.Anypoint.CertificateExpiresAt; !at.Time.Equal(noon.Add(700 * day)) {
		t.Errorf("expires at %v, want the file's date", at)
	}
	if meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionCertificateExpiring) != nil {
		t.Error("warned of the certificate of replicas that are about to go")
	}
}

func TestACertificateIsWarnedOfWhereNobodyAsksThePlatform(t *testing.T) {
	gw := registered(2)
	gw.Spec.Anypoint = nil
	seen := seenAs(2, nil)
	seen.Registration = until(noon.Add(day))
	st := status.Compute(gw, &engine.Report{Steps: ready()}, seen)
	if !meta.IsStatusConditionTrue(st.Conditions, v1alpha1.ConditionCertificateExpiring) || st.Anypoint == nil || st.Anypoint.ConnectedReplicas != nil {
		t.Errorf("conditions %v, anypoint %v", reasons(st.Conditions), st.Anypoint)
	}
}

func TestTheWarningOfACertificateIsToldOnceADay(t *testing.T) {
	gw := registered(2)
	var told []status.Event
	for hour := range 3 * 24 {
		seen := seenAs(2, listed(2, 0))
		seen.Registration, seen.At = until(noon.Add(10*day)), noon.Add(time.Duration(hour)*time.Hour+time.Minute)
		st := status.Compute(gw, &engine.Report{Steps: ready()}, seen)
		told = append(told, status.AnypointEvents(&gw.Status, &st)...)
		gw.Status = st
	}
	if len(told) != 3 || told[0].Type != "Warning" || told[0].Reason != v1alpha1.ReasonCertificateExpires {
		t.Errorf("told %d times in three days, want 3: %v", len(told), told)
	}
}
