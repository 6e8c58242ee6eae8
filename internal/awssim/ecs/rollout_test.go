package ecs

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/ec2"
)

func (b *bench) update(change func(*sdk.UpdateServiceInput)) types.Service {
	b.t.Helper()
	in := &sdk.UpdateServiceInput{Cluster: aws.String("flex"), Service: aws.String("gw")}
	change(in)
	return *try(b, b.UpdateService, in).Service
}

func toNewest(in *sdk.UpdateServiceInput) { in.TaskDefinition = aws.String("gw") }

func TestARollingUpdateKeepsTheMinimumAndEndsWithOneDeployment(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(4))
		old := *b.steady().Deployments[0].Id
		try(b, b.RegisterTaskDefinition, definition(image("mulesoft/flex-gateway:1.13.0")))
		v := b.update(toNewest)
		if len(v.Deployments) != 2 || *v.Deployments[0].Status != "PRIMARY" || *v.Deployments[1].Status != "ACTIVE" || *v.Deployments[1].Id != old {
			t.Fatalf("deployments after the update = %+v", v.Deployments)
		}
		landed := *v.Deployments[0].Id
		most := 0
		for range 60 {
			b.wait(10 * time.Second)
			b.world.Do(func() {
				healthy := 0
				for _, task := range b.regions.In(b.call.Scope).clusters["flex"].services["gw"].tasks {
					if b.healthy(task) {
						healthy++
					}
				}
				if healthy < 4 {
					t.Errorf("%d tasks are healthy, want at least 4", healthy)
				}
			})
			v := b.describe()
			most = max(most, int(v.RunningCount+v.PendingCount))
		}
		v = b.steady()
		if *v.Deployments[0].Id != landed || !strings.HasSuffix(*v.TaskDefinition, "gw:2") {
			t.Errorf("landed on %s with %s", *v.Deployments[0].Id, *v.TaskDefinition)
		}
		if most != 8 {
			t.Errorf("at most %d tasks at once, want 8", most)
		}
		b.mustHaveEvent("has begun draining connections on")
	})
}

func TestTheLimitsOfADeployment(t *testing.T) {
	tests := []struct {
		desired      int
		least, most  int32
		lower, upper int
	}{
		{1, 100, 200, 1, 2},
		{4, 100, 200, 4, 8},
		{4, 50, 100, 2, 4},
		{3, 100, 125, 3, 3},
		{2, 75, 100, 2, 2},
		{0, 100, 200, 0, 0},
		{7, 33, 150, 3, 10},
	}
	for _, test := range tests {
		if got := lowerLimit(test.desired, test.least); got != test.lower {
			t.Errorf("lowerLimit(%d, %d) = %d, want %d", test.desired, test.least, got, test.lower)
		}
		if got := upperLimit(test.desired, test.most); got != test.upper {
			t.Errorf("upperLimit(%d, %d) = %d, want %d", test.desired, test.most, got, test.upper)
		}
	}
}

func TestRollingWithoutSpareTasksStopsBeforeItStarts(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(4, func(in *sdk.CreateServiceInput) {
			in.DeploymentConfiguration.MinimumHealthyPercent, in.DeploymentConfiguration.MaximumPercent = aws.Int32(50), aws.Int32(100)
		}))
		b.steady()
		b.update(func(in *sdk.UpdateServiceInput) { in.ForceNewDeployment = true })
		for range 120 {
			b.wait(10 * time.Second)
			b.world.Do(func() {
				if n := len(b.regions.In(b.call.Scope).clusters["flex"].services["gw"].tasks); n > 4 {
					t.Errorf("%d tasks at once, want at most 4", n)
				}
			})
		}
		b.steady()
	})
}

func TestLimitsThatLeaveNothingToDoAreAnEvent(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(3, func(in *sdk.CreateServiceInput) {
			in.DeploymentConfiguration.MaximumPercent = aws.Int32(125)
		}))
		b.steady()
		b.update(func(in *sdk.UpdateServiceInput) { in.ForceNewDeployment = true })
		b.wait(10 * time.Minute)
		b.mustHaveEvent("(service gw) was unable to stop or start tasks during a deployment because of the service deployment configuration.")
		if v := b.describe(); len(v.Deployments) != 2 || v.RunningCount != 3 {
			t.Errorf("%d deployments run %d tasks, want 2 that run 3", len(v.Deployments), v.RunningCount)
		}
		b.update(func(in *sdk.UpdateServiceInput) {
			in.DeploymentConfiguration = &types.DeploymentConfiguration{MaximumPercent: aws.Int32(200)}
		})
		b.steady()
	})
}

func TestTheThresholdOfTheCircuitBreaker(t *testing.T) {
	threshold := func(kind types.ThresholdType, value int32) *types.DeploymentCircuitBreaker {
		return &types.DeploymentCircuitBreaker{ThresholdConfiguration: &types.ThresholdConfiguration{Type: kind, Value: value}}
	}
	tests := []struct {
		breaker *types.DeploymentCircuitBreaker
		desired int
		want    int
	}{
		{threshold(types.ThresholdTypeBoundedPercent, 50), 1, 3},
		{threshold(types.ThresholdTypeBoundedPercent, 50), 4, 3},
		{threshold(types.ThresholdTypeBoundedPercent, 50), 25, 13},
		{threshold(types.ThresholdTypeBoundedPercent, 50), 400, 200},
		{threshold(types.ThresholdTypeBoundedPercent, 50), 1000, 200},
		{threshold(types.ThresholdTypeUnboundedPercent, 50), 1000, 500},
		{threshold(types.ThresholdTypeCount, 7), 1000, 7},
		{&types.DeploymentCircuitBreaker{}, 25, 13},
	}
	for _, test := range tests {
		if got := breakerThreshold(test.breaker, test.desired); got != test.want {
			t.Errorf("breakerThreshold(%+v, %d) = %d, want %d", test.breaker.ThresholdConfiguration, test.desired, got, test.want)
		}
	}
}

func TestTheBreakerRollsBackToTheOldDeploymentUnderItsOldID(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(2))
		old := *b.steady().Deployments[0].Id
		try(b, b.RegisterTaskDefinition, definition(image("mulesoft/flex-gateway:0.0.1")))
		bad := *b.update(toNewest).Deployments[0].Id
		var tripped types.Service
		for range 120 {
			b.wait(time.Second)
			if tripped = b.describe(); *tripped.Deployments[0].Id == old {
				break
			}
		}
		first := tripped.Deployments[0]
		if *first.Id != old || *first.Status != "PRIMARY" || *first.RolloutStateReason != "ECS deployment circuit breaker: rolling back to deploymentId "+old+"." {
			t.Fatalf("PRIMARY = %s %s %q", *first.Id, *first.Status, *first.RolloutStateReason)
		}
		if len(tripped.Deployments) != 2 {
			t.Errorf("%d deployments during the rollback, want 2", len(tripped.Deployments))
		} else {
			failed := tripped.Deployments[1]
			if *failed.Id != bad || *failed.Status != "ACTIVE" || failed.RolloutState != types.DeploymentRolloutStateFailed || *failed.RolloutStateReason != "ECS deployment circuit breaker: tasks failed to start." {
				t.Errorf("the failed deployment = %s %s %q", *failed.Id, failed.RolloutState, *failed.RolloutStateReason)
			}
		}
		v := b.steady()
		if *v.Deployments[0].Id != old || !strings.HasSuffix(*v.TaskDefinition, "gw:1") {
			t.Errorf("after the rollback %s runs %s", *v.Deployments[0].Id, *v.TaskDefinition)
		}
		b.mustHaveEvent("(deployment " + bad + ") deployment failed: tasks failed to start.\n(service gw) rolling back to deployment " + old + ".")
		out := try(b, b.ListServiceDeployments, &sdk.ListServiceDeploymentsInput{Cluster: aws.String("flex"), Service: aws.String("gw")})
		if len(out.ServiceDeployments) != 2 || out.ServiceDeployments[0].Status != types.ServiceDeploymentStatusRollbackSuccessful {
			t.Errorf("service deployments = %+v", out.ServiceDeployments)
		}
		described := try(b, b.DescribeServiceDeployments, &sdk.DescribeServiceDeploymentsInput{ServiceDeploymentArns: []string{*out.ServiceDeployments[0].ServiceDeploymentArn}})
		if got := described.ServiceDeployments[0]; got.Rollback == nil || got.DeploymentCircuitBreaker.Status != types.ServiceDeploymentRollbackMonitorsStatusTriggered {
			t.Errorf("the record of the rollback = %+v", got)
		}
	})
}

func TestABreakerWithoutRollbackLeavesTheOldTasksAlone(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(2, func(in *sdk.CreateServiceInput) {
			in.DeploymentConfiguration.DeploymentCircuitBreaker.Rollback = false
		}))
		old := *b.steady().Deployments[0].Id
		try(b, b.RegisterTaskDefinition, definition(image("mulesoft/flex-gateway:0.0.1")))
		bad := *b.update(toNewest).Deployments[0].Id
		b.wait(15 * time.Minute)
		v := b.describe()
		if len(v.Deployments) != 2 || *v.Deployments[0].Id != bad || v.Deployments[0].RolloutState != types.DeploymentRolloutStateFailed {
			t.Fatalf("deployments = %+v", v.Deployments)
		}
		if d := v.Deployments[1]; *d.Id != old || d.RunningCount != 2 {
			t.Errorf("the old deployment %s runs %d tasks, want 2", *d.Id, d.RunningCount)
		}
	})
}

func TestScalingInTakesFromTheZoneWithTheMost(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		in := func(zone string, age time.Duration) *task {
			return &task{lastStatus: taskRunning, subnetInfo: ec2.Subnet{Zone: zone}, createdAt: time.Now().Add(-age)}
		}
		tasks := []*task{in("us-east-1a", 3*time.Hour), in("us-east-1a", 2*time.Hour), in("us-east-1b", time.Hour)}
		b.world.Do(func() {
			if got := b.pickSurplus(tasks); got != tasks[1] {
				t.Errorf("the task in %s from %v goes, want the newer one of the zone with two", got.zone(), got.createdAt)
			}
		})
	})
}

func TestTheFirstDeploymentHasNothingToGoBackTo(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition(image("mulesoft/flex-gateway:0.0.1")))
		try(b, b.CreateService, serviceOf(1))
		b.wait(15 * time.Minute)
		v := b.describe()
		d := v.Deployments[0]
		if len(v.Deployments) != 1 || *d.Status != "PRIMARY" || d.RolloutState != types.DeploymentRolloutStateFailed || d.FailedTasks != 3 || v.RunningCount+v.PendingCount != 0 {
			t.Errorf("%d deployments, the first %s %s after %d failures", len(v.Deployments), *d.Status, d.RolloutState, d.FailedTasks)
		}
		for _, task := range b.tasks(types.DesiredStatusStopped) {
			want := "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref docker.io/mulesoft/flex-gateway:0.0.1: docker.io/mulesoft/flex-gateway:0.0.1: not found"
			if *task.StoppedReason != want || task.StopCode != types.TaskStopCodeTaskFailedToStart {
				t.Errorf("a task stopped with %s: %s", task.StopCode, *task.StoppedReason)
			}
		}
		// A new deployment is the way out.
		try(b, b.RegisterTaskDefinition, definition())
		b.update(toNewest)
		b.steady()
	})
}

func TestWithoutABreakerAHopelessDeploymentGoesOn(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition(image("example.com/nobody/nothing")))
		try(b, b.CreateService, serviceOf(1, func(in *sdk.CreateServiceInput) { in.DeploymentConfiguration = nil }))
		b.wait(time.Hour)
		v := b.describe()
		if d := v.Deployments[0]; d.RolloutState != types.DeploymentRolloutStateInProgress || d.FailedTasks < 5 || d.FailedTasks > 12 {
			t.Errorf("after an hour %s with %d failed tasks, want IN_PROGRESS with 5 to 12", d.RolloutState, d.FailedTasks)
		}
		b.mustHaveEvent("is unable to consistently start tasks successfully.")
	})
}

func TestAGatewayWithoutARegistrationIsNeverHealthy(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		delete(b.aws.files, "registration.yaml")
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(1))
		b.wait(20 * time.Minute)
		v := b.describe()
		if d := v.Deployments[0]; d.RolloutState != types.DeploymentRolloutStateFailed {
			t.Errorf("rollout state = %s, want FAILED", d.RolloutState)
		}
		if !strings.Contains(strings.Join(b.aws.lines, "\n"), "the registration configuration is missing") {
			t.Errorf("the gateway does not say what it misses: %q", b.aws.lines)
		}
		b.mustHaveEvent("(port 8081) is unhealthy in (target-group " + testGroup + ") due to (reason Health checks failed)")
		stopped := b.tasks(types.DesiredStatusStopped)
		if len(stopped) == 0 || *stopped[0].StoppedReason != "Task failed ELB health checks in (target-group "+testGroup+")" {
			t.Errorf("stopped tasks: %+v", stopped)
		}
	})
}

func TestARoleThatIsNotVisibleYetCostsARetry(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		b.world.Do(func() { b.aws.roleHidden = true })
		try(b, b.CreateService, serviceOf(1))
		b.wait(10 * time.Second)
		b.mustHaveEvent("(service gw) failed to launch a task with (error ECS was unable to assume the role '" + testRole + "'")
		b.world.Do(func() { b.aws.roleHidden = false })
		b.steady()
	})
}
