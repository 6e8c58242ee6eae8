package resource

import (
	"context"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	logtypes "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// LogGroup is the CloudWatch Logs group of the containers. A group that was there
// before is used as it is.
type LogGroup struct {
	Common
	Name string
	// RetentionDays is how long events are kept.
	RetentionDays int32
}

// LogGroupWish is the log group that should be there.
type LogGroupWish struct {
	RetentionDays int32
	Tags          map[string]string
}

// LogGroupState is the log group that is there.
type LogGroupState struct {
	Name string
	// ARN is without the trailing ":*".
	ARN           string
	RetentionDays int32
	Tags          map[string]string

	recorded bool
}

// Identity is LogGroup/logs.
func (l LogGroup) Identity() engine.Identity { return engine.Identity{Kind: "LogGroup", Name: "logs"} }

// Needs nothing.
func (l LogGroup) Needs() []engine.Need { return nil }

// CreatesFirst: CloudWatch Logs refuses a second group of the same name.
func (l LogGroup) CreatesFirst() bool { return true }

// Wish is the group with its retention.
func (l LogGroup) Wish() (LogGroupWish, error) {
	return LogGroupWish{RetentionDays: l.RetentionDays, Tags: l.tags("logs", l.Name)}, nil
}

// Observe finds the group by name, and reads its tags.
func (l LogGroup) Observe(ctx context.Context, recorded engine.Record) (*LogGroupState, error) {
	out, err := l.Cloud.Logs.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: &l.Name})
	if err != nil {
		return nil, gone(err)
	}
	for _, group := range out.LogGroups {
		if aws.ToString(group.LogGroupName) == l.Name {
			return l.read(ctx, group, recorded)
		}
	}
	return nil, nil
}

func (l LogGroup) read(ctx context.Context, group logtypes.LogGroup, recorded engine.Record) (*LogGroupState, error) {
	arn := l.groupARN()
	out, err := l.Cloud.Logs.ListTagsForResource(ctx, &cloudwatchlogs.ListTagsForResourceInput{ResourceArn: &arn})
	if err != nil {
		return nil, gone(err)
	}
	return &LogGroupState{
		Name: l.Name, ARN: arn, RetentionDays: aws.ToInt32(group.RetentionInDays), Tags: out.Tags, recorded: isRecorded(recorded, arn),
	}, nil
}

func (l LogGroup) groupARN() string { return l.arn("logs", "log-group:"+l.Name) }

// Owner reads the tags; without any, the group was there before.
func (l LogGroup) Owner(observed *LogGroupState) engine.Ownership {
	if observed.recorded {
		return l.ownership(observed.Tags, true)
	}
	return l.Gateway.OursOrExternal(observed.Tags)
}

// Diff compares retention and tags.
func (l LogGroup) Diff(wish LogGroupWish, observed *LogGroupState) *compare.Delta {
	delta := compare.NewDelta()
	diff(delta, "retentionDays", wish.RetentionDays, observed.RetentionDays)
	diffTags(delta, wish.Tags, observed.Tags)
	return delta
}

// Create makes the group, then sets its retention.
func (l LogGroup) Create(ctx context.Context, wish LogGroupWish) (*LogGroupState, error) {
	if _, err := l.Cloud.Logs.CreateLogGroup(ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: &l.Name, Tags: wish.Tags}); err != nil {
		return nil, creating(err)
	}
	state := &LogGroupState{Name: l.Name, ARN: l.groupARN(), Tags: wish.Tags}
	if err := l.retain(ctx, wish.RetentionDays); err != nil {
		return state, err
	}
	state.RetentionDays = wish.RetentionDays
	return state, nil
}

func (l LogGroup) retain(ctx context.Context, days int32) error {
	_, err := l.Cloud.Logs.PutRetentionPolicy(ctx, &cloudwatchlogs.PutRetentionPolicyInput{LogGroupName: &l.Name, RetentionInDays: &days})
	return err
}

// Update sets retention and tags.
func (l LogGroup) Update(ctx context.Context, wish LogGroupWish, observed *LogGroupState, delta *compare.Delta) (*LogGroupState, error) {
	updated := *observed
	if delta.DifferentAt("retentionDays") {
		if err := l.retain(ctx, wish.RetentionDays); err != nil {
			return nil, err
		}
		updated.RetentionDays = wish.RetentionDays
	}
	err := retag(ctx, delta, wish.Tags, observed.Tags, func(ctx context.Context, tags map[string]string) error {
		_, err := l.Cloud.Logs.TagResource(ctx, &cloudwatchlogs.TagResourceInput{ResourceArn: &observed.ARN, Tags: tags})
		return err
	})
	updated.Tags = merged(observed.Tags, wish.Tags)
	return &updated, err
}

// Delete removes the group and its events.
func (l LogGroup) Delete(ctx context.Context, observed *LogGroupState) error {
	_, err := l.Cloud.Logs.DeleteLogGroup(ctx, &cloudwatchlogs.DeleteLogGroupInput{LogGroupName: &observed.Name})
	return gone(err)
}

// Release takes the owner tags away.
func (l LogGroup) Release(ctx context.Context, observed *LogGroupState) error {
	_, err := l.Cloud.Logs.UntagResource(ctx, &cloudwatchlogs.UntagResourceInput{ResourceArn: &observed.ARN, TagKeys: awscloud.OwnerTagKeys()})
	return err
}

// Settled at once.
func (l LogGroup) Settled(*LogGroupState) error { return nil }

// ID is the group's ARN.
func (l LogGroup) ID(observed *LogGroupState) string { return observed.ARN }
