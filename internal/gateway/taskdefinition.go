package gateway

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// The container as the guide names it (step 1.6.4).
const (
	ContainerName = "flex-gateway"
	volumeName    = "FlexEFSVolume"
	configuration = "/usr/local/share/mulesoft/flex-gateway/conf.d"
	LogPrefix     = "flex-gw"
	digestLabel   = "flexgw.io/registration-digest"
	restartLabel  = "flexgw.io/restarted-at"
	// What is not in a task definition, and yet reaches the tasks with it, stands in labels:
	// another network or mix is then another revision, and it can be told that ECS rolled
	// it back.
	capacityLabel  = "flexgw.io/capacity-providers"
	networkLabel   = "flexgw.io/network"
	configVariable = "FLEX_CONFIG"
)

// The one-shot task that writes the files. It runs the gateway's own image, which has a
// shell, so that nothing else has to be pulled.
const (
	WriterContainer = "registration-writer"
	writerDirectory = "/registration"
	writerVariable  = "FLEX_REGISTRATION"
	writerDocuments = "FLEX_DOCUMENTS"
	writerCPU       = 256
	writerMemory    = 512
	writerStart     = `set -eu; umask 022; `
	// The file before stays beside the new one, under a name that the gateway does not read.
	writerPrevious     = `cp -f /registration/registration.yaml /registration/.registration.yaml.previous 2>/dev/null || true; `
	writerRegistration = `printf '%s' "$FLEX_REGISTRATION" > /registration/.registration.yaml.new; ` +
		`mv -f /registration/.registration.yaml.new /registration/registration.yaml`
	writerConfiguration = `printf '%s' "$FLEX_DOCUMENTS" > /registration/.configuration.yaml.new; ` +
		`mv -f /registration/.configuration.yaml.new /registration/configuration.yaml`
)

// taskDefinition is the gateway's (step 1.6.4), with what the guide leaves to its
// readers: a pinned image, the access point with encryption in transit, a stop timeout.
func (b *builder) taskDefinition(
	role *engine.Ref[resource.RoleState], logs *engine.Ref[resource.LogGroupState],
	directory *engine.Ref[resource.AccessPointState], secret *engine.Ref[resource.SecretState],
	vpc *engine.Ref[resource.NetworkState], clients clientGroups,
) resource.TaskDefinition {
	inputs := slices.Concat([]engine.Need{engine.Exists(role).Older(), engine.Exists(logs), engine.Settled(secret), engine.Settled(vpc)}, clients.sources)
	if b.onEFS() {
		inputs = append(inputs, engine.Exists(directory))
	}
	return resource.TaskDefinition{
		Common: b.common, Part: "gateway", Family: b.names.TaskFamily, Inputs: inputs, Roles: []*engine.Ref[resource.RoleState]{role},
		Definition: func() (*ecs.RegisterTaskDefinitionInput, error) {
			container := b.gatewayContainer()
			container.DockerLabels = map[string]string{digestLabel: secret.Value().Digest, networkLabel: b.networkMark(vpc, clients)}
			if port := probePort(b.in.Gateway); port != 0 {
				container.DockerLabels[resource.ProbeLabel] = strconv.Itoa(int(port))
			}
			if at := b.spec.Rollout.RestartedAt; at != nil {
				container.DockerLabels[restartLabel] = at.UTC().Format(time.RFC3339)
			}
			if providers := b.providers(); len(providers) > 0 {
				container.DockerLabels[capacityLabel] = providers.String()
			}
			input := b.fargate(b.names.TaskFamily, b.spec.Compute.CPU, b.spec.Compute.Memory, role)
			if b.onEFS() {
				container.MountPoints = []ecstypes.MountPoint{mount(configuration, true)}
				input.Volumes = []ecstypes.Volume{volume(directory.Value())}
			} else {
				container.Secrets = []ecstypes.Secret{secretVariable(configVariable, secret.Value())}
			}
			input.ContainerDefinitions = []ecstypes.ContainerDefinition{container}
			return input, nil
		},
	}
}

// networkMark says in which network the tasks are.
func (b *builder) networkMark(vpc *engine.Ref[resource.NetworkState], clients clientGroups) string {
	return fmt.Sprintf("%s %s public=%t",
		strings.Join(slices.Sorted(slices.Values(vpc.Value().SubnetIDs())), ","), strings.Join(slices.Sorted(slices.Values(clients.ids())), ","), b.publicIP())
}

// writer is the task definition of the one-shot task (steps 1.4, 1.5 and 2.1.3). The
// content comes from Secrets Manager when the task starts and stands nowhere else.
func (b *builder) writer(
	role *engine.Ref[resource.RoleState], logs *engine.Ref[resource.LogGroupState],
	directory *engine.Ref[resource.AccessPointState], secrets delivered,
) resource.TaskDefinition {
	return resource.TaskDefinition{
		Common: b.common, Part: "registration", Family: b.names.RegistrationFamily, Roles: []*engine.Ref[resource.RoleState]{role},
		Inputs: slices.Concat([]engine.Need{engine.Exists(role).Older(), engine.Exists(logs), engine.Exists(directory)}, secrets.needs()),
		Definition: func() (*ecs.RegisterTaskDefinitionInput, error) {
			input := b.fargate(b.names.RegistrationFamily, writerCPU, writerMemory, role)
			input.TaskRoleArn = nil
			input.Volumes = []ecstypes.Volume{volume(directory.Value())}
			input.ContainerDefinitions = []ecstypes.ContainerDefinition{{
				Name: aws.String(WriterContainer), Image: &b.spec.Image, Essential: aws.Bool(true),
				EntryPoint: []string{"/bin/sh", "-c"}, Command: []string{secrets.writerCommand()},
				Secrets:          secrets.variables(),
				MountPoints:      []ecstypes.MountPoint{mount(writerDirectory, false)},
				LogConfiguration: b.logging(),
			}}
			return input, nil
		},
	}
}

// fargate is the frame of both task definitions. Flex Gateway has no ARM image.
func (b *builder) fargate(family string, cpu, memory int32, role *engine.Ref[resource.RoleState]) *ecs.RegisterTaskDefinitionInput {
	input := &ecs.RegisterTaskDefinitionInput{
		Family: &family, NetworkMode: ecstypes.NetworkModeAwsvpc, ExecutionRoleArn: &role.Value().ARN,
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate},
		Cpu:                     aws.String(strconv.Itoa(int(cpu))), Memory: aws.String(strconv.Itoa(int(memory))),
		RuntimePlatform: &ecstypes.RuntimePlatform{
			CpuArchitecture: ecstypes.CPUArchitectureX8664, OperatingSystemFamily: ecstypes.OSFamilyLinux,
		},
	}
	if arn := b.spec.Identity.TaskRoleARN; arn != "" {
		input.TaskRoleArn = &arn
	}
	return input
}

func (b *builder) gatewayContainer() ecstypes.ContainerDefinition {
	container := ecstypes.ContainerDefinition{
		Name: aws.String(ContainerName), Image: &b.spec.Image, Essential: aws.Bool(true),
		LogConfiguration: b.logging(), StopTimeout: &b.spec.Compute.StopTimeoutSeconds,
		HealthCheck: &ecstypes.HealthCheck{
			Command:  []string{"CMD-SHELL", "flexctl probe --check=liveness || exit 1"},
			Interval: aws.Int32(30), Timeout: aws.Int32(5), Retries: aws.Int32(3),
		},
	}
	for _, p := range sortedPorts(b.spec.Ports) {
		container.PortMappings = append(container.PortMappings, ecstypes.PortMapping{
			ContainerPort: &p.Port, HostPort: &p.Port, Protocol: ecstypes.TransportProtocolTcp,
		})
	}
	for _, e := range sortedEnvironment(b.spec.Compute.Environment) {
		container.Environment = append(container.Environment, ecstypes.KeyValuePair{Name: &e.Name, Value: &e.Value})
	}
	return container
}

// sortedPorts and sortedEnvironment keep an order that means nothing from making a new
// revision.
func sortedPorts(ports []v1alpha1.PortSpec) []v1alpha1.PortSpec {
	return slices.SortedFunc(slices.Values(ports), func(a, b v1alpha1.PortSpec) int { return cmp.Compare(a.Port, b.Port) })
}

func sortedEnvironment(variables []v1alpha1.EnvironmentVariable) []v1alpha1.EnvironmentVariable {
	return slices.SortedFunc(slices.Values(variables), func(a, b v1alpha1.EnvironmentVariable) int { return cmp.Compare(a.Name, b.Name) })
}

func (b *builder) logging() *ecstypes.LogConfiguration {
	return &ecstypes.LogConfiguration{LogDriver: ecstypes.LogDriverAwslogs, Options: map[string]string{
		"awslogs-group": b.names.LogGroup, "awslogs-region": b.in.Cloud.Region, "awslogs-stream-prefix": LogPrefix,
	}}
}

func mount(path string, readOnly bool) ecstypes.MountPoint {
	return ecstypes.MountPoint{SourceVolume: aws.String(volumeName), ContainerPath: &path, ReadOnly: &readOnly}
}

func volume(directory *resource.AccessPointState) ecstypes.Volume {
	return ecstypes.Volume{Name: aws.String(volumeName), EfsVolumeConfiguration: &ecstypes.EFSVolumeConfiguration{
		FileSystemId: &directory.FileSystem, TransitEncryption: ecstypes.EFSTransitEncryptionEnabled,
		AuthorizationConfig: &ecstypes.EFSAuthorizationConfig{AccessPointId: &directory.AccessPointID},
	}}
}

// secretVariable names one exact version of the secret, so that a task never starts with
// another registration than the one its revision was made for.
func secretVariable(name string, secret *resource.SecretState) ecstypes.Secret {
	return ecstypes.Secret{Name: &name, ValueFrom: aws.String(secret.ARN + ":::" + secret.Version)}
}
