package efs

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"

	"flexgw.io/controller/internal/awssim/core"
)

func (mt *mountTarget) describe(account string) types.MountTargetDescription {
	return types.MountTargetDescription{
		MountTargetId:        aws.String(mt.id),
		FileSystemId:         aws.String(mt.fs.id),
		LifeCycleState:       mt.state,
		OwnerId:              aws.String(account),
		SubnetId:             aws.String(mt.subnet.ID),
		VpcId:                aws.String(mt.subnet.VPC),
		AvailabilityZoneName: aws.String(mt.subnet.Zone),
		AvailabilityZoneId:   aws.String(mt.subnet.ZoneID),
		IpAddress:            aws.String(mt.ip),
		NetworkInterfaceId:   aws.String(mt.eni),
	}
}

// DescribeMountTargets lists the mount targets of a file system or an access
// point, or the one of an id.
func (s *Service) DescribeMountTargets(c *core.Call, in *sdk.DescribeMountTargetsInput) (*sdk.DescribeMountTargetsOutput, error) {
	found, err := s.stores.In(c.Scope).selectTargets(in)
	if err != nil {
		return nil, err
	}
	shown, next, err := page(found, in.MaxItems, in.Marker)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeMountTargetsOutput{Marker: in.Marker, NextMarker: next, MountTargets: []types.MountTargetDescription{}}
	for _, mt := range shown {
		out.MountTargets = append(out.MountTargets, mt.describe(c.Account))
	}
	return out, nil
}

func (st *store) selectTargets(in *sdk.DescribeMountTargetsInput) ([]*mountTarget, error) {
	given := slices.DeleteFunc([]*string{in.FileSystemId, in.MountTargetId, in.AccessPointId}, func(id *string) bool { return id == nil })
	if len(given) != 1 {
		return nil, badRequest("Exactly one of FileSystemId, MountTargetId and AccessPointId must be given.")
	}
	switch {
	case in.MountTargetId != nil:
		mt, err := st.mountTarget(bareID(*in.MountTargetId))
		if err != nil {
			return nil, err
		}
		return []*mountTarget{mt}, nil
	case in.AccessPointId != nil:
		ap, err := st.accessPoint(*in.AccessPointId)
		if err != nil {
			return nil, err
		}
		return st.shownTargetsOf(ap.fs), nil
	default:
		fs, err := st.fileSystem(*in.FileSystemId)
		if err != nil {
			return nil, err
		}
		return st.shownTargetsOf(fs), nil
	}
}
