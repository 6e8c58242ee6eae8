package ecs

import (
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// CreateService makes a service with its first deployment. A second call with the
// same client token and parameters returns the service; any other call for a name
// in use is refused, also while the old service of that name drains.
func (s *Service) CreateService(c *core.Call, in *sdk.CreateServiceInput) (*sdk.CreateServiceOutput, error) {
	r := s.regions.In(c.Scope)
	found, err := r.cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	name := aws.ToString(in.ServiceName)
	if !nameForm.MatchString(name) {
		return nil, invalidParameter("Service name contains invalid characters.")
	}
	if existing, ok := found.services[name]; ok && existing.status != statusInactive {
		return existing.createdAgain(in)
	}
	if err := s.checkCreate(c, r, in); err != nil {
		return nil, err
	}
	if s.world.Exceeds(core.ServicesPerCluster, found.liveServices()+1) {
		return nil, clientError("The maximum number of services in a cluster, %d, has been reached.", s.world.Quota(core.ServicesPerCluster)) // the sentence is not AWS's
	}
	td, err := r.launchable(aws.ToString(in.TaskDefinition))
	if err != nil {
		return nil, err
	}
	platform := aws.ToString(orDefault(in.PlatformVersion, platformLatest))
	rev := revision{definition: td, network: normalNetwork(in.NetworkConfiguration), loadBalancers: slices.Clone(in.LoadBalancers), platform: platform}
	if rev.launchType, rev.strategy, err = found.capacity(in.LaunchType, in.CapacityProviderStrategy); err != nil {
		return nil, err
	}
	if err := s.checkRevision(r, rev); err != nil {
		return nil, err
	}
	svc := newService(found, in)
	svc.region = r
	svc.arn = c.ARN("ecs", "service/"+found.name+"/"+name)
	svc.createdAt = s.world.Now()
	svc.createdBy = c.Principal
	svc.Appearance = s.world.Appears()
	found.services[name] = svc
	s.deploy(svc, rev)
	v := svc.view()
	v.Tags = orEmpty(svc.tags)
	return &sdk.CreateServiceOutput{Service: &v}, nil
}

// liveServices counts the services that are not INACTIVE.
func (c *cluster) liveServices() (n int) {
	for _, svc := range c.services {
		if svc.status != statusInactive {
			n++
		}
	}
	return n
}

// createdAgain answers a CreateService for a name that is in use.
func (svc *service) createdAgain(in *sdk.CreateServiceInput) (*sdk.CreateServiceOutput, error) {
	if svc.status == statusDraining {
		return nil, invalidParameter("Unable to Start a service that is still Draining.")
	}
	if svc.clientToken == "" || svc.clientToken != aws.ToString(in.ClientToken) || !reflect.DeepEqual(svc.request, in) {
		return nil, invalidParameter("Creation of service was not idempotent.")
	}
	v := svc.view()
	v.Tags = orEmpty(svc.tags)
	return &sdk.CreateServiceOutput{Service: &v}, nil
}

// newService is a service without deployments, with AWS's defaults filled in.
func newService(c *cluster, in *sdk.CreateServiceInput) *service {
	request := *in
	svc := &service{
		cluster: c, name: *in.ServiceName, status: statusActive, tags: slices.Clone(in.Tags),
		desired:       int(aws.ToInt32(in.DesiredCount)),
		configuration: enriched(types.DeploymentConfiguration{}, in.DeploymentConfiguration),
		grace:         in.HealthCheckGracePeriodSeconds,
		rebalancing:   in.AvailabilityZoneRebalancing,
		propagateTags: in.PropagateTags,
		managedTags:   in.EnableECSManagedTags,
		executable:    in.EnableExecuteCommand,
		clientToken:   aws.ToString(in.ClientToken),
		request:       &request,
	}
	if svc.grace == nil && len(in.LoadBalancers) > 0 {
		svc.grace = aws.Int32(0)
	}
	if svc.propagateTags == "" {
		svc.propagateTags = types.PropagateTagsNone
	}
	if svc.rebalancing == "" {
		// AWS's default is ENABLED for a service that can have it.
		svc.rebalancing = types.AvailabilityZoneRebalancingEnabled
		if *svc.configuration.MaximumPercent <= 100 {
			svc.rebalancing = types.AvailabilityZoneRebalancingDisabled
		}
	}
	return svc
}

// enriched is a deployment configuration as AWS echoes it: the old one, with what
// the new one names put in, and the defaults that AWS makes visible.
func enriched(old types.DeploymentConfiguration, changed *types.DeploymentConfiguration) types.DeploymentConfiguration {
	merged := old
	if changed != nil {
		merged.MinimumHealthyPercent = firstOf(changed.MinimumHealthyPercent, merged.MinimumHealthyPercent)
		merged.MaximumPercent = firstOf(changed.MaximumPercent, merged.MaximumPercent)
		merged.BakeTimeInMinutes = firstOf(changed.BakeTimeInMinutes, merged.BakeTimeInMinutes)
		merged.DeploymentCircuitBreaker = firstOf(changed.DeploymentCircuitBreaker, merged.DeploymentCircuitBreaker)
		merged.Alarms = firstOf(changed.Alarms, merged.Alarms)
	}
	merged.Strategy = types.DeploymentStrategyRolling
	merged.MinimumHealthyPercent = orDefault(merged.MinimumHealthyPercent, 100)
	merged.MaximumPercent = orDefault(merged.MaximumPercent, 200)
	merged.BakeTimeInMinutes = orDefault(merged.BakeTimeInMinutes, 0)
	breaker := *orDefault(merged.DeploymentCircuitBreaker, types.DeploymentCircuitBreaker{})
	breaker.ResetOnHealthyTask = orDefault(breaker.ResetOnHealthyTask, true)
	breaker.ThresholdConfiguration = orDefault(breaker.ThresholdConfiguration, types.ThresholdConfiguration{
		Type: types.ThresholdTypeBoundedPercent, Value: 50,
	})
	merged.DeploymentCircuitBreaker = &breaker
	return merged
}

// firstOf is the first of the two that is not nil.
func firstOf[T any](a, b *T) *T {
	if a != nil {
		return a
	}
	return b
}

// normalNetwork is the network configuration as AWS echoes it.
func normalNetwork(n *types.NetworkConfiguration) *types.NetworkConfiguration {
	if n == nil || n.AwsvpcConfiguration == nil {
		return nil
	}
	v := *n.AwsvpcConfiguration
	v.Subnets = orEmpty(v.Subnets)
	v.SecurityGroups = orEmpty(v.SecurityGroups)
	if v.AssignPublicIp == "" {
		v.AssignPublicIp = types.AssignPublicIpDisabled
	}
	return &types.NetworkConfiguration{AwsvpcConfiguration: &v}
}
