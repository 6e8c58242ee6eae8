package awssim

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	elb "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"flexgw.io/controller/internal/awssim/core"
)

// gatewayLife makes what a gateway needs, step by step, through the real clients.
type gatewayLife struct {
	t       *testing.T
	ctx     context.Context
	aws     aws.Config
	subnets []string
	group   string
	fs      string
	targets string
}

func newGatewayLife(t *testing.T, s *Sim) *gatewayLife {
	return &gatewayLife{t: t, ctx: t.Context(), aws: config(s, "us-east-1", "test")}
}

// done fails the test where a step has not succeeded.
func done[T any](t *testing.T) func(T, error) T {
	return func(out T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
}

// network makes a security group and finds the subnets of the default VPC.
func (g *gatewayLife) network() (vpc string) {
	client := ec2.NewFromConfig(g.aws)
	subnets := done[*ec2.DescribeSubnetsOutput](g.t)(client.DescribeSubnets(g.ctx, &ec2.DescribeSubnetsInput{}))
	for _, subnet := range subnets.Subnets[:2] {
		g.subnets = append(g.subnets, aws.ToString(subnet.SubnetId))
	}
	vpc = aws.ToString(subnets.Subnets[0].VpcId)
	group := done[*ec2.CreateSecurityGroupOutput](g.t)(client.CreateSecurityGroup(g.ctx, &ec2.CreateSecurityGroupInput{
		GroupName: aws.String("gateway"), Description: aws.String("gateway"), VpcId: aws.String(vpc),
	}))
	g.group = aws.ToString(group.GroupId)
	done[*ec2.AuthorizeSecurityGroupIngressOutput](g.t)(client.AuthorizeSecurityGroupIngress(g.ctx, &ec2.AuthorizeSecurityGroupIngressInput{
		GroupId:       group.GroupId,
		IpPermissions: []ec2types.IpPermission{{IpProtocol: aws.String("-1"), IpRanges: []ec2types.IpRange{{CidrIp: aws.String("0.0.0.0/0")}}}},
	}))
	return vpc
}

// storage makes a file system, and mount targets once it is available.
func (g *gatewayLife) storage() {
	client := efs.NewFromConfig(g.aws)
	fs := done[*efs.CreateFileSystemOutput](g.t)(client.CreateFileSystem(g.ctx, &efs.CreateFileSystemInput{CreationToken: aws.String("gateway")}))
	g.fs = aws.ToString(fs.FileSystemId)
	time.Sleep(time.Minute)
	for _, subnet := range g.subnets {
		done[*efs.CreateMountTargetOutput](g.t)(client.CreateMountTarget(g.ctx, &efs.CreateMountTargetInput{
			FileSystemId: fs.FileSystemId, SubnetId: aws.String(subnet), SecurityGroups: []string{g.group},
		}))
	}
}

// edge makes a load balancer with a listener.
func (g *gatewayLife) edge(vpc string) {
	client := elb.NewFromConfig(g.aws)
	lb := done[*elb.CreateLoadBalancerOutput](g.t)(client.CreateLoadBalancer(g.ctx, &elb.CreateLoadBalancerInput{
		Name: aws.String("gateway"), Type: elbtypes.LoadBalancerTypeEnumNetwork, Subnets: g.subnets, SecurityGroups: []string{g.group},
	}))
	tg := done[*elb.CreateTargetGroupOutput](g.t)(client.CreateTargetGroup(g.ctx, &elb.CreateTargetGroupInput{
		Name: aws.String("gateway"), Protocol: elbtypes.ProtocolEnumTcp, Port: aws.Int32(8081), TargetType: elbtypes.TargetTypeEnumIp, VpcId: aws.String(vpc),
	}))
	g.targets = aws.ToString(tg.TargetGroups[0].TargetGroupArn)
	done[*elb.CreateListenerOutput](g.t)(client.CreateListener(g.ctx, &elb.CreateListenerInput{
		LoadBalancerArn: lb.LoadBalancers[0].LoadBalancerArn, Protocol: elbtypes.ProtocolEnumTcp, Port: aws.Int32(443),
		DefaultActions: []elbtypes.Action{{Type: elbtypes.ActionTypeEnumForward, TargetGroupArn: aws.String(g.targets)}},
	}))
}

// registration is what makes a gateway serve.
const registration = "kind: Configuration\nspec: {platformConnection: {agentId: gateway-7e57}}\n"

// identity makes the role, the secret and the log group; it returns the first two's ARNs.
func (g *gatewayLife) identity() (role, secret string) {
	client := iam.NewFromConfig(g.aws)
	made := done[*iam.CreateRoleOutput](g.t)(client.CreateRole(g.ctx, &iam.CreateRoleInput{
		RoleName:                 aws.String("gateway"),
		AssumeRolePolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ecs-tasks.amazonaws.com"},"Action":"sts:AssumeRole"}]}`),
	}))
	done[*iam.PutRolePolicyOutput](g.t)(client.PutRolePolicy(g.ctx, &iam.PutRolePolicyInput{
		RoleName: aws.String("gateway"), PolicyName: aws.String("all"),
		PolicyDocument: aws.String(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`),
	}))
	done[*cloudwatchlogs.CreateLogGroupOutput](g.t)(cloudwatchlogs.NewFromConfig(g.aws).CreateLogGroup(g.ctx, &cloudwatchlogs.CreateLogGroupInput{LogGroupName: aws.String("/gateway")}))
	kept := done[*secretsmanager.CreateSecretOutput](g.t)(secretsmanager.NewFromConfig(g.aws).CreateSecret(g.ctx, &secretsmanager.CreateSecretInput{
		Name: aws.String("gateway"), SecretString: aws.String(registration),
	}))
	return aws.ToString(made.Role.Arn), aws.ToString(kept.ARN)
}

// define registers a task definition of the gateway.
func (g *gatewayLife) define(role, secret, version string) {
	done[*ecs.RegisterTaskDefinitionOutput](g.t)(ecs.NewFromConfig(g.aws).RegisterTaskDefinition(g.ctx, &ecs.RegisterTaskDefinitionInput{
		Family: aws.String("gateway"), NetworkMode: ecstypes.NetworkModeAwsvpc, Cpu: aws.String("512"), Memory: aws.String("1024"),
		RequiresCompatibilities: []ecstypes.Compatibility{ecstypes.CompatibilityFargate}, ExecutionRoleArn: aws.String(role),
		Volumes: []ecstypes.Volume{{Name: aws.String("data"), EfsVolumeConfiguration: &ecstypes.EFSVolumeConfiguration{
			FileSystemId: aws.String(g.fs), TransitEncryption: ecstypes.EFSTransitEncryptionEnabled,
		}}},
		ContainerDefinitions: []ecstypes.ContainerDefinition{{
			Name: aws.String("gateway"), Image: aws.String("mulesoft/flex-gateway:" + version), Essential: aws.Bool(true),
			PortMappings: []ecstypes.PortMapping{{ContainerPort: aws.Int32(8081)}},
			Secrets:      []ecstypes.Secret{{Name: aws.String("FLEX_CONFIG"), ValueFrom: aws.String(secret)}},
			MountPoints:  []ecstypes.MountPoint{{SourceVolume: aws.String("data"), ContainerPath: aws.String("/data")}},
			LogConfiguration: &ecstypes.LogConfiguration{LogDriver: ecstypes.LogDriverAwslogs, Options: map[string]string{
				"awslogs-group": "/gateway", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "g",
			}},
		}},
	}))
}

// create makes everything, the service last.
func (g *gatewayLife) create() {
	vpc := g.network()
	g.storage()
	g.edge(vpc)
	role, secret := g.identity()
	time.Sleep(4 * time.Minute) // until ECS sees the role, and the mount targets are there
	g.define(role, secret, "1.9.0")
	client := ecs.NewFromConfig(g.aws)
	done[*ecs.CreateClusterOutput](g.t)(client.CreateCluster(g.ctx, &ecs.CreateClusterInput{ClusterName: aws.String("gateways")}))
	done[*ecs.CreateServiceOutput](g.t)(client.CreateService(g.ctx, &ecs.CreateServiceInput{
		Cluster: aws.String("gateways"), ServiceName: aws.String("gateway"), TaskDefinition: aws.String("gateway"),
		DesiredCount: aws.Int32(2), LaunchType: ecstypes.LaunchTypeFargate,
		NetworkConfiguration: &ecstypes.NetworkConfiguration{AwsvpcConfiguration: &ecstypes.AwsVpcConfiguration{
			Subnets: g.subnets, SecurityGroups: []string{g.group}, AssignPublicIp: ecstypes.AssignPublicIpEnabled,
		}},
		LoadBalancers: []ecstypes.LoadBalancer{{TargetGroupArn: aws.String(g.targets), ContainerName: aws.String("gateway"), ContainerPort: aws.Int32(8081)}},
	}))
	time.Sleep(10 * time.Minute)
	g.define(role, secret, "1.9.1")
}

// roll replaces all tasks.
func (g *gatewayLife) roll() {
	done[*ecs.UpdateServiceOutput](g.t)(ecs.NewFromConfig(g.aws).UpdateService(g.ctx, &ecs.UpdateServiceInput{
		Cluster: aws.String("gateways"), Service: aws.String("gateway"), TaskDefinition: aws.String("gateway"), ForceNewDeployment: true,
	}))
}

// look is what a caller sees of the gateway.
type look struct {
	Inventory []core.Resource
	Services  []ecstypes.Service
	Tasks     []ecstypes.Task
	Targets   []elbtypes.TargetHealthDescription
	Log       []string
}

func (g *gatewayLife) look(s *Sim) look {
	g.t.Helper()
	c := config(s, "us-east-1", "test")
	client := ecs.NewFromConfig(c)
	services := done[*ecs.DescribeServicesOutput](g.t)(client.DescribeServices(g.ctx, &ecs.DescribeServicesInput{Cluster: aws.String("gateways"), Services: []string{"gateway"}}))
	listed := done[*ecs.ListTasksOutput](g.t)(client.ListTasks(g.ctx, &ecs.ListTasksInput{Cluster: aws.String("gateways")}))
	l := look{Inventory: s.Inventory(), Services: services.Services}
	if len(listed.TaskArns) > 0 {
		l.Tasks = done[*ecs.DescribeTasksOutput](g.t)(client.DescribeTasks(g.ctx, &ecs.DescribeTasksInput{Cluster: aws.String("gateways"), Tasks: listed.TaskArns})).Tasks
	}
	l.Targets = done[*elb.DescribeTargetHealthOutput](g.t)(elb.NewFromConfig(c).DescribeTargetHealth(g.ctx, &elb.DescribeTargetHealthInput{TargetGroupArn: aws.String(g.targets)})).TargetHealthDescriptions
	logs := done[*cloudwatchlogs.FilterLogEventsOutput](g.t)(cloudwatchlogs.NewFromConfig(c).FilterLogEvents(g.ctx, &cloudwatchlogs.FilterLogEventsInput{LogGroupName: aws.String("/gateway")}))
	for _, e := range logs.Events {
		l.Log = append(l.Log, time.UnixMilli(aws.ToInt64(e.Timestamp)).UTC().String()+" "+aws.ToString(e.LogStreamName)+" "+aws.ToString(e.Message))
	}
	return l
}

// healthy are the addresses of the targets that are.
func (l look) healthy() (ids []string) {
	for _, target := range l.Targets {
		if target.TargetHealth.State == elbtypes.TargetHealthStateEnumHealthy {
			ids = append(ids, aws.ToString(target.Target.Id))
		}
	}
	return ids
}

// lively are settings in which latencies vary; calls take no time, so that two
// simulators can be called at one moment.
func lively() *core.Settings {
	settings := core.DefaultSettings()
	settings.Jitter = true
	settings.Latencies[core.APICall] = core.Spread{}
	return &settings
}

func TestASavedWorldGoesOnLikeTheOneThatItWasSavedFrom(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3, 4, 5} {
		synctest.Test(t, func(t *testing.T) {
			s, err := New(Options{Settings: lively(), Seed: seed})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			g := newGatewayLife(t, s)
			g.create()
			g.roll()
			time.Sleep(time.Minute) // new tasks have started, and are not registered yet
			before := g.look(s)
			if len(before.Services) != 1 || len(before.Services[0].Deployments) != 2 {
				t.Fatalf("saved outside of a deployment: %+v", before.Services)
			}
			data, err := s.Save()
			if err != nil {
				t.Fatal(err)
			}
			again, err := Load(Options{}, data)
			if err != nil {
				t.Fatal(err)
			}
			defer again.Close()
			same(t, "right after the load", before, g.look(again))
			for minute := range 60 {
				time.Sleep(time.Minute)
				if minute == 30 {
					newTargets(t, before, g.look(again))
					g.roll()
					g.aws = config(again, "us-east-1", "test")
					g.roll()
				}
				same(t, fmt.Sprintf("%d minutes later", minute+1), g.look(s), g.look(again))
			}
			newTargets(t, before, g.look(again))
		})
	}
}

// newTargets fails the test unless two targets have become healthy since.
func newTargets(t *testing.T, before, after look) {
	t.Helper()
	was, is := before.healthy(), after.healthy()
	if len(is) != 2 || slices.ContainsFunc(is, func(id string) bool { return slices.Contains(was, id) }) {
		t.Errorf("healthy are %v, want two others than before, %v", is, was)
	}
}
