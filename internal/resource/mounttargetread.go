package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	efstypes "github.com/aws/aws-sdk-go-v2/service/efs/types"
)

// readTargets reads the mount targets of the file system.
func (m MountTargets) readTargets(ctx context.Context, state *MountTargetsState) error {
	pages := efs.NewDescribeMountTargetsPaginator(m.Cloud.EFS, &efs.DescribeMountTargetsInput{FileSystemId: &state.FileSystem})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, t := range page.MountTargets {
			if err := complete(m.Identity(), aws.ToString(t.MountTargetId), aws.ToString(t.SubnetId)); err != nil {
				return err
			}
			state.Targets = append(state.Targets, mountTarget(t.MountTargetId, t.SubnetId, t.NetworkInterfaceId, t.LifeCycleState))
		}
	}
	return nil
}

func mountTarget(id, subnet, networkInterface *string, state efstypes.LifeCycleState) MountTarget {
	return MountTarget{ID: aws.ToString(id), Subnet: aws.ToString(subnet), State: state, networkInterface: aws.ToString(networkInterface)}
}

// readGroups reads the security groups of all mount targets through their network
// interfaces: one call instead of one for each.
func (m MountTargets) readGroups(ctx context.Context, state *MountTargetsState) error {
	var interfaces []string
	for _, t := range state.Targets {
		if t.State != efstypes.LifeCycleStateAvailable || t.networkInterface == "" {
			return nil // still changing: the next look reads them
		}
		interfaces = append(interfaces, t.networkInterface)
	}
	out, err := m.Cloud.EC2.DescribeNetworkInterfaces(ctx, &ec2.DescribeNetworkInterfacesInput{NetworkInterfaceIds: interfaces})
	if err != nil {
		return gone(err)
	}
	groups := map[string][]string{}
	for _, n := range out.NetworkInterfaces {
		for _, g := range n.Groups {
			id := aws.ToString(n.NetworkInterfaceId)
			groups[id] = append(groups[id], aws.ToString(g.GroupId))
		}
	}
	for i, t := range state.Targets {
		state.Targets[i].Groups = groups[t.networkInterface]
	}
	return nil
}
