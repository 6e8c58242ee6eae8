package efs

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"
	"github.com/google/go-cmp/cmp"
)

func TestAMountNeedsAnAvailableMountTargetInTheZoneAndAnOpenPort(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		id, nfs, tasks := a.newFileSystem("uid-1"), a.newGroup("nfs"), a.newGroup("tasks")
		refused := func(m Mount, why string) {
			t.Helper()
			m.FileSystem = id
			_, err := a.mount(m)
			if err == nil || !strings.Contains(err.Error(), why) {
				t.Errorf("mount error is %v, want %q in it", err, why)
			}
		}
		here := Mount{ENI: a.task("us-east-1a", tasks), Zone: "us-east-1a"}
		elsewhere := Mount{ENI: a.task("us-east-1b", tasks), Zone: "us-east-1b"}
		refused(here, `Failed to resolve "`+id+`.efs.us-east-1.amazonaws.com"`)
		mt := a.mountTarget(id, "us-east-1a", nfs)
		refused(here, "Failed to resolve") // it is still being created
		wait(85 * time.Second)
		refused(elsewhere, "Failed to resolve") // no mount target in the zone
		refused(here, "timeout after 15 sec")   // port 2049 is blocked
		a.allowNFS(tasks, nfs)
		here.FileSystem = id
		if _, err := a.mount(here); err != nil {
			t.Errorf("mount: %v", err)
		}
		refused(Mount{ENI: here.ENI, Zone: here.Zone, RootDirectory: "/missing"}, "No such file or directory")
		refused(Mount{ENI: here.ENI, Zone: here.Zone, AccessPoint: "fsap-0123"}, "access denied by server")
		must(a, a.efs.DeleteMountTarget, &sdk.DeleteMountTargetInput{MountTargetId: mt.MountTargetId})
		refused(here, "Failed to resolve")
	})
}

// mountable makes a file system with a mount target in us-east-1a that the tasks
// of the returned mount can reach.
func (a *account) mountable() Mount {
	a.Helper()
	nfs, tasks := a.newGroup("nfs"), a.newGroup("tasks")
	a.allowNFS(tasks, nfs)
	m := Mount{FileSystem: a.newFileSystem("uid-1"), ENI: a.task("us-east-1a", tasks), Zone: "us-east-1a"}
	a.mountTarget(m.FileSystem, "us-east-1a", nfs)
	wait(85 * time.Second)
	return m
}

func (a *account) mustMount(m Mount) Directory {
	a.Helper()
	dir, err := a.mount(m)
	if err != nil {
		a.Fatalf("mount: %v", err)
	}
	return dir
}

func TestFilesAreSharedByAllMounts(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		m := a.mountable()
		root := a.mustMount(m)
		a.world.Do(func() {
			if err := root.WriteFile("gw/conf.d/registration.yaml", []byte("one")); err != nil {
				t.Error(err)
			}
		})
		m.RootDirectory = "/gw"
		below := a.mustMount(m)
		a.world.Do(func() {
			data, ok := below.ReadFile("conf.d/registration.yaml")
			if !ok || string(data) != "one" {
				t.Errorf("ReadFile = %q, %v", data, ok)
			}
			data[0] = 'x'
			if again, _ := root.ReadFile("gw/conf.d/registration.yaml"); string(again) != "one" {
				t.Errorf("what was read and changed became %q in the file", again)
			}
			if _, ok := below.ReadFile("../other"); ok {
				t.Error("read outside of the mounted directory")
			}
			if err := below.WriteFile("../../escape", nil); err != nil {
				t.Error(err)
			}
			if diff := cmp.Diff([]string{"gw/conf.d/registration.yaml", "gw/escape"}, root.List()); diff != "" {
				t.Errorf("files (-want +got):\n%s", diff)
			}
			if err := below.WriteFile("conf.d", nil); err == nil {
				t.Error("wrote a file in place of a directory")
			}
			if err := below.WriteFile("escape/below", nil); err == nil {
				t.Error("wrote a file below a file")
			}
		})
		if got := a.fileSystem(m.FileSystem).SizeInBytes.Value; got != emptySize+3 {
			t.Errorf("size is %d, want %d", got, emptySize+3)
		}
	})
}

func TestAnAccessPointMakesItsDirectoryWhenItIsFirstMounted(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		m := a.mountable()
		create := func(token, path string, creation *types.CreationInfo) string {
			t.Helper()
			out := must(a, a.efs.CreateAccessPoint, &sdk.CreateAccessPointInput{
				FileSystemId: &m.FileSystem, ClientToken: &token,
				PosixUser:     &types.PosixUser{Uid: aws.Int64(2020), Gid: aws.Int64(2020)},
				RootDirectory: &types.RootDirectory{Path: &path, CreationInfo: creation},
			})
			return *out.AccessPointId
		}
		owner := func(uid int64, mode string) *types.CreationInfo {
			return &types.CreationInfo{OwnerUid: aws.Int64(uid), OwnerGid: aws.Int64(uid), Permissions: &mode}
		}
		good := create("good", "/gw/one", owner(2020, "0750"))
		foreign := create("foreign", "/gw/two", owner(1000, "0755"))
		missing := create("missing", "/gw/three", nil)

		m.AccessPoint = good
		if _, err := a.mount(m); err == nil {
			t.Error("mounted an access point that is still being created")
		}
		wait(2 * time.Second)
		if _, err := a.mount(Mount{FileSystem: m.FileSystem, ENI: m.ENI, Zone: m.Zone, RootDirectory: "/gw/one"}); err == nil {
			t.Error("the directory exists before anybody has mounted it")
		}
		dir := a.mustMount(m)
		a.world.Do(func() {
			if err := dir.WriteFile("conf.d/registration.yaml", []byte("x")); err != nil {
				t.Errorf("the owner may not write: %v", err)
			}
		})
		if _, err := a.mount(Mount{FileSystem: m.FileSystem, ENI: m.ENI, Zone: m.Zone, RootDirectory: "/gw/one"}); err != nil {
			t.Errorf("the directory does not exist afterwards: %v", err)
		}
		m.AccessPoint = foreign
		dir = a.mustMount(m)
		a.world.Do(func() {
			if err := dir.WriteFile("x", nil); !errors.Is(err, fs.ErrPermission) {
				t.Errorf("writing to somebody else's directory: %v, want a permission error", err)
			}
		})
		m.AccessPoint = missing
		if _, err := a.mount(m); err == nil || !strings.Contains(err.Error(), "No such file or directory") {
			t.Errorf("without creation info: %v", err)
		}
	})
}

func TestFilesGoWithTheirFileSystem(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		m := a.mountable()
		dir := a.mustMount(m)
		a.world.Do(func() {
			if err := dir.WriteFile("x", []byte("1")); err != nil {
				t.Error(err)
			}
		})
		targets := must(a, a.efs.DescribeMountTargets, &sdk.DescribeMountTargetsInput{FileSystemId: &m.FileSystem}).MountTargets
		must(a, a.efs.DeleteMountTarget, &sdk.DeleteMountTargetInput{MountTargetId: targets[0].MountTargetId})
		wait(30 * time.Second)
		must(a, a.efs.DeleteFileSystem, &sdk.DeleteFileSystemInput{FileSystemId: &m.FileSystem})
		wait(3 * time.Second)
		a.world.Do(func() {
			if _, ok := dir.ReadFile("x"); ok || dir.WriteFile("y", nil) == nil || dir.List() != nil {
				t.Error("the files are still there after the file system was deleted")
			}
		})
	})
}
