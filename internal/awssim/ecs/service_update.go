package ecs

import (
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// UpdateService changes a service. Of the fields that are simulated, the task
// definition, the network, the load balancers, the platform version and
// forceNewDeployment start a new deployment; the others, the count above all, change
// the service in place. Another capacity provider strategy is refused without
// forceNewDeployment.
func (s *Service) UpdateService(c *core.Call, in *sdk.UpdateServiceInput) (*sdk.UpdateServiceOutput, error) {
	r := s.regions.In(c.Scope)
	found, err := r.cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	svc, ok := found.service(aws.ToString(in.Service), s.world.Now())
	if !ok {
		return nil, core.Errorf(codeServiceNotFound, "Service not found.")
	}
	if svc.status != statusActive {
		return nil, core.Errorf(codeServiceNotActive, "Service was not ACTIVE.")
	}
	wanted, err := svc.updatedRevision(r, in)
	if err != nil {
		return nil, err
	}
	if err := s.checkUpdate(svc, in, wanted); err != nil {
		return nil, err
	}
	changed := svc.updateInPlace(in)
	old := svc.primary().revision
	switch {
	case in.ForceNewDeployment, !wanted.same(old), in.TaskDefinition != nil && changed:
		s.deploy(svc, wanted)
	case changed:
		svc.primary().updatedAt = s.world.Now()
		svc.steady = false
		s.wakeLater(svc)
	}
	v := svc.view()
	return &sdk.UpdateServiceOutput{Service: &v}, nil
}

// updatedRevision is what the service would run after the update.
func (svc *service) updatedRevision(r *region, in *sdk.UpdateServiceInput) (revision, error) {
	wanted := svc.primary().revision
	if in.TaskDefinition != nil {
		td, err := r.launchable(*in.TaskDefinition)
		if err != nil {
			return revision{}, err
		}
		wanted.definition = td
	}
	if in.NetworkConfiguration != nil {
		wanted.network = normalNetwork(in.NetworkConfiguration)
	}
	// An empty list removes the load balancers; an absent one keeps them.
	if in.LoadBalancers != nil {
		wanted.loadBalancers = slices.Clone(in.LoadBalancers)
	}
	if in.PlatformVersion != nil {
		wanted.platform = *in.PlatformVersion
	}
	if err := svc.changeCapacity(&wanted, in); err != nil {
		return revision{}, err
	}
	return wanted, nil
}

func (s *Service) checkUpdate(svc *service, in *sdk.UpdateServiceInput, wanted revision) error {
	rebalancing := in.AvailabilityZoneRebalancing
	if rebalancing == "" {
		rebalancing = svc.rebalancing
	}
	switch {
	case in.DesiredCount != nil && *in.DesiredCount < 0:
		return invalidParameter("Desired count must not be negative.")
	case in.HealthCheckGracePeriodSeconds != nil && len(wanted.loadBalancers) == 0:
		return invalidParameter("Health check grace period is only valid for services configured to use load balancers")
	case in.DeploymentController != nil && in.DeploymentController.Type != types.DeploymentControllerTypeEcs:
		return core.Errorf(codeUnsupportedFeature, "The deployment controller %s is not simulated.", in.DeploymentController.Type)
	}
	if err := checkDeploymentConfiguration(enriched(svc.configuration, in.DeploymentConfiguration), in.DeploymentConfiguration, rebalancing); err != nil {
		return err
	}
	if wanted.same(svc.primary().revision) {
		return nil
	}
	return s.checkRevision(svc.region, wanted)
}

// updateInPlace changes what needs no new deployment, and reports whether anything
// is different now.
func (svc *service) updateInPlace(in *sdk.UpdateServiceInput) bool {
	old := *svc
	if in.DesiredCount != nil {
		svc.desired = int(*in.DesiredCount)
	}
	if in.DeploymentConfiguration != nil {
		svc.configuration = enriched(svc.configuration, in.DeploymentConfiguration)
	}
	if in.LoadBalancers != nil && len(in.LoadBalancers) == 0 {
		svc.grace = nil
	}
	svc.grace = firstOf(in.HealthCheckGracePeriodSeconds, svc.grace)
	if svc.grace == nil && len(in.LoadBalancers) > 0 {
		svc.grace = aws.Int32(0)
	}
	if in.AvailabilityZoneRebalancing != "" {
		svc.rebalancing = in.AvailabilityZoneRebalancing
	}
	if in.PropagateTags != "" {
		svc.propagateTags = in.PropagateTags
	}
	svc.managedTags = *orDefault(in.EnableECSManagedTags, svc.managedTags)
	svc.executable = *orDefault(in.EnableExecuteCommand, svc.executable)
	return old.desired != svc.desired || old.rebalancing != svc.rebalancing || old.propagateTags != svc.propagateTags ||
		old.managedTags != svc.managedTags || old.executable != svc.executable ||
		!reflect.DeepEqual(old.grace, svc.grace) || !reflect.DeepEqual(old.configuration, svc.configuration)
}
