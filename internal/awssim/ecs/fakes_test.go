package ecs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ec2"
	"flexgw.io/controller/internal/awssim/efs"
	"flexgw.io/controller/internal/awssim/elbv2"
	"flexgw.io/controller/internal/clock"
)

const (
	testRole         = "arn:aws:iam::123456789012:role/gateway-execution"
	testGroup        = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/gw-8081/0123456789abcdef"
	greenGroup       = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/gw-8081-b/0123456789abcdef"
	testListener     = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/net/gw/0123456789abcdef/0123456789abcdef"
	previewListener  = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/net/gw/0123456789abcdef/fedcba9876543210"
	bareGroup        = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/bare/0123456789abcdef"
	testLogGroup     = "/ecs/flex"
	testRegistration = "kind: Configuration\nspec:\n  platformConnection:\n    agentId: 11111111-2222-3333-4444-555555555555\n"
	// targetDrain is how long the fake load balancer drains a target.
	targetDrain = 2 * time.Minute
)

// fakeAWS is all that ECS needs of the other services: two subnets, a security
// group, a role, a file system, a log group, two target groups behind a listener and one
// that is behind none.
type fakeAWS struct {
	world     *core.World
	addresses int
	// interfaces are the addresses by id, listening the open ports by address.
	interfaces map[string]string
	listening  map[string][]int32
	answers    map[string]func(port int32, path string) int
	files      scratch
	mountError error
	denied     map[string]bool
	roleHidden bool
	groups     map[string]bool
	lines      []string
	secrets    map[string]string
	targets    map[target]string
	changed    func(core.Scope, string, string, int32, string)
	// shares are what the listeners forward, by ARN.
	shares map[string][]elbv2.Share
}

func (f *fakeAWS) Subnet(_ core.Scope, id string) (ec2.Subnet, bool) {
	zone, ok := map[string]string{"subnet-a": "us-east-1a", "subnet-b": "us-east-1b"}[id]
	return ec2.Subnet{ID: id, VPC: "vpc-1", Zone: zone, Public: true}, ok
}

func (f *fakeAWS) SecurityGroupVPC(_ core.Scope, id string) (string, bool) {
	return "vpc-1", id == "sg-1"
}

func (f *fakeAWS) CreateInterface(_ core.Scope, spec ec2.InterfaceSpec) (ec2.Interface, error) {
	f.addresses++
	i := ec2.Interface{
		ID: fmt.Sprintf("eni-%d", f.addresses), Subnet: spec.Subnet, MAC: "0a:00:00:00:00:01",
		PrivateIP: fmt.Sprintf("10.0.0.%d", f.addresses), PrivateDNS: "ip-10-0-0-1.ec2.internal",
	}
	if spec.AssignPublicIP {
		i.PublicIP = fmt.Sprintf("203.0.113.%d", f.addresses)
	}
	f.interfaces[i.ID] = i.PrivateIP
	return i, nil
}

func (f *fakeAWS) DeleteInterface(_ core.Scope, id string) {
	delete(f.listening, f.interfaces[id])
	delete(f.interfaces, id)
}

func (f *fakeAWS) Listen(_ core.Scope, eni string, ports ...int32) {
	f.listening[f.interfaces[eni]] = ports
}

func (f *fakeAWS) Answer(_ core.Scope, eni string, status func(int32, string) int) {
	f.answers[f.interfaces[eni]] = status
}

func (f *fakeAWS) Mount(core.Scope, efs.Mount) (efs.Directory, error) { return f.files, f.mountError }

func (f *fakeAWS) TargetGroup(_ core.Scope, arn string) (elbv2.TargetGroup, bool) {
	return elbv2.TargetGroup{ARN: arn, VPC: "vpc-1", TargetType: "ip", Port: 8081, HasListener: arn != bareGroup},
		arn == testGroup || arn == greenGroup || arn == bareGroup
}

func (f *fakeAWS) Listener(_ core.Scope, arn string) (elbv2.Listener, bool) {
	shares, ok := f.shares[arn]
	return elbv2.Listener{ARN: arn, Shares: shares}, ok
}

func (f *fakeAWS) Weigh(_ core.Scope, arn string, shares ...elbv2.Share) error {
	f.shares[arn] = shares
	return nil
}

func (f *fakeAWS) Register(sc core.Scope, tg, ip string, port int32, _ string) error {
	key := target{tg, ip, port}
	f.set(sc, key, "initial")
	f.world.After(f.world.Delay(core.TargetRegister), func() {
		if f.targets[key] == "initial" {
			f.set(sc, key, f.checked(key))
		}
	})
	return nil
}

// checked is what a health check of the target finds.
func (f *fakeAWS) checked(key target) string {
	if slices.Contains(f.listening[key.ip], key.port) {
		return "healthy"
	}
	return "unhealthy"
}

func (f *fakeAWS) set(sc core.Scope, key target, state string) {
	f.targets[key] = state
	f.changed(sc, key.group, key.ip, key.port, state)
}

func (f *fakeAWS) Deregister(sc core.Scope, tg, ip string, port int32) {
	key := target{tg, ip, port}
	f.set(sc, key, "draining")
	f.world.After(targetDrain, func() { f.set(sc, key, "") })
}

func (f *fakeAWS) TargetState(_ core.Scope, tg, ip string, port int32) (state, reason string) {
	state = f.targets[target{tg, ip, port}]
	if state == "unhealthy" {
		reason = "Target.FailedHealthChecks"
	}
	return state, reason
}

func (f *fakeAWS) OnTargetChange(fn func(core.Scope, string, string, int32, string)) { f.changed = fn }

func (f *fakeAWS) RoleVisible(_, role string) bool { return role == testRole && !f.roleHidden }

func (f *fakeAWS) Trusts(_, role, _ string) bool { return role == testRole }

func (f *fakeAWS) Allows(_, _, action, _ string) bool { return !f.denied[action] }

func (f *fakeAWS) GroupExists(_ core.Scope, name string) bool { return f.groups[name] }

func (f *fakeAWS) Put(_ core.Scope, _, _ string, lines ...string) {
	f.lines = append(f.lines, lines...)
}

func (f *fakeAWS) CreateLogGroup(_ *core.Call, in *cloudwatchlogs.CreateLogGroupInput) (*cloudwatchlogs.CreateLogGroupOutput, error) {
	f.groups[*in.LogGroupName] = true
	return &cloudwatchlogs.CreateLogGroupOutput{}, nil
}

func (f *fakeAWS) Value(_ core.Scope, from string) (string, error) {
	value, ok := f.secrets[from]
	if !ok {
		return "", fmt.Errorf("ResourceNotFoundException: Secrets Manager can't find the specified secret.")
	}
	return value, nil
}

func (f *fakeAWS) DescribeSecret(_ *core.Call, in *secretsmanager.DescribeSecretInput) (*secretsmanager.DescribeSecretOutput, error) {
	if _, ok := f.secrets[*in.SecretId]; !ok {
		return nil, core.Errorf("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
	}
	return &secretsmanager.DescribeSecretOutput{ARN: in.SecretId}, nil
}

func (f *fakeAWS) PutSecretValue(c *core.Call, in *secretsmanager.PutSecretValueInput) (*secretsmanager.PutSecretValueOutput, error) {
	if _, err := f.DescribeSecret(c, &secretsmanager.DescribeSecretInput{SecretId: in.SecretId}); err != nil {
		return nil, err
	}
	f.secrets[*in.SecretId] = *in.SecretString
	return &secretsmanager.PutSecretValueOutput{ARN: in.SecretId, VersionId: in.ClientRequestToken}, nil
}

// bench is one simulated ECS with its surroundings and a cluster "flex".
type bench struct {
	*Service
	t    *testing.T
	aws  *fakeAWS
	call *core.Call
}

// inBench runs a test in a bubble of synthetic time.
func inBench(t *testing.T, test func(t *testing.T, b *bench)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := core.NewWorld(clock.Real{}, 1)
		defer w.Close()
		f := &fakeAWS{
			world: w, interfaces: map[string]string{}, listening: map[string][]int32{}, answers: map[string]func(int32, string) int{}, targets: map[target]string{},
			files: scratch{"registration.yaml": []byte(testRegistration)}, denied: map[string]bool{},
			groups: map[string]bool{testLogGroup: true}, secrets: map[string]string{},
			shares: map[string][]elbv2.Share{
				testListener:    {{TargetGroup: testGroup, Weight: 100}, {TargetGroup: greenGroup, Weight: 0}},
				previewListener: {{TargetGroup: testGroup, Weight: 100}, {TargetGroup: greenGroup, Weight: 0}},
			},
		}
		b := &bench{
			t: t, aws: f, Service: New(w, Deps{EC2: f, EFS: f, ELB: f, IAM: f, Logs: f, Secrets: f}),
			call: &core.Call{Scope: core.Scope{Account: core.DefaultAccount, Region: "us-east-1"}, Service: "ecs", Principal: "arn:aws:iam::123456789012:user/tester"},
		}
		try(b, b.CreateCluster, &sdk.CreateClusterInput{ClusterName: aws.String("flex")})
		test(t, b)
	})
}

// wait lets time pass until all that is due has happened.
func (b *bench) wait(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

// attempt calls an operation.
func attempt[I, O any](b *bench, op func(*core.Call, I) (O, error), in I) (out O, err error) {
	b.world.Do(func() { out, err = op(b.call, in) })
	return out, err
}

// try calls an operation that must succeed.
func try[I, O any](b *bench, op func(*core.Call, I) (O, error), in I) O {
	b.t.Helper()
	out, err := attempt(b, op, in)
	if err != nil {
		b.t.Fatalf("%T: %v", in, err)
	}
	return out
}

// refused calls an operation that must be refused with the text.
func refused[I, O any](b *bench, op func(*core.Call, I) (O, error), in I, want string) {
	b.t.Helper()
	_, err := attempt(b, op, in)
	if err == nil || !strings.Contains(err.Error(), want) {
		b.t.Errorf("%T: error %v, want %q", in, err, want)
	}
}

// definition is a valid task definition of a gateway with its registration on EFS.
func definition(change ...func(*sdk.RegisterTaskDefinitionInput)) *sdk.RegisterTaskDefinitionInput {
	in := &sdk.RegisterTaskDefinitionInput{
		Family: aws.String("gw"), Cpu: aws.String("512"), Memory: aws.String("1024"),
		NetworkMode: types.NetworkModeAwsvpc, RequiresCompatibilities: []types.Compatibility{types.CompatibilityFargate},
		ExecutionRoleArn: aws.String(testRole),
		ContainerDefinitions: []types.ContainerDefinition{{
			Name: aws.String("flex-gateway"), Image: aws.String("docker.io/mulesoft/flex-gateway:1.12.3"),
			PortMappings: []types.PortMapping{{ContainerPort: aws.Int32(8081)}},
			MountPoints:  []types.MountPoint{{SourceVolume: aws.String("efs"), ContainerPath: aws.String(gatewayConfigDir), ReadOnly: aws.Bool(true)}},
			LogConfiguration: &types.LogConfiguration{LogDriver: types.LogDriverAwslogs, Options: map[string]string{
				"awslogs-group": testLogGroup, "awslogs-region": "us-east-1", "awslogs-stream-prefix": "gw",
			}},
			HealthCheck: &types.HealthCheck{Command: []string{"CMD-SHELL", "flexctl probe --check=liveness || exit 1"}},
		}},
		Volumes: []types.Volume{{Name: aws.String("efs"), EfsVolumeConfiguration: &types.EFSVolumeConfiguration{FileSystemId: aws.String("fs-1")}}},
	}
	for _, c := range change {
		c(in)
	}
	return in
}

func image(name string) func(*sdk.RegisterTaskDefinitionInput) {
	return func(in *sdk.RegisterTaskDefinitionInput) { in.ContainerDefinitions[0].Image = aws.String(name) }
}

// serviceOf is a valid service of the newest "gw" behind the target group.
func serviceOf(count int32, change ...func(*sdk.CreateServiceInput)) *sdk.CreateServiceInput {
	in := &sdk.CreateServiceInput{
		Cluster: aws.String("flex"), ServiceName: aws.String("gw"), TaskDefinition: aws.String("gw"), DesiredCount: aws.Int32(count),
		LaunchType: types.LaunchTypeFargate, NetworkConfiguration: testNetwork(), HealthCheckGracePeriodSeconds: aws.Int32(60),
		LoadBalancers: []types.LoadBalancer{{TargetGroupArn: aws.String(testGroup), ContainerName: aws.String("flex-gateway"), ContainerPort: aws.Int32(8081)}},
		DeploymentConfiguration: &types.DeploymentConfiguration{
			DeploymentCircuitBreaker: &types.DeploymentCircuitBreaker{Enable: true, Rollback: true},
		},
	}
	for _, c := range change {
		c(in)
	}
	return in
}

func testNetwork() *types.NetworkConfiguration {
	return &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{
		Subnets: []string{"subnet-a", "subnet-b"}, SecurityGroups: []string{"sg-1"}, AssignPublicIp: types.AssignPublicIpEnabled,
	}}
}

func (b *bench) describe() types.Service {
	b.t.Helper()
	out := try(b, b.DescribeServices, &sdk.DescribeServicesInput{Cluster: aws.String("flex"), Services: []string{"gw"}})
	if len(out.Services) != 1 {
		b.t.Fatalf("DescribeServices: %+v", out.Failures)
	}
	return out.Services[0]
}

// steady lets time pass until the service is steady with one COMPLETED deployment.
func (b *bench) steady() types.Service {
	b.t.Helper()
	for range 120 {
		b.wait(10 * time.Second)
		v := b.describe()
		if len(v.Deployments) == 1 && v.RunningCount == v.DesiredCount && v.PendingCount == 0 &&
			v.Deployments[0].RolloutState == types.DeploymentRolloutStateCompleted {
			return v
		}
	}
	b.t.Fatalf("not steady after 20 minutes: %s", b.events())
	return types.Service{}
}

// events are the service's events, oldest first.
func (b *bench) events() string {
	var lines []string
	for _, e := range slices.Backward(b.describe().Events) {
		lines = append(lines, aws.ToString(e.Message))
	}
	return strings.Join(lines, "\n")
}

// tasks describes the service's or cluster's tasks with the desired status.
func (b *bench) tasks(desired types.DesiredStatus) []types.Task {
	b.t.Helper()
	list := try(b, b.ListTasks, &sdk.ListTasksInput{Cluster: aws.String("flex"), DesiredStatus: desired})
	if len(list.TaskArns) == 0 {
		return nil
	}
	return try(b, b.DescribeTasks, &sdk.DescribeTasksInput{Cluster: aws.String("flex"), Tasks: list.TaskArns}).Tasks
}

func (b *bench) mustHaveEvent(text string) {
	b.t.Helper()
	if !strings.Contains(b.events(), text) {
		b.t.Errorf("no event %q among\n%s", text, b.events())
	}
}
