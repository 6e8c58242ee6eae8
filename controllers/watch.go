package controllers

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"sigs.k8s.io/controller-runtime/pkg/event"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/resource"
)

// watchTimeout bounds one round of the watch.
const watchTimeout = time.Minute

// watch looks every so often for gateways that are not as they were seen last, and has
// each looked at: without it that would be seen at the next regular look only.
type watch struct {
	// look finds them. Its error does not make what it has found untrue.
	look func(context.Context) ([]v1alpha1.FlexGatewayDeployment, error)
	// what is watched, for the log.
	what string
	// every is the real time between two rounds.
	every   time.Duration
	changed chan event.GenericEvent
}

// NeedLeaderElection has only the manager that works watch.
func (w *watch) NeedLeaderElection() bool { return true }

// Start runs until the context ends.
func (w *watch) Start(ctx context.Context) error {
	tick := time.NewTicker(max(w.every, time.Millisecond))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			w.round(ctx)
		}
	}
}

func (w *watch) round(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, watchTimeout)
	defer cancel()
	changed, err := w.look(ctx)
	if err != nil {
		log.FromContext(ctx).Info("not everything could be watched", "watched", w.what, "error", err.Error())
	}
	for i := range changed {
		select {
		case w.changed <- event.GenericEvent{Object: &changed[i]}:
		case <-ctx.Done():
			return
		}
	}
}

// Changed are the ready gateways whose ECS service is not as it was seen last. A cluster
// that cannot be asked does not keep the others from being watched: its error is joined.
func (r *Reconciler) Changed(ctx context.Context) ([]v1alpha1.FlexGatewayDeployment, error) {
	var list v1alpha1.FlexGatewayDeploymentList
	if err := r.Client.List(ctx, &list); err != nil {
		return nil, err
	}
	byService := map[string]v1alpha1.FlexGatewayDeployment{}
	watched := map[string]bool{}
	clusters := map[place][]resource.KnownService{}
	for _, gw := range list.Items {
		service, ok := knownService(&gw)
		if !ok {
			continue
		}
		byService[service.ARN], watched[service.ARN] = gw, true
		at := placeOf(&gw, service.ARN)
		clusters[at] = append(clusters[at], service)
	}
	r.services.Forget(watched)
	var changed []v1alpha1.FlexGatewayDeployment
	var failures []error
	for _, at := range sortedPlaces(clusters) {
		arns, err := r.changedIn(ctx, at, clusters[at])
		if err != nil {
			failures = append(failures, fmt.Errorf("cluster %s in %s: %w", at.cluster, at.region, err))
		}
		for _, arn := range arns {
			changed = append(changed, byService[arn])
		}
	}
	return changed, errors.Join(failures...)
}

func (r *Reconciler) changedIn(ctx context.Context, at place, known []resource.KnownService) ([]string, error) {
	cloud, err := r.Cloud.In(ctx, at.region)
	if err != nil {
		return nil, err
	}
	return r.services.Changed(ctx, cloud, at.cluster, known)
}

// place is a cluster in a region.
type place struct{ region, cluster string }

// placeOf reads the name of the cluster from the service's ARN, which ends in
// service/CLUSTER/NAME.
func placeOf(gw *v1alpha1.FlexGatewayDeployment, service string) place {
	parts := strings.Split(service, "/")
	return place{region: gw.Status.Region, cluster: parts[max(len(parts)-2, 0)]}
}

func sortedPlaces(clusters map[place][]resource.KnownService) []place {
	var places []place
	for at := range clusters {
		places = append(places, at)
	}
	slices.SortFunc(places, func(a, b place) int {
		return cmp.Or(cmp.Compare(a.region, b.region), cmp.Compare(a.cluster, b.cluster))
	})
	return places
}

// knownService is the service of a gateway that is ready, or only planned for, and stays.
func knownService(gw *v1alpha1.FlexGatewayDeployment) (resource.KnownService, bool) {
	if !wasReady(gw) && !isPlanned(gw) || !gw.DeletionTimestamp.IsZero() {
		return resource.KnownService{}, false
	}
	for _, r := range gw.Status.Resources {
		if r.Kind == "Service" && r.ID != "" {
			return resource.KnownService{ARN: r.ID, TaskDefinition: gw.Status.TaskDefinition, Desired: gw.Status.DesiredReplicas}, true
		}
	}
	return resource.KnownService{}, false
}
