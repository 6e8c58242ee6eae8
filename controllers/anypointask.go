package controllers

import (
	"context"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/resource"
	"flexgw.io/controller/internal/status"
)

// How long a look waits for the Anypoint Platform, in real time: together 10 seconds. What
// takes longer goes on without the look, and the next one has it.
const (
	listTimeout     = 6 * time.Second
	replicasTimeout = 4 * time.Second
)

// How old the list of gateways may be in a look.
const (
	listAgeReady    = time.Minute
	listAgeNotReady = 10 * time.Second
)

// environment is what is asked together: the gateways of an environment, with the same
// credentials.
type environment struct {
	plane string
	by    anypoint.Credentials
	at    anypoint.Environment
}

// environmentOf reads the credentials of a gateway's Connected App.
func (r *Reconciler) environmentOf(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) (environment, error) {
	spec := gw.Spec.Anypoint
	by, _, err := r.credentials(ctx, gw)
	return environment{
		plane: spec.ControlPlane, by: by,
		at: anypoint.Environment{Organization: spec.OrganizationID, ID: spec.EnvironmentID},
	}, err
}

// isAsked is true for a gateway of which the Anypoint Platform is asked.
func isAsked(gw *v1alpha1.FlexGatewayDeployment) bool {
	return gw.Spec.Anypoint != nil && gw.Spec.Mode != v1alpha1.ModeLocal && gw.DeletionTimestamp.IsZero()
}

// askAnypoint finds out what the platform knows of the gateway with this id. It fails
// never: what went wrong is in the answer. Nil is that nobody was asked.
func (r *Reconciler) askAnypoint(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, id string) *status.Anypoint {
	if r.Anypoint == nil || !isAsked(gw) {
		return nil
	}
	found := &status.Anypoint{GatewayID: id}
	env, err := r.environmentOf(ctx, gw)
	if err != nil {
		found.Err = err
		return found
	}
	maxAge := listAgeNotReady
	if wasReady(gw) {
		maxAge = listAgeReady
	}
	list, at, err := r.gateways(ctx, env, maxAge)
	found.Gateway, found.ReadAt, found.Err = byID(list, id), at, err
	if err != nil {
		log.FromContext(ctx).Info("the Anypoint Platform did not say which gateways are connected", "error", err.Error())
	}
	return found
}

// byID finds a gateway; names are no proof.
func byID(list []anypoint.Gateway, id string) *anypoint.Gateway {
	for i := range list {
		if list[i].ID == id {
			return &list[i]
		}
	}
	return nil
}

// gateways is the list of an environment's gateways, which all looks share, and when it
// was read.
func (r *Reconciler) gateways(ctx context.Context, env environment, maxAge time.Duration) ([]anypoint.Gateway, time.Time, error) {
	client, err := r.Anypoint.Client(env.plane, env.by)
	if err != nil {
		return nil, time.Time{}, err
	}
	within, cancel := context.WithTimeout(ctx, listTimeout)
	defer cancel()
	return client.GatewaysSince(within, env.at, maxAge)
}

// connectionOf is what the engine has to know of the answer.
func connectionOf(gw *v1alpha1.FlexGatewayDeployment, found *status.Anypoint) resource.Connection {
	if !gw.Spec.Rollout.WaitForConnected || gw.Spec.Mode == v1alpha1.ModeLocal {
		return resource.Connection{}
	}
	c := resource.Connection{Awaited: true, WasReady: wasReady(gw), Connected: status.Connected(&gw.Status)}
	switch {
	case found == nil:
		c.Unknown = "nobody asks it"
	case found.GatewayID == "":
		c.Unknown = "the gateway has no registration yet"
	case found.Err != nil:
		_, c.Unknown = status.WhyUnknown(gw, found.Err)
	case found.Gateway == nil:
		c.Connected = 0
	default:
		c.Connected = int32(found.Gateway.Connected)
	}
	return c
}

// The pauses between looks at replicas that are yet to be connected: as a rule they are
// within minutes, and what takes longer may take for ever.
const (
	connectingPause  = resource.ConnectingLook
	connectingFactor = 4
)

// connectingAfter is when to look at replicas that are yet to be connected; 0 where none
// are.
func connectingAfter(st *v1alpha1.FlexGatewayDeploymentStatus, now time.Time) time.Duration {
	c := meta.FindStatusCondition(st.Conditions, v1alpha1.ConditionAnypointConnected)
	if c == nil || c.Status != metav1.ConditionFalse || c.Reason != v1alpha1.ReasonReplicasConnecting {
		return 0
	}
	return max(now.Sub(c.LastTransitionTime.Time)/connectingFactor, connectingPause)
}
