package ecs

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/elbv2"
)

// AWS's quotas of a service.
const (
	mostTargetGroups   = 5
	mostSubnets        = 16
	mostSecurityGroups = 5
)

// platforms are the platform versions of Fargate on Linux.
var platforms = []string{platformLatest, "1.4.0", "1.3.0"}

// checkCreate holds what only a new service can be wrong about against AWS's rules.
func (s *Service) checkCreate(c *core.Call, r *region, in *sdk.CreateServiceInput) error {
	switch {
	case in.DesiredCount == nil && in.SchedulingStrategy != types.SchedulingStrategyDaemon:
		return invalidParameter("Desired count must be specified.")
	case *orDefault(in.DesiredCount, 0) < 0:
		return invalidParameter("Desired count must not be negative.")
	case in.SchedulingStrategy == types.SchedulingStrategyDaemon:
		return core.Errorf(codeUnsupportedFeature, "The daemon scheduling strategy is not simulated.")
	case in.DeploymentController != nil && in.DeploymentController.Type != types.DeploymentControllerTypeEcs:
		return core.Errorf(codeUnsupportedFeature, "The deployment controller %s is not simulated.", in.DeploymentController.Type)
	case in.HealthCheckGracePeriodSeconds != nil && len(in.LoadBalancers) == 0:
		return invalidParameter("Health check grace period is only valid for services configured to use load balancers")
	case aws.ToString(in.TaskDefinition) == "":
		return invalidParameter("TaskDefinition can not be blank.")
	}
	if err := checkTags(in.Tags); err != nil {
		return err
	}
	return checkDeploymentConfiguration(enriched(types.DeploymentConfiguration{}, in.DeploymentConfiguration), in.DeploymentConfiguration, in.AvailabilityZoneRebalancing)
}

// checkDeploymentConfiguration holds the configuration that would be in force
// against AWS's rules; given is the part of it that the caller wrote.
func checkDeploymentConfiguration(all types.DeploymentConfiguration, given *types.DeploymentConfiguration, rebalancing types.AvailabilityZoneRebalancing) error {
	least, most := *all.MinimumHealthyPercent, *all.MaximumPercent
	switch {
	case given != nil && given.Strategy != "" && given.Strategy != types.DeploymentStrategyRolling:
		return core.Errorf(codeUnsupportedFeature, "The deployment strategy %s is not simulated.", given.Strategy)
	case least < 0 || most < 1 || least > most:
		return invalidParameter("maximumPercent must be greater than or equal to minimumHealthyPercent.")
	case least == 100 && most == 100:
		return invalidParameter("Both maximumPercent and minimumHealthyPercent cannot be 100 as this will block deployments.")
	case rebalancing == types.AvailabilityZoneRebalancingEnabled && most <= 100:
		return invalidParameter("Availability Zone rebalancing requires a maximumPercent greater than 100.")
	}
	return nil
}

// checkRevision holds what a deployment would run against what there is.
func (s *Service) checkRevision(r *region, rev revision) error {
	td := rev.definition
	if rev.onFargate() && !slices.Contains(td.Compatibilities, types.CompatibilityFargate) {
		return invalidParameter("Task definition does not support launch_type FARGATE.")
	}
	if !slices.Contains(platforms, rev.platform) {
		return core.Errorf(codePlatformUnknown, "The specified platform does not exist.")
	}
	if err := s.checkNetwork(r.scope, td, rev.network); err != nil {
		return err
	}
	return s.checkLoadBalancers(r.scope, td, rev.loadBalancers)
}

func (s *Service) checkNetwork(sc core.Scope, td *taskDefinition, n *types.NetworkConfiguration) error {
	if td.NetworkMode != types.NetworkModeAwsvpc {
		if n != nil {
			return invalidParameter("Network Configuration is not valid for the given networkMode of this task definition.")
		}
		return nil
	}
	if n == nil || n.AwsvpcConfiguration == nil {
		return invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.")
	}
	v := n.AwsvpcConfiguration
	switch {
	case len(v.Subnets) == 0:
		return invalidParameter("subnets can not be empty.")
	case len(v.Subnets) > mostSubnets:
		return invalidParameter("subnets can have at most %d items.", mostSubnets)
	case len(v.SecurityGroups) > mostSecurityGroups:
		return invalidParameter("securityGroups can have at most %d items.", mostSecurityGroups)
	}
	vpc := ""
	for _, id := range v.Subnets {
		subnet, ok := s.deps.EC2.Subnet(sc, id)
		if !ok {
			return invalidParameter("Error retrieving subnet information for [%s]: The subnet ID '%s' does not exist (ErrorCode: InvalidSubnetID.NotFound)", id, id)
		}
		if vpc != "" && subnet.VPC != vpc {
			return invalidParameter("All subnets must belong to the same VPC.")
		}
		vpc = subnet.VPC
	}
	for _, id := range v.SecurityGroups {
		of, ok := s.deps.EC2.SecurityGroupVPC(sc, id)
		if !ok {
			return invalidParameter("Error retrieving security group information for [%s]: The security group '%s' does not exist (ErrorCode: InvalidGroup.NotFound)", id, id)
		}
		if of != vpc {
			return invalidParameter("Security group %s does not appear to belong to the same VPC as the input subnets.", id)
		}
	}
	return nil
}

func (s *Service) checkLoadBalancers(sc core.Scope, td *taskDefinition, balancers []types.LoadBalancer) error {
	if len(balancers) > mostTargetGroups {
		return invalidParameter("load balancers can have at most %d items.", mostTargetGroups)
	}
	for _, lb := range balancers {
		if err := s.checkLoadBalancer(sc, td, lb); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) checkLoadBalancer(sc core.Scope, td *taskDefinition, lb types.LoadBalancer) error {
	arn, name, port := aws.ToString(lb.TargetGroupArn), aws.ToString(lb.ContainerName), aws.ToInt32(lb.ContainerPort)
	if arn == "" {
		return invalidParameter("targetGroupArn must be specified.")
	}
	tg, ok := s.deps.ELB.TargetGroup(sc, arn)
	if !ok {
		return invalidParameter("Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role being passed has the proper permissions.")
	}
	container, ok := td.container(name)
	if !ok {
		return invalidParameter("The container %s does not exist in the task definition.", name)
	}
	mapped := slices.ContainsFunc(container.PortMappings, func(p types.PortMapping) bool { return aws.ToInt32(p.ContainerPort) == port })
	if !mapped {
		return invalidParameter("The container %s did not have a container port %d defined.", name, port)
	}
	return checkTargetGroup(td, tg)
}

func checkTargetGroup(td *taskDefinition, tg elbv2.TargetGroup) error {
	if td.NetworkMode == types.NetworkModeAwsvpc && tg.TargetType != "ip" {
		return invalidParameter("The provided target group %s has target type %s, which is incompatible with the awsvpc network mode specified in the task definition.", tg.ARN, tg.TargetType)
	}
	if !tg.HasListener {
		return invalidParameter("The target group with targetGroupArn %s does not have an associated load balancer.", tg.ARN)
	}
	return nil
}
