package resource

import (
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// CapacityProvider is what tasks run on, and its share of them.
type CapacityProvider struct {
	// Name is FARGATE or FARGATE_SPOT.
	Name string
	// Base tasks run on it before any run on another; beyond that, providers share by
	// their weights.
	Base, Weight int32
}

// String is for people and for the label of a task definition.
func (p CapacityProvider) String() string {
	return fmt.Sprintf("%s base %d weight %d", p.Name, p.Base, p.Weight)
}

// CapacityProviders are the providers of a service; none is Fargate by launch type.
type CapacityProviders []CapacityProvider

// String is the same in whatever order they are, and empty for none.
func (list CapacityProviders) String() string {
	var texts []string
	for _, p := range list.sorted() {
		texts = append(texts, p.String())
	}
	return strings.Join(texts, ", ")
}

// names are the providers that the cluster must have.
func (list CapacityProviders) names() []string {
	var names []string
	for _, p := range list {
		names = append(names, p.Name)
	}
	return names
}

// strategy is the list as ECS takes it, nil for none.
func (list CapacityProviders) strategy() []ecstypes.CapacityProviderStrategyItem {
	var items []ecstypes.CapacityProviderStrategyItem
	for _, p := range list {
		items = append(items, ecstypes.CapacityProviderStrategyItem{CapacityProvider: &p.Name, Base: p.Base, Weight: p.Weight})
	}
	return items
}

// changed is the list as ECS takes it of a service that has another: an empty one leads
// back to the launch type.
func (list CapacityProviders) changed() []ecstypes.CapacityProviderStrategyItem {
	return append([]ecstypes.CapacityProviderStrategyItem{}, list.strategy()...)
}

// launchType is Fargate where no provider is named.
func (list CapacityProviders) launchType() ecstypes.LaunchType {
	if len(list) > 0 {
		return ""
	}
	return ecstypes.LaunchTypeFargate
}

// providersOf reads a strategy, in the order of names.
func providersOf(strategy []ecstypes.CapacityProviderStrategyItem) CapacityProviders {
	var list CapacityProviders
	for _, item := range strategy {
		list = append(list, CapacityProvider{Name: aws.ToString(item.CapacityProvider), Base: item.Base, Weight: item.Weight})
	}
	return list.sorted()
}

func (list CapacityProviders) sorted() CapacityProviders {
	return slices.SortedFunc(slices.Values(list), func(a, b CapacityProvider) int { return strings.Compare(a.Name, b.Name) })
}
