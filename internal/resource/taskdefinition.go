package resource

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// TaskDefinition is a family of task definitions. ECS never changes a revision; a
// new one is registered only when the hash of the wanted content is not that of a
// revision that is there already.
type TaskDefinition struct {
	Common
	// Part is the part that the tasks play: gateway, or registration for the one-shot
	// task that writes the registration file.
	Part string
	// Family is the family's name.
	Family string
	// Inputs are the resources that the definition names.
	Inputs []engine.Need
	// Roles are those of the Inputs that ECS has to see.
	Roles []*engine.Ref[RoleState]
	// Definition builds the definition once the inputs are there.
	Definition func() (*ecs.RegisterTaskDefinitionInput, error)
}

// TaskDefinitionWish is the revision that should be there.
type TaskDefinitionWish struct {
	Input *ecs.RegisterTaskDefinitionInput
	Hash  string
}

// TaskDefinitionState is a revision that is there.
type TaskDefinitionState struct {
	ARN  string
	Hash string
	// RegisteredAt is when it was registered, by AWS's clock.
	RegisteredAt time.Time
	Tags         map[string]string

	definition *ecstypes.TaskDefinition // as it was read; nil where it was registered just now
}

// Size is the CPU units and the MiB of memory of a task, as they were read; zero where they
// were not.
func (t *TaskDefinitionState) Size() (cpu, memory int32) {
	if t.definition == nil {
		return 0, 0
	}
	return number(t.definition.Cpu), number(t.definition.Memory)
}

// number reads a number that AWS writes as a text; zero where it is none.
func number(text *string) int32 {
	n, err := strconv.ParseInt(aws.ToString(text), 10, 32)
	if err != nil {
		return 0
	}
	return int32(n)
}

// revisionsToSearch is how many old revisions are asked for the wanted content
// before a new one is registered.
const revisionsToSearch = 5

// Identity is TaskDefinition/part.
func (t TaskDefinition) Identity() engine.Identity {
	return engine.Identity{Kind: "TaskDefinition", Name: t.Part}
}

// Needs the inputs.
func (t TaskDefinition) Needs() []engine.Need { return t.Inputs }

// Wish is the definition and the hash of its content.
func (t TaskDefinition) Wish() (TaskDefinitionWish, error) {
	input, err := t.Definition()
	if err != nil {
		return TaskDefinitionWish{}, err
	}
	hash, err := contentHash(input)
	if err != nil {
		return TaskDefinitionWish{}, err
	}
	input.Tags = ecsTags(merged(t.tags(t.Part, t.Family), map[string]string{awscloud.TagContentHash: hash}))
	return TaskDefinitionWish{Input: input, Hash: hash}, nil
}

// contentHash is the hash of a definition without its tags.
func contentHash(input *ecs.RegisterTaskDefinitionInput) (string, error) {
	content := *input
	content.Tags = nil
	text, err := json.Marshal(content)
	if err != nil {
		return "", fmt.Errorf("hash the task definition: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16]), nil
}

// Observe finds the revision that was recorded, else the newest active one of the
// family. They differ where an older content is wanted again.
func (t TaskDefinition) Observe(ctx context.Context, recorded engine.Record) (*TaskDefinitionState, error) {
	if recorded.ID != "" {
		if found, err := t.describe(ctx, recorded.ID); found != nil || err != nil {
			return found, err
		}
	}
	return t.describe(ctx, t.Family)
}

func (t TaskDefinition) describe(ctx context.Context, name string) (*TaskDefinitionState, error) {
	out, err := t.Cloud.ECS.DescribeTaskDefinition(ctx, &ecs.DescribeTaskDefinitionInput{
		TaskDefinition: &name, Include: []ecstypes.TaskDefinitionField{ecstypes.TaskDefinitionFieldTags},
	})
	if awscloud.Code(err) == "ClientException" { // ECS's answer for a family without active revisions
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if out.TaskDefinition == nil || out.TaskDefinition.TaskDefinitionArn == nil {
		return nil, complete(t.Identity(), "")
	}
	if out.TaskDefinition.Status != ecstypes.TaskDefinitionStatusActive {
		return nil, nil
	}
	tags := ecsTagMap(out.Tags)
	return &TaskDefinitionState{
		ARN: aws.ToString(out.TaskDefinition.TaskDefinitionArn), Hash: tags[awscloud.TagContentHash],
		RegisteredAt: aws.ToTime(out.TaskDefinition.RegisteredAt), Tags: tags, definition: out.TaskDefinition,
	}, nil
}

// Owner reads the tags.
func (t TaskDefinition) Owner(observed *TaskDefinitionState) engine.Ownership {
	return t.Gateway.Ownership(observed.Tags)
}

// Diff compares the hashes. Tags of old revisions are left as they are.
func (t TaskDefinition) Diff(wish TaskDefinitionWish, observed *TaskDefinitionState) *compare.Delta {
	delta := compare.NewDelta()
	diff(delta, "content", wish.Hash, observed.Hash)
	return delta
}

// Create registers the first revision.
func (t TaskDefinition) Create(ctx context.Context, wish TaskDefinitionWish) (*TaskDefinitionState, error) {
	out, err := t.Cloud.ECS.RegisterTaskDefinition(ctx, wish.Input)
	if code := awscloud.Code(err); code == "AccessDeniedException" || code == "ClientException" {
		return nil, t.roleTrouble(err)
	}
	if err != nil {
		return nil, err
	}
	if out.TaskDefinition == nil || out.TaskDefinition.TaskDefinitionArn == nil {
		return nil, complete(t.Identity(), "")
	}
	return &TaskDefinitionState{
		ARN: aws.ToString(out.TaskDefinition.TaskDefinitionArn), Hash: wish.Hash,
		RegisteredAt: aws.ToTime(out.TaskDefinition.RegisteredAt), Tags: ecsTagMap(wish.Input.Tags),
	}, nil
}

// roleTrouble says what a refusal means: for some seconds ECS does not see a new role
// yet, and after that the permission is really missing.
func (t TaskDefinition) roleTrouble(err error) error {
	switch {
	case !awscloud.IsDenied(err):
		return &engine.Problem{Reason: awscloud.ReasonRefused, Terminal: true, Err: awscloud.Plain(err)}
	case slices.ContainsFunc(t.Roles, t.isNewRole):
		return engine.WaitFor(roleVisibility, "IAM takes some seconds to show a new role to ECS")
	default:
		return &engine.Problem{Reason: awscloud.ReasonAccessDenied, Err: awscloud.Plain(err), RetryAfter: deniedRetry,
			Message: "the controller may not pass a role of the task to ECS: iam:PassRole is missing (docs/iam.md)"}
	}
}

// Update finds an older revision with the wanted content, else registers a new one.
func (t TaskDefinition) Update(ctx context.Context, wish TaskDefinitionWish, _ *TaskDefinitionState, _ *compare.Delta) (*TaskDefinitionState, error) {
	arns, err := t.revisions(ctx, revisionsToSearch)
	if err != nil {
		return nil, err
	}
	for _, arn := range arns {
		revision, err := t.describe(ctx, arn)
		if err != nil {
			return nil, err
		}
		if revision != nil && revision.Hash == wish.Hash {
			return revision, nil
		}
	}
	return t.Create(ctx, wish)
}

// revisions are the ARNs of the newest active revisions.
func (t TaskDefinition) revisions(ctx context.Context, limit int32) ([]string, error) {
	out, err := t.Cloud.ECS.ListTaskDefinitions(ctx, &ecs.ListTaskDefinitionsInput{
		FamilyPrefix: &t.Family, Status: ecstypes.TaskDefinitionStatusActive, Sort: ecstypes.SortOrderDesc, MaxResults: &limit,
	})
	if err != nil {
		return nil, err
	}
	return out.TaskDefinitionArns, nil
}

// deregisterAtOnce is how many revisions one walk takes down: ECS allows a burst of
// 20 and then one in a second, for the whole account.
const deregisterAtOnce = 10

// Delete deregisters all revisions and deletes them.
func (t TaskDefinition) Delete(ctx context.Context, _ *TaskDefinitionState) error {
	arns, err := t.revisions(ctx, deregisterAtOnce)
	if err != nil {
		return err
	}
	for _, arn := range arns {
		if _, err := t.Cloud.ECS.DeregisterTaskDefinition(ctx, &ecs.DeregisterTaskDefinitionInput{TaskDefinition: &arn}); err != nil {
			return err
		}
	}
	if len(arns) > 0 {
		if _, err := t.Cloud.ECS.DeleteTaskDefinitions(ctx, &ecs.DeleteTaskDefinitionsInput{TaskDefinitions: arns}); err != nil {
			return err
		}
	}
	if len(arns) == deregisterAtOnce {
		return engine.WaitFor(10*time.Second, "more revisions of %s are to be deregistered", t.Family)
	}
	return nil
}

// Release takes the owner tags off the newest revision.
func (t TaskDefinition) Release(ctx context.Context, observed *TaskDefinitionState) error {
	return untagECS(ctx, t.Cloud.ECS, observed.ARN)
}

// Unchanging: ECS never changes a revision, and a service keeps starting tasks from one
// that someone deregisters.
func (t TaskDefinition) Unchanging() bool { return true }

// Settled at once.
func (t TaskDefinition) Settled(*TaskDefinitionState) error { return nil }

// ID is the revision's ARN.
func (t TaskDefinition) ID(observed *TaskDefinitionState) string { return observed.ARN }

// untagECS takes the owner tags off an ECS resource.
func untagECS(ctx context.Context, client *ecs.Client, arn string) error {
	_, err := client.UntagResource(ctx, &ecs.UntagResourceInput{ResourceArn: &arn, TagKeys: awscloud.OwnerTagKeys()})
	return err
}
