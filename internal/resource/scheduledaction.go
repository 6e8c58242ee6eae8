package resource

import (
	"cmp"
	"context"
	"strings"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"flexgw.io/controller/internal/engine"
)

// ScheduledAction changes the bounds of the scalable target at certain times. Like a
// policy, it is within the target and has no tags.
type ScheduledAction struct {
	Common
	Scaled
	// Name is the schedule's in the spec, and the action's in AWS.
	Name string
	// Schedule is AWS's expression, and TimeZone its zone, UTC where it is empty.
	Schedule, TimeZone string
	Bounds             Bounds

	Target *engine.Ref[ScalableTargetState]
}

// ScheduledActionWish is the action that should be there.
type ScheduledActionWish struct {
	Schedule, TimeZone string
	Bounds             Bounds
}

// ScheduledActionState is the action that is there.
type ScheduledActionState struct {
	Schedule, TimeZone string
	Bounds             Bounds
	// Limited is true where somebody has given it a beginning or an end.
	Limited bool
}

// utc is the time zone of schedules that name none.
const utc = "UTC"

// Identity is ScheduledAction/name.
func (a ScheduledAction) Identity() engine.Identity {
	return engine.Identity{Kind: "ScheduledAction", Name: a.Name}
}

// Needs the scalable target.
func (a ScheduledAction) Needs() []engine.Need {
	return []engine.Need{engine.Exists(a.Target).Inside()}
}

// Wish is the schedule and its bounds. A time zone that was set can only be replaced,
// not taken away: the default stands there in words.
func (a ScheduledAction) Wish() (ScheduledActionWish, error) {
	return ScheduledActionWish{Schedule: a.Schedule, TimeZone: cmp.Or(a.TimeZone, utc), Bounds: a.Bounds}, nil
}

// Observe finds the action by its name.
func (a ScheduledAction) Observe(ctx context.Context, _ engine.Record) (*ScheduledActionState, error) {
	out, err := a.Cloud.Scaling.DescribeScheduledActions(ctx, &applicationautoscaling.DescribeScheduledActionsInput{
		ServiceNamespace: scaledNamespace, ScalableDimension: scaledDimension, ResourceId: a.id(), ScheduledActionNames: []string{a.Name},
	})
	if err != nil {
		return nil, gone(err)
	}
	if len(out.ScheduledActions) == 0 {
		return nil, nil
	}
	found := out.ScheduledActions[0]
	state := &ScheduledActionState{
		Schedule: aws.ToString(found.Schedule), TimeZone: cmp.Or(aws.ToString(found.Timezone), utc),
		Limited: found.StartTime != nil || found.EndTime != nil,
	}
	if capacity := found.ScalableTargetAction; capacity != nil {
		state.Bounds = Bounds{Min: capacity.MinCapacity, Max: capacity.MaxCapacity}
	}
	return state, complete(a.Identity(), state.Schedule)
}

// Owner is ours: the scalable target is.
func (a ScheduledAction) Owner(*ScheduledActionState) engine.Ownership { return engine.Ours() }

// Diff compares schedule, time zone and bounds. A rate has no time zone.
func (a ScheduledAction) Diff(wish ScheduledActionWish, observed *ScheduledActionState) *compare.Delta {
	delta := compare.NewDelta()
	diff(delta, "schedule", wish.Schedule, observed.Schedule)
	if !strings.HasPrefix(wish.Schedule, "rate(") {
		diff(delta, "timeZone", wish.TimeZone, observed.TimeZone)
	}
	diffBound(delta, "minReplicas", wish.Bounds.Min, observed.Bounds.Min)
	diffBound(delta, "maxReplicas", wish.Bounds.Max, observed.Bounds.Max)
	diff(delta, "limited", false, observed.Limited)
	return delta
}

// unbounded stands for a bound that is left alone.
const unbounded = -1

func diffBound(delta *compare.Delta, path string, wanted, observed *int32) {
	value := func(p *int32) int32 {
		if p == nil {
			return unbounded
		}
		return *p
	}
	diff(delta, path, value(wanted), value(observed))
}

// Create makes the action.
func (a ScheduledAction) Create(ctx context.Context, wish ScheduledActionWish) (*ScheduledActionState, error) {
	_, err := a.Cloud.Scaling.PutScheduledAction(ctx, &applicationautoscaling.PutScheduledActionInput{
		ServiceNamespace: scaledNamespace, ScalableDimension: scaledDimension, ResourceId: a.id(), ScheduledActionName: &a.Name,
		Schedule: &wish.Schedule, Timezone: &wish.TimeZone,
		ScalableTargetAction: &scalingtypes.ScalableTargetAction{MinCapacity: wish.Bounds.Min, MaxCapacity: wish.Bounds.Max},
	})
	if err != nil {
		return nil, scalingRefusal(err)
	}
	return &ScheduledActionState{Schedule: wish.Schedule, TimeZone: wish.TimeZone, Bounds: wish.Bounds}, nil
}

// Update puts the action anew; without a beginning and an end, AWS takes these away.
func (a ScheduledAction) Update(ctx context.Context, wish ScheduledActionWish, _ *ScheduledActionState, _ *compare.Delta) (*ScheduledActionState, error) {
	return a.Create(ctx, wish)
}

// Delete removes the action.
func (a ScheduledAction) Delete(ctx context.Context, _ *ScheduledActionState) error {
	_, err := a.Cloud.Scaling.DeleteScheduledAction(ctx, &applicationautoscaling.DeleteScheduledActionInput{
		ServiceNamespace: scaledNamespace, ScalableDimension: scaledDimension, ResourceId: a.id(), ScheduledActionName: &a.Name,
	})
	return gone(err)
}

// Settled at once.
func (a ScheduledAction) Settled(*ScheduledActionState) error { return nil }

// ID is the action's name: AWS does not answer with the ARN of one that is made.
func (a ScheduledAction) ID(*ScheduledActionState) string { return a.Name }
