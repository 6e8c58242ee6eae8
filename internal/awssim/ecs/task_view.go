package ecs

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// defaultStorage is the ephemeral storage of a Fargate task in GiB.
const defaultStorage = 20

// view is the task as AWS shows it, without its tags.
func (t *task) view() types.Task {
	td := t.revision.definition
	v := types.Task{
		TaskArn: aws.String(t.arn), ClusterArn: aws.String(t.cluster.arn), TaskDefinitionArn: aws.String(td.arn()),
		LastStatus: aws.String(t.lastStatus), DesiredStatus: aws.String(t.desiredStatus), HealthStatus: t.healthStatus(),
		Version: t.version, Group: aws.String(t.group), StartedBy: stringOrNil(t.startedBy),
		LaunchType: t.launchType, CapacityProviderName: stringOrNil(t.provider), Cpu: td.Cpu, Memory: td.Memory,
		PlatformVersion: aws.String(platformNumber(t.revision.platform)), PlatformFamily: aws.String(platformFamily),
		AvailabilityZone:     stringOrNil(t.zone()),
		EnableExecuteCommand: t.executable,
		EphemeralStorage:     firstOf(td.EphemeralStorage, &types.EphemeralStorage{SizeInGiB: defaultStorage}),
		Overrides:            firstOf(t.overrides, &types.TaskOverride{ContainerOverrides: []types.ContainerOverride{}}),
		CreatedAt:            aws.Time(t.createdAt), ConnectivityAt: timeOrNil(t.connectedAt),
		PullStartedAt: timeOrNil(t.pullStartedAt), PullStoppedAt: timeOrNil(t.pullStoppedAt),
		StartedAt: timeOrNil(t.startedAt), StoppingAt: timeOrNil(t.stoppingAt),
		ExecutionStoppedAt: timeOrNil(t.executionStoppedAt), StoppedAt: timeOrNil(t.stoppedAt),
		StopCode: t.stopCode, StoppedReason: stringOrNil(t.stoppedReason),
		Attributes: []types.Attribute{{Name: aws.String("ecs.cpu-architecture"), Value: aws.String(td.architecture())}},
	}
	if !t.connectedAt.IsZero() {
		v.Connectivity = types.ConnectivityConnected
	}
	if t.attachment != "" {
		v.Attachments = []types.Attachment{t.attachmentView()}
	}
	for _, c := range t.containers {
		v.Containers = append(v.Containers, c.view())
	}
	return v
}

// attachmentView is the network interface as an attachment of the task.
func (t *task) attachmentView() types.Attachment {
	a := types.Attachment{Id: aws.String(t.attachment), Type: aws.String("ElasticNetworkInterface"), Status: aws.String(t.attachStatus)}
	detail := func(name, value string) {
		if value != "" {
			a.Details = append(a.Details, types.KeyValuePair{Name: aws.String(name), Value: aws.String(value)})
		}
	}
	detail("subnetId", t.subnet)
	detail("networkInterfaceId", t.eni.ID)
	detail("macAddress", t.eni.MAC)
	detail("privateDnsName", t.eni.PrivateDNS)
	detail("privateIPv4Address", t.eni.PrivateIP)
	return a
}

func (c *container) view() types.Container {
	v := types.Container{
		ContainerArn: aws.String(c.arn), TaskArn: aws.String(c.task.arn), Name: c.definition.Name, Image: c.definition.Image,
		ImageDigest: stringOrNil(c.digest), RuntimeId: stringOrNil(c.runtimeID),
		LastStatus: aws.String(c.lastStatus), ExitCode: c.exitCode, Reason: stringOrNil(c.reason),
		HealthStatus: c.health, Cpu: aws.String(strconv.Itoa(int(c.definition.Cpu))),
		NetworkBindings: []types.NetworkBinding{}, NetworkInterfaces: []types.NetworkInterface{},
	}
	if c.definition.Memory != nil {
		v.Memory = aws.String(strconv.Itoa(int(*c.definition.Memory)))
	}
	if c.definition.MemoryReservation != nil {
		v.MemoryReservation = aws.String(strconv.Itoa(int(*c.definition.MemoryReservation)))
	}
	if c.task.eni.ID != "" {
		v.NetworkInterfaces = append(v.NetworkInterfaces, types.NetworkInterface{
			AttachmentId: aws.String(c.task.attachment), PrivateIpv4Address: aws.String(c.task.eni.PrivateIP),
		})
	}
	return v
}

// architecture is the CPU architecture of the tasks, "x86_64" or "arm64".
func (td *taskDefinition) architecture() string {
	if td.RuntimePlatform != nil && td.RuntimePlatform.CpuArchitecture == types.CPUArchitectureArm64 {
		return "arm64"
	}
	return "x86_64"
}
