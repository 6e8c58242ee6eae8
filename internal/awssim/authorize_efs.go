package awssim

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"

	"flexgw.io/controller/internal/awssim/iam"
)

// efsRules follow "Actions, resources, and condition keys for Amazon Elastic File
// System", and for mount targets the permissions in EC2 that the API reference of
// each operation names.
func efsRules() map[string]rule {
	fileSystem := identified("file-system", "FileSystemId")
	return map[string]rule{
		"CreateFileSystem": func(r *request) []iam.Ask {
			return r.creating(r.on(r.arn("file-system/*")), "TagResource", r.arn("file-system/*"))
		},
		"DescribeFileSystems":               fileSystem,
		"UpdateFileSystem":                  fileSystem,
		"DeleteFileSystem":                  fileSystem,
		"PutBackupPolicy":                   fileSystem,
		"DescribeBackupPolicy":              fileSystem,
		"PutLifecycleConfiguration":         fileSystem,
		"DescribeLifecycleConfiguration":    fileSystem,
		"CreateMountTarget":                 createMountTarget,
		"DescribeMountTargets":              describeMountTargets,
		"DeleteMountTarget":                 onMountTarget("ec2:DeleteNetworkInterface"),
		"DescribeMountTargetSecurityGroups": onMountTarget("ec2:DescribeNetworkInterfaceAttribute"),
		"ModifyMountTargetSecurityGroups":   onMountTarget("ec2:ModifyNetworkInterfaceAttribute"),
		"CreateAccessPoint": func(r *request) []iam.Ask {
			return r.creating(fileSystem(r), "TagResource", r.arn("access-point/*"))
		},
		"DescribeAccessPoints": func(r *request) []iam.Ask {
			if id := r.text("AccessPointId"); id != "" {
				return r.on(r.arnOf("access-point", id))
			}
			return fileSystem(r)
		},
		"DeleteAccessPoint":   identified("access-point", "AccessPointId"),
		"TagResource":         onFileSystemOrAccessPoint,
		"UntagResource":       onFileSystemOrAccessPoint,
		"ListTagsForResource": onFileSystemOrAccessPoint,
	}
}

func onFileSystemOrAccessPoint(r *request) []iam.Ask {
	id := r.text("ResourceId")
	if strings.HasPrefix(id, "fsap-") {
		return r.on(r.arn("access-point/" + id))
	}
	return r.on(r.arnOf("file-system", id))
}

// createMountTarget asks for what EFS does in EC2 as the caller, too.
func createMountTarget(r *request) []iam.Ask {
	asks := r.on(r.arnOf("file-system", r.text("FileSystemId")))
	asks = append(asks, r.firstUse("elasticfilesystem.amazonaws.com")...)
	asks = append(asks, r.ask("ec2:DescribeSubnets", "*"), r.ask("ec2:DescribeNetworkInterfaces", "*"))
	inEC2 := []string{"network-interface/*", "subnet/" + r.text("SubnetId")}
	for _, group := range r.texts("SecurityGroups") {
		inEC2 = append(inEC2, "security-group/"+group)
	}
	for _, resource := range inEC2 {
		asks = append(asks, r.ask("ec2:CreateNetworkInterface", r.call.ARN("ec2", resource)))
	}
	return asks
}

func describeMountTargets(r *request) []iam.Ask {
	switch {
	case r.text("AccessPointId") != "":
		return r.on(r.arnOf("access-point", r.text("AccessPointId")))
	case r.text("MountTargetId") != "":
		fileSystem, _ := r.mountTarget()
		return r.on(r.arnOf("file-system", fileSystem))
	}
	return r.on(r.arnOf("file-system", r.or("FileSystemId", "*")))
}

// onMountTarget asks for the mount target's file system, and for what EFS does as the
// caller with its network interface.
func onMountTarget(inEC2 string) rule {
	return func(r *request) []iam.Ask {
		fileSystem, networkInterface := r.mountTarget()
		return append(r.on(r.arnOf("file-system", fileSystem)),
			r.ask(inEC2, r.call.ARN("ec2", "network-interface/"+networkInterface)))
	}
}

// mountTarget finds the file system and the network interface of the request's mount
// target; "*" where there is no such mount target.
func (r *request) mountTarget() (fileSystem, networkInterface string) {
	out, err := r.services.EFS.DescribeMountTargets(r.call, &sdk.DescribeMountTargetsInput{MountTargetId: aws.String(r.text("MountTargetId"))})
	if err != nil || len(out.MountTargets) == 0 {
		return "*", "*"
	}
	return aws.ToString(out.MountTargets[0].FileSystemId), aws.ToString(out.MountTargets[0].NetworkInterfaceId)
}
