package efs

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// backupTag is the tag by which AWS Backup finds the file systems it backs up. EFS
// sets it itself and shows it among the user's tags.
const backupTag = "aws:elasticfilesystem:default-backup"

// setBackup starts to switch automatic backups on or off.
func (fs *fileSystem) setBackup(wanted types.Status) {
	if wanted == types.StatusEnabled {
		fs.backup = types.StatusEnabling
		fs.tags = fs.tags.withSystem(backupTag, "enabled")
		return
	}
	fs.backup = types.StatusDisabling
	delete(fs.tags, backupTag)
}

// settleBackup ends what setBackup began.
func (fs *fileSystem) settleBackup() {
	switch fs.backup {
	case types.StatusEnabling:
		fs.backup = types.StatusEnabled
	case types.StatusDisabling:
		fs.backup = types.StatusDisabled
	}
}

// PutBackupPolicy switches automatic backups on or off. The status is ENABLING or
// DISABLING for a while.
func (s *Service) PutBackupPolicy(c *core.Call, in *sdk.PutBackupPolicyInput) (*sdk.PutBackupPolicyOutput, error) {
	fs, err := s.stores.In(c.Scope).fileSystem(aws.ToString(in.FileSystemId))
	if err != nil {
		return nil, err
	}
	if fs.state != types.LifeCycleStateAvailable {
		return nil, wrongState(fs)
	}
	wanted := types.Status("")
	if in.BackupPolicy != nil {
		wanted = in.BackupPolicy.Status
	}
	if wanted != types.StatusEnabled && wanted != types.StatusDisabled {
		return nil, refuse("ValidationException", "The status of a backup policy can be set to ENABLED or DISABLED.")
	}
	if fs.backup != wanted {
		fs.setBackup(wanted)
		s.world.After(s.world.Delay(core.FileSystemCreate), fs.settleBackup)
	}
	return &sdk.PutBackupPolicyOutput{BackupPolicy: &types.BackupPolicy{Status: fs.backup}}, nil
}

// DescribeBackupPolicy tells whether automatic backups are on. A file system for
// which nobody ever said has no policy: PolicyNotFound.
func (s *Service) DescribeBackupPolicy(c *core.Call, in *sdk.DescribeBackupPolicyInput) (*sdk.DescribeBackupPolicyOutput, error) {
	fs, err := s.stores.In(c.Scope).fileSystem(aws.ToString(in.FileSystemId))
	if err != nil {
		return nil, err
	}
	if fs.backup == "" {
		return nil, refuse("PolicyNotFound", "File system '%s' has no backup policy.", fs.id)
	}
	return &sdk.DescribeBackupPolicyOutput{BackupPolicy: &types.BackupPolicy{Status: fs.backup}}, nil
}

// PutLifecycleConfiguration replaces the rules by which files move to cheaper
// storage. They change no file here.
func (s *Service) PutLifecycleConfiguration(c *core.Call, in *sdk.PutLifecycleConfigurationInput) (*sdk.PutLifecycleConfigurationOutput, error) {
	fs, err := s.stores.In(c.Scope).fileSystem(aws.ToString(in.FileSystemId))
	if err != nil {
		return nil, err
	}
	if fs.state != types.LifeCycleStateAvailable {
		return nil, wrongState(fs)
	}
	if err := fs.checkLifecycle(in.LifecyclePolicies); err != nil {
		return nil, err
	}
	fs.lifecycle = slices.Clone(in.LifecyclePolicies)
	return &sdk.PutLifecycleConfigurationOutput{LifecyclePolicies: slices.Clone(fs.lifecycle)}, nil
}

// checkLifecycle holds the documented rules: one transition in each policy, each
// transition once, and an archive only for elastic general-purpose file systems.
func (fs *fileSystem) checkLifecycle(policies []types.LifecyclePolicy) error {
	seen := map[string]bool{}
	for _, p := range policies {
		set := map[string]string{
			"TransitionToIA":                  string(p.TransitionToIA),
			"TransitionToArchive":             string(p.TransitionToArchive),
			"TransitionToPrimaryStorageClass": string(p.TransitionToPrimaryStorageClass),
		}
		count := 0
		for name, rule := range set {
			if rule == "" {
				continue
			}
			if count++; seen[name] {
				return badRequest("%s appears more than once.", name)
			}
			seen[name] = true
		}
		if count != 1 {
			return badRequest("Each LifecyclePolicy must have exactly one transition.")
		}
	}
	if seen["TransitionToArchive"] && (fs.throughput.mode != types.ThroughputModeElastic || fs.performance != types.PerformanceModeGeneralPurpose) {
		return badRequest("TransitionToArchive needs throughput mode elastic and performance mode generalPurpose.")
	}
	return nil
}

// DescribeLifecycleConfiguration returns the rules by which files move to cheaper
// storage.
func (s *Service) DescribeLifecycleConfiguration(c *core.Call, in *sdk.DescribeLifecycleConfigurationInput) (*sdk.DescribeLifecycleConfigurationOutput, error) {
	fs, err := s.stores.In(c.Scope).fileSystem(aws.ToString(in.FileSystemId))
	if err != nil {
		return nil, err
	}
	return &sdk.DescribeLifecycleConfigurationOutput{LifecyclePolicies: append([]types.LifecyclePolicy{}, fs.lifecycle...)}, nil
}
