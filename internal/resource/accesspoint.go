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

// AccessPoint is the gateway's directory on the file system. EFS makes the directory
// at the first mount and lets every reader and writer act as one POSIX user, so that
// the container's own user does not matter.
type AccessPoint struct {
	Common
	Name       string
	Directory  string
	FileSystem *engine.Ref[FileSystemState]
}

// gatewayUser is the POSIX user and group of the directory: "nobody", as the Helm
// chart of Flex Gateway runs it.
const gatewayUser int64 = 65534

// AccessPointWish is the access point that should be there.
type AccessPointWish struct {
	FileSystem string
	Path       string
	Tags       map[string]string
}

// AccessPointState is the access point that is there.
type AccessPointState struct {
	AccessPointID string
	FileSystem    string
	State         efstypes.LifeCycleState
	Tags          map[string]string

	recorded bool
}

// Identity is AccessPoint/storage.
func (a AccessPoint) Identity() engine.Identity {
	return engine.Identity{Kind: "AccessPoint", Name: "storage"}
}

// Needs the file system, ready.
func (a AccessPoint) Needs() []engine.Need {
	return []engine.Need{engine.Settled(a.FileSystem).Inside()}
}

// Wish is the directory on the file system.
func (a AccessPoint) Wish() (AccessPointWish, error) {
	return AccessPointWish{FileSystem: a.FileSystem.Value().FileSystemID, Path: "/" + a.Directory, Tags: a.tags("storage", a.Name)}, nil
}

// Observe finds ours among the access points of the file system.
func (a AccessPoint) Observe(ctx context.Context, recorded engine.Record) (*AccessPointState, error) {
	fs := a.FileSystem.Value()
	if fs == nil {
		return nil, nil
	}
	var ours []AccessPointState
	pages := efs.NewDescribeAccessPointsPaginator(a.Cloud.EFS, &efs.DescribeAccessPointsInput{FileSystemId: &fs.FileSystemID})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, gone(err)
		}
		for _, p := range page.AccessPoints {
			state := accessPointState(p)
			state.recorded = isRecorded(recorded, state.AccessPointID)
			if state.recorded || state.Tags[awscloud.TagOwnerUID] == a.Gateway.UID {
				if err := complete(a.Identity(), state.AccessPointID); err != nil {
					return nil, err
				}
				ours = append(ours, state)
			}
		}
	}
	return atMostOne(a.Identity(), ours)
}

func accessPointState(p efstypes.AccessPointDescription) AccessPointState {
	return AccessPointState{
		AccessPointID: aws.ToString(p.AccessPointId), FileSystem: aws.ToString(p.FileSystemId), State: p.LifeCycleState,
		Tags: awscloud.TagMap(p.Tags, func(t efstypes.Tag) (*string, *string) { return t.Key, t.Value }),
	}
}

// Owner reads the tags.
func (a AccessPoint) Owner(observed *AccessPointState) engine.Ownership {
	return a.ownership(observed.Tags, observed.recorded)
}

// Diff compares the tags; an access point cannot change otherwise.
func (a AccessPoint) Diff(wish AccessPointWish, observed *AccessPointState) *compare.Delta {
	delta := compare.NewDelta()
	diffTags(delta, wish.Tags, observed.Tags)
	return delta
}

// Create makes the access point; the token keeps EFS from making a second one.
func (a AccessPoint) Create(ctx context.Context, wish AccessPointWish) (*AccessPointState, error) {
	user := gatewayUser
	out, err := a.Cloud.EFS.CreateAccessPoint(ctx, &efs.CreateAccessPointInput{
		ClientToken: ptr(token(a.Gateway.UID, "access-point", wish.FileSystem)), FileSystemId: &wish.FileSystem,
		PosixUser: &efstypes.PosixUser{Uid: &user, Gid: &user},
		RootDirectory: &efstypes.RootDirectory{Path: &wish.Path, CreationInfo: &efstypes.CreationInfo{
			OwnerUid: &user, OwnerGid: &user, Permissions: aws.String("0755"),
		}},
		Tags: efsTags(wish.Tags),
	})
	if err != nil {
		return nil, creating(err)
	}
	if err := complete(a.Identity(), aws.ToString(out.AccessPointId)); err != nil {
		return nil, err
	}
	return &AccessPointState{AccessPointID: aws.ToString(out.AccessPointId), FileSystem: wish.FileSystem, State: out.LifeCycleState, Tags: wish.Tags}, nil
}

// Update writes the tags.
func (a AccessPoint) Update(ctx context.Context, wish AccessPointWish, observed *AccessPointState, delta *compare.Delta) (*AccessPointState, error) {
	updated := *observed
	err := retag(ctx, delta, wish.Tags, observed.Tags, func(ctx context.Context, tags map[string]string) error {
		_, err := a.Cloud.EFS.TagResource(ctx, &efs.TagResourceInput{ResourceId: &observed.AccessPointID, Tags: efsTags(tags)})
		return err
	})
	updated.Tags = merged(observed.Tags, wish.Tags)
	return &updated, err
}

// Delete removes the access point; the files go with the file system.
func (a AccessPoint) Delete(ctx context.Context, observed *AccessPointState) error {
	_, err := a.Cloud.EFS.DeleteAccessPoint(ctx, &efs.DeleteAccessPointInput{AccessPointId: &observed.AccessPointID})
	return gone(err)
}

// Release takes the owner tags away.
func (a AccessPoint) Release(ctx context.Context, observed *AccessPointState) error {
	_, err := a.Cloud.EFS.UntagResource(ctx, &efs.UntagResourceInput{ResourceId: &observed.AccessPointID, TagKeys: awscloud.OwnerTagKeys()})
	return err
}

// Settled once EFS calls it available.
func (a AccessPoint) Settled(observed *AccessPointState) error {
	if observed.State == efstypes.LifeCycleStateAvailable {
		return nil
	}
	return engine.WaitFor(5*time.Second, "EFS is preparing the access point (%s)", observed.State)
}

// ID is the access point's id.
func (a AccessPoint) ID(observed *AccessPointState) string { return observed.AccessPointID }
