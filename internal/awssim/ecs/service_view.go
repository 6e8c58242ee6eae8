package ecs

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

const (
	platformFamily  = "Linux"
	platformLatest  = "LATEST"
	platformCurrent = "1.4.0"
)

// view is the service as AWS shows it, without its tags.
func (svc *service) view() types.Service {
	v := types.Service{
		ServiceArn: aws.String(svc.arn), ServiceName: aws.String(svc.name), ClusterArn: aws.String(svc.cluster.arn),
		Status: aws.String(svc.status), DesiredCount: int32(svc.desired),
		CreatedAt: aws.Time(svc.createdAt), CreatedBy: aws.String(svc.createdBy),
		SchedulingStrategy:          types.SchedulingStrategyReplica,
		DeploymentController:        &types.DeploymentController{Type: types.DeploymentControllerTypeEcs},
		DeploymentConfiguration:     svc.configurationView(),
		AvailabilityZoneRebalancing: svc.rebalancing, HealthCheckGracePeriodSeconds: svc.grace,
		EnableECSManagedTags: svc.managedTags, EnableExecuteCommand: svc.executable, PropagateTags: svc.propagateTags,
		ResourceManagementType: types.ResourceManagementTypeCustomer,
		PlatformFamily:         aws.String(platformFamily),
		ServiceRegistries:      []types.ServiceRegistry{}, PlacementConstraints: []types.PlacementConstraint{},
		PlacementStrategy: []types.PlacementStrategy{}, LoadBalancers: []types.LoadBalancer{},
		Events: append([]types.ServiceEvent{}, svc.events...), Deployments: []types.Deployment{},
	}
	for _, t := range svc.tasks {
		switch {
		case t.isRunning():
			v.RunningCount++
		case t.isPending():
			v.PendingCount++
		}
	}
	if len(svc.rollouts) > 0 {
		v.CurrentServiceDeployment = aws.String(svc.rollouts[0].arn)
	}
	for i, d := range svc.deployments {
		if i == 0 {
			v.TaskDefinition = aws.String(d.revision.definition.arn())
			v.LaunchType, v.CapacityProviderStrategy = d.revision.launchType, slices.Clone(d.revision.strategy)
			v.NetworkConfiguration = d.revision.network
			v.LoadBalancers = orEmpty(d.revision.loadBalancers)
			v.PlatformVersion = aws.String(d.revision.platform)
			v.RoleArn = serviceRole(svc)
		}
		v.Deployments = append(v.Deployments, svc.deploymentView(d))
		running, pending := svc.countsOf(d)
		v.CurrentServiceRevisions = append(v.CurrentServiceRevisions, types.ServiceCurrentRevisionSummary{
			Arn: aws.String(d.revision.arn), RequestedTaskCount: int32(svc.desiredOf(d)), RunningTaskCount: running, PendingTaskCount: pending,
		})
	}
	return v
}

// configurationView is a copy of the deployment configuration.
func (svc *service) configurationView() *types.DeploymentConfiguration {
	v := svc.configuration
	return &v
}

// serviceRole is the service-linked role, which ECS uses for awsvpc networking.
func serviceRole(svc *service) *string {
	sc := svc.region.scope
	return aws.String("arn:" + sc.Partition() + ":iam::" + sc.Account + ":role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS")
}

func (svc *service) deploymentView(d *deployment) types.Deployment {
	v := types.Deployment{
		Id: aws.String(d.id), Status: aws.String(d.status), TaskDefinition: aws.String(d.revision.definition.arn()),
		DesiredCount: int32(svc.desiredOf(d)), FailedTasks: int32(d.failed),
		CreatedAt: aws.Time(d.createdAt), UpdatedAt: aws.Time(d.updatedAt),
		LaunchType: d.revision.launchType, CapacityProviderStrategy: slices.Clone(d.revision.strategy),
		PlatformVersion: aws.String(platformNumber(d.revision.platform)), PlatformFamily: aws.String(platformFamily),
		NetworkConfiguration: d.revision.network,
		RolloutState:         d.rolloutState, RolloutStateReason: aws.String(d.reason),
	}
	v.RunningCount, v.PendingCount = svc.countsOf(d)
	return v
}

// desiredOf is how many tasks a deployment is meant to have: the service's count
// for the PRIMARY, and for the others what they have not been told to stop.
func (svc *service) desiredOf(d *deployment) int {
	if d == svc.primary() {
		return svc.desired
	}
	return len(svc.keptBy(d))
}

func (svc *service) countsOf(d *deployment) (running, pending int32) {
	for _, t := range svc.tasks {
		switch {
		case t.deployment != d:
		case t.isRunning():
			running++
		case t.isPending():
			pending++
		}
	}
	return running, pending
}

// platformNumber is the version that LATEST stands for.
func platformNumber(version string) string {
	if version == platformLatest {
		return platformCurrent
	}
	return version
}
