package resource

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/engine"
)

// Service is the ECS service that keeps the replicas running. It is pinned to one
// exact revision of the task definition. Its targets in the target groups belong to
// ECS.
type Service struct {
	Common
	Name string
	// Container is the name of the container that serves the ports.
	Container string
	// Replicas is the wanted count; nil leaves the count to someone else.
	Replicas *int32
	// First is the count that a new service starts with where Replicas is nil.
	First int32
	// Providers are what the tasks run on; none is Fargate.
	Providers CapacityProviders
	// AssignPublicIP gives each replica a public address.
	AssignPublicIP bool
	// Grace is how long ECS ignores failing health checks of a new task, in seconds.
	Grace int32
	// Settings are how changes reach the tasks.
	Settings RolloutSettings
	// StartTime is how long it takes as a rule until new tasks run, RolloutTime how long
	// until they are healthy, and DrainTime how long then until old ones are gone.
	StartTime, RolloutTime, DrainTime time.Duration
	// Before is the rollout that was recorded last.
	Before Rollout
	// Connection is what the Anypoint Platform says of the replicas.
	Connection Connection

	Cluster        *engine.Ref[ClusterState]
	TaskDefinition *engine.Ref[TaskDefinitionState]
	Network        *engine.Ref[NetworkState]
	SecurityGroups func() []string
	// TargetGroups are the target groups by container port.
	TargetGroups map[int32]*engine.Ref[TargetGroupState]
	// Alternates are the second target groups of ports that have two, Listeners the
	// listeners of all ports, and InfrastructureRole the role that moves traffic.
	Alternates         map[int32]*engine.Ref[TargetGroupState]
	Listeners          map[int32]*engine.Ref[ListenerState]
	InfrastructureRole *engine.Ref[RoleState]
	// CheckedGroups are those target groups whose health counts.
	CheckedGroups []*engine.Ref[TargetGroupState]
	// Abort is the id of the deployment that a person wants to stop, Promote that of the
	// pause that a person wants to end.
	Abort, Promote string
	// Prerequisites are resources that the tasks or ECS need besides these.
	Prerequisites []engine.Need
}

// ServiceWish is the service that should be there.
type ServiceWish struct {
	Cluster        string
	TaskDefinition string
	// Replicas is nil where someone else owns the count.
	Replicas  *int32
	Providers CapacityProviders
	Subnets   []string
	Groups    []string
	PublicIP  bool
	// Targets are the target groups by container port.
	Targets map[int32]Binding
	Grace   int32
	Tags    map[string]string
}

// ServiceState is the service that is there.
type ServiceState struct {
	ARN, Cluster, Status string
	TaskDefinition       string
	Desired              int32
	Running, Pending     int32
	Deployments          []Deployment
	// LastEvents are ECS's two newest messages about the service, the newest first.
	LastEvents string
	Providers  CapacityProviders
	Subnets    []string
	Groups     []string
	PublicIP   bool
	Targets    map[int32]Binding
	Grace      int32
	// Rebalancing is whether ECS balances the zones.
	Rebalancing ecstypes.AvailabilityZoneRebalancing
	// Limits are the deployment settings that are in force, and Shift the strategy.
	Limits DeploymentLimits
	Shift  Shift
	alarms observedAlarms
	// ServiceDeployment is the ARN of what ECS calls the current service deployment.
	ServiceDeployment string
	// Moving is how far a deployment that moves traffic has come, nil where none is in
	// flight.
	Moving *Moving
	Tags   map[string]string
	// Healthy is the number of healthy tasks. It is read only where the next step of the
	// count hangs on it.
	Healthy int32
	// Cause is why tasks of the newest revision failed, in ECS's words. It is read only
	// where some did.
	Cause string
	// alarmed is true where Cause tells of alarms that failed the deployment.
	alarmed bool

	recorded bool
}

// Identity is Service/gateway.
func (s Service) Identity() engine.Identity {
	return engine.Identity{Kind: "Service", Name: "gateway"}
}

// Needs everything else: a task that starts before its mount targets, role, log group
// or registration fails and counts against the circuit breaker.
func (s Service) Needs() []engine.Need {
	needs := []engine.Need{engine.Settled(s.Cluster), engine.Settled(s.TaskDefinition).Older(), engine.Settled(s.Network)}
	for _, port := range slices.Sorted(maps.Keys(s.TargetGroups)) { // the engine's memory goes by their order
		needs = append(needs, engine.Exists(s.TargetGroups[port]))
		if alternate := s.Alternates[port]; alternate != nil {
			needs = append(needs, engine.Exists(alternate))
		}
	}
	if s.Settings.Shift.isOn() {
		needs = append(needs, engine.Settled(s.InfrastructureRole))
	}
	return append(needs, s.Prerequisites...)
}

// Wish is the service pinned to the newest revision.
func (s Service) Wish() (ServiceWish, error) {
	return ServiceWish{
		Cluster: s.Cluster.Value().ARN, TaskDefinition: s.TaskDefinition.Value().ARN, Replicas: s.Replicas, Providers: s.Providers.sorted(),
		Subnets: s.Network.Value().SubnetIDs(), Groups: s.SecurityGroups(), PublicIP: s.AssignPublicIP,
		Targets: s.bindings(), Grace: s.Grace, Tags: s.tags("gateway", s.Name),
	}, nil
}

// Observe finds the service in its cluster.
func (s Service) Observe(ctx context.Context, recorded engine.Record) (*ServiceState, error) {
	cluster := s.Cluster.Value()
	if cluster == nil {
		return nil, nil
	}
	out, err := s.Cloud.ECS.DescribeServices(ctx, &ecs.DescribeServicesInput{
		Cluster: &cluster.ARN, Services: []string{s.Name}, Include: []ecstypes.ServiceField{ecstypes.ServiceFieldTags},
	})
	if err != nil {
		return nil, gone(err)
	}
	for _, found := range out.Services {
		if aws.ToString(found.Status) != statusInactive {
			state := serviceState(&found)
			if err := complete(s.Identity(), state.ARN, state.Cluster, state.Status); err != nil {
				return nil, err
			}
			state.recorded = isRecorded(recorded, state.ARN)
			return state, s.look(ctx, state)
		}
	}
	return nil, nil
}

// look reads what only some situations ask for.
func (s Service) look(ctx context.Context, state *ServiceState) error {
	if s.isStepping(state) {
		healthy, err := healthyTargets(ctx, s.Cloud.ELB, s.CheckedGroups)
		if err != nil {
			return err
		}
		state.Healthy = int32(len(healthy))
	}
	if err := s.lookAtShift(ctx, state); err != nil {
		return err
	}
	troubled := state.troubled(s.Before)
	if troubled == "" {
		return nil
	}
	cause, err := s.causeOf(ctx, state, troubled)
	state.Cause = cause
	return err
}

// Owner reads the tags.
func (s Service) Owner(observed *ServiceState) engine.Ownership {
	return s.ownership(observed.Tags, observed.recorded)
}

// Create makes the service; the token keeps ECS from making it twice.
func (s Service) Create(ctx context.Context, wish ServiceWish) (*ServiceState, error) {
	count := s.First
	if wish.Replicas != nil {
		count = *wish.Replicas
	}
	out, err := s.Cloud.ECS.CreateService(ctx, &ecs.CreateServiceInput{
		ServiceName: &s.Name, Cluster: &wish.Cluster, TaskDefinition: &wish.TaskDefinition, DesiredCount: &count,
		ClientToken: ptr(token(s.Gateway.UID, "service", wish.Cluster)),
		LaunchType:  wish.Providers.launchType(), CapacityProviderStrategy: wish.Providers.strategy(),
		SchedulingStrategy:          ecstypes.SchedulingStrategyReplica,
		DeploymentController:        &ecstypes.DeploymentController{Type: ecstypes.DeploymentControllerTypeEcs},
		AvailabilityZoneRebalancing: s.Settings.rebalancing(),
		DeploymentConfiguration:     s.Settings.configuration(), PlatformVersion: ptr("LATEST"),
		NetworkConfiguration: awsvpc(wish.Subnets, wish.Groups, wish.PublicIP), LoadBalancers: s.loadBalancers(wish.Targets, nil),
		HealthCheckGracePeriodSeconds: &wish.Grace, PropagateTags: ecstypes.PropagateTagsService, EnableECSManagedTags: true,
		Tags: ecsTags(wish.Tags),
	})
	if err != nil {
		return nil, serviceRefusal(err)
	}
	if out.Service == nil || out.Service.ServiceArn == nil {
		return nil, complete(s.Identity(), "")
	}
	state := serviceState(out.Service)
	state.Tags = wish.Tags
	return state, nil
}

// Delete drains the service; it is gone once its last task is.
func (s Service) Delete(ctx context.Context, observed *ServiceState) error {
	if observed.Status != statusDraining {
		_, err := s.Cloud.ECS.DeleteService(ctx, &ecs.DeleteServiceInput{Cluster: &observed.Cluster, Service: &observed.ARN, Force: ptr(true)})
		if err != nil {
			return gone(err)
		}
	}
	return engine.WaitFor(15*time.Second, "ECS is draining the service (%d tasks running)", observed.Running)
}

// Release takes the owner tags away.
func (s Service) Release(ctx context.Context, observed *ServiceState) error {
	return untagECS(ctx, s.Cloud.ECS, observed.ARN)
}

// ID is the service's ARN.
func (s Service) ID(observed *ServiceState) string { return observed.ARN }
