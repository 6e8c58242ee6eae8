package efs

import (
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ec2"
)

const (
	// nfsPort is the port of a mount target.
	nfsPort = 2049
	// requesterID is who made the interface, as EC2 shows it (EFS API reference).
	requesterID = "EFS"
)

type mountTarget struct {
	core.Appearance
	id      string
	fs      *fileSystem
	created time.Time
	state   types.LifeCycleState
	subnet  ec2.Subnet
	eni     string
	ip      string
	// ready is when the target becomes available, to be cancelled by its deletion.
	ready *core.Event
}

func (mt *mountTarget) place() (time.Time, string) { return mt.created, mt.id }

// targetsOf are the mount targets of a file system, those being deleted included.
func (st *store) targetsOf(fs *fileSystem) []*mountTarget {
	return inOrder(st.mountTargets, func(mt *mountTarget) bool { return mt.fs == fs })
}

// shownTargetsOf are those of them that reads show.
func (st *store) shownTargetsOf(fs *fileSystem) []*mountTarget {
	return inOrder(st.mountTargets, func(mt *mountTarget) bool { return mt.fs == fs && mt.Seen() })
}

// CreateMountTarget puts a network interface for the file system into a subnet: at
// most one in each zone, all in one VPC. NFS answers there once the mount target
// is available.
func (s *Service) CreateMountTarget(c *core.Call, in *sdk.CreateMountTargetInput) (*sdk.CreateMountTargetOutput, error) {
	st := s.stores.In(c.Scope)
	fs, err := st.fileSystem(aws.ToString(in.FileSystemId))
	if err != nil {
		return nil, err
	}
	if fs.state != types.LifeCycleStateAvailable {
		return nil, wrongState(fs)
	}
	subnet, ok := s.network.Subnet(c.Scope, aws.ToString(in.SubnetId))
	if !ok {
		return nil, refuse("SubnetNotFound", "The subnet ID '%s' does not exist", aws.ToString(in.SubnetId))
	}
	if err := st.checkPlace(fs, subnet); err != nil {
		return nil, err
	}
	if err := s.checkGroups(c.Scope, subnet.VPC, in.SecurityGroups); err != nil {
		return nil, err
	}
	mt := &mountTarget{id: s.world.ID("fsmt"), fs: fs, created: s.world.Now(), state: types.LifeCycleStateCreating, subnet: subnet}
	if err := s.attach(c.Scope, mt, in); err != nil {
		return nil, err
	}
	mt.Appearance = s.world.Appears()
	st.mountTargets[mt.id] = mt
	mt.ready = s.world.After(s.world.Delay(core.MountTargetCreate), func() {
		mt.state = types.LifeCycleStateAvailable
		s.network.Listen(c.Scope, mt.eni, nfsPort)
	})
	d := mt.describe(c.Account)
	return &sdk.CreateMountTargetOutput{
		MountTargetId: d.MountTargetId, FileSystemId: d.FileSystemId, LifeCycleState: d.LifeCycleState,
		OwnerId: d.OwnerId, SubnetId: d.SubnetId, VpcId: d.VpcId, AvailabilityZoneName: d.AvailabilityZoneName,
		AvailabilityZoneId: d.AvailabilityZoneId, IpAddress: d.IpAddress, NetworkInterfaceId: d.NetworkInterfaceId,
	}, nil
}

// checkPlace holds a new mount target's subnet against those that there are.
func (st *store) checkPlace(fs *fileSystem, subnet ec2.Subnet) error {
	if fs.zone != "" && fs.zone != subnet.Zone {
		return refuse("AvailabilityZonesMismatch", "The file system '%s' is in %s, the subnet '%s' in %s.", fs.id, fs.zone, subnet.ID, subnet.Zone)
	}
	for _, other := range st.targetsOf(fs) {
		if other.subnet.VPC != subnet.VPC {
			return refuse("MountTargetConflict", "requested subnet for new mount target is not in the same VPC as existing mount targets")
		}
		if other.subnet.Zone == subnet.Zone {
			return refuse("MountTargetConflict", "mount target already exists in this AZ")
		}
	}
	return nil
}

func (s *Service) checkGroups(sc core.Scope, vpc string, groups []string) error {
	if s.world.Exceeds(core.SecurityGroupsPerTarget, len(groups)) {
		return refuse("SecurityGroupLimitExceeded", "A mount target can have at most %d security groups.", s.world.Quota(core.SecurityGroupsPerTarget))
	}
	for _, id := range groups {
		if of, ok := s.network.SecurityGroupVPC(sc, id); !ok || of != vpc {
			return refuse("SecurityGroupNotFound", "The SecurityGroup ID '%s' does not exist in the VPC of the subnet", id)
		}
	}
	return nil
}

// attach makes the mount target's network interface.
func (s *Service) attach(sc core.Scope, mt *mountTarget, in *sdk.CreateMountTargetInput) error {
	eni, err := s.network.CreateInterface(sc, ec2.InterfaceSpec{
		Subnet:         mt.subnet.ID,
		SecurityGroups: in.SecurityGroups,
		Description:    fmt.Sprintf("EFS mount target for %s (%s)", mt.fs.id, mt.id),
		InterfaceType:  "efs",
		RequesterID:    requesterID,
		PrivateIP:      aws.ToString(in.IpAddress),
	})
	if err != nil {
		return interfaceRefusal(err)
	}
	mt.eni, mt.ip = eni.ID, eni.PrivateIP
	return nil
}

// interfaceRefusal says in EFS's words why EC2 makes no network interface.
func interfaceRefusal(err error) error {
	var refusal *core.Error
	if !errors.As(err, &refusal) {
		return err
	}
	code, ok := map[string]string{
		"InsufficientFreeAddressesInSubnet":       "NoFreeAddressesInSubnet",
		"InvalidIPAddress.InUse":                  "IpAddressInUse",
		"SecurityGroupsPerInterfaceLimitExceeded": "SecurityGroupLimitExceeded",
	}[refusal.Code]
	if !ok {
		code = "BadRequest"
	}
	return refuse(code, "%s", refusal.Message)
}

// DeleteMountTarget stops NFS at once; the network interface, which holds its
// security groups, goes a while later.
func (s *Service) DeleteMountTarget(c *core.Call, in *sdk.DeleteMountTargetInput) (*sdk.DeleteMountTargetOutput, error) {
	st := s.stores.In(c.Scope)
	mt, err := st.mountTarget(aws.ToString(in.MountTargetId))
	if err != nil {
		return nil, err
	}
	if err := mt.checkNotDeleting(); err != nil {
		return nil, err
	}
	mt.ready.Cancel()
	mt.state = types.LifeCycleStateDeleting
	s.network.Listen(c.Scope, mt.eni)
	s.world.After(s.world.Delay(core.MountTargetDelete), func() {
		mt.state = types.LifeCycleStateDeleted
		s.network.DeleteInterface(c.Scope, mt.eni)
		delete(st.mountTargets, mt.id)
	})
	return &sdk.DeleteMountTargetOutput{}, nil
}

// checkNotDeleting refuses what AWS refuses once a deletion has begun.
func (mt *mountTarget) checkNotDeleting() error {
	if mt.state != types.LifeCycleStateDeleting {
		return nil
	}
	return refuse("IncorrectMountTargetState", "Mount target does not have a network interface: %s", mt.id)
}
