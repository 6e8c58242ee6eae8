package efs

import (
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
)

func TestAMountTargetHasANetworkInterfaceForAsLongAsItLives(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		fs, group := a.newFileSystem("uid-1"), a.newGroup("nfs")
		mt := a.mountTarget(fs, "us-east-1b", group)
		if mt.LifeCycleState != types.LifeCycleStateCreating || *mt.AvailabilityZoneId != "use1-az2" || a.fileSystem(fs).NumberOfMountTargets != 1 {
			t.Errorf("created %+v", mt)
		}
		state := func(want types.LifeCycleState) {
			t.Helper()
			got := must(a, a.efs.DescribeMountTargets, &sdk.DescribeMountTargetsInput{FileSystemId: &fs}).MountTargets
			if len(got) != 1 || got[0].LifeCycleState != want {
				t.Errorf("mount targets are %+v, want one that is %s", got, want)
			}
		}
		eni := must(a, a.ec2.DescribeNetworkInterfaces, &ec2sdk.DescribeNetworkInterfacesInput{NetworkInterfaceIds: []string{*mt.NetworkInterfaceId}}).NetworkInterfaces[0]
		if want := "EFS mount target for " + fs + " (" + *mt.MountTargetId + ")"; *eni.Description != want || !*eni.RequesterManaged ||
			*eni.PrivateIpAddress != *mt.IpAddress || *eni.Groups[0].GroupId != group || eni.InterfaceType != "efs" {
			t.Errorf("network interface is %+v, want description %q", eni, want)
		}
		wait(84 * time.Second)
		state(types.LifeCycleStateCreating)
		wait(time.Second)
		state(types.LifeCycleStateAvailable)

		in := &sdk.DeleteMountTargetInput{MountTargetId: mt.MountTargetId}
		must(a, a.efs.DeleteMountTarget, in)
		wait(29 * time.Second)
		state(types.LifeCycleStateDeleting)
		_, err := do(a, a.efs.DeleteMountTarget, in)
		wantCode(t, err, "IncorrectMountTargetState")
		_, err = do(a, a.efs.DeleteFileSystem, &sdk.DeleteFileSystemInput{FileSystemId: &fs})
		wantCode(t, err, "FileSystemInUse")
		_, err = do(a, a.ec2.DeleteSecurityGroup, &ec2sdk.DeleteSecurityGroupInput{GroupId: &group})
		var refusal *core.Error
		if !errors.As(err, &refusal) || refusal.Code != "DependencyViolation" {
			t.Errorf("while the interface has the group: %v, want DependencyViolation", err)
		}
		wait(time.Second)
		_, err = do(a, a.efs.DeleteMountTarget, in)
		wantCode(t, err, "MountTargetNotFound")
		must(a, a.ec2.DeleteSecurityGroup, &ec2sdk.DeleteSecurityGroupInput{GroupId: &group})
		must(a, a.efs.DeleteFileSystem, &sdk.DeleteFileSystemInput{FileSystemId: &fs})
		wait(3 * time.Second)
		a.world.Do(func() {
			if left := append(a.efs.Inventory(), a.ec2.Inventory()...); len(left) != 0 {
				t.Errorf("left are %v", left)
			}
		})
	})
}

func TestAMountTargetDeletedWhileItIsCreatedNeverBecomesAvailable(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		mt := a.mountTarget(a.newFileSystem("uid-1"), "us-east-1a")
		wait(80 * time.Second)
		must(a, a.efs.DeleteMountTarget, &sdk.DeleteMountTargetInput{MountTargetId: mt.MountTargetId})
		wait(10 * time.Second)
		got := must(a, a.efs.DescribeMountTargets, &sdk.DescribeMountTargetsInput{MountTargetId: mt.MountTargetId}).MountTargets[0]
		if got.LifeCycleState != types.LifeCycleStateDeleting {
			t.Errorf("it is %s", got.LifeCycleState)
		}
	})
}

func TestCreateMountTargetRefusesWhatCannotBe(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		fs := a.newFileSystem("uid-1")
		first := a.mountTarget(fs, "us-east-1a")
		oneZone := must(a, a.efs.CreateFileSystem, &sdk.CreateFileSystemInput{CreationToken: aws.String("one"), AvailabilityZoneName: aws.String("us-east-1c")})
		wait(5 * time.Second)
		young := must(a, a.efs.CreateFileSystem, &sdk.CreateFileSystemInput{CreationToken: aws.String("young")})
		vpc := must(a, a.ec2.CreateVpc, &ec2sdk.CreateVpcInput{CidrBlock: aws.String("10.0.0.0/16")}).Vpc.VpcId
		foreign := *must(a, a.ec2.CreateSubnet, &ec2sdk.CreateSubnetInput{VpcId: vpc, CidrBlock: aws.String("10.0.0.0/24"), AvailabilityZone: aws.String("us-east-1b")}).Subnet.SubnetId
		group := a.newGroup("nfs")
		b := a.subnet("us-east-1b")
		tests := []struct {
			about, fs, subnet, ip string
			groups                []string
			code                  string
		}{
			{"no such file system", "fs-0123", b, "", nil, "FileSystemNotFound"},
			{"a file system that is being created", *young.FileSystemId, b, "", nil, "IncorrectFileSystemLifeCycleState"},
			{"no such subnet", fs, "subnet-0123", "", nil, "SubnetNotFound"},
			{"a second one in the zone", fs, a.subnet("us-east-1a"), "", nil, "MountTargetConflict"},
			{"another VPC", fs, foreign, "", nil, "MountTargetConflict"},
			{"another zone than the file system's", *oneZone.FileSystemId, b, "", nil, "AvailabilityZonesMismatch"},
			{"no such group", fs, b, "", []string{"sg-0123"}, "SecurityGroupNotFound"},
			{"six groups", fs, b, "", []string{group, group, group, group, group, group}, "SecurityGroupLimitExceeded"},
			{"a group of another VPC", *oneZone.FileSystemId, foreign, "", []string{group}, "AvailabilityZonesMismatch"},
			{"an address of another subnet", fs, b, *first.IpAddress, nil, "BadRequest"},
			{"all as it should be", fs, b, "", []string{group}, ""},
		}
		for _, test := range tests {
			in := &sdk.CreateMountTargetInput{FileSystemId: &test.fs, SubnetId: &test.subnet, SecurityGroups: test.groups}
			if test.ip != "" {
				in.IpAddress = &test.ip
			}
			before := len(must(a, a.ec2.DescribeNetworkInterfaces, &ec2sdk.DescribeNetworkInterfacesInput{}).NetworkInterfaces)
			_, err := do(a, a.efs.CreateMountTarget, in)
			if wantCode(t, err, test.code); t.Failed() {
				t.Fatalf("with %s", test.about)
			}
			after := len(must(a, a.ec2.DescribeNetworkInterfaces, &ec2sdk.DescribeNetworkInterfacesInput{}).NetworkInterfaces)
			if err != nil && after != before {
				t.Errorf("with %s a network interface was left", test.about)
			}
		}
		// Taken by the first file system's mount target.
		_, err := do(a, a.efs.CreateMountTarget, &sdk.CreateMountTargetInput{
			FileSystemId: aws.String(a.newFileSystem("uid-2")), SubnetId: aws.String(a.subnet("us-east-1a")), IpAddress: first.IpAddress,
		})
		wantCode(t, err, "IpAddressInUse")
	})
}

func TestMountTargetsAreListedByOneThing(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		fs := a.newFileSystem("uid-1")
		ap := must(a, a.efs.CreateAccessPoint, &sdk.CreateAccessPointInput{FileSystemId: &fs, ClientToken: aws.String("t")})
		a.mountTarget(fs, "us-east-1a")
		b := a.mountTarget(fs, "us-east-1b")
		a.mountTarget(a.newFileSystem("uid-2"), "us-east-1a")
		count := func(in *sdk.DescribeMountTargetsInput) int {
			t.Helper()
			return len(must(a, a.efs.DescribeMountTargets, in).MountTargets)
		}
		got := []int{
			count(&sdk.DescribeMountTargetsInput{FileSystemId: &fs}),
			count(&sdk.DescribeMountTargetsInput{AccessPointId: ap.AccessPointId}),
			count(&sdk.DescribeMountTargetsInput{MountTargetId: b.MountTargetId}),
		}
		if diff := cmp.Diff([]int{2, 2, 1}, got); diff != "" {
			t.Errorf("mount targets (-want +got):\n%s", diff)
		}
		_, err := do(a, a.efs.DescribeMountTargets, &sdk.DescribeMountTargetsInput{})
		wantCode(t, err, "BadRequest")
		_, err = do(a, a.efs.DescribeMountTargets, &sdk.DescribeMountTargetsInput{FileSystemId: &fs, MountTargetId: b.MountTargetId})
		wantCode(t, err, "BadRequest")
	})
}

func TestSecurityGroupsOfAMountTarget(t *testing.T) {
	inAccount(t, func(t *testing.T, a *account) {
		fs, group := a.newFileSystem("uid-1"), a.newGroup("nfs")
		mt := a.mountTarget(fs, "us-east-1a")
		groups := func() []string {
			return must(a, a.efs.DescribeMountTargetSecurityGroups, &sdk.DescribeMountTargetSecurityGroupsInput{MountTargetId: mt.MountTargetId}).SecurityGroups
		}
		defaults := must(a, a.ec2.DescribeSecurityGroups, &ec2sdk.DescribeSecurityGroupsInput{
			Filters: []ec2types.Filter{{Name: aws.String("group-name"), Values: []string{"default"}}},
		}).SecurityGroups
		if got := groups(); len(got) != 1 || got[0] != *defaults[0].GroupId {
			t.Errorf("without any it has %v, want the default group", got)
		}
		modify := func(code string, groups ...string) {
			t.Helper()
			_, err := do(a, a.efs.ModifyMountTargetSecurityGroups, &sdk.ModifyMountTargetSecurityGroupsInput{MountTargetId: mt.MountTargetId, SecurityGroups: groups})
			wantCode(t, err, code)
		}
		modify("IncorrectMountTargetState", group)
		wait(85 * time.Second)
		modify("SecurityGroupNotFound", "sg-0123")
		modify("", group)
		if diff := cmp.Diff([]string{group}, groups()); diff != "" {
			t.Errorf("groups (-want +got):\n%s", diff)
		}
		must(a, a.efs.DeleteMountTarget, &sdk.DeleteMountTargetInput{MountTargetId: mt.MountTargetId})
		modify("IncorrectMountTargetState", group)
	})
}
