package status

import (
	"fmt"
	"math"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
)

// expiryNotice is how long before its end a certificate is warned of.
const expiryNotice = 30 * 24 * time.Hour

// renewBeforeDefault is the default of spec.registration.renewBefore.
const renewBeforeDefault = 720 * time.Hour

// certificateEnd is when the registration's certificate expires: as the registration file
// says, else as the platform says of the connected replicas, the soonest. It is zero where
// neither is known.
func certificateEnd(seen Observed) time.Time {
	if r := seen.Registration; r != nil && !r.Expires.IsZero() {
		return r.Expires
	}
	if a := seen.Anypoint; a != nil && a.Gateway != nil && len(a.Gateway.CertificateExpirations) > 0 {
		return a.Gateway.CertificateExpirations[0]
	}
	return time.Time{}
}

// CertificateEnd is when the certificate expires: as was found, else as was recorded; zero
// where it is not known.
func CertificateEnd(st *v1alpha1.FlexGatewayDeploymentStatus, seen Observed) time.Time {
	if at := certificateEnd(seen); !at.IsZero() || st.Anypoint == nil {
		return at
	}
	return moment(st.Anypoint.CertificateExpiresAt)
}

// setExpiring sets CertificateExpiring, which is there only while it is true.
func setExpiring(c conditions, gw *v1alpha1.FlexGatewayDeployment, seen Observed) {
	end := CertificateEnd(c.st, seen)
	left := end.Sub(seen.At)
	if end.IsZero() || left > expiryNotice {
		c.when(v1alpha1.ConditionCertificateExpiring, false, "", "")
		return
	}
	date, todo := end.UTC().Format(time.DateOnly), renewal(c.st, gw, seen, end)
	if left <= 0 {
		c.when(v1alpha1.ConditionCertificateExpiring, true, v1alpha1.ReasonCertificateExpired, fmt.Sprintf(
			"the certificate of the registration expired on %s, %s ago: new replicas get no APIs, and those that run hear of no change; %s", date, days(-left), todo))
		return
	}
	c.when(v1alpha1.ConditionCertificateExpiring, true, v1alpha1.ReasonCertificateExpires, fmt.Sprintf(
		"the certificate of the registration expires on %s, in %s; %s", date, days(left), todo))
}

// renewal says who renews the certificate, and when, or why it has not been done.
func renewal(st *v1alpha1.FlexGatewayDeploymentStatus, gw *v1alpha1.FlexGatewayDeployment, seen Observed, end time.Time) string {
	if ref := gw.Spec.Registration.SecretRef; ref != nil {
		return fmt.Sprintf("renew it with flexctl registration renew and put the new file into the Secret %s/%s", gw.Namespace, ref.Name)
	}
	before := renewBeforeDefault
	if wanted := gw.Spec.Registration.RenewBefore; wanted != nil {
		before = wanted.Duration
	}
	if gw.Spec.PlanOnly {
		return "spec.planOnly keeps the controller from renewing it: set it to false"
	}
	if due := end.Add(-before); seen.At.Before(due) {
		return "the controller renews it on " + due.UTC().Format(time.DateOnly)
	}
	if seen.Registered != nil {
		switch renewing, failure := seen.Registered.Renewal(); {
		case failure != nil:
			return "its renewal failed and is tried again within an hour: " + failure.Error()
		case renewing:
			return "the controller is renewing it"
		}
	}
	if c := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionRegistrationReady); c != nil && c.Status == metav1.ConditionFalse {
		return "the controller cannot renew it: " + c.Message
	}
	return "the controller is about to renew it"
}

// days is a span in whole days.
func days(d time.Duration) string {
	switch n := int(math.Floor(d.Hours() / 24)); n {
	case 0:
		return "less than a day"
	case 1:
		return "1 day"
	default:
		return fmt.Sprintf("%d days", n)
	}
}

// certificateEvents warns of a certificate that expires, each time that the sentence is
// another: once a day.
func certificateEvents(before, after []metav1.Condition) []Event {
	now := meta.FindStatusCondition(after, v1alpha1.ConditionCertificateExpiring)
	earlier := meta.FindStatusCondition(before, v1alpha1.ConditionCertificateExpiring)
	if now == nil || earlier != nil && earlier.Message == now.Message {
		return nil
	}
	return []Event{{Type: corev1.EventTypeWarning, Reason: now.Reason, Action: "Watch the certificate", Message: now.Message}}
}
