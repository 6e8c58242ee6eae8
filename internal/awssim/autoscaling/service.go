// Package autoscaling simulates Application Auto Scaling for the desired count of ECS
// services: scalable targets, target tracking on the average CPU or memory of a service,
// and scheduled actions. What Amazon CloudWatch does between them, with alarms and a
// data point each minute, happens here; the alarms can only be seen by name.
//
// Other namespaces, step and predictive scaling and customized metrics are not
// simulated, and refused.
package autoscaling

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ecs"
)

// Quotas for each scalable target (Application Auto Scaling user guide, "Quotas").
const (
	mostTargets  = 3000 // of ECS services in an account and region
	mostPolicies = 50
	mostActions  = 200
)

// Error codes of Application Auto Scaling.
const (
	invalid       = "ValidationException"
	notFound      = "ObjectNotFoundException"
	noResource    = "ResourceNotFoundException"
	limitExceeded = "LimitExceededException"
	invalidToken  = "InvalidNextTokenException"
	tooManyTags   = "TooManyTagsException"
	notSimulated  = "NotImplemented"
)

// Counts are the ECS services, as far as they are scaled.
type Counts interface {
	// Scalable is an ACTIVE service by its cluster's name and its own.
	Scalable(sc core.Scope, cluster, service string) (ecs.Scalable, bool)
	// Scale sets the desired count of a service. It reports whether the service is ACTIVE.
	Scale(sc core.Scope, cluster, service string, count int) bool
}

// Service is the simulated Application Auto Scaling of all accounts and regions.
type Service struct {
	world   *core.World
	counts  Counts
	regions core.Regional[region]
}

// region is what one account has in one region.
type region struct {
	scope core.Scope
	// targets are the scalable targets by resource id.
	targets map[string]*target
	// activities are newest first, also those of targets that are gone.
	activities []*activity
}

// New returns an Application Auto Scaling without scalable targets.
func New(w *core.World, c Counts) *Service {
	return &Service{world: w, counts: c, regions: core.Regional[region]{
		Make: func(sc core.Scope) *region { return &region{scope: sc, targets: map[string]*target{}} },
	}}
}

// Inventory lists all scalable targets, scaling policies and scheduled actions. Only
// targets have tags.
func (s *Service) Inventory() []core.Resource {
	var list []core.Resource
	s.regions.All(func(sc core.Scope, r *region) {
		add := func(kind, arn string, tags map[string]string) {
			list = append(list, core.Resource{
				Service: "application-autoscaling", Kind: kind, ID: arn, Account: sc.Account, Region: sc.Region, Tags: tags,
			})
		}
		for _, t := range r.targets {
			add("ScalableTarget", t.arn, maps.Clone(t.tags))
			for _, p := range t.policies {
				add("ScalingPolicy", p.arn, nil)
			}
			for _, a := range t.actions {
				add("ScheduledAction", a.arn, nil)
			}
		}
	})
	core.SortResources(list)
	return list
}

// names of things, sorted.
func sorted[T any](of map[string]T) []string { return slices.Sorted(maps.Keys(of)) }

// supported refuses what is not the desired count of an ECS service.
func supported(namespace types.ServiceNamespace, resource string, dimension types.ScalableDimension) error {
	if namespace != types.ServiceNamespaceEcs {
		return core.Errorf(notSimulated, "awssim: Application Auto Scaling of %s is not simulated", namespace).WithStatus(501)
	}
	if _, _, ok := splitResource(resource); !ok || dimension != types.ScalableDimensionECSServiceDesiredCount {
		return core.Errorf(invalid, "Unsupported service namespace, resource type or scalable dimension")
	}
	return nil
}
