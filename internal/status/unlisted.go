package status

import (
	"fmt"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
)

// Unlisted is the problem that Runtime Manager does not list the gateway; nil where it
// does, or where nobody knows.
func Unlisted(gw *v1alpha1.FlexGatewayDeployment, found *Anypoint) error {
	isKnown := found != nil && found.Err == nil && found.GatewayID != ""
	if !isKnown || found.Gateway != nil {
		return nil
	}
	return &engine.Problem{Reason: v1alpha1.ReasonNotRegistered, Terminal: true, Message: notInTheList(gw, found.GatewayID)}
}

// notInTheList says what it means that Runtime Manager does not list the gateway, and what
// to do. The controller does not register it anew by itself: with a list that was not
// complete it would give up a key that cannot be had again.
func notInTheList(gw *v1alpha1.FlexGatewayDeployment, id string) string {
	what := fmt.Sprintf("Runtime Manager does not list gateway %s in environment %s", id, gw.Spec.Anypoint.EnvironmentID)
	if st := gw.Status.Anypoint; st != nil && st.GatewayID == id && st.SeenAt != nil {
		what += ": it was deleted there. Replicas that run serve what they have and hear of no change"
	} else {
		what += ": it was deleted there, or registered in another organization or environment than spec.anypoint names"
	}
	if ref := gw.Spec.Registration.SecretRef; ref != nil {
		return what + fmt.Sprintf("; register the gateway anew and put the file into the Secret %s/%s", gw.Namespace, ref.Name)
	}
	return what + "; to have the controller register it anew, which replaces the replicas: " + registerAnew(gw)
}

// registerAnew is the command that removes the registration file: without one, the
// controller registers the gateway.
func registerAnew(gw *v1alpha1.FlexGatewayDeployment) string {
	file := "<id of Secret/identity in status.resources>"
	for _, r := range gw.Status.Resources {
		if r.Kind == "Secret" && r.Name == "identity" && r.ID != "" {
			file = r.ID
		}
	}
	return "aws secretsmanager delete-secret --force-delete-without-recovery --secret-id " + file
}
