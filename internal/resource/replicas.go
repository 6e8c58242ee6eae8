package resource

import (
	"context"
	"fmt"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/engine"
)

// Replicas are the running tasks of the service and their health in the load
// balancer. They belong to ECS: they are only looked at, when they are awaited and
// whenever the service itself is not as it was.
type Replicas struct {
	Common
	Cluster        *engine.Ref[ClusterState]
	Service        *engine.Ref[ServiceState]
	TaskDefinition *engine.Ref[TaskDefinitionState]
	// Container is the name of the container whose image counts.
	Container string
	// TargetGroups are those whose health counts; all check the same port.
	TargetGroups []*engine.Ref[TargetGroupState]
	// PublicIPs is true where tasks have public addresses.
	PublicIPs bool
	// Known are the replicas of the last look: addresses never change.
	Known []Replica
	// HealthTime is how long it takes as a rule until a new task is healthy.
	HealthTime time.Duration
	// Goal is what the replicas are on their way to.
	Goal Goal
	// Connection is what the Anypoint Platform says of the replicas.
	Connection Connection
}

// ReplicasState is what is running.
type ReplicasState struct {
	Replicas []Replica
	// Unhealthy is how many replicas of the wanted revision are yet to be healthy.
	Unhealthy int32
	// Leaving is how many replicas drain.
	Leaving  int32
	Progress Progress
	// of is the service as it was when they were looked at.
	of ReplicasWish
}

// healthLook is how often the health of replicas is looked at while the service itself is
// awaited. Each change of the service is followed by a look at once.
const healthLook = 30 * time.Second

// ReplicasWish is that the replicas have been looked at since the service changed.
type ReplicasWish struct {
	Deployment       string
	Rollout          ecstypes.DeploymentRolloutState
	Desired, Running int32
}

// Healthy is the number of healthy replicas.
func (s *ReplicasState) Healthy() int32 {
	var n int32
	for _, r := range s.Replicas {
		if r.Healthy {
			n++
		}
	}
	return n
}

// Identity is Replicas/gateway.
func (r Replicas) Identity() engine.Identity {
	return engine.Identity{Kind: "Replicas", Name: "gateway"}
}

// Needs the service, whatever its trouble, and the target group, without which nothing
// is healthy.
func (r Replicas) Needs() []engine.Need {
	needs := []engine.Need{engine.Seen(r.Service), engine.Seen(r.TaskDefinition)}
	for _, group := range r.TargetGroups {
		needs = append(needs, engine.Seen(group))
	}
	return needs
}

// Wish follows the service: ECS makes replicas.
func (r Replicas) Wish() (ReplicasWish, error) {
	s := r.Service.Value()
	return ReplicasWish{Deployment: s.Primary().ID, Rollout: s.Primary().Rollout, Desired: s.Desired, Running: s.Running}, nil
}

// Observe lists the tasks, describes them, and asks for their health.
func (r Replicas) Observe(ctx context.Context, _ engine.Record) (*ReplicasState, error) {
	service, cluster := r.Service.Value(), r.Cluster.Value()
	if service == nil || cluster == nil {
		return nil, nil
	}
	state := &ReplicasState{}
	if service.Running+service.Pending > 0 && !r.isFirstRollout(service) {
		if err := r.addTasks(ctx, state, cluster, service); err != nil {
			return nil, err
		}
	}
	if r.TaskDefinition.Value() != nil {
		state.of, _ = r.Wish()
		r.addProgress(state)
	}
	return state, nil
}

// isFirstRollout is true where nothing serves yet that would have to be watched. One that
// takes twice as long as usual is watched all the same: many may serve and one be missing.
func (r Replicas) isFirstRollout(service *ServiceState) bool {
	primary := service.Primary()
	return len(r.Known) == 0 && primary.Rollout == ecstypes.DeploymentRolloutStateInProgress &&
		r.Now().Sub(primary.CreatedAt) < 2*r.HealthTime
}

// Owner is external: replicas belong to ECS.
func (r Replicas) Owner(*ReplicasState) engine.Ownership { return engine.External() }

// Diff is what makes the engine look again: the service is not as it was at the last
// look. There is nothing to change.
func (r Replicas) Diff(wish ReplicasWish, observed *ReplicasState) *compare.Delta {
	delta := compare.NewDelta()
	diff(delta, "service", wish, observed.of)
	return delta
}

// Create is never asked for: the state is there whenever the service is.
func (r Replicas) Create(context.Context, ReplicasWish) (*ReplicasState, error) {
	return nil, engine.WaitFor(5*time.Second, "ECS does not show the tasks yet")
}

// Update does nothing.
func (r Replicas) Update(_ context.Context, _ ReplicasWish, observed *ReplicasState, _ *compare.Delta) (*ReplicasState, error) {
	return observed, nil
}

// Delete does nothing.
func (r Replicas) Delete(context.Context, *ReplicasState) error { return nil }

// Settled once as many replicas are healthy as the service should have, and connected,
// where that is awaited. Where ECS has given up, no more are to come, and it is the
// service's problem.
func (r Replicas) Settled(observed *ReplicasState) error {
	desired, healthy := r.Service.Value().Desired, observed.Healthy()
	if r.isStuck(observed) {
		return r.stuck(observed)
	}
	switch {
	case r.Service.Value().isGivenUp():
		return nil
	case !r.Service.Value().isSteady() && observed.Unhealthy > 0:
		return engine.WaitFor(healthLook, "the load balancer finds %d of %d replicas healthy", healthy, desired)
	case healthy >= desired:
		return r.Connection.wait(r.running())
	}
	return engine.WaitTypically(r.HealthTime, "the load balancer finds %d of %d replicas healthy", healthy, desired)
}

// ID is the number of healthy replicas, for people.
func (r Replicas) ID(observed *ReplicasState) string {
	return fmt.Sprintf("%d healthy", observed.Healthy())
}
