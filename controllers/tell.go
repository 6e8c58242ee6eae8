package controllers

import (
	"context"

	"sigs.k8s.io/controller-runtime/pkg/log"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/status"
)

// tell records events, and logs each in the same words: a line for each decision.
func (r *Reconciler) tell(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, list ...status.Event) {
	logger := log.FromContext(ctx)
	for _, e := range list {
		r.Recorder.Eventf(gw, nil, e.Type, e.Reason, e.Action, "%s", e.Message)
		logger.Info(e.Message, append([]any{"type", e.Type, "reason", e.Reason, "action", e.Action}, details(e.Step)...)...)
	}
}

// details are what a log is searched by: the resource, and what AWS calls the request that
// failed.
func details(step *engine.Step) []any {
	if step == nil {
		return nil
	}
	fields := []any{"resource", step.Identity.String(), "id", step.ID, "state", step.State}
	if step.Problem != nil {
		if id := awscloud.RequestID(step.Problem.Err); id != "" {
			fields = append(fields, "requestID", id)
		}
	}
	return fields
}
