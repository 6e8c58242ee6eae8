package efs

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// DescribeMountTargetSecurityGroups lists the security groups of a mount target.
func (s *Service) DescribeMountTargetSecurityGroups(c *core.Call, in *sdk.DescribeMountTargetSecurityGroupsInput) (*sdk.DescribeMountTargetSecurityGroupsOutput, error) {
	mt, err := s.stores.In(c.Scope).mountTarget(aws.ToString(in.MountTargetId))
	if err != nil {
		return nil, err
	}
	if err := mt.checkNotDeleting(); err != nil {
		return nil, err
	}
	eni, _ := s.network.Interface(c.Scope, mt.eni)
	return &sdk.DescribeMountTargetSecurityGroupsOutput{SecurityGroups: eni.SecurityGroups}, nil
}

// ModifyMountTargetSecurityGroups replaces the security groups of an available
// mount target, at once. Without any it gets the VPC's default group.
func (s *Service) ModifyMountTargetSecurityGroups(c *core.Call, in *sdk.ModifyMountTargetSecurityGroupsInput) (*sdk.ModifyMountTargetSecurityGroupsOutput, error) {
	mt, err := s.stores.In(c.Scope).mountTarget(aws.ToString(in.MountTargetId))
	if err != nil {
		return nil, err
	}
	if err := mt.checkNotDeleting(); err != nil {
		return nil, err
	}
	if mt.state != types.LifeCycleStateAvailable {
		return nil, refuse("IncorrectMountTargetState", "Mount target '%s' is in the life cycle state '%s'; it must be 'available'.", mt.id, mt.state)
	}
	if err := s.checkGroups(c.Scope, mt.subnet.VPC, in.SecurityGroups); err != nil {
		return nil, err
	}
	if err := s.network.SetInterfaceGroups(c.Scope, mt.eni, in.SecurityGroups); err != nil {
		return nil, interfaceRefusal(err)
	}
	return &sdk.ModifyMountTargetSecurityGroupsOutput{}, nil
}
