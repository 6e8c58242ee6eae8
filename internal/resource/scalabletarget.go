package resource

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"
	scalingtypes "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling/types"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// Scaled names the ECS service whose count Application Auto Scaling owns, as Application
// Auto Scaling does.
type Scaled struct {
	Cluster, Service string
}

// id is the resource id of the service.
func (s Scaled) id() *string { return ptr("service/" + s.Cluster + "/" + s.Service) }

// The only dimension of an ECS service.
const (
	scaledNamespace = scalingtypes.ServiceNamespaceEcs
	scaledDimension = scalingtypes.ScalableDimensionECSServiceDesiredCount
)

// Bounds are the least and the largest count; a bound of a schedule may be nil, where it
// leaves the one that is in force.
type Bounds struct{ Min, Max *int32 }

// ScalableTarget registers the ECS service with Application Auto Scaling, which from then
// on owns its count, between a minimum and a maximum. Scheduled actions change both by
// themselves; the controller sets them back only when the spec changes.
type ScalableTarget struct {
	Common
	Scaled
	Min, Max int32
	// Scheduled are the bounds that scheduled actions set.
	Scheduled []Bounds
	// Suspended keeps Application Auto Scaling from changing the count.
	Suspended bool

	ECSService *engine.Ref[ServiceState]
}

// ScalableTargetWish is the registration that should be there.
type ScalableTargetWish struct {
	Min, Max  int32
	Suspended bool
	Tags      map[string]string
}

// ScalableTargetState is the registration that is there.
type ScalableTargetState struct {
	ARN       string
	Min, Max  int32
	Suspended bool
	Tags      map[string]string

	recorded bool
}

// Identity is ScalableTarget/gateway.
func (t ScalableTarget) Identity() engine.Identity {
	return engine.Identity{Kind: "ScalableTarget", Name: "gateway"}
}

// Needs the service, whatever becomes of its rollout.
func (t ScalableTarget) Needs() []engine.Need {
	return []engine.Need{engine.Seen(t.ECSService).Older()}
}

// Wish has the bounds among the tags too: that is how bounds of the spec are told from
// those of a schedule.
func (t ScalableTarget) Wish() (ScalableTargetWish, error) {
	tags := t.tags("autoscaling", t.Service)
	tags[awscloud.TagContentHash] = token("bounds", fmt.Sprint(t.Min), fmt.Sprint(t.Max))
	return ScalableTargetWish{Min: t.Min, Max: t.Max, Suspended: t.Suspended, Tags: tags}, nil
}

// Observe finds the registration of the service, and reads its tags.
func (t ScalableTarget) Observe(ctx context.Context, recorded engine.Record) (*ScalableTargetState, error) {
	out, err := t.Cloud.Scaling.DescribeScalableTargets(ctx, &applicationautoscaling.DescribeScalableTargetsInput{
		ServiceNamespace: scaledNamespace, ScalableDimension: scaledDimension, ResourceIds: []string{*t.id()},
	})
	if err != nil {
		return nil, gone(err)
	}
	if len(out.ScalableTargets) == 0 {
		return nil, nil
	}
	found := out.ScalableTargets[0]
	state := &ScalableTargetState{
		ARN: aws.ToString(found.ScalableTargetARN), Min: aws.ToInt32(found.MinCapacity), Max: aws.ToInt32(found.MaxCapacity),
		Suspended: isSuspended(found.SuspendedState),
	}
	if err := complete(t.Identity(), state.ARN); err != nil {
		return nil, err
	}
	state.recorded = isRecorded(recorded, state.ARN)
	tags, err := t.Cloud.Scaling.ListTagsForResource(ctx, &applicationautoscaling.ListTagsForResourceInput{ResourceARN: &state.ARN})
	if err != nil {
		return nil, gone(err)
	}
	state.Tags = tags.Tags
	return state, nil
}

func isSuspended(s *scalingtypes.SuspendedState) bool {
	return s != nil && aws.ToBool(s.DynamicScalingInSuspended) && aws.ToBool(s.DynamicScalingOutSuspended) && aws.ToBool(s.ScheduledScalingSuspended)
}

// Owner reads the tags.
func (t ScalableTarget) Owner(observed *ScalableTargetState) engine.Ownership {
	return t.ownership(observed.Tags, observed.recorded)
}

// Diff compares bounds, suspension and tags. Bounds that a schedule has set are left
// alone, unless the spec's have changed since they were registered.
func (t ScalableTarget) Diff(wish ScalableTargetWish, observed *ScalableTargetState) *compare.Delta {
	delta := compare.NewDelta()
	registered := observed.Tags[awscloud.TagContentHash] == wish.Tags[awscloud.TagContentHash]
	if !registered || !t.isScheduled(observed) {
		diff(delta, "bounds.minReplicas", wish.Min, observed.Min)
		diff(delta, "bounds.maxReplicas", wish.Max, observed.Max)
	}
	diff(delta, "suspended", wish.Suspended, observed.Suspended)
	diffTags(delta, wish.Tags, observed.Tags)
	return delta
}

// isScheduled is true where each bound is the spec's or that of a schedule.
func (t ScalableTarget) isScheduled(observed *ScalableTargetState) bool {
	lower, upper := []int32{t.Min}, []int32{t.Max}
	for _, b := range t.Scheduled {
		if b.Min != nil {
			lower = append(lower, *b.Min)
		}
		if b.Max != nil {
			upper = append(upper, *b.Max)
		}
	}
	return len(t.Scheduled) > 0 && slices.Contains(lower, observed.Min) && slices.Contains(upper, observed.Max)
}

// Create registers the service.
func (t ScalableTarget) Create(ctx context.Context, wish ScalableTargetWish) (*ScalableTargetState, error) {
	out, err := t.Cloud.Scaling.RegisterScalableTarget(ctx, &applicationautoscaling.RegisterScalableTargetInput{
		ServiceNamespace: scaledNamespace, ScalableDimension: scaledDimension, ResourceId: t.id(),
		MinCapacity: &wish.Min, MaxCapacity: &wish.Max, SuspendedState: suspended(wish.Suspended), Tags: wish.Tags,
	})
	if err != nil {
		return nil, scalingRefusal(err)
	}
	state := &ScalableTargetState{
		ARN: aws.ToString(out.ScalableTargetARN), Min: wish.Min, Max: wish.Max, Suspended: wish.Suspended, Tags: wish.Tags,
	}
	return state, complete(t.Identity(), state.ARN)
}

func suspended(all bool) *scalingtypes.SuspendedState {
	return &scalingtypes.SuspendedState{DynamicScalingInSuspended: &all, DynamicScalingOutSuspended: &all, ScheduledScalingSuspended: &all}
}

// scalingRefusal keeps trying what Application Auto Scaling refuses with a code that may
// also mean "not yet": it does not see a new service or a new scalable target for some
// seconds. The same code says that permissions on the service are missing.
func scalingRefusal(err error) error {
	var sentence *scalingtypes.ValidationException
	switch {
	case errors.As(err, &sentence):
		return &engine.Problem{Reason: awscloud.ReasonRefused, Err: awscloud.Plain(err), RetryAfter: 10 * time.Second,
			Message: "Application Auto Scaling refuses it and is asked again; if it stays, correct spec.autoscaling or the permissions (docs/iam.md)"}
	case awscloud.IsNotFound(err):
		return engine.WaitFor(3*time.Second, "Application Auto Scaling does not see the scalable target yet")
	}
	return err
}

// Update registers the service again, with what differs. AWS then brings a count that is
// out of bounds between them.
func (t ScalableTarget) Update(ctx context.Context, wish ScalableTargetWish, observed *ScalableTargetState, delta *compare.Delta) (*ScalableTargetState, error) {
	updated := *observed
	in := &applicationautoscaling.RegisterScalableTargetInput{ServiceNamespace: scaledNamespace, ScalableDimension: scaledDimension, ResourceId: t.id()}
	if delta.DifferentAt("bounds") {
		in.MinCapacity, in.MaxCapacity = &wish.Min, &wish.Max
		updated.Min, updated.Max = wish.Min, wish.Max
	}
	if delta.DifferentAt("suspended") {
		in.SuspendedState, updated.Suspended = suspended(wish.Suspended), wish.Suspended
	}
	if in.MinCapacity != nil || in.SuspendedState != nil {
		if _, err := t.Cloud.Scaling.RegisterScalableTarget(ctx, in); err != nil {
			return nil, scalingRefusal(err)
		}
	}
	err := retag(ctx, delta, wish.Tags, observed.Tags, func(ctx context.Context, tags map[string]string) error {
		_, err := t.Cloud.Scaling.TagResource(ctx, &applicationautoscaling.TagResourceInput{ResourceARN: &observed.ARN, Tags: tags})
		return err
	})
	updated.Tags = merged(observed.Tags, wish.Tags)
	return &updated, err
}

// Delete takes the count back from Application Auto Scaling; it stays as it is.
func (t ScalableTarget) Delete(ctx context.Context, _ *ScalableTargetState) error {
	_, err := t.Cloud.Scaling.DeregisterScalableTarget(ctx, &applicationautoscaling.DeregisterScalableTargetInput{
		ServiceNamespace: scaledNamespace, ScalableDimension: scaledDimension, ResourceId: t.id(),
	})
	return gone(err)
}

// Release takes the owner tags away.
func (t ScalableTarget) Release(ctx context.Context, observed *ScalableTargetState) error {
	_, err := t.Cloud.Scaling.UntagResource(ctx, &applicationautoscaling.UntagResourceInput{ResourceARN: &observed.ARN, TagKeys: awscloud.OwnerTagKeys()})
	return err
}

// Settled at once.
func (t ScalableTarget) Settled(*ScalableTargetState) error { return nil }

// ID is the ARN of the scalable target.
func (t ScalableTarget) ID(observed *ScalableTargetState) string { return observed.ARN }
