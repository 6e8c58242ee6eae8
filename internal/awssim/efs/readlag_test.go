package efs

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"

	"flexgw.io/controller/internal/awssim/core"
)

// lag is how long new things are hidden here: longer than they take to be ready.
const lag = 10 * time.Second

func inLaggingAccount(t *testing.T, test func(t *testing.T, a *account)) {
	inAccount(t, func(t *testing.T, a *account) {
		a.world.Do(func() { a.world.ReadLag = core.Spread{P50: lag} })
		test(t, a)
	})
}

func TestANewFileSystemIsHiddenFromEverythingButItsToken(t *testing.T) {
	inLaggingAccount(t, func(t *testing.T, a *account) {
		create := &sdk.CreateFileSystemInput{CreationToken: aws.String("uid")}
		id := must(a, a.efs.CreateFileSystem, create).FileSystemId
		byID := &sdk.DescribeFileSystemsInput{FileSystemId: id}
		byToken := &sdk.DescribeFileSystemsInput{CreationToken: aws.String("uid")}
		_, err := do(a, a.efs.DescribeFileSystems, byID)
		wantCode(t, err, "FileSystemNotFound")
		_, err = do(a, a.efs.CreateMountTarget, &sdk.CreateMountTargetInput{FileSystemId: id, SubnetId: aws.String(a.subnet("us-east-1a"))})
		wantCode(t, err, "FileSystemNotFound")
		_, err = do(a, a.efs.DescribeMountTargets, &sdk.DescribeMountTargetsInput{FileSystemId: id})
		wantCode(t, err, "FileSystemNotFound")
		if found := must(a, a.efs.DescribeFileSystems, byToken).FileSystems; len(found) != 0 {
			t.Errorf("the token finds %d file systems at once", len(found))
		}
		_, err = do(a, a.efs.CreateFileSystem, create)
		if refusal := wantCode(t, err, "FileSystemAlreadyExists"); refusal.Fields["FileSystemId"] != *id {
			t.Errorf("the refusal names %v, want %s", refusal.Fields["FileSystemId"], *id)
		}
		time.Sleep(lag)
		must(a, a.efs.DescribeFileSystems, byID)
		if found := must(a, a.efs.DescribeFileSystems, byToken).FileSystems; len(found) != 1 {
			t.Errorf("the token finds %d file systems after the lag", len(found))
		}
	})
}

func TestANewMountTargetIsHiddenButTakesItsZone(t *testing.T) {
	inLaggingAccount(t, func(t *testing.T, a *account) {
		fs := must(a, a.efs.CreateFileSystem, &sdk.CreateFileSystemInput{CreationToken: aws.String("uid")}).FileSystemId
		time.Sleep(lag)
		create := &sdk.CreateMountTargetInput{FileSystemId: fs, SubnetId: aws.String(a.subnet("us-east-1a"))}
		id := must(a, a.efs.CreateMountTarget, create).MountTargetId
		_, err := do(a, a.efs.DescribeMountTargets, &sdk.DescribeMountTargetsInput{MountTargetId: id})
		wantCode(t, err, "MountTargetNotFound")
		shown := func() int {
			listed := must(a, a.efs.DescribeMountTargets, &sdk.DescribeMountTargetsInput{FileSystemId: fs}).MountTargets
			return len(listed) + int(a.fileSystem(*fs).NumberOfMountTargets)
		}
		if n := shown(); n != 0 {
			t.Errorf("listed or counted %d times at once", n)
		}
		_, err = do(a, a.efs.CreateMountTarget, create)
		wantCode(t, err, "MountTargetConflict")
		_, err = do(a, a.efs.DeleteFileSystem, &sdk.DeleteFileSystemInput{FileSystemId: fs})
		wantCode(t, err, "FileSystemInUse")
		time.Sleep(lag)
		if n := shown(); n != 2 {
			t.Errorf("listed and counted %d times after the lag", n)
		}
	})
}

func TestANewAccessPointIsHiddenFromEverythingButItsToken(t *testing.T) {
	inLaggingAccount(t, func(t *testing.T, a *account) {
		fs := must(a, a.efs.CreateFileSystem, &sdk.CreateFileSystemInput{CreationToken: aws.String("uid")}).FileSystemId
		time.Sleep(lag)
		create := &sdk.CreateAccessPointInput{FileSystemId: fs, ClientToken: aws.String("token")}
		id := must(a, a.efs.CreateAccessPoint, create).AccessPointId
		byID := &sdk.DescribeAccessPointsInput{AccessPointId: id}
		_, err := do(a, a.efs.DescribeAccessPoints, byID)
		wantCode(t, err, "AccessPointNotFound")
		if n := len(must(a, a.efs.DescribeAccessPoints, &sdk.DescribeAccessPointsInput{FileSystemId: fs}).AccessPoints); n != 0 {
			t.Errorf("listed %d times at once", n)
		}
		_, err = do(a, a.efs.CreateAccessPoint, create)
		wantCode(t, err, "AccessPointAlreadyExists")
		time.Sleep(lag)
		must(a, a.efs.DescribeAccessPoints, byID)
	})
}
