package efs

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
)

func TestAnAccessPointIsCreatingThenAvailableThenGone(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		fs := a.newFileSystem("uid-1")
		out := must(a, a.efs.CreateAccessPoint, &sdk.CreateAccessPointInput{
			FileSystemId: &fs, ClientToken: aws.String("t"), Tags: []types.Tag{tag("Name", "gw")},
			PosixUser: &types.PosixUser{Uid: aws.Int64(1), Gid: aws.Int64(2), SecondaryGids: []int64{3}},
		})
		if out.LifeCycleState != types.LifeCycleStateCreating || *out.RootDirectory.Path != "/" || *out.Name != "gw" || *out.PosixUser.Gid != 2 {
			t.Errorf("created %+v", out)
		}
		wait(2 * time.Second)
		got := must(a, a.efs.DescribeAccessPoints, &sdk.DescribeAccessPointsInput{FileSystemId: &fs}).AccessPoints
		if len(got) != 1 || got[0].LifeCycleState != types.LifeCycleStateAvailable {
			t.Errorf("access points are %+v", got)
		}
		must(a, a.efs.DeleteAccessPoint, &sdk.DeleteAccessPointInput{AccessPointId: out.AccessPointId})
		wait(2 * time.Second)
		_, err := do(a, a.efs.DescribeAccessPoints, &sdk.DescribeAccessPointsInput{AccessPointId: out.AccessPointId})
		wantCode(t, err, "AccessPointNotFound")
		_, err = do(a, a.efs.DeleteAccessPoint, &sdk.DeleteAccessPointInput{AccessPointId: out.AccessPointId})
		wantCode(t, err, "AccessPointNotFound")
	})
}

func TestCreateAccessPointRefusesWhatCannotBe(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		fs := a.newFileSystem("uid-1")
		first := must(a, a.efs.CreateAccessPoint, &sdk.CreateAccessPointInput{FileSystemId: &fs, ClientToken: aws.String("t")})
		create := func(fs, token, code string) *core.Error {
			t.Helper()
			_, err := do(a, a.efs.CreateAccessPoint, &sdk.CreateAccessPointInput{FileSystemId: &fs, ClientToken: &token})
			return wantCode(t, err, code)
		}
		if refusal := create(fs, "t", "AccessPointAlreadyExists"); refusal != nil && refusal.Fields["AccessPointId"] != *first.AccessPointId {
			t.Errorf("the error names %v, want %s", refusal.Fields["AccessPointId"], *first.AccessPointId)
		}
		create("fs-0123", "u", "FileSystemNotFound")
		young := must(a, a.efs.CreateFileSystem, &sdk.CreateFileSystemInput{CreationToken: aws.String("young")})
		create(*young.FileSystemId, "u", "IncorrectFileSystemLifeCycleState")
		_, err := do(a, a.efs.DescribeAccessPoints, &sdk.DescribeAccessPointsInput{FileSystemId: &fs, AccessPointId: first.AccessPointId})
		wantCode(t, err, "BadRequest")
	})
}

func TestInventoryListsWhatThereIs(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		fs := a.newFileSystem("uid-1")
		must(a, a.efs.TagResource, &sdk.TagResourceInput{ResourceId: &fs, Tags: []types.Tag{tag("Project", "Flex")}})
		ap := must(a, a.efs.CreateAccessPoint, &sdk.CreateAccessPointInput{FileSystemId: &fs, ClientToken: aws.String("t")})
		mt := a.mountTarget(fs, "us-east-1a")
		line := func(kind, id, state string, tags map[string]string) core.Resource {
			return core.Resource{Service: "efs", Kind: kind, ID: id, Account: core.DefaultAccount, Region: "us-east-1", State: state, Tags: tags}
		}
		want := []core.Resource{
			line("AccessPoint", *ap.AccessPointId, "creating", map[string]string{}),
			line("FileSystem", fs, "available", map[string]string{"Project": "Flex"}),
			line("MountTarget", *mt.MountTargetId, "creating", nil),
		}
		a.world.Do(func() {
			if diff := cmp.Diff(want, a.efs.Inventory()); diff != "" {
				t.Errorf("inventory (-want +got):\n%s", diff)
			}
		})
	})
}
