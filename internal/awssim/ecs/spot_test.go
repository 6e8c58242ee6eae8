package ecs

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/events"
)

// on is the ARN of a task on the capacity provider.
func (b *bench) on(provider string) string {
	b.t.Helper()
	for _, task := range b.tasks(types.DesiredStatusRunning) {
		if aws.ToString(task.CapacityProviderName) == provider {
			return *task.TaskArn
		}
	}
	b.t.Fatalf("no task on %s", provider)
	return ""
}

// notices keeps what ECS publishes of tasks that are meant to stop.
type notices struct{ said []string }

func (n *notices) Publish(_ core.Scope, e events.Event) {
	detail := e.Detail()
	if detail["desiredStatus"] == "STOPPED" {
		text := func(member string) string { s, _ := detail[member].(string); return s }
		n.said = append(n.said, text("lastStatus")+" "+text("stopCode")+": "+text("stoppedReason"))
	}
}

func TestASpotTaskIsInterruptedWithAWarningAndReplaced(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		heard := &notices{}
		b.deps.Events = heard
		try(b, b.RegisterTaskDefinition, definition())
		b.withProviders()
		try(b, b.CreateService, serviceOf(4, onStrategy(mixed())))
		b.steady()
		victim, safe := b.on("FARGATE_SPOT"), b.on("FARGATE")
		b.world.Do(func() {
			if b.InterruptTask(safe) {
				t.Error("a task that is not on Spot was interrupted")
			}
			if !b.InterruptTask(victim) {
				t.Error("the task on Spot was not interrupted")
			}
			if b.InterruptTask(victim) {
				t.Error("the task was interrupted twice")
			}
		})
		b.mustHaveEvent("deregistered 1 targets in (target-group " + testGroup + ")")
		lost := b.tasks(types.DesiredStatusStopped)
		if len(lost) != 1 || *lost[0].LastStatus != "STOPPING" || lost[0].StopCode != types.TaskStopCodeSpotInterruption {
			t.Fatalf("stopped: %+v", lost)
		}
		b.wait(20 * time.Second)
		if got := *b.tasks(types.DesiredStatusStopped)[0].LastStatus; got != "STOPPING" {
			t.Errorf("the gateway is %s while it drains", got)
		}
		b.wait(time.Minute)
		b.steady()
		if diff := cmp.Diff(map[string]int{"FARGATE": 2, "FARGATE_SPOT": 2}, b.providers()); diff != "" {
			t.Errorf("tasks by provider (-want +got):\n%s", diff)
		}
		const why = " SpotInterruption: Your Spot Task was interrupted."
		if diff := cmp.Diff([]string{"RUNNING" + why, "STOPPING" + why, "DEPROVISIONING" + why, "STOPPED" + why}, heard.said); diff != "" {
			t.Errorf("events (-want +got):\n%s", diff)
		}
		if d := b.describe().Deployments[0]; d.FailedTasks != 0 {
			t.Errorf("%d failed tasks: an interruption is not the deployment's failure", d.FailedTasks)
		}
	})
}

func TestAnInterruptedTaskIsGoneWithinTwoMinutesWhateverItWants(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		patient := func(in *sdk.RegisterTaskDefinitionInput) {
			in.ContainerDefinitions[0].StopTimeout = aws.Int32(120)
			in.ContainerDefinitions[0].Environment = []types.KeyValuePair{{Name: aws.String(drainTimeEnv), Value: aws.String("3600")}}
		}
		try(b, b.RegisterTaskDefinition, definition(patient))
		b.withProviders()
		try(b, b.CreateService, serviceOf(1, onStrategy([]types.CapacityProviderStrategyItem{item("FARGATE_SPOT", 0, 1)})))
		b.steady()
		b.world.Do(func() { b.InterruptTask(b.regions.In(b.call.Scope).clusters["flex"].tasks[0].arn) })
		b.wait(2*time.Minute - time.Second)
		if got := *b.tasks(types.DesiredStatusStopped)[0].LastStatus; got != "STOPPING" {
			t.Errorf("%s before two minutes are over", got)
		}
		b.wait(4 * time.Second)
		if got := *b.tasks(types.DesiredStatusStopped)[0].LastStatus; got != "DEPROVISIONING" {
			t.Errorf("%s after two minutes", got)
		}
	})
}

func TestWithoutSpotCapacityFargateGoesOnAndTakesNothingOver(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		b.withProviders()
		try(b, b.CreateService, serviceOf(4, onStrategy(mixed()), func(in *sdk.CreateServiceInput) { in.DeploymentConfiguration = nil }))
		b.steady()
		b.trouble(Troubles{SpotGone: true})
		spot, fargate := b.on("FARGATE_SPOT"), b.on("FARGATE")
		b.world.Do(func() { b.InterruptTask(spot) })
		b.wait(10 * time.Minute)
		if diff := cmp.Diff(map[string]int{"FARGATE": 2, "FARGATE_SPOT": 1}, b.providers()); diff != "" {
			t.Errorf("without Spot (-want +got):\n%s", diff)
		}
		b.mustHaveEvent("(service gw) was unable to place a task. Reason: Capacity is unavailable at this time.")
		b.world.Do(func() { b.KillTask(fargate) })
		b.wait(2 * time.Minute)
		if diff := cmp.Diff(map[string]int{"FARGATE": 2, "FARGATE_SPOT": 1}, b.providers()); diff != "" {
			t.Errorf("a task on Fargate is not replaced while Spot is gone (-want +got):\n%s", diff)
		}
		if got := b.on("FARGATE"); got == fargate {
			t.Error("the lost task runs")
		}
		out := try(b, b.RunTask, &sdk.RunTaskInput{
			Cluster: aws.String("flex"), TaskDefinition: aws.String("gw"), NetworkConfiguration: testNetwork(), Count: aws.Int32(3), CapacityProviderStrategy: mixed(),
		})
		if len(out.Tasks) != 1 || len(out.Failures) != 2 || !strings.HasPrefix(*out.Failures[0].Reason, "Capacity is unavailable") {
			t.Errorf("RunTask started %d and failed %+v", len(out.Tasks), out.Failures)
		}
		b.trouble(Troubles{})
		b.wait(mostRetryDelay)
		if v := b.steady(); v.RunningCount != 4 {
			t.Errorf("%d run when Spot is back", v.RunningCount)
		}
	})
}
