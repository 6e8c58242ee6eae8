package resource

import (
	"context"
	"fmt"

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
}

// ClusterState is the cluster that is there.
type ClusterState struct {
	Name, ARN string
	Tags      map[string]string
}

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

// Wish is the tags of a shared resource: no owner and none of one user's own.
func (c Cluster) Wish() (map[string]string, error) {
	return awscloud.SharedTags(map[string]string{awscloud.TagName: c.Name}), nil
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
			state := &ClusterState{Name: c.Name, ARN: aws.ToString(found.ClusterArn), Tags: ecsTagMap(found.Tags)}
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

// Diff is empty: nothing of a shared cluster follows one gateway's spec.
func (c Cluster) Diff(map[string]string, *ClusterState) *compare.Delta { return nil }

// Create makes the cluster. ECS answers with the existing one where two gateways make
// it at the same moment.
func (c Cluster) Create(ctx context.Context, tags map[string]string) (*ClusterState, error) {
	out, err := c.Cloud.ECS.CreateCluster(ctx, &ecs.CreateClusterInput{ClusterName: &c.Name, Tags: ecsTags(tags)})
	if err != nil {
		return nil, err
	}
	if out.Cluster == nil {
		return nil, complete(c.Identity(), "")
	}
	return &ClusterState{Name: c.Name, ARN: aws.ToString(out.Cluster.ClusterArn), Tags: tags}, nil
}

// Update does nothing.
func (c Cluster) Update(_ context.Context, _ map[string]string, observed *ClusterState, _ *compare.Delta) (*ClusterState, error) {
	return observed, nil
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

// Settled at once.
func (c Cluster) Settled(*ClusterState) error { return nil }

// ID is the cluster's ARN.
func (c Cluster) ID(observed *ClusterState) string { return observed.ARN }

func ecsTags(tags map[string]string) []ecstypes.Tag {
	return awscloud.TagList(tags, func(k, v *string) ecstypes.Tag { return ecstypes.Tag{Key: k, Value: v} })
}

func ecsTagMap(tags []ecstypes.Tag) map[string]string {
	return awscloud.TagMap(tags, func(t ecstypes.Tag) (*string, *string) { return t.Key, t.Value })
}
