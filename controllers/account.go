package controllers

import (
	"fmt"

	ackv1 "github.com/aws-controllers-k8s/runtime/apis/core/v1alpha1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
)

// checkAccount refuses a gateway with the credentials of another account: there everything
// of it seems to be gone, so that it would be made once more, or forgotten in the account
// that has it.
func checkAccount(gw *v1alpha1.FlexGatewayDeployment, account string) error {
	if made := gw.Status.Account; made != "" && made != account && anythingOurs(&gw.Status) {
		return wrongAccount("this gateway is in the AWS account %s, and the credentials are of %s: use credentials of %s, "+
			"and start the controller again with them; nothing is looked at or changed until then", made, account, made)
	}
	if wanted := gw.Annotations[ackv1.AnnotationOwnerAccountID]; wanted != "" && wanted != account && gw.DeletionTimestamp.IsZero() {
		return wrongAccount("the annotation %s asks for account %s, but the credentials are of account %s: use others, "+
			"and start the controller again with them, or change the annotation", ackv1.AnnotationOwnerAccountID, wanted, account)
	}
	return nil
}

// forgetOthers forgets the network of an account in which nothing was made: the gateway goes
// to the account of the controller's credentials as if it were new.
func forgetOthers(in *gateway.Input) {
	st := &in.Gateway.Status
	if st.Account != "" && st.Account != in.Cloud.Account {
		st.Network, st.Resources, in.Records = nil, nil, nil
	}
}

// anythingOurs is true where the inventory has something that was made for the gateway.
func anythingOurs(st *v1alpha1.FlexGatewayDeploymentStatus) bool {
	for _, r := range st.Resources {
		if r.ID != "" && engine.State(r.State) != engine.StateExternal {
			return true
		}
	}
	return false
}

func wrongAccount(format string, args ...any) error {
	return &engine.Problem{Reason: v1alpha1.ReasonWrongAccount, Terminal: true, Message: fmt.Sprintf(format, args...)}
}
