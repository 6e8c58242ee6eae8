package efs

import (
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// emptySize is what EFS meters for a file system without files, in bytes.
const emptySize = 6144

type fileSystem struct {
	core.Appearance
	id, token    string
	created      time.Time
	state        types.LifeCycleState
	performance  types.PerformanceMode
	throughput   throughput
	encrypted    bool
	key          string
	zone, zoneID string
	backup       types.Status
	lifecycle    []types.LifecyclePolicy
	tags         tagSet
	protection   types.ReplicationOverwriteProtection
	files        *tree
}

func (fs *fileSystem) place() (time.Time, string) { return fs.created, fs.id }

func (fs *fileSystem) arn(sc core.Scope) string {
	return sc.ARN("elasticfilesystem", "file-system/"+fs.id)
}

// CreateFileSystem makes a file system, available after a while. The creation
// token of one that exists is refused with FileSystemAlreadyExists, which names it.
func (s *Service) CreateFileSystem(c *core.Call, in *sdk.CreateFileSystemInput) (*sdk.CreateFileSystemOutput, error) {
	st := s.stores.In(c.Scope)
	token := aws.ToString(in.CreationToken)
	for _, fs := range st.fileSystems {
		if fs.token == token {
			return nil, refuse("FileSystemAlreadyExists", "File system '%s' already exists with creation token '%s'", fs.id, token).
				With("FileSystemId", fs.id)
		}
	}
	if s.world.Exceeds(core.FileSystems, len(st.fileSystems)+1) {
		return nil, refuse("FileSystemLimitExceeded", "You have reached the maximum number of file systems in this region: %d", s.world.Quota(core.FileSystems))
	}
	fs, err := s.newFileSystem(st, in)
	if err != nil {
		return nil, err
	}
	fs.Appearance = s.world.Appears()
	st.fileSystems[fs.id] = fs
	s.world.After(s.world.Delay(core.FileSystemCreate), func() {
		if fs.state == types.LifeCycleStateCreating {
			fs.state = types.LifeCycleStateAvailable
		}
		fs.settleBackup()
	})
	out := sdk.CreateFileSystemOutput(s.outputOf(st, fs))
	return &out, nil
}

func (s *Service) newFileSystem(st *store, in *sdk.CreateFileSystemInput) (*fileSystem, error) {
	fs := &fileSystem{
		token:       aws.ToString(in.CreationToken),
		created:     s.world.Now(),
		state:       types.LifeCycleStateCreating,
		performance: in.PerformanceMode,
		encrypted:   aws.ToBool(in.Encrypted),
		protection:  types.ReplicationOverwriteProtectionEnabled,
		files:       newTree(),
	}
	if fs.performance == "" {
		fs.performance = types.PerformanceModeGeneralPurpose
	}
	var err error
	if fs.throughput, err = throughputOf(in.ThroughputMode, in.ProvisionedThroughputInMibps); err != nil {
		return nil, err
	}
	if fs.zone = aws.ToString(in.AvailabilityZoneName); fs.zone != "" {
		var ok bool
		if fs.zoneID, ok = s.network.ZoneID(st.scope, fs.zone); !ok {
			return nil, refuse("UnsupportedAvailabilityZone", "The Availability Zone '%s' is not supported.", fs.zone)
		}
	}
	if err := checkModes(fs.performance, fs.throughput.mode, fs.zone); err != nil {
		return nil, err
	}
	if fs.key, err = st.keyFor(in); err != nil {
		return nil, err
	}
	if fs.tags, err = tagSet(nil).with(in.Tags); err != nil {
		return nil, err
	}
	// One Zone file systems are backed up unless the call says no.
	if in.Backup == nil && fs.zone != "" || aws.ToBool(in.Backup) {
		fs.setBackup(types.StatusEnabled)
	}
	fs.id = s.world.ID("fs")
	return fs, nil
}

// keyFor is the ARN of the key that a new file system is encrypted with.
func (st *store) keyFor(in *sdk.CreateFileSystemInput) (string, error) {
	asked := aws.ToString(in.KmsKeyId)
	switch {
	case !aws.ToBool(in.Encrypted) && asked != "":
		return "", badRequest("KmsKeyId can only be given together with Encrypted.")
	case !aws.ToBool(in.Encrypted):
		return "", nil
	case asked == "" || asked == "alias/aws/elasticfilesystem":
		return st.defaultKey, nil
	case strings.HasPrefix(asked, "arn:"):
		return asked, nil
	default:
		return st.scope.ARN("kms", "key/"+bareID(asked)), nil
	}
}

// DescribeFileSystems lists file systems, or the one of an id or a creation token.
func (s *Service) DescribeFileSystems(c *core.Call, in *sdk.DescribeFileSystemsInput) (*sdk.DescribeFileSystemsOutput, error) {
	st := s.stores.In(c.Scope)
	if in.FileSystemId != nil {
		if _, err := st.fileSystem(*in.FileSystemId); err != nil {
			return nil, err
		}
	}
	found := inOrder(st.fileSystems, func(fs *fileSystem) bool {
		return fs.Seen() && (in.FileSystemId == nil || fs.id == bareID(*in.FileSystemId)) &&
			(in.CreationToken == nil || fs.token == *in.CreationToken)
	})
	shown, next, err := page(found, in.MaxItems, in.Marker)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeFileSystemsOutput{Marker: in.Marker, NextMarker: next, FileSystems: []types.FileSystemDescription{}}
	for _, fs := range shown {
		out.FileSystems = append(out.FileSystems, s.describeFileSystem(st, fs))
	}
	return out, nil
}

// DeleteFileSystem deletes a file system that has no mount targets, and its access
// points with it.
func (s *Service) DeleteFileSystem(c *core.Call, in *sdk.DeleteFileSystemInput) (*sdk.DeleteFileSystemOutput, error) {
	st := s.stores.In(c.Scope)
	fs, err := st.fileSystem(aws.ToString(in.FileSystemId))
	if err != nil {
		return nil, err
	}
	if len(st.targetsOf(fs)) > 0 {
		return nil, refuse("FileSystemInUse", "The file system '%s' has mount targets and cannot be deleted.", fs.id)
	}
	if fs.state == types.LifeCycleStateDeleting {
		return &sdk.DeleteFileSystemOutput{}, nil
	}
	fs.state = types.LifeCycleStateDeleting
	for _, ap := range st.accessPointsOf(fs) {
		ap.state = types.LifeCycleStateDeleting
	}
	s.world.After(s.world.Delay(core.FileSystemDelete), func() {
		fs.state = types.LifeCycleStateDeleted
		fs.files.gone = true
		for _, ap := range st.accessPointsOf(fs) {
			delete(st.accessPoints, ap.id)
		}
		delete(st.fileSystems, fs.id)
	})
	return &sdk.DeleteFileSystemOutput{}, nil
}
