package ecs

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// nameForm is AWS's form of the names of clusters, services, families, containers
// and volumes.
var nameForm = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,255}$`)

func checkName(name, what string) error {
	if !nameForm.MatchString(name) {
		return clientError("%s contains invalid characters.", what)
	}
	return nil
}

// checkTaskDefinition holds a new revision against AWS's rules. The sentences are
// AWS's where they are known.
func checkTaskDefinition(in *sdk.RegisterTaskDefinitionInput) error {
	if err := checkName(aws.ToString(in.Family), "Family"); err != nil {
		return err
	}
	if len(in.ContainerDefinitions) == 0 {
		return clientError("Container list cannot be empty.")
	}
	for _, role := range []*string{in.ExecutionRoleArn, in.TaskRoleArn} {
		if strings.HasPrefix(aws.ToString(role), "arn:") && !strings.Contains(*role, ":role/") {
			return clientError("Role is not valid")
		}
	}
	if err := checkVolumes(in.Volumes); err != nil {
		return err
	}
	names := map[string]bool{}
	essential := false
	for _, c := range in.ContainerDefinitions {
		if names[aws.ToString(c.Name)] {
			return clientError("Container.name contains duplicate: %s", aws.ToString(c.Name))
		}
		names[aws.ToString(c.Name)] = true
		essential = essential || aws.ToBool(orDefault(c.Essential, true))
		if err := checkContainer(in, c); err != nil {
			return err
		}
	}
	if !essential {
		return clientError("Invalid setting for container. At least one container must be marked essential.")
	}
	if err := checkDependencies(in.ContainerDefinitions); err != nil {
		return err
	}
	if slices.Contains(in.RequiresCompatibilities, types.CompatibilityFargate) {
		return checkFargate(in)
	}
	return nil
}

func checkContainer(in *sdk.RegisterTaskDefinitionInput, c types.ContainerDefinition) error {
	name := aws.ToString(c.Name)
	switch {
	case name == "":
		return clientError("Container.name should not be null or empty.")
	case aws.ToString(c.Image) == "":
		return clientError("Container.image should not be null or empty.")
	case !nameForm.MatchString(name):
		return clientError("Container name contains invalid characters.")
	case in.Memory == nil && c.Memory == nil && c.MemoryReservation == nil:
		return clientError("Invalid setting for container '%s'. At least one of 'memory' or 'memoryReservation' must be specified.", name)
	}
	for _, p := range c.PortMappings {
		if in.NetworkMode == types.NetworkModeAwsvpc && p.HostPort != nil && *p.HostPort != 0 && *p.HostPort != aws.ToInt32(p.ContainerPort) {
			return clientError("When networkMode=awsvpc, the host ports and container ports in port mappings must match.")
		}
	}
	for _, m := range c.MountPoints {
		known := slices.ContainsFunc(in.Volumes, func(v types.Volume) bool { return aws.ToString(v.Name) == aws.ToString(m.SourceVolume) })
		if !known {
			return clientError("Unknown volume '%s'.", aws.ToString(m.SourceVolume))
		}
	}
	if c.HealthCheck != nil && (len(c.HealthCheck.Command) < 2 || !slices.Contains([]string{"CMD", "CMD-SHELL"}, c.HealthCheck.Command[0])) {
		return clientError("Container health check command must begin with CMD or CMD-SHELL and name a command.")
	}
	if len(c.Secrets) > 0 && aws.ToString(in.ExecutionRoleArn) == "" {
		return clientError("When you are specifying container secrets, you must also specify a value for 'executionRoleArn'.")
	}
	return nil
}

func checkVolumes(volumes []types.Volume) error {
	seen := map[string]bool{}
	for _, v := range volumes {
		name := aws.ToString(v.Name)
		if !nameForm.MatchString(name) {
			return clientError("Volume name contains invalid characters.")
		}
		if seen[name] {
			return clientError("Volume names must be unique within a task definition: %s", name)
		}
		seen[name] = true
		if err := checkEFSVolume(v.EfsVolumeConfiguration); err != nil {
			return err
		}
	}
	return nil
}

// checkEFSVolume holds a volume against the rules in the SDK's comments on
// EFSVolumeConfiguration and EFSAuthorizationConfig.
func checkEFSVolume(e *types.EFSVolumeConfiguration) error {
	if e == nil {
		return nil
	}
	encrypted := e.TransitEncryption == types.EFSTransitEncryptionEnabled
	root := aws.ToString(e.RootDirectory)
	auth := e.AuthorizationConfig
	switch {
	case aws.ToString(e.FileSystemId) == "":
		return clientError("EFS file system id must be specified.")
	case root != "" && !strings.HasPrefix(root, "/"):
		return clientError("EFS root directory must be an absolute path.")
	case auth != nil && aws.ToString(auth.AccessPointId) != "" && root != "" && root != "/":
		return clientError("EFS root directory must either be omitted or set to / when an access point is specified.")
	case auth != nil && aws.ToString(auth.AccessPointId) != "" && !encrypted:
		return clientError("EFS transit encryption must be enabled when an access point is specified.")
	case auth != nil && auth.Iam == types.EFSAuthorizationConfigIAMEnabled && !encrypted:
		return clientError("EFS transit encryption must be enabled when IAM authorization is enabled.")
	case e.TransitEncryptionPort != nil && !encrypted:
		return clientError("EFS transit encryption must be enabled when a transit encryption port is specified.")
	}
	return nil
}

func checkFargate(in *sdk.RegisterTaskDefinitionInput) error {
	switch {
	case in.NetworkMode != types.NetworkModeAwsvpc:
		return clientError("Fargate only supports network mode ‘awsvpc’.")
	case aws.ToString(in.Cpu) == "":
		return clientError("Fargate requires that 'cpu' be defined at the task level.")
	case aws.ToString(in.Memory) == "":
		return clientError("Fargate requires that 'memory' be defined at the task level.")
	}
	cpu, memory := units(*in.Cpu, "VCPU"), units(*in.Memory, "GB")
	if !fargateSize(cpu, memory) {
		return clientError("No Fargate configuration exists for given values: %d CPU, %d memory. See the Amazon ECS documentation for the valid values.", cpu, memory)
	}
	used := 0
	for _, c := range in.ContainerDefinitions {
		used += int(c.Cpu)
		switch {
		case usesAWSLogs(c) && aws.ToString(in.ExecutionRoleArn) == "":
			return clientError("Fargate requires task definition to have execution role ARN to support log driver awslogs.")
		case usesAWSLogs(c) && (c.LogConfiguration.Options["awslogs-group"] == "" || c.LogConfiguration.Options["awslogs-region"] == ""):
			return clientError("Log driver awslogs requires options: awslogs-group, awslogs-region")
		case usesAWSLogs(c) && c.LogConfiguration.Options["awslogs-stream-prefix"] == "":
			return clientError("Log driver awslogs requires option awslogs-stream-prefix when the task definition is compatible with Fargate")
		case aws.ToBool(c.Privileged):
			return clientError("Fargate compatible task definitions do not support privileged containers")
		case int(aws.ToInt32(c.Memory)) > memory:
			return clientError("Invalid setting for container '%s'. The 'memory' of a container cannot exceed that of the task.", *c.Name)
		}
	}
	if used > cpu {
		return clientError("The sum of the 'cpu' of all containers cannot exceed that of the task.")
	}
	for _, v := range in.Volumes {
		if v.DockerVolumeConfiguration != nil || v.Host != nil && v.Host.SourcePath != nil {
			return clientError("Fargate compatible task definitions do not support sourcePath and dockerVolumeConfiguration of volumes")
		}
	}
	return nil
}

// units reads "1024", "1 vCPU" or "2GB" in CPU units or MiB; 0 means that it
// cannot be read.
func units(text, unit string) int {
	upper := strings.ToUpper(strings.ReplaceAll(text, " ", ""))
	if number, ok := strings.CutSuffix(upper, unit); ok {
		f, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return 0
		}
		return int(f * 1024)
	}
	n, err := strconv.Atoi(upper)
	if err != nil {
		return 0
	}
	return n
}

// fargateSizes is the table of task sizes in the SDK's comment on Task.Memory: from
// least to most MiB in steps, for each number of CPU units.
var fargateSizes = map[int]struct{ least, most, step int }{
	512:   {1024, 4096, 1024},
	1024:  {2048, 8192, 1024},
	2048:  {4096, 16384, 1024},
	4096:  {8192, 30720, 1024},
	8192:  {16384, 61440, 4096},
	16384: {32768, 122880, 8192},
}

func fargateSize(cpu, memory int) bool {
	if cpu == 256 {
		return memory == 512 || memory == 1024 || memory == 2048
	}
	size, ok := fargateSizes[cpu]
	return ok && memory >= size.least && memory <= size.most && (memory-size.least)%size.step == 0
}
