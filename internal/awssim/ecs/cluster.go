package ecs

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

const (
	defaultCluster = "default"
	// mostDescribedClusters is the batch limit of DescribeClusters.
	mostDescribedClusters = 100
)

// cluster is one cluster with its services and tasks.
type cluster struct {
	core.Appearance
	name, arn, status string
	settings          []types.ClusterSetting
	configuration     *types.ClusterConfiguration
	providers         []string
	strategy          []types.CapacityProviderStrategyItem
	tags              []types.Tag
	// services holds, by name, the service that has the name or had it last.
	services map[string]*service
	// tasks are in the order of their start; stopped ones stay for an hour.
	tasks []*task
}

// cluster finds an ACTIVE cluster that reads show by name or ARN; empty means "default".
func (r *region) cluster(ref *string) (*cluster, error) {
	c, ok := r.clusters[clusterName(ref)]
	if !ok || !c.Seen() || isForeign(r.scope, aws.ToString(ref)) {
		return nil, core.Errorf(codeClusterNotFound, "Cluster not found.")
	}
	if c.status != statusActive {
		return nil, core.Errorf(codeClusterNotFound, "The referenced cluster was inactive.")
	}
	return c, nil
}

func clusterName(ref *string) string {
	if aws.ToString(ref) == "" {
		return defaultCluster
	}
	return lastSegment(*ref)
}

func (r *region) activeClusters() (n int) {
	for _, c := range r.clusters {
		if c.status == statusActive {
			n++
		}
	}
	return n
}

// CreateCluster makes a cluster; one that exists and is ACTIVE is returned as it is,
// unless the caller names capacity providers that it does not have.
func (s *Service) CreateCluster(c *core.Call, in *sdk.CreateClusterInput) (*sdk.CreateClusterOutput, error) {
	r := s.regions.In(c.Scope)
	name := clusterName(in.ClusterName)
	if err := checkName(name, "Cluster name"); err != nil {
		return nil, err
	}
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	if err := checkProviders(in.CapacityProviders, in.DefaultCapacityProviderStrategy); err != nil {
		return nil, err
	}
	made, ok := r.clusters[name]
	if !ok || made.status != statusActive {
		if s.world.Exceeds(core.Clusters, r.activeClusters()+1) {
			return nil, clientError("The maximum number of clusters, %d, has been reached.", s.world.Quota(core.Clusters)) // the sentence is not AWS's
		}
		made = &cluster{
			Appearance: s.world.Appears(), name: name, arn: c.ARN("ecs", "cluster/"+name), status: statusActive,
			settings:  mergeSettings([]types.ClusterSetting{{Name: types.ClusterSettingNameContainerInsights, Value: aws.String("disabled")}}, in.Settings),
			providers: slices.Clone(in.CapacityProviders), strategy: slices.Clone(in.DefaultCapacityProviderStrategy),
			configuration: in.Configuration, tags: slices.Clone(in.Tags),
			services: map[string]*service{},
		}
		r.clusters[name] = made
	}
	if len(in.CapacityProviders) > 0 && !slices.Equal(in.CapacityProviders, made.providers) {
		return nil, invalidParameter("Arguments on this idempotent request are inconsistent with arguments used in previous request(s).")
	}
	view := made.view([]types.ClusterField{types.ClusterFieldTags, types.ClusterFieldSettings, types.ClusterFieldConfigurations})
	return &sdk.CreateClusterOutput{Cluster: &view}, nil
}

// DescribeClusters describes clusters by name or ARN; those that are not there are
// failures with the reason MISSING.
func (s *Service) DescribeClusters(c *core.Call, in *sdk.DescribeClustersInput) (*sdk.DescribeClustersOutput, error) {
	r := s.regions.In(c.Scope)
	refs := in.Clusters
	if len(refs) == 0 {
		refs = []string{defaultCluster}
	}
	if len(refs) > mostDescribedClusters {
		return nil, invalidParameter("Clusters cannot have more than %d elements.", mostDescribedClusters)
	}
	out := &sdk.DescribeClustersOutput{Clusters: []types.Cluster{}, Failures: []types.Failure{}}
	for _, ref := range refs {
		found, ok := r.clusters[lastSegment(ref)]
		if !ok || !found.Seen() || isForeign(c.Scope, ref) {
			out.Failures = append(out.Failures, missing(completeARN(c.Scope, ref, "cluster/"+ref)))
			continue
		}
		out.Clusters = append(out.Clusters, found.view(in.Include))
	}
	return out, nil
}

func missing(arn string) types.Failure {
	return types.Failure{Arn: aws.String(arn), Reason: aws.String(reasonMissing)}
}

// completeARN is ref if it is an ARN, else the ARN of the resource.
func completeARN(sc core.Scope, ref, resource string) string {
	if strings.HasPrefix(ref, "arn:") {
		return ref
	}
	return sc.ARN("ecs", resource)
}

// ListClusters lists the ARNs of ACTIVE clusters.
func (s *Service) ListClusters(c *core.Call, in *sdk.ListClustersInput) (*sdk.ListClustersOutput, error) {
	r := s.regions.In(c.Scope)
	var arns []string
	for _, name := range slices.Sorted(maps.Keys(r.clusters)) {
		if found := r.clusters[name]; found.Seen() && found.status == statusActive {
			arns = append(arns, found.arn)
		}
	}
	part, next, err := page(arns, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	return &sdk.ListClustersOutput{ClusterArns: part, NextToken: next}, nil
}

// UpdateCluster changes settings and the configuration of a cluster.
func (s *Service) UpdateCluster(c *core.Call, in *sdk.UpdateClusterInput) (*sdk.UpdateClusterOutput, error) {
	found, err := s.regions.In(c.Scope).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	found.settings = mergeSettings(found.settings, in.Settings)
	if in.Configuration != nil {
		found.configuration = in.Configuration
	}
	view := found.view([]types.ClusterField{types.ClusterFieldTags, types.ClusterFieldSettings, types.ClusterFieldConfigurations})
	return &sdk.UpdateClusterOutput{Cluster: &view}, nil
}

func mergeSettings(old, changed []types.ClusterSetting) []types.ClusterSetting {
	merged := slices.Clone(old)
	for _, setting := range changed {
		at := slices.IndexFunc(merged, func(o types.ClusterSetting) bool { return o.Name == setting.Name })
		if at < 0 {
			merged = append(merged, setting)
			continue
		}
		merged[at] = setting
	}
	return merged
}

// DeleteCluster makes an empty cluster INACTIVE. Services that are not INACTIVE and
// tasks that are not STOPPED are in the way.
func (s *Service) DeleteCluster(c *core.Call, in *sdk.DeleteClusterInput) (*sdk.DeleteClusterOutput, error) {
	found, err := s.regions.In(c.Scope).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	for _, svc := range found.services {
		if svc.status != statusInactive {
			return nil, core.Errorf(codeClusterHasServices, "The Cluster cannot be deleted while Services are active.")
		}
	}
	for _, t := range found.tasks {
		if t.lastStatus != taskStopped {
			return nil, core.Errorf(codeClusterHasTasks, "The Cluster cannot be deleted while Tasks are active.")
		}
	}
	found.status = statusInactive
	found.services = map[string]*service{}
	found.tasks = nil
	view := found.view(nil)
	return &sdk.DeleteClusterOutput{Cluster: &view}, nil
}

// view is the cluster as AWS shows it. Tags, settings, statistics and the
// configuration are shown only when they are asked for.
func (c *cluster) view(include []types.ClusterField) types.Cluster {
	v := types.Cluster{
		ClusterArn: aws.String(c.arn), ClusterName: aws.String(c.name), Status: aws.String(c.status),
		CapacityProviders:               append([]string{}, c.providers...),
		DefaultCapacityProviderStrategy: append([]types.CapacityProviderStrategyItem{}, c.strategy...),
		Settings:                        []types.ClusterSetting{}, Statistics: []types.KeyValuePair{}, Tags: []types.Tag{},
	}
	for _, svc := range c.services {
		if svc.status == statusActive {
			v.ActiveServicesCount++
		}
	}
	for _, t := range c.tasks {
		switch {
		case t.isRunning():
			v.RunningTasksCount++
		case t.isPending():
			v.PendingTasksCount++
		}
	}
	for _, field := range include {
		switch field {
		case types.ClusterFieldTags:
			v.Tags = append(v.Tags, c.tags...)
		case types.ClusterFieldSettings:
			v.Settings = append(v.Settings, c.settings...)
		case types.ClusterFieldConfigurations:
			v.Configuration = c.configuration
		}
	}
	return v
}
