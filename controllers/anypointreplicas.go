package controllers

import (
	"context"
	"slices"
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/resource"
	"flexgw.io/controller/internal/status"
)

// replicasAge is how long what was seen of the replicas is good where neither their
// number nor the tasks are others.
const replicasAge = time.Hour

// sightings are the last looks at the replicas of gateways in Runtime Manager. They only
// save calls. The zero value is ready for use.
type sightings struct {
	mu  sync.Mutex
	all map[types.UID]sighting
}

// sighting is one look, and what it was a look at.
type sighting struct {
	connected, disconnected int
	tasks                   []string
	at                      time.Time
	replicas                []anypoint.Replica
}

// isGood is true where the look would find the same now, as far as can be told.
func (s sighting) isGood(now sighting) bool {
	return s.replicas != nil && s.connected == now.connected && s.disconnected == now.disconnected &&
		slices.Equal(s.tasks, now.tasks) && now.at.Sub(s.at) < replicasAge &&
		!slices.ContainsFunc(s.replicas, func(r anypoint.Replica) bool { return status.IsInError(r.ConfigurationStatus) })
}

func (s *sightings) of(uid types.UID) sighting {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all[uid]
}

func (s *sightings) keep(uid types.UID, now sighting) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all == nil {
		s.all = map[types.UID]sighting{}
	}
	s.all[uid] = now
}

func (s *sightings) drop(uid types.UID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.all, uid)
}

// addReplicas adds the replicas to an answer. They are asked for only where their number
// has changed, or the tasks, since the last look at them.
func (r *Reconciler) addReplicas(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, found *status.Anypoint, running *resource.ReplicasState) {
	if found == nil {
		return
	}
	last := r.sightings.of(gw.UID)
	found.Replicas = last.replicas
	if found.Err != nil || found.Gateway == nil || running == nil || len(running.Replicas) == 0 {
		return
	}
	now := sighting{connected: found.Gateway.Connected, disconnected: found.Gateway.Disconnected, at: r.Clock.Now()}
	for _, task := range running.Replicas {
		now.tasks = append(now.tasks, task.ID)
	}
	slices.Sort(now.tasks)
	if last.isGood(now) {
		return
	}
	replicas, err := r.replicasOf(ctx, gw, found.GatewayID)
	if err != nil {
		log.FromContext(ctx).Info("the Anypoint Platform did not say which replicas are connected", "error", err.Error())
		return
	}
	now.replicas = slices.Concat([]anypoint.Replica{}, replicas) // not nil, even where there are none
	r.sightings.keep(gw.UID, now)
	found.Replicas = now.replicas
}

func (r *Reconciler) replicasOf(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, id string) ([]anypoint.Replica, error) {
	env, err := r.environmentOf(ctx, gw)
	if err != nil {
		return nil, err
	}
	client, err := r.Anypoint.Client(env.plane, env.by)
	if err != nil {
		return nil, err
	}
	within, cancel := context.WithTimeout(ctx, replicasTimeout)
	defer cancel()
	return client.Replicas(within, env.at, id)
}
