package autoscaling

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"flexgw.io/controller/internal/awssim/core"
)

// action is one scheduled action.
type action struct {
	name, arn        string
	expression, zone string
	schedule         schedule
	start, end       *time.Time
	capacity         types.ScalableTargetAction
	createdAt        time.Time
	// next is when it runs next, nil where it never does again.
	next *core.Event
}

// PutScheduledAction makes a scheduled action of a scalable target, or changes one: what
// is left out stays as it is, but start and end, which go.
func (s *Service) PutScheduledAction(c *core.Call, in *sdk.PutScheduledActionInput) (*sdk.PutScheduledActionOutput, error) {
	t, err := s.target(c, in.ServiceNamespace, in.ResourceId, in.ScalableDimension, "No scalable target registered")
	if err != nil {
		return nil, err
	}
	name := aws.ToString(in.ScheduledActionName)
	old, ok := t.actions[name]
	if !ok {
		if len(t.actions) >= mostActions {
			return nil, core.Errorf(limitExceeded, "The maximum number of scheduled actions of a scalable target, %d, has been reached.", mostActions) // the sentence is not AWS's
		}
		old = &action{
			name: name, createdAt: s.world.Now(),
			arn: t.region.scope.ARN("autoscaling", "scheduledAction:"+s.world.UUID()+":resource/ecs/"+t.resource+":scheduledActionName/"+name),
		}
	}
	changed, err := old.with(in)
	if err != nil {
		return nil, err
	}
	old.next.Cancel()
	t.actions[name] = changed
	s.schedule(t, changed)
	return &sdk.PutScheduledActionOutput{}, nil
}

// with is the action after a change. The sentences are not AWS's.
func (a *action) with(in *sdk.PutScheduledActionInput) (*action, error) {
	changed := *a
	changed.start, changed.end = in.StartTime, in.EndTime
	if in.Schedule != nil {
		changed.expression = *in.Schedule
	}
	if in.Timezone != nil {
		changed.zone = *in.Timezone
	}
	if in.ScalableTargetAction != nil {
		changed.capacity = *in.ScalableTargetAction
	}
	switch lower, upper := changed.capacity.MinCapacity, changed.capacity.MaxCapacity; {
	case changed.expression == "":
		return nil, core.Errorf(invalid, "Schedule must be specified when a scheduled action is created.")
	case lower == nil && upper == nil:
		return nil, core.Errorf(invalid, "At least one of MinCapacity and MaxCapacity must be specified.")
	case lower != nil && *lower < 0 || upper != nil && *upper < 0:
		return nil, core.Errorf(invalid, "Minimum and maximum capacity must not be negative.")
	case lower != nil && upper != nil && *upper < *lower:
		return nil, core.Errorf(invalid, "Maximum capacity cannot be less than minimum capacity")
	case changed.start != nil && changed.end != nil && !changed.start.Before(*changed.end):
		return nil, core.Errorf(invalid, "StartTime must be before EndTime.")
	}
	var err error
	changed.schedule, err = parseSchedule(changed.expression, changed.zone, changed.createdAt)
	return &changed, err
}

// schedule has the action run when it is due.
func (s *Service) schedule(t *target, a *action) {
	now := s.world.Now()
	after := now
	if a.start != nil && a.start.After(now) {
		after = a.start.Add(-time.Nanosecond)
	}
	at, ok := a.schedule.next(after)
	if !ok || a.end != nil && at.After(*a.end) {
		a.next = nil
		return
	}
	a.next = s.world.After(at.Sub(now), func() {
		s.run(t, a)
		s.schedule(t, a)
	})
}

// run sets the bounds of the scalable target and brings the count between them. Bounds
// that cross the one that the action does not name are left as they are.
func (s *Service) run(t *target, a *action) {
	lower, upper := t.bounds(a.capacity.MinCapacity, a.capacity.MaxCapacity)
	if aws.ToBool(t.suspended.ScheduledScalingSuspended) || checkBounds(lower, upper) != nil {
		return
	}
	t.min, t.max = lower, upper
	s.bringWithin(t, "scheduled action name "+a.name+" was triggered")
	s.watch(t)
}

// DescribeScheduledActions lists scheduled actions, by resource id and name.
func (s *Service) DescribeScheduledActions(c *core.Call, in *sdk.DescribeScheduledActionsInput) (*sdk.DescribeScheduledActionsOutput, error) {
	if err := checkFilter(in.ScalableDimension, in.ResourceId != nil); err != nil {
		return nil, err
	}
	all := []types.ScheduledAction{}
	for _, t := range s.seen(c, in.ServiceNamespace, in.ScalableDimension) {
		for _, name := range sorted(t.actions) {
			if picked(in.ResourceId, t.resource) && named(in.ScheduledActionNames, name) {
				all = append(all, t.actionView(t.actions[name]))
			}
		}
	}
	part, next, err := page(all, func(a types.ScheduledAction) string { return *a.ResourceId + " " + *a.ScheduledActionName }, in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	return &sdk.DescribeScheduledActionsOutput{ScheduledActions: part, NextToken: next}, nil
}

func (t *target) actionView(a *action) types.ScheduledAction {
	capacity := a.capacity
	v := types.ScheduledAction{
		ServiceNamespace: types.ServiceNamespaceEcs, ScalableDimension: types.ScalableDimensionECSServiceDesiredCount,
		ResourceId: aws.String(t.resource), ScheduledActionName: aws.String(a.name), ScheduledActionARN: aws.String(a.arn),
		Schedule: aws.String(a.expression), StartTime: a.start, EndTime: a.end, CreationTime: aws.Time(a.createdAt), ScalableTargetAction: &capacity,
	}
	if a.zone != "" {
		v.Timezone = aws.String(a.zone)
	}
	return v
}

// DeleteScheduledAction removes a scheduled action.
func (s *Service) DeleteScheduledAction(c *core.Call, in *sdk.DeleteScheduledActionInput) (*sdk.DeleteScheduledActionOutput, error) {
	t, err := s.target(c, in.ServiceNamespace, in.ResourceId, in.ScalableDimension, "No scheduled action found")
	if err != nil {
		return nil, err
	}
	a, ok := t.actions[aws.ToString(in.ScheduledActionName)]
	if !ok {
		return nil, core.Errorf(notFound, "No scheduled action found for service namespace: %s, resource ID: %s, scalable dimension: %s, scheduled action name: %s",
			in.ServiceNamespace, t.resource, in.ScalableDimension, aws.ToString(in.ScheduledActionName))
	}
	a.next.Cancel()
	delete(t.actions, a.name)
	return &sdk.DeleteScheduledActionOutput{}, nil
}
