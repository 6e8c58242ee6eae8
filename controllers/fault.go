package controllers

import (
	"context"
	"fmt"
	"runtime/debug"

	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
)

// failed reports a panic as a problem of the gateway. What was panicked with may come from
// anywhere: it is for the log, and neither for the status nor for events.
func (r *Reconciler) failed(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, panicked any) (ctrl.Result, error) {
	problem := &engine.Problem{Reason: v1alpha1.ReasonControllerFault, Message: "a fault of the controller itself; its log has the place"}
	r.Metrics.fault()
	place, value := debug.Stack(), panicked
	if walk, ok := panicked.(*engine.PanicError); ok {
		problem.Message = walk.Error()
		place, value = walk.Stack, walk.Value
	}
	log.FromContext(ctx).Error(fmt.Errorf("panic: %v", value), problem.Message, "stack", string(place))
	if gw.UID == "" {
		return ctrl.Result{}, problem
	}
	return r.cannotBegin(ctx, gw, problem)
}
