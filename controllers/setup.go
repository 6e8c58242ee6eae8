package controllers

import (
	"context"
	"errors"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/client-go/util/workqueue"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/source"

	"flexgw.io/controller/api/v1alpha1"
)

// +kubebuilder:rbac:groups=flexgw.io,resources=flexgatewaydeployments,verbs=get;list;watch;patch
// +kubebuilder:rbac:groups=flexgw.io,resources=flexgatewaydeployments/status,verbs=patch
// +kubebuilder:rbac:groups="",resources=secrets;configmaps,verbs=get;list;watch
// +kubebuilder:rbac:groups="",resources=namespaces,verbs=get
// +kubebuilder:rbac:groups=events.k8s.io,resources=events,verbs=create;patch
// +kubebuilder:rbac:groups=coordination.k8s.io,resources=leases,verbs=get;create;update

// The pauses after errors that have no time of their own.
const (
	firstRetry   = 2 * time.Second
	longestRetry = 5 * time.Minute
)

// SetupWithManager watches gateways, the metadata of the Secrets and ConfigMaps that they
// name, the ECS services of those that are ready, and what the Anypoint Platform says of them.
func (r *Reconciler) SetupWithManager(ctx context.Context, mgr ctrl.Manager, workers int) error {
	if err := errors.Join(index(ctx, mgr, secretIndex, secretsOf), index(ctx, mgr, configMapIndex, configMapsOf)); err != nil {
		return err
	}
	changed := make(chan event.GenericEvent)
	if r.WatchEvery > 0 {
		if err := mgr.Add(&watch{look: r.Changed, what: "the services of ready gateways", every: r.Clock.Real(r.WatchEvery), changed: changed}); err != nil {
			return err
		}
	}
	if r.AnypointEvery > 0 && r.Anypoint != nil {
		if err := mgr.Add(&watch{look: r.AnypointChanged, what: "the connections of the gateways", every: r.Clock.Real(r.AnypointEvery), changed: changed}); err != nil {
			return err
		}
	}
	limiter := workqueue.NewTypedItemExponentialFailureRateLimiter[reconcile.Request](r.Clock.Real(firstRetry), r.Clock.Real(longestRetry))
	return ctrl.NewControllerManagedBy(mgr).
		Named("flexgatewaydeployment").
		For(&v1alpha1.FlexGatewayDeployment{}, builder.WithPredicates(
			predicate.Or(predicate.GenerationChangedPredicate{}, predicate.AnnotationChangedPredicate{}))).
		WatchesMetadata(&corev1.Secret{}, handler.EnqueueRequestsFromMapFunc(gatewaysNaming(mgr.GetCache(), secretIndex)),
			builder.WithPredicates(predicate.ResourceVersionChangedPredicate{})).
		WatchesMetadata(&corev1.ConfigMap{}, handler.EnqueueRequestsFromMapFunc(gatewaysNaming(mgr.GetCache(), configMapIndex)),
			builder.WithPredicates(predicate.ResourceVersionChangedPredicate{})).
		WatchesRawSource(source.Channel(changed, &handler.EnqueueRequestForObject{})).
		WithOptions(controller.Options{MaxConcurrentReconciles: workers, RateLimiter: limiter}).
		Complete(r)
}
