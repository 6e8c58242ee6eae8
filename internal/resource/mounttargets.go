package resource

import (
	"context"
	"slices"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	efstypes "github.com/aws/aws-sdk-go-v2/service/efs/types"
	"golang.org/x/sync/errgroup"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// MountTargets are the doors to the file system, one in each zone of the network.
type MountTargets struct {
	Common
	FileSystem    *engine.Ref[FileSystemState]
	Network       *engine.Ref[NetworkState]
	SecurityGroup *engine.Ref[SecurityGroupState]
}

// MountTargetsWish are the mount targets that should be there.
type MountTargetsWish struct {
	FileSystem    string
	Subnets       []string
	SecurityGroup string
}

// MountTargetsState are the mount targets that are there.
type MountTargetsState struct {
	FileSystem string
	Targets    []MountTarget
}

// MountTarget is one door.
type MountTarget struct {
	ID, Subnet string
	State      efstypes.LifeCycleState
	// Groups are its security groups; nil until it is available.
	Groups []string

	networkInterface string
}

// mountTargetCreation is how long EFS takes as a rule.
const mountTargetCreation = 85500 * time.Millisecond

// Identity is MountTargets/storage.
func (m MountTargets) Identity() engine.Identity {
	return engine.Identity{Kind: "MountTargets", Name: "storage"}
}

// Needs the file system, ready, and the security group.
func (m MountTargets) Needs() []engine.Need {
	return []engine.Need{engine.Settled(m.FileSystem).Inside(), engine.Settled(m.Network), engine.Settled(m.SecurityGroup)}
}

// Wish is a mount target in every subnet.
func (m MountTargets) Wish() (MountTargetsWish, error) {
	return MountTargetsWish{
		FileSystem: m.FileSystem.Value().FileSystemID, Subnets: m.Network.Value().SubnetIDs(),
		SecurityGroup: m.SecurityGroup.Value().GroupID,
	}, nil
}

// Observe lists the mount targets of the file system, in one call, and once they are
// available their security groups, in another.
func (m MountTargets) Observe(ctx context.Context, _ engine.Record) (*MountTargetsState, error) {
	fs := m.FileSystem.Value()
	if fs == nil {
		return nil, nil
	}
	state := &MountTargetsState{FileSystem: fs.FileSystemID}
	if err := m.readTargets(ctx, state); err != nil || len(state.Targets) == 0 {
		return nil, gone(err)
	}
	return state, m.readGroups(ctx, state)
}

// Poll reads the states alone.
func (m MountTargets) Poll(ctx context.Context, before *MountTargetsState) (*MountTargetsState, error) {
	state := &MountTargetsState{FileSystem: before.FileSystem}
	if err := m.readTargets(ctx, state); err != nil || len(state.Targets) == 0 {
		return nil, gone(err)
	}
	return state, nil
}

// Owner is whose the file system is.
func (m MountTargets) Owner(*MountTargetsState) engine.Ownership { return engine.Ours() }

// Diff finds subnets without a mount target and mount targets with other groups.
func (m MountTargets) Diff(wish MountTargetsWish, observed *MountTargetsState) *compare.Delta {
	delta := compare.NewDelta()
	if missing := m.missing(wish, observed); len(missing) > 0 {
		delta.Add("subnets", wish.Subnets, subnetsOf(observed))
	}
	for _, t := range observed.Targets {
		if t.Groups != nil && !slices.Equal(t.Groups, []string{wish.SecurityGroup}) {
			delta.Add("securityGroups", []string{wish.SecurityGroup}, t.Groups)
		}
	}
	return delta
}

func (m MountTargets) missing(wish MountTargetsWish, observed *MountTargetsState) []string {
	present := subnetsOf(observed)
	return slices.DeleteFunc(slices.Clone(wish.Subnets), func(s string) bool { return slices.Contains(present, s) })
}

func subnetsOf(state *MountTargetsState) []string {
	var subnets []string
	for _, t := range state.Targets {
		subnets = append(subnets, t.Subnet)
	}
	return subnets
}

// Create makes a mount target in every subnet, all at once.
func (m MountTargets) Create(ctx context.Context, wish MountTargetsWish) (*MountTargetsState, error) {
	return m.make(ctx, wish, wish.Subnets)
}

func (m MountTargets) make(ctx context.Context, wish MountTargetsWish, subnets []string) (*MountTargetsState, error) {
	made := make([]MountTarget, len(subnets))
	var group errgroup.Group
	for i, subnet := range subnets {
		group.Go(func() error {
			out, err := m.Cloud.EFS.CreateMountTarget(ctx, &efs.CreateMountTargetInput{
				FileSystemId: &wish.FileSystem, SubnetId: &subnet, SecurityGroups: []string{wish.SecurityGroup},
			})
			if err != nil {
				return creating(err)
			}
			made[i] = mountTarget(out.MountTargetId, out.SubnetId, out.NetworkInterfaceId, out.LifeCycleState)
			return nil
		})
	}
	err := group.Wait()
	state := &MountTargetsState{FileSystem: wish.FileSystem}
	for _, t := range made {
		if t.ID != "" {
			state.Targets = append(state.Targets, t)
		}
	}
	if len(state.Targets) == 0 && err == nil {
		err = complete(m.Identity(), "")
	}
	if len(state.Targets) == 0 {
		return nil, err
	}
	return state, err
}

// Update makes what is missing and puts the security group right.
func (m MountTargets) Update(ctx context.Context, wish MountTargetsWish, observed *MountTargetsState, delta *compare.Delta) (*MountTargetsState, error) {
	updated := &MountTargetsState{FileSystem: observed.FileSystem, Targets: slices.Clone(observed.Targets)}
	if delta.DifferentAt("subnets") {
		made, err := m.make(ctx, wish, m.missing(wish, observed))
		if err != nil {
			return nil, err
		}
		updated.Targets = append(updated.Targets, made.Targets...)
	}
	for i, t := range updated.Targets {
		if t.Groups == nil || slices.Equal(t.Groups, []string{wish.SecurityGroup}) {
			continue
		}
		_, err := m.Cloud.EFS.ModifyMountTargetSecurityGroups(ctx, &efs.ModifyMountTargetSecurityGroupsInput{
			MountTargetId: &t.ID, SecurityGroups: []string{wish.SecurityGroup},
		})
		if err != nil {
			return nil, err
		}
		updated.Targets[i].Groups = []string{wish.SecurityGroup}
	}
	return updated, nil
}

// Delete removes all mount targets; EFS takes a while.
func (m MountTargets) Delete(ctx context.Context, observed *MountTargetsState) error {
	var group errgroup.Group
	for _, t := range observed.Targets {
		if t.State == efstypes.LifeCycleStateDeleting {
			continue
		}
		group.Go(func() error {
			_, err := m.Cloud.EFS.DeleteMountTarget(ctx, &efs.DeleteMountTargetInput{MountTargetId: &t.ID})
			return gone(err)
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return engine.WaitFor(5*time.Second, "EFS is deleting %d mount targets", len(observed.Targets))
}

// Settled once all are available.
func (m MountTargets) Settled(observed *MountTargetsState) error {
	pending := 0
	for _, t := range observed.Targets {
		switch t.State {
		case efstypes.LifeCycleStateAvailable:
		case efstypes.LifeCycleStateError:
			return &engine.Problem{Reason: awscloud.ReasonAWSError, Message: "EFS reports mount target " + t.ID + " in state error: delete it, and it is made anew"}
		default:
			pending++
		}
	}
	if pending == 0 {
		return nil
	}
	return engine.WaitTypically(mountTargetCreation, "EFS is preparing %d of %d mount targets", pending, len(observed.Targets))
}

// ID is the file system's id: mount targets are found through it.
func (m MountTargets) ID(observed *MountTargetsState) string {
	return observed.FileSystem + "/mount-targets"
}
