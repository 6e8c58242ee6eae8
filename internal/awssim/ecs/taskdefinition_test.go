package ecs

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

func TestRevisionsAreNeverUsedAgain(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		for range 2 {
			try(b, b.RegisterTaskDefinition, definition())
		}
		remove := &sdk.DeleteTaskDefinitionsInput{TaskDefinitions: []string{"gw:2"}}
		if out := try(b, b.DeleteTaskDefinitions, remove); len(out.Failures) != 1 {
			t.Error("an ACTIVE revision can be deleted")
		}
		try(b, b.DeregisterTaskDefinition, &sdk.DeregisterTaskDefinitionInput{TaskDefinition: aws.String("gw:2")})
		latest := try(b, b.DescribeTaskDefinition, &sdk.DescribeTaskDefinitionInput{TaskDefinition: aws.String("gw")}).TaskDefinition
		if latest.Revision != 1 {
			t.Errorf("the latest ACTIVE revision = %d, want 1", latest.Revision)
		}
		third := try(b, b.RegisterTaskDefinition, definition()).TaskDefinition
		if third.Revision != 3 || !strings.HasSuffix(*third.TaskDefinitionArn, ":task-definition/gw:3") {
			t.Errorf("the next revision = %s, want gw:3", *third.TaskDefinitionArn)
		}
		if out := try(b, b.DeleteTaskDefinitions, remove); len(out.TaskDefinitions) != 1 || out.TaskDefinitions[0].Status != types.TaskDefinitionStatusDeleteInProgress {
			t.Errorf("deleting an INACTIVE revision = %+v", out)
		}
		refused(b, b.DescribeTaskDefinition, &sdk.DescribeTaskDefinitionInput{TaskDefinition: aws.String("gw:4")}, "ClientException: Unable to describe task definition.")
		refused(b, b.DescribeTaskDefinition, &sdk.DescribeTaskDefinitionInput{TaskDefinition: aws.String("none")}, "ClientException: Unable to describe task definition.")
	})
}

func TestTheEchoOfATaskDefinitionHasAWSDefaults(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		td := try(b, b.RegisterTaskDefinition, definition()).TaskDefinition
		c := td.ContainerDefinitions[0]
		if p := c.PortMappings[0]; *p.HostPort != 8081 || p.Protocol != types.TransportProtocolTcp {
			t.Errorf("port mapping = %+v", p)
		}
		if !*c.Essential || c.Environment == nil || c.VolumesFrom == nil || c.SystemControls == nil {
			t.Errorf("container = %+v", c)
		}
		if h := c.HealthCheck; *h.Interval != 30 || *h.Timeout != 5 || *h.Retries != 3 {
			t.Errorf("health check = %+v", h)
		}
		if *td.Volumes[0].EfsVolumeConfiguration.RootDirectory != "/" {
			t.Errorf("volume = %+v", td.Volumes[0])
		}
	})
}

func TestRefusalsOfRegisterTaskDefinition(t *testing.T) {
	first := func(change func(*types.ContainerDefinition)) func(*sdk.RegisterTaskDefinitionInput) {
		return func(in *sdk.RegisterTaskDefinitionInput) { change(&in.ContainerDefinitions[0]) }
	}
	volume := func(change func(*types.EFSVolumeConfiguration)) func(*sdk.RegisterTaskDefinitionInput) {
		return func(in *sdk.RegisterTaskDefinitionInput) { change(in.Volumes[0].EfsVolumeConfiguration) }
	}
	tests := []struct {
		name   string
		change func(*sdk.RegisterTaskDefinitionInput)
		want   string
	}{
		{"an impossible size", func(in *sdk.RegisterTaskDefinitionInput) { in.Memory = aws.String("512") }, "No Fargate configuration exists for given values: 512 CPU, 512 memory."},
		{"no cpu", func(in *sdk.RegisterTaskDefinitionInput) { in.Cpu = nil }, "Fargate requires that 'cpu' be defined at the task level."},
		{"bridge networking", func(in *sdk.RegisterTaskDefinitionInput) { in.NetworkMode = types.NetworkModeBridge }, "Fargate only supports network mode ‘awsvpc’."},
		{"no execution role for logs", func(in *sdk.RegisterTaskDefinitionInput) { in.ExecutionRoleArn = nil }, "Fargate requires task definition to have execution role ARN to support log driver awslogs."},
		{"no execution role for secrets", func(in *sdk.RegisterTaskDefinitionInput) {
			in.ExecutionRoleArn = nil
			in.ContainerDefinitions[0].LogConfiguration = nil
			in.ContainerDefinitions[0].Secrets = []types.Secret{{Name: aws.String("A"), ValueFrom: aws.String("b")}}
		}, "you must also specify a value for 'executionRoleArn'"},
		{"a role that cannot be passed", func(in *sdk.RegisterTaskDefinitionInput) {
			in.TaskRoleArn = aws.String("arn:aws:iam::123456789012:role/new")
		}, "AccessDeniedException: User: arn:aws:iam::123456789012:user/tester is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/new"},
		{"another host port", first(func(c *types.ContainerDefinition) { c.PortMappings[0].HostPort = aws.Int32(80) }), "the host ports and container ports in port mappings must match."},
		{"an unknown volume", first(func(c *types.ContainerDefinition) { c.MountPoints[0].SourceVolume = aws.String("x") }), "Unknown volume 'x'."},
		{"two containers of one name", func(in *sdk.RegisterTaskDefinitionInput) {
			in.ContainerDefinitions = append(in.ContainerDefinitions, in.ContainerDefinitions[0])
		}, "duplicate"},
		{"a root directory behind an access point", volume(func(e *types.EFSVolumeConfiguration) {
			e.RootDirectory, e.TransitEncryption = aws.String("/x"), types.EFSTransitEncryptionEnabled
			e.AuthorizationConfig = &types.EFSAuthorizationConfig{AccessPointId: aws.String("fsap-1")}
		}), "root directory must either be omitted or set to /"},
		{"an access point without transit encryption", volume(func(e *types.EFSVolumeConfiguration) {
			e.AuthorizationConfig = &types.EFSAuthorizationConfig{AccessPointId: aws.String("fsap-1")}
		}), "transit encryption must be enabled"},
		{"a bad family", func(in *sdk.RegisterTaskDefinitionInput) { in.Family = aws.String("a b") }, "Family contains invalid characters."},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBench(t, func(t *testing.T, b *bench) {
				refused(b, b.RegisterTaskDefinition, definition(test.change), test.want)
			})
		})
	}
}

func TestTheSizesOfFargate(t *testing.T) {
	tests := []struct {
		cpu, memory string
		want        bool
	}{
		{"256", "512", true}, {"256", "1024", true}, {"256", "4096", false},
		{"512", "512", false}, {"512", "4096", true}, {"512", "1536", false},
		{"1024", "2048", true}, {"1024", "9216", false}, {"1 vCPU", "2 GB", true}, {".5 vCPU", "1GB", true},
		{"8192", "16384", true}, {"8192", "17408", false}, {"16384", "122880", true}, {"300", "512", false}, {"x", "512", false},
	}
	for _, test := range tests {
		if got := fargateSize(units(test.cpu, "VCPU"), units(test.memory, "GB")); got != test.want {
			t.Errorf("%s with %s = %v, want %v", test.cpu, test.memory, got, test.want)
		}
	}
}

func TestTagsCanBeReadAndChanged(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		arn := aws.String("arn:aws:ecs:us-east-1:123456789012:cluster/flex")
		tag := func(key, value string) []types.Tag {
			return []types.Tag{{Key: aws.String(key), Value: aws.String(value)}}
		}
		for _, value := range []string{"one", "two"} {
			try(b, b.TagResource, &sdk.TagResourceInput{ResourceArn: arn, Tags: tag("owner", value)})
		}
		refused(b, b.TagResource, &sdk.TagResourceInput{ResourceArn: arn, Tags: tag("aws:owner", "x")}, "InvalidParameterException")
		got := try(b, b.ListTagsForResource, &sdk.ListTagsForResourceInput{ResourceArn: arn}).Tags
		if len(got) != 1 || *got[0].Value != "two" {
			t.Errorf("tags = %+v", got)
		}
		describe := &sdk.DescribeClustersInput{Clusters: []string{"flex"}}
		if c := try(b, b.DescribeClusters, describe).Clusters[0]; len(c.Tags) != 0 {
			t.Errorf("tags are shown without being asked for: %+v", c.Tags)
		}
		describe.Include = []types.ClusterField{types.ClusterFieldTags}
		if c := try(b, b.DescribeClusters, describe).Clusters[0]; len(c.Tags) != 1 {
			t.Errorf("tags are not shown: %+v", c.Tags)
		}
		try(b, b.UntagResource, &sdk.UntagResourceInput{ResourceArn: arn, TagKeys: []string{"owner"}})
		if got := try(b, b.ListTagsForResource, &sdk.ListTagsForResourceInput{ResourceArn: arn}).Tags; len(got) != 0 {
			t.Errorf("tags = %+v, want none", got)
		}
	})
}
