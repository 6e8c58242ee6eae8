package status

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
)

// fillAnypoint copies what the registration file says.
func fillAnypoint(st *v1alpha1.FlexGatewayDeploymentStatus, gw *v1alpha1.FlexGatewayDeployment, seen Observed) {
	if seen.Registration == nil {
		return
	}
	if st.Anypoint == nil {
		st.Anypoint = &v1alpha1.AnypointStatus{}
	}
	a := st.Anypoint
	if a.GatewayID != seen.Registration.AgentID {
		*a = v1alpha1.AnypointStatus{GatewayID: seen.Registration.AgentID}
	}
	a.CertificateExpiresAt = timestamp(seen.Registration.Expires)
	r := seen.Registered
	if r == nil || !r.Registered() {
		a.RegisteredAt, a.RenewedAt = nil, nil
		return
	}
	a.GatewayName = gateway.GatewayName(gw)
	stored := timestamp(r.StoredAt)
	switch {
	case a.RegisteredAt == nil:
		a.RegisteredAt = stored
	case stored != nil && a.RegisteredAt.Before(stored):
		a.RenewedAt = stored
	}
}

// expiringFrom is how long before the end of the certificate a person is warned.
const expiringFrom = 30 * 24 * time.Hour

// setCertificate sets the conditions that speak of the certificate and its renewal. They do
// not decide about Ready: what runs goes on until the certificate ends.
func setCertificate(st *v1alpha1.FlexGatewayDeploymentStatus, gw *v1alpha1.FlexGatewayDeployment, seen Observed) {
	c := conditions{st: st, generation: gw.Generation}
	if seen.Registration == nil {
		return
	}
	renewing, failure := false, (*engine.Problem)(nil)
	if seen.Registered != nil {
		renewing, failure = seen.Registered.Renewal()
	}
	expires := seen.Registration.Expires
	until := "the certificate of the registration is valid until " + expires.UTC().Format(time.RFC3339)
	if meta.IsStatusConditionTrue(st.Conditions, v1alpha1.ConditionRegistrationReady) {
		switch {
		case failure != nil:
			c.set(v1alpha1.ConditionRegistrationReady, metav1.ConditionTrue, v1alpha1.ReasonRenewalFailed, until+"; its renewal failed and is tried again within an hour: "+failure.Error())
		case renewing:
			c.set(v1alpha1.ConditionRegistrationReady, metav1.ConditionTrue, v1alpha1.ReasonRegistering, until+"; a Fargate task is renewing it")
		}
	}
	switch {
	case expires.IsZero() || expires.Sub(seen.At) > expiringFrom:
		c.when(v1alpha1.ConditionCertificateExpiring, false, "", "")
	case seen.At.Before(expires):
		c.set(v1alpha1.ConditionCertificateExpiring, metav1.ConditionTrue, v1alpha1.ReasonCertificateExpires, until+whatToDo(gw))
	default:
		c.set(v1alpha1.ConditionCertificateExpiring, metav1.ConditionTrue, v1alpha1.ReasonCertificateExpired,
			fmt.Sprintf("the certificate of the registration ended at %s: new replicas get no APIs%s", expires.UTC().Format(time.RFC3339), whatToDo(gw)))
	}
}

func whatToDo(gw *v1alpha1.FlexGatewayDeployment) string {
	if gw.Spec.Registration.Create != nil {
		return ""
	}
	return "; renew it with \"flexctl registration renew\" and put the new file into the Secret"
}

// AnypointEvents tells what has changed between two statuses about the registration.
func AnypointEvents(before, after *v1alpha1.FlexGatewayDeploymentStatus) []Event {
	var events []Event
	for _, kind := range []string{v1alpha1.ConditionRegistrationReady, v1alpha1.ConditionCertificateExpiring} {
		now := meta.FindStatusCondition(after.Conditions, kind)
		if now == nil || !warnings[now.Reason] {
			continue
		}
		if was := meta.FindStatusCondition(before.Conditions, kind); was == nil || was.Reason != now.Reason {
			events = append(events, Event{corev1.EventTypeWarning, now.Reason, "Reconcile Registration/gateway", now.Message})
		}
	}
	if a, was := after.Anypoint, before.Anypoint; a != nil && a.RegisteredAt != nil {
		switch {
		case was == nil || was.RegisteredAt == nil:
			events = append(events, Event{corev1.EventTypeNormal, "Registered", "Register", fmt.Sprintf("gateway %s is registered with the Anypoint Platform as %s", a.GatewayName, a.GatewayID)})
		case a.RenewedAt != nil && !a.RenewedAt.Equal(was.RenewedAt):
			events = append(events, Event{corev1.EventTypeNormal, "Renewed", "Renew", "the registration has been renewed: its certificate is valid until " + a.CertificateExpiresAt.UTC().Format(time.RFC3339)})
		}
	}
	return events
}

// warnings are the reasons of conditions of which a person is told.
var warnings = map[string]bool{
	v1alpha1.ReasonRenewalFailed: true, v1alpha1.ReasonCertificateExpires: true, v1alpha1.ReasonCertificateExpired: true,
}
