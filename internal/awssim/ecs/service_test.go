package ecs

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"
)

func TestAServiceReachesASteadyStateAndThenNothingHappens(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		created := try(b, b.CreateService, serviceOf(2)).Service
		d := created.Deployments[0]
		if *d.Status != "PRIMARY" || d.RolloutState != types.DeploymentRolloutStateInProgress || *d.RolloutStateReason != "ECS deployment "+*d.Id+" in progress." {
			t.Errorf("first deployment = %s %s %q", *d.Status, d.RolloutState, *d.RolloutStateReason)
		}
		v := b.steady()
		if *v.Deployments[0].Id != *d.Id || *v.Deployments[0].RolloutStateReason != "ECS deployment "+*d.Id+" completed." {
			t.Errorf("deployment = %q %q", *v.Deployments[0].Id, *v.Deployments[0].RolloutStateReason)
		}
		b.mustHaveEvent("(service gw) has reached a steady state.")
		b.mustHaveEvent("(service gw) registered 1 targets in (target-group " + testGroup + ")")
		zones := map[string]int{}
		for _, task := range b.tasks(types.DesiredStatusRunning) {
			zones[*task.AvailabilityZone]++
			if task.HealthStatus != types.HealthStatusHealthy || *task.Group != "service:gw" || *task.StartedBy != *d.Id {
				t.Errorf("task = %s %s %s", task.HealthStatus, *task.Group, *task.StartedBy)
			}
		}
		if diff := cmp.Diff(map[string]int{"us-east-1a": 1, "us-east-1b": 1}, zones); diff != "" {
			t.Errorf("tasks by zone (-want +got):\n%s", diff)
		}
		b.world.Do(func() {
			if at, ok := b.world.NextEvent(); ok {
				t.Errorf("a steady service still has something to do at %v", at)
			}
		})
	})
}

func TestTheEchoOfACreatedServiceHasAWSDefaults(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		v := try(b, b.CreateService, serviceOf(1)).Service
		want := &types.DeploymentConfiguration{
			MinimumHealthyPercent: aws.Int32(100), MaximumPercent: aws.Int32(200), BakeTimeInMinutes: aws.Int32(0), Strategy: types.DeploymentStrategyRolling,
			DeploymentCircuitBreaker: &types.DeploymentCircuitBreaker{
				Enable: true, Rollback: true, ResetOnHealthyTask: aws.Bool(true),
				ThresholdConfiguration: &types.ThresholdConfiguration{Type: types.ThresholdTypeBoundedPercent, Value: 50},
			},
		}
		if diff := cmp.Diff(want, v.DeploymentConfiguration, ignoreUnexported); diff != "" {
			t.Errorf("deployment configuration (-want +got):\n%s", diff)
		}
		if *v.PlatformVersion != "LATEST" || *v.Deployments[0].PlatformVersion != "1.4.0" || v.AvailabilityZoneRebalancing != types.AvailabilityZoneRebalancingEnabled {
			t.Errorf("platform %s / %s, rebalancing %s", *v.PlatformVersion, *v.Deployments[0].PlatformVersion, v.AvailabilityZoneRebalancing)
		}
	})
}

func TestChangesOfTheCountMakeNoNewDeployment(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(1))
		id := *b.steady().Deployments[0].Id
		for _, count := range []int32{4, 2} {
			v := try(b, b.UpdateService, &sdk.UpdateServiceInput{Cluster: aws.String("flex"), Service: aws.String("gw"), DesiredCount: aws.Int32(count)}).Service
			if len(v.Deployments) != 1 || v.Deployments[0].RolloutState != types.DeploymentRolloutStateCompleted || v.Deployments[0].DesiredCount != count {
				t.Errorf("after an update to %d: %+v", count, v.Deployments)
			}
			if v := b.steady(); *v.Deployments[0].Id != id || v.RunningCount != count {
				t.Errorf("count %d: deployment %s runs %d, want %s", count, *v.Deployments[0].Id, v.RunningCount, id)
			}
		}
		zones := map[string]int{}
		for _, task := range b.tasks(types.DesiredStatusRunning) {
			zones[*task.AvailabilityZone]++
		}
		if diff := cmp.Diff(map[string]int{"us-east-1a": 1, "us-east-1b": 1}, zones); diff != "" {
			t.Errorf("tasks by zone after scaling in (-want +got):\n%s", diff)
		}
		b.wait(5 * time.Minute)
		if got := len(b.aws.interfaces); got != 2 {
			t.Errorf("%d network interfaces are left, want 2", got)
		}
	})
}

func TestWhatUpdateServiceStartsANewDeploymentFor(t *testing.T) {
	tests := []struct {
		name string
		in   sdk.UpdateServiceInput
		want bool
	}{
		{name: "another task definition", in: sdk.UpdateServiceInput{TaskDefinition: aws.String("gw:2")}, want: true},
		{name: "the same task definition alone", in: sdk.UpdateServiceInput{TaskDefinition: aws.String("gw:1")}},
		{name: "the same task definition and a new count", in: sdk.UpdateServiceInput{TaskDefinition: aws.String("gw:1"), DesiredCount: aws.Int32(2)}, want: true},
		{name: "force", in: sdk.UpdateServiceInput{ForceNewDeployment: true}, want: true},
		{name: "another network", in: sdk.UpdateServiceInput{NetworkConfiguration: &types.NetworkConfiguration{AwsvpcConfiguration: &types.AwsVpcConfiguration{Subnets: []string{"subnet-b"}}}}, want: true},
		{name: "the same network", in: sdk.UpdateServiceInput{NetworkConfiguration: testNetwork()}},
		{name: "no load balancers", in: sdk.UpdateServiceInput{LoadBalancers: []types.LoadBalancer{}}, want: true},
		{name: "another platform", in: sdk.UpdateServiceInput{PlatformVersion: aws.String("1.4.0")}, want: true},
		{name: "a grace period", in: sdk.UpdateServiceInput{HealthCheckGracePeriodSeconds: aws.Int32(600)}},
		{name: "percentages", in: sdk.UpdateServiceInput{DeploymentConfiguration: &types.DeploymentConfiguration{MinimumHealthyPercent: aws.Int32(50)}}},
		{name: "tags of tasks", in: sdk.UpdateServiceInput{PropagateTags: types.PropagateTagsService, EnableECSManagedTags: aws.Bool(true)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBench(t, func(t *testing.T, b *bench) {
				try(b, b.RegisterTaskDefinition, definition())
				try(b, b.RegisterTaskDefinition, definition())
				try(b, b.CreateService, serviceOf(1, func(in *sdk.CreateServiceInput) { in.TaskDefinition = aws.String("gw:1") }))
				b.steady()
				in := test.in
				in.Cluster, in.Service = aws.String("flex"), aws.String("gw")
				v := try(b, b.UpdateService, &in).Service
				if got := len(v.Deployments) == 2; got != test.want {
					t.Errorf("new deployment = %v, want %v", got, test.want)
				}
				b.steady()
			})
		})
	}
}

func TestRefusalsOfCreateService(t *testing.T) {
	tests := []struct {
		name   string
		change func(*sdk.CreateServiceInput)
		want   string
	}{
		{"an unknown cluster", func(in *sdk.CreateServiceInput) { in.Cluster = aws.String("none") }, "ClusterNotFoundException: Cluster not found."},
		{"an unknown task definition", func(in *sdk.CreateServiceInput) { in.TaskDefinition = aws.String("none") }, "ClientException: TaskDefinition not found."},
		{"an unknown subnet", func(in *sdk.CreateServiceInput) {
			in.NetworkConfiguration.AwsvpcConfiguration.Subnets = []string{"subnet-x"}
		}, "The subnet ID 'subnet-x' does not exist"},
		{"an unknown security group", func(in *sdk.CreateServiceInput) {
			in.NetworkConfiguration.AwsvpcConfiguration.SecurityGroups = []string{"sg-x"}
		}, "The security group 'sg-x' does not exist"},
		{"no network", func(in *sdk.CreateServiceInput) { in.NetworkConfiguration = nil }, "Network Configuration must be provided when networkMode 'awsvpc' is specified."},
		{"an unknown target group", func(in *sdk.CreateServiceInput) { in.LoadBalancers[0].TargetGroupArn = aws.String("arn:none") }, "Unable to assume role and validate the specified targetGroupArn."},
		{"a target group without a listener", func(in *sdk.CreateServiceInput) { in.LoadBalancers[0].TargetGroupArn = aws.String(bareGroup) }, "The target group with targetGroupArn " + bareGroup + " does not have an associated load balancer."},
		{"an unknown container", func(in *sdk.CreateServiceInput) { in.LoadBalancers[0].ContainerName = aws.String("x") }, "The container x does not exist in the task definition."},
		{"an unknown port", func(in *sdk.CreateServiceInput) { in.LoadBalancers[0].ContainerPort = aws.Int32(1) }, "The container flex-gateway did not have a container port 1 defined."},
		{"a grace period without a load balancer", func(in *sdk.CreateServiceInput) { in.LoadBalancers = nil }, "Health check grace period is only valid"},
		{"an unknown platform", func(in *sdk.CreateServiceInput) { in.PlatformVersion = aws.String("9.9.9") }, "PlatformUnknownException"},
		{"percentages that block", func(in *sdk.CreateServiceInput) { in.DeploymentConfiguration.MaximumPercent = aws.Int32(100) }, "cannot be 100"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBench(t, func(t *testing.T, b *bench) {
				try(b, b.RegisterTaskDefinition, definition())
				refused(b, b.CreateService, serviceOf(1, test.change), test.want)
			})
		})
	}
}

func TestCreateServiceIsIdempotentByClientToken(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		token := func(in *sdk.CreateServiceInput) { in.ClientToken = aws.String("one") }
		first := try(b, b.CreateService, serviceOf(1, token)).Service
		again := try(b, b.CreateService, serviceOf(1, token)).Service
		if *first.Deployments[0].Id != *again.Deployments[0].Id {
			t.Errorf("the second call made deployment %s, want %s", *again.Deployments[0].Id, *first.Deployments[0].Id)
		}
		refused(b, b.CreateService, serviceOf(2, token), "InvalidParameterException: Creation of service was not idempotent.")
		refused(b, b.CreateService, serviceOf(1), "InvalidParameterException: Creation of service was not idempotent.")
	})
}

func TestTheWayOutOfAService(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(1))
		b.steady()
		remove := &sdk.DeleteServiceInput{Cluster: aws.String("flex"), Service: aws.String("gw")}
		clusterOnly := &sdk.DeleteClusterInput{Cluster: aws.String("flex")}
		refused(b, b.DeleteService, remove, "InvalidParameterException: The service cannot be stopped while it is scaled above 0.")
		refused(b, b.DeleteCluster, clusterOnly, "ClusterContainsServicesException: The Cluster cannot be deleted while Services are active.")
		remove.Force = aws.Bool(true)
		if v := try(b, b.DeleteService, remove).Service; *v.Status != "DRAINING" {
			t.Errorf("status after DeleteService = %s, want DRAINING", *v.Status)
		}
		refused(b, b.CreateService, serviceOf(1), "Unable to Start a service that is still Draining.")
		refused(b, b.UpdateService, &sdk.UpdateServiceInput{Cluster: aws.String("flex"), Service: aws.String("gw")}, "ServiceNotActiveException: Service was not ACTIVE.")
		if list := try(b, b.ListServices, &sdk.ListServicesInput{Cluster: aws.String("flex")}); len(list.ServiceArns) != 0 {
			t.Errorf("ListServices shows %v, want nothing that drains", list.ServiceArns)
		}
		b.wait(targetDrain + 90*time.Second)
		if v := b.describe(); *v.Status != "INACTIVE" || len(v.Deployments) != 0 {
			t.Errorf("status = %s with %d deployments, want INACTIVE with none", *v.Status, len(v.Deployments))
		}
		if len(b.aws.interfaces) != 0 {
			t.Errorf("network interfaces are left: %v", b.aws.interfaces)
		}
		try(b, b.DeleteCluster, clusterOnly)
		b.world.Do(func() {
			for _, r := range b.Inventory() {
				if r.Kind != "TaskDefinition" {
					t.Errorf("%s %s is left", r.Kind, r.ID)
				}
			}
		})
	})
}

func TestAServiceThatWasNeverThereIsMissing(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		out := try(b, b.DescribeServices, &sdk.DescribeServicesInput{Cluster: aws.String("flex"), Services: []string{"none"}})
		if len(out.Failures) != 1 || *out.Failures[0].Reason != "MISSING" || !strings.HasSuffix(*out.Failures[0].Arn, ":service/flex/none") {
			t.Errorf("failures = %+v", out.Failures)
		}
		refused(b, b.DeleteService, &sdk.DeleteServiceInput{Cluster: aws.String("flex"), Service: aws.String("none")}, "ServiceNotFoundException")
	})
}

func TestATaskThatIsStoppedByHandIsReplaced(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(1))
		b.steady()
		old := *b.tasks(types.DesiredStatusRunning)[0].TaskArn
		try(b, b.StopTask, &sdk.StopTaskInput{Cluster: aws.String("flex"), Task: aws.String(old), Reason: aws.String("drill")})
		b.steady()
		b.wait(time.Minute)
		now := b.tasks(types.DesiredStatusRunning)
		if len(now) != 1 || *now[0].TaskArn == old {
			t.Fatalf("tasks = %d, the first %s", len(now), *now[0].TaskArn)
		}
		gone := try(b, b.DescribeTasks, &sdk.DescribeTasksInput{Cluster: aws.String("flex"), Tasks: []string{old}}).Tasks[0]
		if *gone.LastStatus != "STOPPED" || gone.StopCode != types.TaskStopCodeUserInitiated || *gone.StoppedReason != "drill" || *gone.Containers[0].ExitCode != 0 {
			t.Errorf("stopped task = %s %s %q", *gone.LastStatus, gone.StopCode, *gone.StoppedReason)
		}
		b.wait(time.Hour)
		if out := try(b, b.DescribeTasks, &sdk.DescribeTasksInput{Cluster: aws.String("flex"), Tasks: []string{old}}); len(out.Failures) != 1 {
			t.Error("a task that stopped more than an hour ago is still described")
		}
	})
}
