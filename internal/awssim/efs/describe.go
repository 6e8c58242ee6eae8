package efs

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"
)

// describeFileSystem is a file system as DescribeFileSystems shows it.
func (s *Service) describeFileSystem(st *store, fs *fileSystem) types.FileSystemDescription {
	now := s.world.Now()
	size := emptySize + fs.files.size()
	return types.FileSystemDescription{
		FileSystemId:                 aws.String(fs.id),
		FileSystemArn:                aws.String(fs.arn(st.scope)),
		CreationToken:                aws.String(fs.token),
		CreationTime:                 aws.Time(fs.created),
		LifeCycleState:               fs.state,
		Name:                         fs.tags.name(),
		NumberOfMountTargets:         int32(len(st.shownTargetsOf(fs))),
		OwnerId:                      aws.String(st.scope.Account),
		PerformanceMode:              fs.performance,
		ThroughputMode:               fs.throughput.mode,
		ProvisionedThroughputInMibps: fs.throughput.provisioned(),
		Encrypted:                    aws.Bool(fs.encrypted),
		KmsKeyId:                     optional(fs.key),
		AvailabilityZoneName:         optional(fs.zone),
		AvailabilityZoneId:           optional(fs.zoneID),
		FileSystemProtection:         &types.FileSystemProtectionDescription{ReplicationOverwriteProtection: fs.protection},
		Tags:                         fs.tags.list(),
		SizeInBytes: &types.FileSystemSize{
			Value: size, Timestamp: aws.Time(now),
			ValueInStandard: aws.Int64(size), ValueInIA: aws.Int64(0), ValueInArchive: aws.Int64(0),
		},
	}
}

// outputOf is the same description as create and update calls answer with.
func (s *Service) outputOf(st *store, fs *fileSystem) sdk.UpdateFileSystemOutput {
	d := s.describeFileSystem(st, fs)
	return sdk.UpdateFileSystemOutput{
		FileSystemId: d.FileSystemId, FileSystemArn: d.FileSystemArn, CreationToken: d.CreationToken,
		CreationTime: d.CreationTime, LifeCycleState: d.LifeCycleState, Name: d.Name,
		NumberOfMountTargets: d.NumberOfMountTargets, OwnerId: d.OwnerId, PerformanceMode: d.PerformanceMode,
		ThroughputMode: d.ThroughputMode, ProvisionedThroughputInMibps: d.ProvisionedThroughputInMibps,
		Encrypted: d.Encrypted, KmsKeyId: d.KmsKeyId, AvailabilityZoneName: d.AvailabilityZoneName,
		AvailabilityZoneId: d.AvailabilityZoneId, FileSystemProtection: d.FileSystemProtection,
		Tags: d.Tags, SizeInBytes: d.SizeInBytes,
	}
}

func optional(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
