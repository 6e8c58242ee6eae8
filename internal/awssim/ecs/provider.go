package ecs

import (
	"reflect"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// The capacity providers that every account has. Those of Auto Scaling groups and of
// managed instances are not simulated, and unknown here.
const (
	providerFargate = "FARGATE"
	providerSpot    = "FARGATE_SPOT"
)

// mostInStrategy is how many items a strategy may have (the SDK's comment on
// CapacityProviderStrategyItem).
const mostInStrategy = 20

// PutClusterCapacityProviders replaces the capacity providers and the default strategy
// of a cluster. A provider on which tasks run cannot be left out.
func (s *Service) PutClusterCapacityProviders(c *core.Call, in *sdk.PutClusterCapacityProvidersInput) (*sdk.PutClusterCapacityProvidersOutput, error) {
	found, err := s.regions.In(c.Scope).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	if err := checkProviders(in.CapacityProviders, in.DefaultCapacityProviderStrategy); err != nil {
		return nil, err
	}
	for _, t := range found.tasks {
		if t.lastStatus != taskStopped && t.provider != "" && !slices.Contains(in.CapacityProviders, t.provider) {
			return nil, core.Errorf(codeInUse, "The specified capacity provider is in use and cannot be removed.")
		}
	}
	found.providers, found.strategy = slices.Clone(in.CapacityProviders), slices.Clone(in.DefaultCapacityProviderStrategy)
	view := found.view([]types.ClusterField{types.ClusterFieldTags, types.ClusterFieldSettings, types.ClusterFieldConfigurations})
	return &sdk.PutClusterCapacityProvidersOutput{Cluster: &view}, nil
}

// checkProviders holds a cluster's capacity providers and default strategy against
// AWS's rules.
func checkProviders(providers []string, strategy []types.CapacityProviderStrategyItem) error {
	for _, name := range providers {
		if name != providerFargate && name != providerSpot {
			return invalidParameter("The specified capacity provider was not found. Specify a valid name or ARN and try again.")
		}
	}
	if len(strategy) == 0 {
		return nil
	}
	return checkStrategy(providers, strategy)
}

// checkStrategy holds a strategy against the capacity providers of its cluster. The
// first sentence is AWS's.
func checkStrategy(providers []string, strategy []types.CapacityProviderStrategyItem) error {
	bases, weights := 0, int32(0)
	var named []string
	for _, item := range strategy {
		name := aws.ToString(item.CapacityProvider)
		if !slices.Contains(providers, name) {
			return invalidParameter("The specified capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.")
		}
		if slices.Contains(named, name) {
			return invalidParameter("A capacity provider strategy cannot contain the capacity provider %s more than once.", name)
		}
		named = append(named, name)
		weights += item.Weight
		if item.Base > 0 {
			bases++
		}
	}
	switch {
	case len(strategy) > mostInStrategy:
		return invalidParameter("A capacity provider strategy can contain a maximum of %d capacity providers.", mostInStrategy)
	case bases > 1:
		return invalidParameter("Only one capacity provider in a capacity provider strategy can have a base defined.")
	case weights == 0:
		return invalidParameter("At least one capacity provider in a capacity provider strategy must have a weight value greater than zero.")
	}
	return nil
}

// capacity is on what new tasks run: what the caller names, else the cluster's default
// strategy, else container instances.
func (c *cluster) capacity(launchType types.LaunchType, strategy []types.CapacityProviderStrategyItem) (types.LaunchType, []types.CapacityProviderStrategyItem, error) {
	switch {
	case launchType != "" && len(strategy) > 0:
		return "", nil, invalidParameter("Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.")
	case len(strategy) > 0:
		return "", slices.Clone(strategy), checkStrategy(c.providers, strategy)
	case launchType != "":
		return launchType, nil, nil
	case len(c.strategy) > 0:
		return "", slices.Clone(c.strategy), nil
	default:
		return types.LaunchTypeEc2, nil, nil
	}
}

// changeCapacity has the service run on what an update names. An empty strategy leads
// back to the launch type; an absent one changes nothing.
func (svc *service) changeCapacity(wanted *revision, in *sdk.UpdateServiceInput) error {
	if in.CapacityProviderStrategy == nil {
		return nil
	}
	changed := *wanted
	changed.strategy = nil
	if len(in.CapacityProviderStrategy) > 0 {
		if err := checkStrategy(svc.cluster.providers, in.CapacityProviderStrategy); err != nil {
			return err
		}
		changed.launchType, changed.strategy = "", slices.Clone(in.CapacityProviderStrategy)
	} else if wanted.onFargate() {
		changed.launchType = types.LaunchTypeFargate
	}
	if !changed.runsOn(*wanted) && !in.ForceNewDeployment {
		return invalidParameter("When switching from launch type to capacity provider strategy on an existing service, or making a change to a capacity provider strategy on a service that is already using one, you must force a new deployment.")
	}
	*wanted = changed
	return nil
}

// runsOn reports whether the two run on the same capacity.
func (r revision) runsOn(o revision) bool {
	return r.launchType == o.launchType && len(r.strategy) == len(o.strategy) &&
		(len(r.strategy) == 0 || reflect.DeepEqual(r.strategy, o.strategy))
}

// onFargate reports whether the tasks of the revision run on Fargate.
func (r revision) onFargate() bool {
	return r.launchType == types.LaunchTypeFargate || len(r.strategy) > 0
}

// plan is on which capacity provider each of the next n tasks runs, beside those that
// are kept; "" without a strategy.
func (r revision) plan(kept []*task, n int) []string {
	count := map[string]int32{}
	for _, t := range kept {
		count[t.provider]++
	}
	providers := make([]string, 0, n)
	for range n {
		name := nextProvider(r.strategy, count)
		count[name]++
		providers = append(providers, name)
	}
	return providers
}

// nextProvider is the provider whose base is not reached, else the one that is furthest
// behind its weight.
func nextProvider(strategy []types.CapacityProviderStrategyItem, count map[string]int32) string {
	best, load := "", 0.0
	for _, item := range strategy {
		name := aws.ToString(item.CapacityProvider)
		if count[name] < item.Base {
			return name
		}
		if item.Weight == 0 {
			continue
		}
		if l := float64(count[name]-item.Base+1) / float64(item.Weight); best == "" || l < load {
			best, load = name, l
		}
	}
	return best
}
