package resource

import (
	"context"
	"fmt"
	"maps"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awscloud"
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
	// AssignPublicIP gives each replica a public address.
	AssignPublicIP bool
	// Grace is how long ECS ignores failing health checks of a new task, in seconds.
	Grace int32
	// RolloutTime is how long a rollout takes as a rule.
	RolloutTime time.Duration
	// Before is the rollout that was recorded last.
	Before Rollout

	Cluster        *engine.Ref[ClusterState]
	TaskDefinition *engine.Ref[TaskDefinitionState]
	Network        *engine.Ref[NetworkState]
	SecurityGroups func() []string
	// TargetGroups are the target groups by container port.
	TargetGroups map[int32]*engine.Ref[TargetGroupState]
	// Prerequisites are resources that the tasks or ECS need besides these.
	Prerequisites []engine.Need
}

// ServiceWish is the service that should be there.
type ServiceWish struct {
	Cluster        string
	TaskDefinition string
	// Replicas is nil where someone else owns the count.
	Replicas *int32
	Subnets  []string
	Groups   []string
	PublicIP bool
	// Targets are the target group ARNs by container port.
	Targets map[int32]string
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
	// LastEvent is ECS's newest message about the service.
	LastEvent string
	Subnets   []string
	Groups    []string
	PublicIP  bool
	Targets   map[int32]string
	Grace     int32
	// Safe is true where the deployment settings are the controller's.
	Safe bool
	Tags map[string]string

	recorded bool
}

// The deployment settings of every service: new tasks must be healthy before old ones
// go, and ECS goes back to the last good revision by itself.
const (
	minimumHealthyPercent int32 = 100
	maximumPercent        int32 = 200
)

// scaleTime is how long it takes as a rule until new tasks run.
const scaleTime = 32 * time.Second

// Identity is Service/gateway.
func (s Service) Identity() engine.Identity {
	return engine.Identity{Kind: "Service", Name: "gateway"}
}

// Needs everything else: a task that starts before its mount targets, role, log group
// or registration fails and counts against the circuit breaker.
func (s Service) Needs() []engine.Need {
	needs := []engine.Need{engine.Settled(s.Cluster), engine.Settled(s.TaskDefinition).Older(), engine.Settled(s.Network)}
	for _, group := range s.TargetGroups {
		needs = append(needs, engine.Exists(group))
	}
	return append(needs, s.Prerequisites...)
}

// Wish is the service pinned to the newest revision.
func (s Service) Wish() (ServiceWish, error) {
	wish := ServiceWish{
		Cluster: s.Cluster.Value().ARN, TaskDefinition: s.TaskDefinition.Value().ARN, Replicas: s.Replicas,
		Subnets: s.Network.Value().SubnetIDs(), Groups: s.SecurityGroups(), PublicIP: s.AssignPublicIP,
		Targets: map[int32]string{}, Grace: s.Grace, Tags: s.tags("gateway", s.Name),
	}
	for port, group := range s.TargetGroups {
		wish.Targets[port] = group.Value().ARN
	}
	return wish, nil
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
			return state, nil
		}
	}
	return nil, nil
}

// Owner reads the tags.
func (s Service) Owner(observed *ServiceState) engine.Ownership {
	return s.ownership(observed.Tags, observed.recorded)
}

// Diff compares what the wish declares. A revision that ECS has rolled back is not
// tried again: only another wish is.
func (s Service) Diff(wish ServiceWish, observed *ServiceState) *compare.Delta {
	delta := compare.NewDelta()
	if observed.Status != statusActive {
		return delta // ECS refuses changes while it drains
	}
	if !observed.rolledBack(wish.TaskDefinition, s.Before) {
		diff(delta, "taskDefinition", wish.TaskDefinition, observed.TaskDefinition)
	}
	if wish.Replicas != nil {
		diff(delta, "replicas", *wish.Replicas, observed.Desired)
	}
	if !sameSet(wish.Subnets, observed.Subnets) {
		delta.Add("network.subnets", wish.Subnets, observed.Subnets)
	}
	if !sameSet(wish.Groups, observed.Groups) {
		delta.Add("network.securityGroups", wish.Groups, observed.Groups)
	}
	diff(delta, "network.assignPublicIP", wish.PublicIP, observed.PublicIP)
	if !maps.Equal(wish.Targets, observed.Targets) {
		delta.Add("loadBalancers", wish.Targets, observed.Targets)
	}
	diff(delta, "healthCheckGracePeriod", wish.Grace, observed.Grace)
	diff(delta, "deploymentConfiguration", true, observed.Safe)
	diffTags(delta, wish.Tags, observed.Tags)
	return delta
}

// Create makes the service; the token keeps ECS from making it twice.
func (s Service) Create(ctx context.Context, wish ServiceWish) (*ServiceState, error) {
	count := int32(1)
	if wish.Replicas != nil {
		count = *wish.Replicas
	}
	out, err := s.Cloud.ECS.CreateService(ctx, &ecs.CreateServiceInput{
		ServiceName: &s.Name, Cluster: &wish.Cluster, TaskDefinition: &wish.TaskDefinition, DesiredCount: &count,
		ClientToken: ptr(token(s.Gateway.UID, "service", wish.Cluster)), LaunchType: ecstypes.LaunchTypeFargate,
		SchedulingStrategy:      ecstypes.SchedulingStrategyReplica,
		DeploymentController:    &ecstypes.DeploymentController{Type: ecstypes.DeploymentControllerTypeEcs},
		DeploymentConfiguration: deploymentConfiguration(), PlatformVersion: ptr("LATEST"),
		NetworkConfiguration: awsvpc(wish.Subnets, wish.Groups, wish.PublicIP), LoadBalancers: s.loadBalancers(wish.Targets),
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

// serviceRefusal keeps trying what ECS refuses with a code that may also mean "not
// yet": it does not see a new listener, cluster or service-linked role for some
// seconds, and says so with InvalidParameterException.
func serviceRefusal(err error) error {
	switch awscloud.Code(err) {
	case "InvalidParameterException":
		return &engine.Problem{Reason: awscloud.ReasonRefused, Err: err, RetryAfter: 10 * time.Second}
	case "ClusterNotFoundException":
		return engine.WaitFor(5*time.Second, "ECS does not see the cluster yet")
	}
	return err
}

// Update sends only what differs: ECS starts a deployment for some fields even where
// their value is the same.
func (s Service) Update(ctx context.Context, wish ServiceWish, observed *ServiceState, delta *compare.Delta) (*ServiceState, error) {
	updated := *observed
	if input, changed := s.updateInput(wish, observed, delta); changed {
		out, err := s.Cloud.ECS.UpdateService(ctx, input)
		if err != nil {
			return nil, serviceRefusal(err)
		}
		if out.Service == nil || out.Service.ServiceArn == nil {
			return nil, complete(s.Identity(), "")
		}
		updated = *serviceState(out.Service)
	}
	err := retag(ctx, delta, wish.Tags, observed.Tags, func(ctx context.Context, tags map[string]string) error {
		_, err := s.Cloud.ECS.TagResource(ctx, &ecs.TagResourceInput{ResourceArn: &observed.ARN, Tags: ecsTags(tags)})
		return err
	})
	updated.Tags = merged(observed.Tags, wish.Tags)
	return &updated, err
}

func (s Service) updateInput(wish ServiceWish, observed *ServiceState, delta *compare.Delta) (*ecs.UpdateServiceInput, bool) {
	input := &ecs.UpdateServiceInput{Cluster: &wish.Cluster, Service: &observed.ARN}
	changed := false
	set := func(path string, apply func()) {
		if delta.DifferentAt(path) {
			apply()
			changed = true
		}
	}
	set("taskDefinition", func() { input.TaskDefinition = &wish.TaskDefinition })
	set("replicas", func() { input.DesiredCount = wish.Replicas })
	set("network", func() { input.NetworkConfiguration = awsvpc(wish.Subnets, wish.Groups, wish.PublicIP) })
	set("loadBalancers", func() { input.LoadBalancers = s.loadBalancers(wish.Targets) })
	set("healthCheckGracePeriod", func() { input.HealthCheckGracePeriodSeconds = &wish.Grace })
	set("deploymentConfiguration", func() { input.DeploymentConfiguration = deploymentConfiguration() })
	return input, changed
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

// The reasons of the problems of a rollout.
const (
	ReasonRolledBack    = "RolledBack"
	ReasonRolloutFailed = "RolloutFailed"
)

// Settled once the wanted revision runs in the wanted number. A rollback that is
// stable is not.
func (s Service) Settled(observed *ServiceState) error {
	wanted := s.TaskDefinition.Value().ARN
	primary := observed.Primary()
	switch {
	case observed.Status == statusDraining:
		return engine.WaitFor(15*time.Second, "the service was deleted by someone else; it is made anew once ECS has drained it")
	case observed.rolledBack(wanted, s.Before) && primary.TaskDefinition != wanted:
		return &engine.Problem{Reason: ReasonRolledBack, Terminal: true, Message: fmt.Sprintf(
			"ECS rolled %s back, %s is serving: change the spec to try again (%s)", revision(wanted), revision(primary.TaskDefinition), observed.LastEvent)}
	case primary.Rollout == ecstypes.DeploymentRolloutStateFailed:
		return &engine.Problem{Reason: ReasonRolloutFailed, Terminal: true, Message: fmt.Sprintf(
			"ECS gave up starting %s: change the spec to try again (%s)", revision(primary.TaskDefinition), observed.LastEvent)}
	case primary.Rollout == ecstypes.DeploymentRolloutStateInProgress:
		return engine.WaitTypically(s.RolloutTime, "ECS is rolling %s out: %d of %d tasks running%s",
			revision(primary.TaskDefinition), primary.Running, primary.Desired, primary.trouble(observed.LastEvent))
	case primary.Running != observed.Desired:
		return engine.WaitTypically(scaleTime, "ECS is scaling: %d of %d tasks running%s", primary.Running, observed.Desired, primary.trouble(observed.LastEvent))
	default:
		return nil
	}
}

// ID is the service's ARN.
func (s Service) ID(observed *ServiceState) string { return observed.ARN }
