package autoscaling

import (
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ecs"
)

const (
	// activitiesShown is how long an activity can be described: six weeks (the SDK's
	// comment on DescribeScalingActivities).
	activitiesShown = 42 * 24 * time.Hour
	// patience is how long an activity waits for the service to have its count: an
	// assumption.
	patience = 30 * time.Minute
)

// activity is one change of a count.
type activity struct {
	id, resource string
	cause        string
	count        int
	began, ended time.Time
	status       types.ScalingActivityStatusCode
	message      string
	target       *target
}

// activate sets the count of a service and begins an activity. It reports whether the
// service was there.
func (s *Service) activate(t *target, count int, cause string) bool {
	if !s.counts.Scale(t.region.scope, t.cluster, t.service, count) {
		return false
	}
	r, now := t.region, s.world.Now()
	for _, a := range r.activities {
		if a.target == t {
			a.end(types.ScalingActivityStatusCodeOverridden, "A newer scaling activity has set the desired count.", now)
		}
	}
	r.activities = slices.DeleteFunc(r.activities, func(a *activity) bool { return now.Sub(a.began) > activitiesShown })
	r.activities = append([]*activity{{
		id: s.world.UUID(), resource: t.resource, cause: cause, count: count, began: now, target: t,
		status:  types.ScalingActivityStatusCodeInProgress,
		message: fmt.Sprintf("Successfully set desired count to %d. Waiting for change to be fulfilled by ecs.", count),
	}}, r.activities...)
	return true
}

// end finishes an activity that is in progress.
func (a *activity) end(status types.ScalingActivityStatusCode, message string, at time.Time) {
	if a.status == types.ScalingActivityStatusCodeInProgress {
		a.status, a.message, a.ended = status, message, at
	}
}

// busy reports whether an activity of the target is in progress.
func (t *target) busy() bool {
	return slices.ContainsFunc(t.region.activities, func(a *activity) bool {
		return a.target == t && a.status == types.ScalingActivityStatusCodeInProgress
	})
}

// followUp finds out what has become of the activity that is in progress.
func (s *Service) followUp(t *target, svc ecs.Scalable, ok bool) {
	now := s.world.Now()
	for _, a := range t.region.activities {
		switch {
		case a.target != t:
		case !ok:
			a.end(types.ScalingActivityStatusCodeFailed, "ECS service doesn't exist: "+t.resource, now)
		case svc.Desired != a.count:
			a.end(types.ScalingActivityStatusCodeOverridden, "The desired count was changed by somebody else.", now)
		case svc.Running == a.count:
			a.end(types.ScalingActivityStatusCodeSuccessful, fmt.Sprintf("Successfully set desired count to %d. Change successfully fulfilled by ecs.", a.count), now)
		case now.Sub(a.began) >= patience:
			a.end(types.ScalingActivityStatusCodeUnfulfilled, fmt.Sprintf("Successfully set desired count to %d. Change could not be fulfilled by ecs.", a.count), now)
		}
	}
}

// DescribeScalingActivities lists the activities of the last six weeks, newest first.
// Those that were considered and not done are not simulated, and never listed.
func (s *Service) DescribeScalingActivities(c *core.Call, in *sdk.DescribeScalingActivitiesInput) (*sdk.DescribeScalingActivitiesOutput, error) {
	if err := checkFilter(in.ScalableDimension, in.ResourceId != nil); err != nil {
		return nil, err
	}
	all := []types.ScalingActivity{}
	for _, a := range s.regions.In(c.Scope).activities {
		recent := s.world.Now().Sub(a.began) <= activitiesShown
		if in.ServiceNamespace == types.ServiceNamespaceEcs && picked(in.ResourceId, a.resource) && recent {
			all = append(all, a.view())
		}
	}
	size := int(aws.ToInt32(in.MaxResults))
	switch {
	case in.MaxResults == nil:
		size = mostListed
	case size < 1 || size > mostListed:
		return nil, core.Errorf(invalid, "MaxResults must be between 1 and %d.", mostListed) // the sentence is not AWS's
	}
	part, next, err := core.PageByOffset(all, in.NextToken, size)
	if err != nil {
		return nil, core.Errorf(invalidToken, "Invalid NextToken.") // the sentence is not AWS's
	}
	return &sdk.DescribeScalingActivitiesOutput{ScalingActivities: part, NextToken: next}, nil
}

func (a *activity) view() types.ScalingActivity {
	v := types.ScalingActivity{
		ServiceNamespace: types.ServiceNamespaceEcs, ScalableDimension: types.ScalableDimensionECSServiceDesiredCount,
		ActivityId: aws.String(a.id), ResourceId: aws.String(a.resource), Cause: aws.String(a.cause), Description: aws.String(description(a.count)),
		StartTime: aws.Time(a.began), StatusCode: a.status, StatusMessage: aws.String(a.message),
	}
	if !a.ended.IsZero() {
		v.EndTime = aws.Time(a.ended)
	}
	return v
}

// picked reports whether a filter that may be absent lets a resource id through.
func picked(filter *string, resource string) bool { return filter == nil || *filter == resource }

// named reports whether a list of names that may be empty has the name.
func named(filter []string, name string) bool {
	return len(filter) == 0 || slices.Contains(filter, name)
}
