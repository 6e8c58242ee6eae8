package status

import (
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/gateway"
)

// fillRegistered copies what the registration file says.
func fillRegistered(st *v1alpha1.FlexGatewayDeploymentStatus, gw *v1alpha1.FlexGatewayDeployment, seen Observed) {
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
	before := a.CertificateExpiresAt
	if at := seen.Registration.Expires; !at.IsZero() {
		a.CertificateExpiresAt = timestamp(at)
	}
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
	case stored != nil && a.RegisteredAt.Before(stored) && !before.Equal(a.CertificateExpiresAt): // a file that was put back is as old as it was
		a.RenewedAt = stored
	}
}

// setRenewal has RegistrationReady speak of a renewal. It is true all the while: what runs
// goes on until the certificate ends.
func setRenewal(c conditions, seen Observed) {
	if seen.Registration == nil || seen.Registered == nil || !meta.IsStatusConditionTrue(c.st.Conditions, v1alpha1.ConditionRegistrationReady) {
		return
	}
	until := "the certificate of the registration is valid until " + seen.Registration.Expires.UTC().Format(time.RFC3339)
	switch renewing, failure := seen.Registered.Renewal(); {
	case failure != nil:
		c.set(v1alpha1.ConditionRegistrationReady, metav1.ConditionTrue, v1alpha1.ReasonRenewalFailed, until+"; its renewal failed and is tried again within an hour: "+failure.Error())
	case renewing:
		c.set(v1alpha1.ConditionRegistrationReady, metav1.ConditionTrue, v1alpha1.ReasonRegistering, until+"; a Fargate task is renewing it")
	}
}

// AnypointEvents tells what has changed between two statuses about the registration.
func AnypointEvents(before, after *v1alpha1.FlexGatewayDeploymentStatus) []Event {
	events := certificateEvents(before.Conditions, after.Conditions)
	now := meta.FindStatusCondition(after.Conditions, v1alpha1.ConditionRegistrationReady)
	was := meta.FindStatusCondition(before.Conditions, v1alpha1.ConditionRegistrationReady)
	if now != nil && now.Reason == v1alpha1.ReasonRenewalFailed && (was == nil || was.Reason != now.Reason) {
		events = append(events, Event{Type: corev1.EventTypeWarning, Reason: now.Reason, Action: "Reconcile Registration/gateway", Message: now.Message})
	}
	if a, was := after.Anypoint, before.Anypoint; a != nil && a.RegisteredAt != nil {
		switch {
		case was == nil || was.RegisteredAt == nil:
			events = append(events, Event{Type: corev1.EventTypeNormal, Reason: "Registered", Action: "Register", Message: fmt.Sprintf("gateway %s is registered with the Anypoint Platform as %s", a.GatewayName, a.GatewayID)})
		case a.RenewedAt != nil && !a.RenewedAt.Equal(was.RenewedAt):
			events = append(events, Event{Type: corev1.EventTypeNormal, Reason: "Renewed", Action: "Renew", Message: "the registration has been renewed: its certificate is valid until " + a.CertificateExpiresAt.UTC().Format(time.RFC3339)})
		}
	}
	return events
}
