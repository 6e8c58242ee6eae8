package autoscaling

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"flexgw.io/controller/internal/awssim/core"
)

// target is one scalable target: the desired count of an ECS service.
type target struct {
	core.Appearance
	region           *region
	resource, arn    string
	cluster, service string
	min, max         int
	suspended        types.SuspendedState
	createdAt        time.Time
	tags             core.Tags
	policies         map[string]*policy
	actions          map[string]*action
	// look is the next data point, and out the latest scale-out by a policy.
	look *core.Event
	out  scaleOut
	// in is when a policy scaled in last.
	in time.Time
}

// splitResource reads a resource id such as "service/cluster/name".
func splitResource(id string) (cluster, service string, ok bool) {
	parts := strings.Split(id, "/")
	if len(parts) != 3 || parts[0] != "service" || parts[1] == "" || parts[2] == "" {
		return "", "", false
	}
	return parts[1], parts[2], true
}

// target finds a scalable target that reads show.
func (s *Service) target(c *core.Call, namespace types.ServiceNamespace, resource *string, dimension types.ScalableDimension, missing string) (*target, error) {
	id := aws.ToString(resource)
	if err := supported(namespace, id, dimension); err != nil {
		return nil, err
	}
	t, ok := s.regions.In(c.Scope).targets[id]
	if !ok || !t.Seen() {
		return nil, core.Errorf(notFound, "%s for service namespace: %s, resource ID: %s, scalable dimension: %s", missing, namespace, id, dimension)
	}
	return t, nil
}

// TargetARN is the ARN of the scalable target for a resource id. The world must be
// locked.
func (s *Service) TargetARN(sc core.Scope, resource string) (arn string, ok bool) {
	t, ok := s.regions.In(sc).targets[resource]
	if !ok {
		return "", false
	}
	return t.arn, true
}

// RegisterScalableTarget registers an ECS service, or changes what it is registered
// with. A count that is not between minimum and maximum is brought there.
func (s *Service) RegisterScalableTarget(c *core.Call, in *sdk.RegisterScalableTargetInput) (*sdk.RegisterScalableTargetOutput, error) {
	id := aws.ToString(in.ResourceId)
	if err := supported(in.ServiceNamespace, id, in.ScalableDimension); err != nil {
		return nil, err
	}
	r := s.regions.In(c.Scope)
	t, ok := r.targets[id]
	if !ok {
		made, err := s.newTarget(c, r, in)
		if err != nil {
			return nil, err
		}
		t = made
	} else if len(in.Tags) > 0 {
		return nil, core.Errorf(invalid, "Tags can only be specified when a scalable target is registered; use TagResource.") // the sentence is not AWS's
	}
	lower, upper := t.bounds(in.MinCapacity, in.MaxCapacity)
	if err := checkBounds(lower, upper); err != nil {
		return nil, err
	}
	t.min, t.max = lower, upper
	if in.SuspendedState != nil {
		t.suspended = *in.SuspendedState
	}
	r.targets[id] = t
	s.bringWithin(t, fmt.Sprintf("minimum capacity was set to %d and maximum capacity was set to %d", t.min, t.max))
	s.watch(t)
	return &sdk.RegisterScalableTargetOutput{ScalableTargetARN: aws.String(t.arn)}, nil
}

func (s *Service) newTarget(c *core.Call, r *region, in *sdk.RegisterScalableTargetInput) (*target, error) {
	cluster, service, _ := splitResource(*in.ResourceId)
	if _, ok := s.counts.Scalable(c.Scope, cluster, service); !ok {
		return nil, core.Errorf(invalid, "ECS service doesn't exist: %s", *in.ResourceId)
	}
	if in.MinCapacity == nil || in.MaxCapacity == nil {
		return nil, core.Errorf(invalid, "Both MinCapacity and MaxCapacity must be specified when a scalable target is registered.") // the sentence is not AWS's
	}
	tags, err := tagged(nil, in.Tags)
	if err != nil {
		return nil, err
	}
	if len(r.targets) >= mostTargets {
		return nil, core.Errorf(limitExceeded, "The maximum number of scalable targets, %d, has been reached.", mostTargets) // the sentence is not AWS's
	}
	return &target{
		Appearance: s.world.Appears(), region: r, resource: *in.ResourceId, cluster: cluster, service: service,
		arn:       c.ARN("application-autoscaling", "scalable-target/"+s.world.Hex(36)),
		createdAt: s.world.Now(), tags: tags, policies: map[string]*policy{}, actions: map[string]*action{},
		suspended: types.SuspendedState{
			DynamicScalingInSuspended: aws.Bool(false), DynamicScalingOutSuspended: aws.Bool(false), ScheduledScalingSuspended: aws.Bool(false),
		},
	}, nil
}

// bounds are minimum and maximum after a change that may leave either as it is.
func (t *target) bounds(lower, upper *int32) (minimum, maximum int) {
	minimum, maximum = t.min, t.max
	if lower != nil {
		minimum = int(*lower)
	}
	if upper != nil {
		maximum = int(*upper)
	}
	return minimum, maximum
}

func checkBounds(minimum, maximum int) error {
	switch {
	case minimum < 0 || maximum < 0:
		return core.Errorf(invalid, "Minimum and maximum capacity must not be negative.") // the sentence is not AWS's
	case maximum < minimum:
		return core.Errorf(invalid, "Maximum capacity cannot be less than minimum capacity")
	}
	return nil
}

// DescribeScalableTargets lists scalable targets, by resource id.
func (s *Service) DescribeScalableTargets(c *core.Call, in *sdk.DescribeScalableTargetsInput) (*sdk.DescribeScalableTargetsOutput, error) {
	if err := checkFilter(in.ScalableDimension, len(in.ResourceIds) > 0); err != nil {
		return nil, err
	}
	all := []types.ScalableTarget{}
	for _, t := range s.seen(c, in.ServiceNamespace, in.ScalableDimension) {
		if len(in.ResourceIds) == 0 || slices.Contains(in.ResourceIds, t.resource) {
			all = append(all, t.view())
		}
	}
	part, next, err := page(all, func(t types.ScalableTarget) string { return *t.ResourceId }, in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	return &sdk.DescribeScalableTargetsOutput{ScalableTargets: part, NextToken: next}, nil
}

// seen are the scalable targets that reads show, sorted.
func (s *Service) seen(c *core.Call, namespace types.ServiceNamespace, dimension types.ScalableDimension) []*target {
	var all []*target
	if namespace != types.ServiceNamespaceEcs || dimension != "" && dimension != types.ScalableDimensionECSServiceDesiredCount {
		return nil
	}
	r := s.regions.In(c.Scope)
	for _, id := range sorted(r.targets) {
		if t := r.targets[id]; t.Seen() {
			all = append(all, t)
		}
	}
	return all
}

func (t *target) view() types.ScalableTarget {
	suspended := t.suspended
	return types.ScalableTarget{
		ServiceNamespace: types.ServiceNamespaceEcs, ScalableDimension: types.ScalableDimensionECSServiceDesiredCount,
		ResourceId: aws.String(t.resource), ScalableTargetARN: aws.String(t.arn), CreationTime: aws.Time(t.createdAt),
		MinCapacity: aws.Int32(int32(t.min)), MaxCapacity: aws.Int32(int32(t.max)), RoleARN: aws.String(roleOf(t.region.scope)), SuspendedState: &suspended,
	}
}

// roleOf is the service-linked role of Application Auto Scaling for ECS.
func roleOf(sc core.Scope) string {
	return "arn:" + sc.Partition() + ":iam::" + sc.Account + ":role/aws-service-role/ecs.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_ECSService"
}

// DeregisterScalableTarget ends the scaling of a service, with its policies and
// scheduled actions. The count stays as it is.
func (s *Service) DeregisterScalableTarget(c *core.Call, in *sdk.DeregisterScalableTargetInput) (*sdk.DeregisterScalableTargetOutput, error) {
	t, err := s.target(c, in.ServiceNamespace, in.ResourceId, in.ScalableDimension, "No scalable target found")
	if err != nil {
		return nil, err
	}
	t.look.Cancel()
	for _, a := range t.region.activities {
		if a.target == t {
			a.end(types.ScalingActivityStatusCodeOverridden, "The scalable target was deregistered.", s.world.Now())
		}
	}
	for _, a := range t.actions {
		a.next.Cancel()
	}
	delete(t.region.targets, t.resource)
	return &sdk.DeregisterScalableTargetOutput{}, nil
}
