package ecs

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// Docker's and ECS's defaults of a container health check.
const (
	defaultHealthInterval = 30
	defaultHealthTimeout  = 5
	defaultHealthRetries  = 3
)

// definitionFrom is the input as AWS echoes it: with the defaults filled in and
// with empty lists in the place of absent ones.
func definitionFrom(sc core.Scope, in *sdk.RegisterTaskDefinitionInput) types.TaskDefinition {
	td := types.TaskDefinition{
		Family: in.Family, Status: types.TaskDefinitionStatusActive,
		Cpu: in.Cpu, Memory: in.Memory, NetworkMode: in.NetworkMode,
		IpcMode: in.IpcMode, PidMode: in.PidMode, RuntimePlatform: in.RuntimePlatform,
		EphemeralStorage: in.EphemeralStorage, ProxyConfiguration: in.ProxyConfiguration,
		EnableFaultInjection:    in.EnableFaultInjection,
		InferenceAccelerators:   in.InferenceAccelerators,
		PlacementConstraints:    orEmpty(in.PlacementConstraints),
		RequiresCompatibilities: slices.Clone(in.RequiresCompatibilities),
		Compatibilities:         []types.Compatibility{types.CompatibilityEc2},
		RequiresAttributes:      requiredAttributes(in),
	}
	if in.ExecutionRoleArn != nil {
		td.ExecutionRoleArn = aws.String(roleARN(sc, *in.ExecutionRoleArn))
	}
	if in.TaskRoleArn != nil {
		td.TaskRoleArn = aws.String(roleARN(sc, *in.TaskRoleArn))
	}
	if in.NetworkMode == types.NetworkModeAwsvpc && in.Cpu != nil && in.Memory != nil {
		td.Compatibilities = append(td.Compatibilities, types.CompatibilityFargate)
	}
	for _, c := range in.ContainerDefinitions {
		td.ContainerDefinitions = append(td.ContainerDefinitions, containerFrom(c, in.NetworkMode))
	}
	td.Volumes = []types.Volume{}
	for _, v := range in.Volumes {
		td.Volumes = append(td.Volumes, volumeFrom(v))
	}
	return td
}

func containerFrom(c types.ContainerDefinition, mode types.NetworkMode) types.ContainerDefinition {
	if c.Essential == nil {
		c.Essential = aws.Bool(true)
	}
	c.Environment = orEmpty(c.Environment)
	c.MountPoints = orEmpty(c.MountPoints)
	c.VolumesFrom = orEmpty(c.VolumesFrom)
	c.SystemControls = orEmpty(c.SystemControls)
	c.PortMappings = orEmpty(c.PortMappings)
	for i := range c.PortMappings {
		p := &c.PortMappings[i]
		if p.Protocol == "" {
			p.Protocol = types.TransportProtocolTcp
		}
		if p.HostPort == nil && mode == types.NetworkModeAwsvpc {
			p.HostPort = p.ContainerPort
		}
	}
	if c.HealthCheck != nil {
		h := *c.HealthCheck
		h.Interval = orDefault(h.Interval, defaultHealthInterval)
		h.Timeout = orDefault(h.Timeout, defaultHealthTimeout)
		h.Retries = orDefault(h.Retries, defaultHealthRetries)
		c.HealthCheck = &h
	}
	return c
}

func volumeFrom(v types.Volume) types.Volume {
	if v.EfsVolumeConfiguration != nil {
		e := *v.EfsVolumeConfiguration
		if aws.ToString(e.RootDirectory) == "" {
			e.RootDirectory = aws.String("/")
		}
		v.EfsVolumeConfiguration = &e
		return v
	}
	if v.Host == nil && v.DockerVolumeConfiguration == nil {
		v.Host = &types.HostVolumeProperties{}
	}
	return v
}

// requiredAttributes are some of those that AWS derives from a definition.
func requiredAttributes(in *sdk.RegisterTaskDefinitionInput) []types.Attribute {
	names := []string{"com.amazonaws.ecs.capability.docker-remote-api.1.18"}
	if in.NetworkMode == types.NetworkModeAwsvpc {
		names = append(names, "ecs.capability.task-eni")
	}
	if slices.ContainsFunc(in.Volumes, func(v types.Volume) bool { return v.EfsVolumeConfiguration != nil }) {
		names = append(names, "ecs.capability.efsAuth", "ecs.capability.efs")
	}
	if slices.ContainsFunc(in.ContainerDefinitions, usesAWSLogs) {
		names = append(names, "com.amazonaws.ecs.capability.logging-driver.awslogs", "ecs.capability.execution-role-awslogs")
	}
	if slices.ContainsFunc(in.ContainerDefinitions, func(c types.ContainerDefinition) bool { return c.HealthCheck != nil }) {
		names = append(names, "ecs.capability.container-health-check")
	}
	attributes := make([]types.Attribute, 0, len(names))
	for _, name := range names {
		attributes = append(attributes, types.Attribute{Name: aws.String(name)})
	}
	return attributes
}

func usesAWSLogs(c types.ContainerDefinition) bool {
	return c.LogConfiguration != nil && c.LogConfiguration.LogDriver == types.LogDriverAwslogs
}

// orEmpty is a copy of the list that is never nil.
func orEmpty[T any](list []T) []T { return append([]T{}, list...) }

// orDefault is v, or the default in its absence.
func orDefault[T any](v *T, other T) *T {
	if v != nil {
		return v
	}
	return &other
}
