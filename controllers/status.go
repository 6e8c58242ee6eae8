package controllers

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	"k8s.io/apimachinery/pkg/api/meta"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/status"
)

// writeStatus patches the status if it is different.
func (r *Reconciler) writeStatus(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, st v1alpha1.FlexGatewayDeploymentStatus) error {
	if equality.Semantic.DeepEqual(gw.Status, st) {
		return nil
	}
	before := gw.DeepCopy()
	if gw.Status.Account != st.Account { // forgetOthers has forgotten them here, and not in the cluster
		before.Status.Network, before.Status.Resources = &v1alpha1.NetworkStatus{}, make([]v1alpha1.ResourceStatus, 1)
	}
	gw.Status = st
	return client.IgnoreNotFound(r.Client.Status().Patch(ctx, gw, client.MergeFrom(before)))
}

// cannotBegin reports a problem that keeps the look from beginning.
func (r *Reconciler) cannotBegin(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, cause error) (ctrl.Result, error) {
	problem := asProblem(cause)
	ready := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionReady)
	if ready == nil || ready.Reason != problem.Reason {
		r.tell(ctx, gw, status.Event{Type: corev1.EventTypeWarning, Reason: problem.Reason, Action: "Reconcile", Message: problem.Error()})
	}
	if err := r.writeStatus(ctx, gw, status.Failed(gw, problem)); err != nil {
		return ctrl.Result{}, err
	}
	return r.next(&engine.Report{Steps: []engine.Step{{Problem: problem}}})
}

// tellReadiness tells when the gateway becomes ready.
func (r *Reconciler) tellReadiness(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, st *v1alpha1.FlexGatewayDeploymentStatus) {
	ready := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionReady)
	if st.Phase == v1alpha1.PhaseReady && !wasReady(gw) {
		message := ready.Message
		if ready.Reason == v1alpha1.ReasonSucceeded && !gw.Spec.PlanOnly { // else the sentence ends with something else
			message += " at " + st.Endpoint
		}
		r.tell(ctx, gw, status.Event{Type: corev1.EventTypeNormal, Reason: "Ready", Action: "Reconcile", Message: message})
	}
}
