package resource

import (
	"context"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	efstypes "github.com/aws/aws-sdk-go-v2/service/efs/types"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// FileSystem is the EFS file system that carries the registration.
type FileSystem struct {
	Common
	// Name is the name that the console shows.
	Name string
	// Token is the creation token: EFS makes one file system for it and no second.
	Token string
	// Settings are the storage settings of the spec.
	Settings FileSystemSettings
}

// FileSystemSettings are the settings of a file system.
type FileSystemSettings struct {
	PerformanceMode string
	ThroughputMode  string
	// ProvisionedMiBps is the throughput of mode provisioned, in MiB/s.
	ProvisionedMiBps float64
	Backup           bool
	Encrypted        bool
	KMSKeyID         string
}

// FileSystemWish is the file system that should be there.
type FileSystemWish struct {
	FileSystemSettings
	Tags map[string]string
}

// FileSystemState is the file system that is there.
type FileSystemState struct {
	FileSystemID string
	ARN          string
	State        efstypes.LifeCycleState
	FileSystemSettings
	Tags map[string]string

	recorded bool
}

// fileSystemCreation is how long EFS takes as a rule.
const fileSystemCreation = 5500 * time.Millisecond

// Identity is FileSystem/storage.
func (f FileSystem) Identity() engine.Identity {
	return engine.Identity{Kind: "FileSystem", Name: "storage"}
}

// Needs nothing.
func (f FileSystem) Needs() []engine.Need { return nil }

// CreatesFirst: EFS refuses a second file system with the same creation token.
func (f FileSystem) CreatesFirst() bool { return true }

// Wish is the settings and the tags.
func (f FileSystem) Wish() (FileSystemWish, error) {
	return FileSystemWish{FileSystemSettings: f.Settings, Tags: f.tags("storage", f.Name)}, nil
}

// Observe finds the file system by its creation token.
func (f FileSystem) Observe(ctx context.Context, recorded engine.Record) (*FileSystemState, error) {
	out, err := f.Cloud.EFS.DescribeFileSystems(ctx, &efs.DescribeFileSystemsInput{CreationToken: &f.Token})
	if err != nil {
		return nil, gone(err)
	}
	found, err := atMostOne(f.Identity(), out.FileSystems)
	if err != nil || found == nil || found.LifeCycleState == efstypes.LifeCycleStateDeleted {
		return nil, err
	}
	state := fileSystemState(found)
	if err := complete(f.Identity(), state.FileSystemID); err != nil {
		return nil, err
	}
	state.recorded = isRecorded(recorded, state.FileSystemID)
	if state.State == efstypes.LifeCycleStateAvailable {
		state.Backup, err = f.backup(ctx, state.FileSystemID)
	} else {
		state.Backup = f.Settings.Backup // EFS tells it once the file system is available
	}
	return state, err
}

// Poll reads the state alone.
func (f FileSystem) Poll(ctx context.Context, before *FileSystemState) (*FileSystemState, error) {
	out, err := f.Cloud.EFS.DescribeFileSystems(ctx, &efs.DescribeFileSystemsInput{FileSystemId: &before.FileSystemID})
	if err != nil || len(out.FileSystems) == 0 {
		return nil, gone(err)
	}
	polled := *before
	polled.State = out.FileSystems[0].LifeCycleState
	return &polled, nil
}

func (f FileSystem) backup(ctx context.Context, id string) (bool, error) {
	out, err := f.Cloud.EFS.DescribeBackupPolicy(ctx, &efs.DescribeBackupPolicyInput{FileSystemId: &id})
	if err != nil || out.BackupPolicy == nil {
		return false, gone(err)
	}
	return out.BackupPolicy.Status == efstypes.StatusEnabled || out.BackupPolicy.Status == efstypes.StatusEnabling, nil
}

func fileSystemState(d *efstypes.FileSystemDescription) *FileSystemState {
	return &FileSystemState{
		FileSystemID: aws.ToString(d.FileSystemId), ARN: aws.ToString(d.FileSystemArn), State: d.LifeCycleState,
		FileSystemSettings: FileSystemSettings{
			PerformanceMode: string(d.PerformanceMode), ThroughputMode: string(d.ThroughputMode),
			ProvisionedMiBps: aws.ToFloat64(d.ProvisionedThroughputInMibps),
			Encrypted:        aws.ToBool(d.Encrypted), KMSKeyID: aws.ToString(d.KmsKeyId),
		},
		Tags: awscloud.TagMap(d.Tags, func(t efstypes.Tag) (*string, *string) { return t.Key, t.Value }),
	}
}

// Owner reads the tags.
func (f FileSystem) Owner(observed *FileSystemState) engine.Ownership {
	return f.ownership(observed.Tags, observed.recorded)
}

// Diff compares what EFS can change: throughput, backup, tags. The rest is refused
// by the API's rules.
func (f FileSystem) Diff(wish FileSystemWish, observed *FileSystemState) *compare.Delta {
	delta := compare.NewDelta()
	if observed.State != efstypes.LifeCycleStateAvailable {
		return delta // EFS refuses changes until then
	}
	diff(delta, "throughput.mode", wish.ThroughputMode, observed.ThroughputMode)
	if wish.ProvisionedMiBps > 0 {
		diff(delta, "throughput.provisionedMiBps", wish.ProvisionedMiBps, observed.ProvisionedMiBps)
	}
	diff(delta, "backup", wish.Backup, observed.Backup)
	diffTags(delta, wish.Tags, observed.Tags)
	return delta
}

// Create makes the file system, with backups where they are wanted.
func (f FileSystem) Create(ctx context.Context, wish FileSystemWish) (*FileSystemState, error) {
	input := &efs.CreateFileSystemInput{
		CreationToken: &f.Token, PerformanceMode: efstypes.PerformanceMode(wish.PerformanceMode),
		ThroughputMode: efstypes.ThroughputMode(wish.ThroughputMode), Encrypted: &wish.Encrypted, Backup: &wish.Backup,
		Tags: efsTags(wish.Tags),
	}
	if wish.KMSKeyID != "" {
		input.KmsKeyId = &wish.KMSKeyID
	}
	if wish.ProvisionedMiBps > 0 {
		input.ProvisionedThroughputInMibps = &wish.ProvisionedMiBps
	}
	out, err := f.Cloud.EFS.CreateFileSystem(ctx, input)
	if err != nil {
		return nil, creating(err)
	}
	if err := complete(f.Identity(), aws.ToString(out.FileSystemId)); err != nil {
		return nil, err
	}
	return &FileSystemState{
		FileSystemID: aws.ToString(out.FileSystemId), ARN: aws.ToString(out.FileSystemArn), State: out.LifeCycleState,
		FileSystemSettings: wish.FileSystemSettings, Tags: wish.Tags,
	}, nil
}

// Update changes throughput, backup and tags.
func (f FileSystem) Update(ctx context.Context, wish FileSystemWish, observed *FileSystemState, delta *compare.Delta) (*FileSystemState, error) {
	updated := *observed
	if delta.DifferentAt("throughput") {
		input := &efs.UpdateFileSystemInput{FileSystemId: &observed.FileSystemID, ThroughputMode: efstypes.ThroughputMode(wish.ThroughputMode)}
		if wish.ProvisionedMiBps > 0 {
			input.ProvisionedThroughputInMibps = &wish.ProvisionedMiBps
		}
		out, err := f.Cloud.EFS.UpdateFileSystem(ctx, input)
		if err != nil {
			return nil, err
		}
		updated.State, updated.ThroughputMode, updated.ProvisionedMiBps = out.LifeCycleState, wish.ThroughputMode, wish.ProvisionedMiBps
	}
	if delta.DifferentAt("backup") {
		if err := f.putBackup(ctx, observed.FileSystemID, wish.Backup); err != nil {
			return nil, err
		}
		updated.Backup = wish.Backup
	}
	err := retag(ctx, delta, wish.Tags, observed.Tags, func(ctx context.Context, tags map[string]string) error {
		_, err := f.Cloud.EFS.TagResource(ctx, &efs.TagResourceInput{ResourceId: &observed.FileSystemID, Tags: efsTags(tags)})
		return err
	})
	updated.Tags = merged(observed.Tags, wish.Tags)
	return &updated, err
}

func (f FileSystem) putBackup(ctx context.Context, id string, on bool) error {
	status := efstypes.StatusDisabled
	if on {
		status = efstypes.StatusEnabled
	}
	_, err := f.Cloud.EFS.PutBackupPolicy(ctx, &efs.PutBackupPolicyInput{FileSystemId: &id, BackupPolicy: &efstypes.BackupPolicy{Status: status}})
	return err
}

// Delete removes the file system and all that is on it.
func (f FileSystem) Delete(ctx context.Context, observed *FileSystemState) error {
	if observed.State != efstypes.LifeCycleStateDeleting {
		if _, err := f.Cloud.EFS.DeleteFileSystem(ctx, &efs.DeleteFileSystemInput{FileSystemId: &observed.FileSystemID}); err != nil {
			return gone(err)
		}
	}
	return engine.WaitFor(3*time.Second, "EFS is deleting the file system")
}

// Release takes the owner tags away.
func (f FileSystem) Release(ctx context.Context, observed *FileSystemState) error {
	_, err := f.Cloud.EFS.UntagResource(ctx, &efs.UntagResourceInput{ResourceId: &observed.FileSystemID, TagKeys: awscloud.OwnerTagKeys()})
	return err
}

// Settled once EFS calls it available.
func (f FileSystem) Settled(observed *FileSystemState) error {
	switch observed.State {
	case efstypes.LifeCycleStateAvailable:
		return nil
	case efstypes.LifeCycleStateError:
		return &engine.Problem{Reason: awscloud.ReasonAWSError, Message: "EFS reports the file system in state error: see the AWS Health Dashboard"}
	default:
		return engine.WaitTypically(fileSystemCreation, "EFS is preparing the file system (%s)", observed.State)
	}
}

// ID is the file system's id.
func (f FileSystem) ID(observed *FileSystemState) string { return observed.FileSystemID }

func efsTags(tags map[string]string) []efstypes.Tag {
	return awscloud.TagList(tags, func(k, v *string) efstypes.Tag { return efstypes.Tag{Key: k, Value: v} })
}
