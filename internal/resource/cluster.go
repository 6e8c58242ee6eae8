package resource

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// Cluster is the ECS cluster. Gateways that name the same cluster share it: whoever
// needs it first makes it, and the last removes it. A cluster without the
// controller's tag was there before and is used as it is.
type Cluster struct {
	Common
	Name string
	// Providers are those that the gateway's service runs on; none where it names none.
	Providers CapacityProviders
}

// ClusterWish is what the cluster should have, whoever made it.
type ClusterWish struct {
	// Tags are for a cluster that is made.
	Tags map[string]string
	// Providers are the names of capacity providers that must be among the cluster's.
	Providers []string
}

// ClusterState is the cluster that is there.
type ClusterState struct {
	Name, ARN string
	Tags      map[string]string
	// Providers are the names of its capacity providers.
	Providers []string

	strategy []ecstypes.CapacityProviderStrategyItem
}

// ReasonNoCapacityProvider is the reason of the problem that a cluster of someone else
// lacks a capacity provider.
const ReasonNoCapacityProvider = "NoCapacityProvider"

// The statuses of clusters and services that the controller acts on.
const (
	statusActive   = "ACTIVE"
	statusDraining = "DRAINING"
	statusInactive = "INACTIVE"
)

// Identity is Cluster/cluster.
func (c Cluster) Identity() engine.Identity {
	return engine.Identity{Kind: "Cluster", Name: "cluster"}
}

// Needs nothing.
func (c Cluster) Needs() []engine.Need { return nil }

// Wish is the tags of a shared resource, with no owner and none of one user's own, and
// the capacity providers that this gateway needs.
func (c Cluster) Wish() (ClusterWish, error) {
	return ClusterWish{Tags: awscloud.SharedTags(map[string]string{awscloud.TagName: c.Name}), Providers: c.Providers.names()}, nil
}

// Observe finds the active cluster by its name.
func (c Cluster) Observe(ctx context.Context, _ engine.Record) (*ClusterState, error) {
	out, err := c.Cloud.ECS.DescribeClusters(ctx, &ecs.DescribeClustersInput{
		Clusters: []string{c.Name}, Include: []ecstypes.ClusterField{ecstypes.ClusterFieldTags},
	})
	if err != nil {
		return nil, gone(err)
	}
	for _, found := range out.Clusters {
		if aws.ToString(found.Status) != statusInactive {
			state := &ClusterState{
				Name: c.Name, ARN: aws.ToString(found.ClusterArn), Tags: ecsTagMap(found.Tags),
				Providers: found.CapacityProviders, strategy: found.DefaultCapacityProviderStrategy,
			}
			return state, complete(c.Identity(), state.ARN)
		}
	}
	return nil, nil
}

// Owner is ours, that is this controller's, by the tag; else external.
func (c Cluster) Owner(observed *ClusterState) engine.Ownership {
	if observed.Tags[awscloud.TagManagedBy] == awscloud.ManagedBy {
		return engine.Ours()
	}
	return engine.External()
}

// Diff finds capacity providers that are missing. Those that no gateway needs any more
// stay: they cost nothing, and someone else may use them.
func (c Cluster) Diff(wish ClusterWish, observed *ClusterState) *compare.Delta {
	delta := compare.NewDelta()
	if missing := observed.missing(wish.Providers); len(missing) > 0 {
		delta.Add(pathProviders, wish.Providers, observed.Providers)
	}
	return delta
}

// missing are the capacity providers that the cluster does not have.
func (s *ClusterState) missing(wanted []string) []string {
	return slices.DeleteFunc(slices.Clone(wanted), func(name string) bool { return slices.Contains(s.Providers, name) })
}

// Create makes the cluster. ECS answers with the existing one where two gateways make
// it at the same moment. Its capacity providers follow in a call of their own: with
// them in the first one, ECS may not find its own role in an account that it is new to.
func (c Cluster) Create(ctx context.Context, wish ClusterWish) (*ClusterState, error) {
	out, err := c.Cloud.ECS.CreateCluster(ctx, &ecs.CreateClusterInput{ClusterName: &c.Name, Tags: ecsTags(wish.Tags)})
	if err != nil {
		return nil, err
	}
	if out.Cluster == nil {
		return nil, complete(c.Identity(), "")
	}
	made := &ClusterState{
		Name: c.Name, ARN: aws.ToString(out.Cluster.ClusterArn), Tags: wish.Tags,
		Providers: out.Cluster.CapacityProviders, strategy: out.Cluster.DefaultCapacityProviderStrategy,
	}
	return c.associate(ctx, wish, made)
}

// Update adds the missing capacity providers.
func (c Cluster) Update(ctx context.Context, wish ClusterWish, observed *ClusterState, _ *compare.Delta) (*ClusterState, error) {
	return c.associate(ctx, wish, observed)
}

// associate adds capacity providers to those that the cluster has. Its default strategy
// stays as it is.
func (c Cluster) associate(ctx context.Context, wish ClusterWish, observed *ClusterState) (*ClusterState, error) {
	missing := observed.missing(wish.Providers)
	if len(missing) == 0 {
		return observed, nil
	}
	all := slices.Concat(observed.Providers, missing)
	_, err := c.Cloud.ECS.PutClusterCapacityProviders(ctx, &ecs.PutClusterCapacityProvidersInput{
		Cluster: &observed.ARN, CapacityProviders: all,
		DefaultCapacityProviderStrategy: append([]ecstypes.CapacityProviderStrategyItem{}, observed.strategy...),
	})
	if err != nil {
		return observed, serviceRefusal(err)
	}
	updated := *observed
	updated.Providers = all
	return &updated, nil
}

// Delete removes the cluster unless someone still uses it: ECS itself refuses then.
func (c Cluster) Delete(ctx context.Context, observed *ClusterState) error {
	_, err := c.Cloud.ECS.DeleteCluster(ctx, &ecs.DeleteClusterInput{Cluster: &observed.ARN})
	switch awscloud.Code(err) {
	case "ClusterContainsServicesException", "ClusterContainsTasksException", "ClusterContainsContainerInstancesException":
		return fmt.Errorf("cluster %s is %w", c.Name, engine.ErrStillShared)
	}
	return gone(err)
}

// Release does nothing: a shared cluster has no owner's tags.
func (c Cluster) Release(context.Context, *ClusterState) error { return nil }

// Settled at once, where the cluster has what this gateway runs on. One that was there
// before is never changed.
func (c Cluster) Settled(observed *ClusterState) error {
	missing := observed.missing(c.Providers.names())
	if len(missing) == 0 {
		return nil
	}
	return &engine.Problem{Reason: ReasonNoCapacityProvider, Terminal: true, Message: fmt.Sprintf(
		"the cluster %s was there before, and has no capacity provider %s: add it (aws ecs put-cluster-capacity-providers), or name another cluster",
		c.Name, strings.Join(missing, ", "))}
}

// ID is the cluster's ARN.
func (c Cluster) ID(observed *ClusterState) string { return observed.ARN }

func ecsTags(tags map[string]string) []ecstypes.Tag {
	return awscloud.TagList(tags, func(k, v *string) ecstypes.Tag { return ecstypes.Tag{Key: k, Value: v} })
}

func ecsTagMap(tags []ecstypes.Tag) map[string]string {
	return awscloud.TagMap(tags, func(t ecstypes.Tag) (*string, *string) { return t.Key, t.Value })
}
