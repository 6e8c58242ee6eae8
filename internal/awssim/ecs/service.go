package ecs

import (
	"maps"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

const (
	// mostDescribedServices is the batch limit of DescribeServices.
	mostDescribedServices = 10
	// inactiveShown is how long an INACTIVE service can still be described. AWS
	// promises no time.
	inactiveShown = time.Hour
)

// service is one ECS service and what its scheduler knows.
type service struct {
	core.Appearance
	region    *region
	cluster   *cluster
	name, arn string
	status    string
	createdAt time.Time
	createdBy string
	tags      []types.Tag

	desired       int
	configuration types.DeploymentConfiguration
	grace         *int32
	rebalancing   types.AvailabilityZoneRebalancing
	propagateTags types.PropagateTags
	managedTags   bool
	executable    bool

	// clientToken and request make CreateService idempotent.
	clientToken string
	request     *sdk.CreateServiceInput

	// deployments are newest first, but the PRIMARY is always the first.
	deployments []*deployment
	// completed is the deployment that a rollback goes back to.
	completed *deployment
	// rollouts is the history that ListServiceDeployments tells, newest first.
	rollouts []*rollout
	// events are newest first.
	events []types.ServiceEvent
	// tasks are those that are not STOPPED.
	tasks []*task

	// look is the scheduler's next look and lookAt its time.
	look   *core.Event
	lookAt time.Time
	// launchAfter is when the scheduler will have got round to the last change.
	launchAfter time.Time
	// launched is what the scheduler has started lately.
	launched launchMinute
	// spotRetryAt is when Fargate Spot, which had no room, may be tried again.
	spotRetryAt time.Time
	// steadyAt is when the scheduler will find that the service is steady, zero while
	// it does not look so; steady says that it has said so.
	steadyAt   time.Time
	steady     bool
	inactiveAt time.Time
	// demand is the work that its tasks share.
	demand Demand
}

// primary is the deployment that the scheduler works towards.
func (svc *service) primary() *deployment { return svc.deployments[0] }

// service finds a service of the cluster by name or ARN, whatever its status, once
// reads show it and as long as they do.
func (c *cluster) service(ref string, now time.Time) (*service, bool) {
	svc, ok := c.services[lastSegment(ref)]
	if !ok || !svc.Seen() || svc.status == statusInactive && now.Sub(svc.inactiveAt) >= inactiveShown {
		return nil, false
	}
	return svc, true
}

// DescribeServices describes up to ten services of a cluster by name or ARN; those
// that are not there are failures with the reason MISSING.
func (s *Service) DescribeServices(c *core.Call, in *sdk.DescribeServicesInput) (*sdk.DescribeServicesOutput, error) {
	if len(in.Services) == 0 {
		return nil, invalidParameter("Services cannot be empty.")
	}
	if len(in.Services) > mostDescribedServices {
		return nil, invalidParameter("Services cannot have more than %d elements.", mostDescribedServices)
	}
	found, err := s.regions.In(c.Scope).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeServicesOutput{Services: []types.Service{}, Failures: []types.Failure{}}
	for _, ref := range in.Services {
		svc, ok := found.service(ref, s.world.Now())
		if !ok || isForeign(c.Scope, ref) {
			out.Failures = append(out.Failures, missing(completeARN(c.Scope, ref, "service/"+found.name+"/"+ref)))
			continue
		}
		v := svc.view()
		if slices.Contains(in.Include, types.ServiceFieldTags) {
			v.Tags = orEmpty(svc.tags)
		}
		out.Services = append(out.Services, v)
	}
	return out, nil
}

// ListServices lists the ARNs of a cluster's ACTIVE services; those that are
// DRAINING are hidden.
func (s *Service) ListServices(c *core.Call, in *sdk.ListServicesInput) (*sdk.ListServicesOutput, error) {
	found, err := s.regions.In(c.Scope).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	var arns []string
	for _, name := range slices.Sorted(maps.Keys(found.services)) {
		svc := found.services[name]
		if !svc.Seen() || svc.status != statusActive ||
			in.LaunchType != "" && in.LaunchType != svc.primary().revision.launchType ||
			in.SchedulingStrategy != "" && in.SchedulingStrategy != types.SchedulingStrategyReplica {
			continue
		}
		arns = append(arns, svc.arn)
	}
	part, next, err := page(arns, in.NextToken, orDefault(in.MaxResults, 10), 100)
	if err != nil {
		return nil, err
	}
	return &sdk.ListServicesOutput{ServiceArns: part, NextToken: next}, nil
}

// DeleteService starts to drain a service: its tasks stop, and when the last one is
// gone it becomes INACTIVE. It has to be scaled to 0 first, unless force is set.
func (s *Service) DeleteService(c *core.Call, in *sdk.DeleteServiceInput) (*sdk.DeleteServiceOutput, error) {
	found, err := s.regions.In(c.Scope).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	svc, ok := found.service(aws.ToString(in.Service), s.world.Now())
	if !ok || svc.status == statusInactive {
		return nil, core.Errorf(codeServiceNotFound, "Service not found.")
	}
	if svc.status == statusActive {
		if !aws.ToBool(in.Force) {
			if svc.desired > 0 {
				return nil, invalidParameter("The service cannot be stopped while it is scaled above 0.")
			}
			if len(svc.deployments) > 1 {
				return nil, invalidParameter("The service cannot be stopped while deployments are active.")
			}
		}
		svc.status = statusDraining
		svc.desired = 0
		if last := svc.rollouts[0]; last.finishedAt.IsZero() {
			last.finish(types.ServiceDeploymentStatusStopped, "The service was deleted.", s.world.Now())
		}
		s.wake(svc, 0)
	}
	v := svc.view()
	return &sdk.DeleteServiceOutput{Service: &v}, nil
}

// deactivate makes a drained service INACTIVE.
func (s *Service) deactivate(svc *service) {
	svc.status = statusInactive
	svc.inactiveAt = s.world.Now()
	svc.deployments = nil
}
