package efs

import (
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"

	"flexgw.io/controller/internal/awssim/core"
)

type accessPoint struct {
	core.Appearance
	id, token string
	fs        *fileSystem
	created   time.Time
	state     types.LifeCycleState
	user      *types.PosixUser
	root      string
	creation  *types.CreationInfo
	tags      tagSet
}

func (ap *accessPoint) place() (time.Time, string) { return ap.created, ap.id }

func (st *store) accessPointsOf(fs *fileSystem) []*accessPoint {
	return inOrder(st.accessPoints, func(ap *accessPoint) bool { return ap.fs == fs })
}

// CreateAccessPoint makes a door to one directory of an available file system. The
// client token of one that exists is refused with AccessPointAlreadyExists, which
// names it. The directory is made when somebody first mounts it.
func (s *Service) CreateAccessPoint(c *core.Call, in *sdk.CreateAccessPointInput) (*sdk.CreateAccessPointOutput, error) {
	st := s.stores.In(c.Scope)
	fs, err := st.fileSystem(aws.ToString(in.FileSystemId))
	if err != nil {
		return nil, err
	}
	token := aws.ToString(in.ClientToken)
	for _, ap := range st.accessPoints {
		if ap.token == token {
			return nil, refuse("AccessPointAlreadyExists", "Access point '%s' already exists with client token '%s'", ap.id, token).
				With("AccessPointId", ap.id)
		}
	}
	if fs.state != types.LifeCycleStateAvailable {
		return nil, wrongState(fs)
	}
	if s.world.Exceeds(core.AccessPointsPerFileSystem, len(st.accessPointsOf(fs))+1) {
		return nil, refuse("AccessPointLimitExceeded", "A file system can have at most %d access points.", s.world.Quota(core.AccessPointsPerFileSystem))
	}
	ap, err := s.newAccessPoint(fs, in)
	if err != nil {
		return nil, err
	}
	ap.Appearance = s.world.Appears()
	st.accessPoints[ap.id] = ap
	s.world.After(s.world.Delay(core.AccessPointCreate), func() {
		if ap.state == types.LifeCycleStateCreating {
			ap.state = types.LifeCycleStateAvailable
		}
	})
	d := ap.describe(c.Scope)
	return &sdk.CreateAccessPointOutput{
		AccessPointId: d.AccessPointId, AccessPointArn: d.AccessPointArn, ClientToken: d.ClientToken,
		FileSystemId: d.FileSystemId, LifeCycleState: d.LifeCycleState, Name: d.Name, OwnerId: d.OwnerId,
		PosixUser: d.PosixUser, RootDirectory: d.RootDirectory, Tags: d.Tags,
	}, nil
}

func (s *Service) newAccessPoint(fs *fileSystem, in *sdk.CreateAccessPointInput) (*accessPoint, error) {
	tags, err := tagSet(nil).with(in.Tags)
	if err != nil {
		return nil, err
	}
	ap := &accessPoint{
		id: s.world.ID("fsap"), token: aws.ToString(in.ClientToken), fs: fs, created: s.world.Now(),
		state: types.LifeCycleStateCreating, user: copyUser(in.PosixUser), root: "/", tags: tags,
	}
	if in.RootDirectory != nil {
		ap.root = clean(aws.ToString(in.RootDirectory.Path))
		ap.creation = copyCreation(in.RootDirectory.CreationInfo)
	}
	return ap, nil
}

func (ap *accessPoint) describe(sc core.Scope) types.AccessPointDescription {
	return types.AccessPointDescription{
		AccessPointId:  aws.String(ap.id),
		AccessPointArn: aws.String(sc.ARN("elasticfilesystem", "access-point/"+ap.id)),
		ClientToken:    aws.String(ap.token),
		FileSystemId:   aws.String(ap.fs.id),
		LifeCycleState: ap.state,
		Name:           ap.tags.name(),
		OwnerId:        aws.String(sc.Account),
		PosixUser:      copyUser(ap.user),
		RootDirectory:  &types.RootDirectory{Path: aws.String(ap.root), CreationInfo: copyCreation(ap.creation)},
		Tags:           ap.tags.list(),
	}
}

func copyUser(u *types.PosixUser) *types.PosixUser {
	if u == nil {
		return nil
	}
	return &types.PosixUser{
		Uid: aws.Int64(aws.ToInt64(u.Uid)), Gid: aws.Int64(aws.ToInt64(u.Gid)), SecondaryGids: slices.Clone(u.SecondaryGids),
	}
}

func copyCreation(i *types.CreationInfo) *types.CreationInfo {
	if i == nil {
		return nil
	}
	return &types.CreationInfo{
		OwnerUid: aws.Int64(aws.ToInt64(i.OwnerUid)), OwnerGid: aws.Int64(aws.ToInt64(i.OwnerGid)),
		Permissions: aws.String(aws.ToString(i.Permissions)),
	}
}

// DescribeAccessPoints lists all access points, those of a file system, or the one
// of an id.
func (s *Service) DescribeAccessPoints(c *core.Call, in *sdk.DescribeAccessPointsInput) (*sdk.DescribeAccessPointsOutput, error) {
	st := s.stores.In(c.Scope)
	if in.AccessPointId != nil && in.FileSystemId != nil {
		return nil, badRequest("AccessPointId and FileSystemId cannot be given together.")
	}
	if in.AccessPointId != nil {
		if _, err := st.accessPoint(*in.AccessPointId); err != nil {
			return nil, err
		}
	}
	if in.FileSystemId != nil {
		if _, err := st.fileSystem(*in.FileSystemId); err != nil {
			return nil, err
		}
	}
	found := inOrder(st.accessPoints, func(ap *accessPoint) bool {
		return ap.Seen() && (in.AccessPointId == nil || ap.id == bareID(*in.AccessPointId)) &&
			(in.FileSystemId == nil || ap.fs.id == bareID(*in.FileSystemId))
	})
	shown, next, err := page(found, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeAccessPointsOutput{NextToken: next, AccessPoints: []types.AccessPointDescription{}}
	for _, ap := range shown {
		out.AccessPoints = append(out.AccessPoints, ap.describe(c.Scope))
	}
	return out, nil
}

// DeleteAccessPoint deletes an access point, but not the files behind it. It takes
// as long as a creation; there is no figure for it.
func (s *Service) DeleteAccessPoint(c *core.Call, in *sdk.DeleteAccessPointInput) (*sdk.DeleteAccessPointOutput, error) {
	st := s.stores.In(c.Scope)
	ap, err := st.accessPoint(aws.ToString(in.AccessPointId))
	if err != nil {
		return nil, err
	}
	if ap.state != types.LifeCycleStateDeleting {
		ap.state = types.LifeCycleStateDeleting
		s.world.After(s.world.Delay(core.AccessPointCreate), func() { delete(st.accessPoints, ap.id) })
	}
	return &sdk.DeleteAccessPointOutput{}, nil
}
