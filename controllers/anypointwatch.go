package controllers

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/status"
)

// environmentsAtOnce is how many environments a round asks at the same time.
const environmentsAtOnce = 10

// AnypointChanged are the gateways that are not connected as their status says. It takes a
// list for each environment, whatever the number of gateways in it. An environment that
// cannot be asked does not keep the others from being watched: its error is joined.
func (r *Reconciler) AnypointChanged(ctx context.Context) ([]v1alpha1.FlexGatewayDeployment, error) {
	if r.Anypoint == nil {
		return nil, nil
	}
	var list v1alpha1.FlexGatewayDeploymentList
	if err := r.Client.List(ctx, &list); err != nil {
		return nil, err
	}
	environments, err := r.environments(ctx, list.Items)
	var mu sync.Mutex
	var changed []v1alpha1.FlexGatewayDeployment
	failures := []error{err}
	slots := make(chan struct{}, environmentsAtOnce)
	var asked sync.WaitGroup
	for env, gateways := range environments {
		asked.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			found, err := r.changedAt(ctx, env, gateways)
			mu.Lock()
			defer mu.Unlock()
			changed = append(changed, found...)
			if err != nil {
				failures = append(failures, fmt.Errorf("environment %s: %w", env.at.ID, err))
			}
		})
	}
	asked.Wait()
	return changed, errors.Join(failures...)
}

// environments sorts the gateways that have been registered by what is asked together. A
// Secret that many gateways name is read once.
func (r *Reconciler) environments(ctx context.Context, gateways []v1alpha1.FlexGatewayDeployment) (map[environment][]v1alpha1.FlexGatewayDeployment, error) {
	type source struct {
		namespace string
		ref       v1alpha1.CredentialsSecretReference
	}
	type answer struct {
		by  anypoint.Credentials
		err error
	}
	read := map[source]answer{}
	sorted := map[environment][]v1alpha1.FlexGatewayDeployment{}
	var failures []error
	for _, gw := range gateways {
		if !isAsked(&gw) || gw.Status.Anypoint == nil || gw.Status.Anypoint.GatewayID == "" {
			continue
		}
		spec := gw.Spec.Anypoint
		from := source{gw.Namespace, spec.CredentialsSecretRef}
		app, known := read[from]
		if !known {
			app.by, _, app.err = r.credentials(ctx, &gw)
			read[from] = app
			failures = append(failures, app.err)
		}
		if app.err == nil {
			env := environment{spec.ControlPlane, app.by, anypoint.Environment{Organization: spec.OrganizationID, ID: spec.EnvironmentID}}
			sorted[env] = append(sorted[env], gw)
		}
	}
	return sorted, errors.Join(failures...)
}

// changedAt are those gateways of an environment that are not connected as they were.
func (r *Reconciler) changedAt(ctx context.Context, env environment, gateways []v1alpha1.FlexGatewayDeployment) ([]v1alpha1.FlexGatewayDeployment, error) {
	client, err := r.Anypoint.Client(env.plane, env.by)
	if err != nil {
		return nil, err
	}
	// A little less than the interval: a round must not find its predecessor's list just
	// young enough.
	list, at, err := client.GatewaysSince(anypoint.AskAnyway(ctx), env.at, r.AnypointEvery*9/10)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(gateways, func(gw v1alpha1.FlexGatewayDeployment) bool {
		r.Metrics.seen(&gw, at)
		return isConnectedAs(&gw, byID(list, gw.Status.Anypoint.GatewayID))
	}), nil
}

// isConnectedAs is true where the platform says of a gateway what its status says. One of
// which nothing was known is as it was never: now the platform answers.
func isConnectedAs(gw *v1alpha1.FlexGatewayDeployment, found *anypoint.Gateway) bool {
	c := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionAnypointConnected)
	if c == nil || c.Status == metav1.ConditionUnknown {
		return false
	}
	word, connected := gw.Status.Anypoint.Status, status.Connected(&gw.Status)
	if found == nil {
		return word == "" && connected == 0
	}
	return word == found.Status && connected == int32(found.Connected)
}
