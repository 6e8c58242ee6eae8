package efs

import (
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ec2"
)

// Mount is how a task wants to mount a file system.
type Mount struct {
	// FileSystem and AccessPoint are ids; AccessPoint may be empty.
	FileSystem, AccessPoint string
	// RootDirectory is the directory to mount; empty means "/". Below an access
	// point it is the access point's directory that is mounted.
	RootDirectory string
	// ENI is the network interface of the task and Zone the name of its zone.
	ENI, Zone string
	// TransitEncryption and IAM are the volume's settings. They change nothing here.
	TransitEncryption, IAM bool
}

// Directory is a mounted directory. Names are relative to it. Its methods need the
// world locked.
type Directory interface {
	ReadFile(name string) ([]byte, bool)
	// WriteFile writes a file whole, and makes the directories that it is in.
	WriteFile(name string, data []byte) error
	// List returns the names of all files below the directory, sorted.
	List() []string
}

// The exit codes of the EFS mount helper that ECS reports.
const (
	exitUnresolved = 1
	exitMount      = 32
)

// mountError is the part of ECS's "ResourceInitializationError: ..." that tells
// what the mount helper printed.
func mountError(code int, format string, args ...any) error {
	return fmt.Errorf("failed to invoke EFS utils commands to set up EFS volumes: stderr: %s : unsuccessful EFS utils command execution; code: %d",
		fmt.Sprintf(format, args...), code)
}

// Mount mounts a file system as a Fargate task does: through the mount target of
// the task's own zone, whose security groups must let NFS through. The error reads
// as ECS's stopped reason does behind "ResourceInitializationError: ". The world
// must be locked.
func (s *Service) Mount(sc core.Scope, m Mount) (Directory, error) {
	st := s.stores.In(sc)
	target, ok := st.targetFor(m)
	if !ok {
		name := m.FileSystem + ".efs." + sc.Region + ".amazonaws.com"
		return nil, mountError(exitUnresolved, "Failed to resolve %q - check that your file system ID is correct, and ensure that the VPC has an EFS mount target for this file system ID. See https://docs.aws.amazon.com/console/efs/mount-dns-name for more detail.", name)
	}
	switch s.network.Reach(sc, m.ENI, target.ip, nfsPort) {
	case ec2.Filtered:
		return nil, mountError(exitMount, "Mount attempt 1/3 failed due to timeout after 15 sec, wait 0 sec before next attempt. Mount attempt 2/3 failed due to timeout after 15 sec, wait 0 sec before next attempt. b'mount.nfs4: mount point /efs does not respond'")
	case ec2.Refused:
		return nil, mountError(exitMount, "b'mount.nfs4: Connection refused'")
	}
	if m.AccessPoint != "" {
		return st.mountAccessPoint(target.fs, m)
	}
	root := clean(m.RootDirectory)
	if _, ok := target.fs.files.dirs[root]; !ok {
		return nil, noSuchDirectory(root)
	}
	return mounted{tree: target.fs.files, root: root}, nil
}

// targetFor is the available mount target in the task's zone.
func (st *store) targetFor(m Mount) (*mountTarget, bool) {
	fs, ok := st.fileSystems[bareID(m.FileSystem)]
	if !ok {
		return nil, false
	}
	for _, mt := range st.targetsOf(fs) {
		if mt.subnet.Zone == m.Zone && mt.state == types.LifeCycleStateAvailable {
			return mt, true
		}
	}
	return nil, false
}

// mountAccessPoint mounts an access point's directory, which EFS makes if the
// access point says with which owner and permissions.
func (st *store) mountAccessPoint(fs *fileSystem, m Mount) (Directory, error) {
	ap, ok := st.accessPoints[bareID(m.AccessPoint)]
	if !ok || ap.fs != fs || ap.state != types.LifeCycleStateAvailable {
		return nil, mountError(exitMount, "b'mount.nfs4: access denied by server while mounting 127.0.0.1:/'")
	}
	if _, ok := fs.files.dirs[ap.root]; !ok {
		if ap.creation == nil {
			return nil, noSuchDirectory(ap.root)
		}
		fs.files.makeDir(ap.root, dirOf(ap.creation))
	}
	return mounted{tree: fs.files, root: ap.root, user: userOf(ap.user)}, nil
}

func noSuchDirectory(name string) error {
	return mountError(exitMount, "b'mount.nfs4: mounting 127.0.0.1:%s failed, reason given by server: No such file or directory'", name)
}

func dirOf(i *types.CreationInfo) dir {
	// The model allows octal digits only.
	mode, err := strconv.ParseUint(aws.ToString(i.Permissions), 8, 16)
	if err != nil {
		mode = rootMode
	}
	return dir{uid: aws.ToInt64(i.OwnerUid), gid: aws.ToInt64(i.OwnerGid), mode: mode}
}

// userOf is who an access point makes of everybody; root when it does not say.
func userOf(u *types.PosixUser) user {
	if u == nil {
		return user{}
	}
	return user{uid: aws.ToInt64(u.Uid), gids: append([]int64{aws.ToInt64(u.Gid)}, u.SecondaryGids...)}
}
