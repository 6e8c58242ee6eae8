package resource

import (
	"context"
	"strings"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/engine"
)

// RegistrationFile is the registration file in the gateway's directory on EFS, and beside
// it the file of the configuration's documents, where there are some. A one-shot Fargate
// task writes them; nothing else can reach the file system. What was written is remembered
// as the resource's id: the access point and the digests.
type RegistrationFile struct {
	Common
	Cluster        *engine.Ref[ClusterState]
	TaskDefinition *engine.Ref[TaskDefinitionState]
	AccessPoint    *engine.Ref[AccessPointState]
	MountTargets   *engine.Ref[MountTargetsState]
	Network        *engine.Ref[NetworkState]
	Secret         *engine.Ref[SecretState]
	// Documents are those of the configuration, nil where there are none.
	Documents *engine.Ref[SecretState]
	// After are resources that must be as they should be before the files change.
	After []engine.Need
	// SecurityGroups are the groups of the task.
	SecurityGroups func() []string
	// AssignPublicIP gives the task a public address, with which it pulls the image.
	AssignPublicIP bool
}

// RegistrationWish is the file that should be there.
type RegistrationWish struct {
	// File is the access point and the digest of the content.
	File string
	// Task is how to run the task that writes it.
	Task *ecs.RunTaskInput
}

// RegistrationState is the file, or the task that is writing it.
type RegistrationState struct {
	// File is what has been written; empty while a task runs or after it failed.
	File string
	// Task is the ARN of the task that writes, or failed to write, File.
	Task string
	// Running is true while the task runs.
	Running bool
	// Failure says why the task failed, and Stopped when.
	Failure string
	Stopped time.Time
}

// The pauses around the task.
const (
	writerRun   = 23 * time.Second
	writerRetry = 60 * time.Second
)

// The files' names in the gateway's directory.
const (
	RegistrationFileName  = "registration.yaml"
	ConfigurationFileName = "configuration.yaml"
)

// Identity is RegistrationFile/registration.yaml.
func (r RegistrationFile) Identity() engine.Identity {
	return engine.Identity{Kind: "RegistrationFile", Name: RegistrationFileName}
}

// Needs all that the task needs, ready.
func (r RegistrationFile) Needs() []engine.Need {
	needs := []engine.Need{
		engine.Settled(r.Cluster), engine.Settled(r.TaskDefinition), engine.Settled(r.AccessPoint),
		engine.Settled(r.MountTargets).Inside(), engine.Settled(r.Network), engine.Settled(r.Secret),
	}
	if r.Documents != nil {
		needs = append(needs, engine.Settled(r.Documents))
	}
	return append(needs, r.After...)
}

// CreatesFirst: the task's client token keeps ECS from starting it twice.
func (r RegistrationFile) CreatesFirst() bool { return true }

// Wish is the files with the secrets' content.
func (r RegistrationFile) Wish() (RegistrationWish, error) {
	file := r.AccessPoint.Value().AccessPointID + "/" + RegistrationFileName + "@" + r.Secret.Value().Digest
	if r.Documents != nil {
		file += "+" + ConfigurationFileName + "@" + r.Documents.Value().Digest
	}
	return RegistrationWish{File: file, Task: &ecs.RunTaskInput{
		Cluster: &r.Cluster.Value().ARN, TaskDefinition: &r.TaskDefinition.Value().ARN,
		LaunchType: ecstypes.LaunchTypeFargate, StartedBy: ptr(r.startedBy()),
		NetworkConfiguration: awsvpc(r.Network.Value().SubnetIDs(), r.SecurityGroups(), r.AssignPublicIP),
		Tags:                 ecsTags(r.tags("registration", r.Gateway.Name+"-registration")),
	}}, nil
}

// Observe takes the recorded file as written, or looks at the task that writes it.
func (r RegistrationFile) Observe(ctx context.Context, recorded engine.Record) (*RegistrationState, error) {
	if recorded.ID != "" && !strings.HasPrefix(recorded.ID, "arn:") {
		if point := r.AccessPoint.Value(); point == nil || !strings.HasPrefix(recorded.ID, point.AccessPointID+"/") {
			return nil, nil // the directory is gone, or another one
		}
		return &RegistrationState{File: recorded.ID}, nil
	}
	task := recorded.ID
	if task == "" {
		var err error
		if task, err = r.find(ctx); err != nil || task == "" {
			return nil, err
		}
	}
	return r.describe(ctx, task)
}

// Poll looks at the task that is writing.
func (r RegistrationFile) Poll(ctx context.Context, before *RegistrationState) (*RegistrationState, error) {
	return r.describe(ctx, before.Task)
}

// Owner is ours: the file is in our directory.
func (r RegistrationFile) Owner(*RegistrationState) engine.Ownership { return engine.Ours() }

// Diff finds a file that is not the wanted one, once no task is at work.
func (r RegistrationFile) Diff(wish RegistrationWish, observed *RegistrationState) *compare.Delta {
	delta := compare.NewDelta()
	if observed.Running {
		return delta
	}
	if observed.Failure != "" && r.Now().Sub(observed.Stopped) < writerRetry {
		return delta // Settled reports the failure; the next try comes later
	}
	diff(delta, "file", wish.File, observed.File)
	return delta
}

// Create starts the task.
func (r RegistrationFile) Create(ctx context.Context, wish RegistrationWish) (*RegistrationState, error) {
	return r.start(ctx, wish, "")
}

// Update writes the file anew.
func (r RegistrationFile) Update(ctx context.Context, wish RegistrationWish, observed *RegistrationState, _ *compare.Delta) (*RegistrationState, error) {
	before := observed.Task
	if before == "" {
		before = observed.File
	}
	return r.start(ctx, wish, before)
}

// Delete stops a task that is still at work. The file goes with the file system.
func (r RegistrationFile) Delete(ctx context.Context, observed *RegistrationState) error {
	if !observed.Running {
		return nil
	}
	_, err := r.Cloud.ECS.StopTask(ctx, &ecs.StopTaskInput{
		Cluster: &r.Cluster.Value().ARN, Task: &observed.Task, Reason: ptr("the gateway is being deleted"),
	})
	if gone(err) != nil {
		return err
	}
	return engine.WaitFor(5*time.Second, "the task that writes the registration is stopping")
}

// Settled once the file is written.
func (r RegistrationFile) Settled(observed *RegistrationState) error {
	switch {
	case observed.Failure != "":
		return &engine.Problem{Reason: ReasonRegistrationTaskFailed, RetryAfter: writerRetry,
			Message: "the task that writes the registration file failed and is tried again" + advice(observed.Failure) + ": " + observed.Failure}
	case observed.Running:
		return engine.WaitTypically(writerRun, "a Fargate task is writing the registration file")
	default:
		return nil
	}
}

// ReasonRegistrationTaskFailed is the reason of the problem that the writing task failed.
const ReasonRegistrationTaskFailed = "RegistrationTaskFailed"

// ID is the file, else the task that is writing it.
func (r RegistrationFile) ID(observed *RegistrationState) string {
	if observed.File != "" {
		return observed.File
	}
	return observed.Task
}
