package resource

import (
	"context"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
)

// pathProviders is the path of capacity providers in a delta.
const pathProviders = "capacityProviders"

// Diff compares what the wish declares. A revision that ECS has rolled back is not
// tried again: only another wish is. While the rollout is paused, only tags differ, and
// what a person wants of a rollout that goes on.
func (s Service) Diff(wish ServiceWish, observed *ServiceState) *compare.Delta {
	delta := compare.NewDelta()
	if observed.Status != statusActive {
		return delta // ECS refuses changes while it drains
	}
	if !s.Settings.Paused {
		s.diffRollout(delta, wish, observed)
	}
	if s.mayAbort(observed) {
		delta.Add("rollout", "aborted", "in progress")
	} else if s.mayPromote(observed) {
		delta.Add("rollout", "promoted", "paused")
	}
	diffTags(delta, wish.Tags, observed.Tags)
	return delta
}

// diffRollout compares what reaches the tasks. Load balancers, network and capacity
// providers go with the revision: ECS puts all of them back together.
func (s Service) diffRollout(delta *compare.Delta, wish ServiceWish, observed *ServiceState) {
	rolledBack, held := observed.rolledBack(wish.TaskDefinition, s.Before), s.isHeld(observed)
	if !rolledBack && !held {
		diff(delta, "taskDefinition", wish.TaskDefinition, observed.TaskDefinition)
		diff(delta, pathProviders, wish.Providers.String(), observed.Providers.String())
	}
	if wish.Replicas != nil {
		diff(delta, "replicas", s.nextCount(*wish.Replicas, observed), observed.Desired)
	}
	if held {
		return
	}
	if !rolledBack {
		diffNetwork(delta, wish, observed)
	}
	// Where ECS went back, it went back to the ports and the strategy of that time, too.
	bound := sameBindings(wish.Targets, observed.Targets)
	if !bound && !rolledBack {
		delta.Add("loadBalancers", wish.Targets, observed.Targets)
	}
	if bound || !rolledBack {
		s.Settings.Shift.diff(delta, observed.Shift)
		s.Settings.Alarms.diff(delta, observed.alarms) // ECS is told the strategy with them
	}
	diff(delta, "healthCheckGracePeriod", wish.Grace, observed.Grace)
	s.Settings.limits().diff(delta, observed.Limits)
	s.Settings.diffRebalancing(delta, observed.Rebalancing)
}

func diffNetwork(delta *compare.Delta, wish ServiceWish, observed *ServiceState) {
	if !sameSet(wish.Subnets, observed.Subnets) {
		delta.Add("network.subnets", wish.Subnets, observed.Subnets)
	}
	if !sameSet(wish.Groups, observed.Groups) {
		delta.Add("network.securityGroups", wish.Groups, observed.Groups)
	}
	diff(delta, "network.assignPublicIP", wish.PublicIP, observed.PublicIP)
}

// Update sends only what differs: ECS starts a deployment for some fields even where
// their value is the same.
func (s Service) Update(ctx context.Context, wish ServiceWish, observed *ServiceState, delta *compare.Delta) (*ServiceState, error) {
	updated := *observed
	switch {
	case s.mayAbort(observed):
		if err := s.abort(ctx, observed); err != nil {
			return nil, err
		}
	case s.mayPromote(observed):
		if err := s.promote(ctx, observed); err != nil {
			return nil, err
		}
		updated.Moving = nil
	}
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
	set(pathProviders, func() {
		input.CapacityProviderStrategy, input.ForceNewDeployment = wish.Providers.changed(), true // ECS refuses the one without the other
	})
	set("replicas", func() { input.DesiredCount = ptr(s.nextCount(*wish.Replicas, observed)) })
	set("network", func() { input.NetworkConfiguration = awsvpc(wish.Subnets, wish.Groups, wish.PublicIP) })
	set("loadBalancers", func() { input.LoadBalancers = s.loadBalancers(wish.Targets, observed.Targets) })
	set("healthCheckGracePeriod", func() { input.HealthCheckGracePeriodSeconds = &wish.Grace })
	set("availabilityZoneRebalancing", func() { input.AvailabilityZoneRebalancing = s.Settings.rebalancing() })
	set("deploymentConfiguration", func() { input.DeploymentConfiguration = s.Settings.configuration() })
	return input, changed
}
