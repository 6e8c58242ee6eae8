package controllers

import (
	"context"
	"errors"

	ackv1 "github.com/aws-controllers-k8s/runtime/apis/core/v1alpha1"
	corev1 "k8s.io/api/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
	"flexgw.io/controller/internal/status"
)

// delete takes the gateway down, or lets it go, and then lets the object go: only once a
// look has found nothing of ours left.
func (r *Reconciler) delete(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) (ctrl.Result, error) {
	if !controllerutil.ContainsFinalizer(gw, Finalizer) {
		return ctrl.Result{}, nil
	}
	r.Metrics.leave(client.ObjectKeyFromObject(gw))
	in, err := r.inputForDeletion(ctx, gw)
	if errors.Is(err, errNoRegion) && len(gw.Status.Resources) == 0 {
		return ctrl.Result{}, r.removeFinalizer(ctx, gw) // nothing was ever made
	}
	if err != nil {
		return r.cannotBegin(ctx, gw, err)
	}
	r.memories.drop(gw.UID)
	r.sightings.drop(gw.UID)
	r.calls.drop(gw.UID)
	remembered := r.deletions.ofDeletion(gw.UID)
	in.Memory = remembered.Memory
	stack := gateway.Stack(in)
	var report *engine.Report
	if retains(gw) {
		report = stack.Release(ctx)
	} else {
		report = stack.Delete(ctx)
	}
	r.tell(ctx, gw, status.Events(&gw.Status, report, false)...)
	if remembered.proves(report) || retains(gw) && report.Done() {
		r.deletions.drop(gw.UID)
		r.tell(ctx, gw, gone(gw))
		return ctrl.Result{}, r.removeFinalizer(ctx, gw)
	}
	if err := r.writeStatus(ctx, gw, status.Deleting(gw, report)); err != nil {
		return ctrl.Result{}, err
	}
	if report.Done() {
		return r.after(verifyPause), nil
	}
	return r.next(report)
}

// gone is the last event of an object.
func gone(gw *v1alpha1.FlexGatewayDeployment) status.Event {
	message := "nothing of this gateway is left in AWS"
	if retains(gw) {
		message = "the AWS resources of this gateway stay and belong to nobody now"
	}
	return status.Event{Type: corev1.EventTypeNormal, Reason: "Deleted", Action: "Delete", Message: message}
}

// retains is true where the resources outlive the object: by the spec, else by ACK's
// annotation.
func retains(gw *v1alpha1.FlexGatewayDeployment) bool {
	if policy := gw.Spec.DeletionPolicy; policy != "" {
		return policy == v1alpha1.DeletionPolicyRetain
	}
	return gw.Annotations[ackv1.AnnotationDeletionPolicy] == string(ackv1.DeletionPolicyRetain)
}

func (r *Reconciler) removeFinalizer(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) error {
	before := gw.DeepCopy()
	controllerutil.RemoveFinalizer(gw, Finalizer)
	return client.IgnoreNotFound(r.Client.Patch(ctx, gw, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})))
}
