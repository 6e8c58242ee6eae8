package ecs

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"
)

// trouble replaces the faults in force.
func (b *bench) trouble(t Troubles) { b.world.Do(func() { b.SetTroubles(t) }) }

// zones counts the tasks that are meant to run by zone.
func (b *bench) zones() map[string]int {
	b.t.Helper()
	zones := map[string]int{}
	for _, task := range b.tasks(types.DesiredStatusRunning) {
		zones[*task.AvailabilityZone]++
	}
	return zones
}

func TestAZoneThatIsOutLosesItsTasksToTheOthers(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(4))
		b.steady()
		b.world.Do(func() { b.ZoneOut("us-east-1a") })
		lost := b.tasks(types.DesiredStatusStopped)
		if len(lost) != 2 {
			t.Fatalf("%d tasks are lost, want 2", len(lost))
		}
		for _, task := range lost {
			if *task.AvailabilityZone != "us-east-1a" || task.StopCode != types.TaskStopCodeInfrastructureHealth || !strings.Contains(*task.StoppedReason, "us-east-1a") {
				t.Errorf("lost in %s: %s %q", *task.AvailabilityZone, task.StopCode, *task.StoppedReason)
			}
			if code := task.Containers[0].ExitCode; code != nil {
				t.Errorf("a container that nobody has seen end has exit code %d", *code)
			}
		}
		v := b.steady()
		if diff := cmp.Diff(map[string]int{"us-east-1b": 4}, b.zones()); diff != "" {
			t.Errorf("tasks by zone (-want +got):\n%s", diff)
		}
		if d := v.Deployments[0]; d.FailedTasks != 0 {
			t.Errorf("%d failed tasks: a task that is lost is not the deployment's failure", d.FailedTasks)
		}
		b.world.Do(func() { b.ZoneBack("us-east-1a") })
		b.update(func(in *sdk.UpdateServiceInput) { in.DesiredCount = aws.Int32(6) })
		b.steady()
		if diff := cmp.Diff(map[string]int{"us-east-1a": 2, "us-east-1b": 4}, b.zones()); diff != "" {
			t.Errorf("tasks by zone when it is back (-want +got):\n%s", diff)
		}
	})
}

func TestWithoutCapacityNothingStartsUntilItIsBack(t *testing.T) {
	tests := map[string]Troubles{
		"capacity gone": {CapacityGone: true},
		"no zone left":  {ZonesOut: []string{"us-east-1a", "us-east-1b"}},
	}
	for name, troubles := range tests {
		t.Run(name, func(t *testing.T) {
			inBench(t, func(t *testing.T, b *bench) {
				try(b, b.RegisterTaskDefinition, definition())
				b.trouble(troubles)
				run := &sdk.RunTaskInput{
					Cluster: aws.String("flex"), TaskDefinition: aws.String("gw"), LaunchType: types.LaunchTypeFargate,
					Count: aws.Int32(2), ClientToken: aws.String("once"), NetworkConfiguration: testNetwork(),
				}
				out := try(b, b.RunTask, run)
				if len(out.Tasks) != 0 || len(out.Failures) != 2 || *out.Failures[0].Reason != "Capacity is unavailable at this time. Please try again later or in a different availability zone" {
					t.Errorf("RunTask: %d tasks, failures %+v", len(out.Tasks), out.Failures)
				}
				try(b, b.CreateService, serviceOf(1, func(in *sdk.CreateServiceInput) { in.DeploymentConfiguration = nil }))
				b.wait(20 * time.Minute)
				if v := b.describe(); v.RunningCount+v.PendingCount != 0 || v.Deployments[0].FailedTasks == 0 {
					t.Errorf("%d tasks after %d failures", v.RunningCount+v.PendingCount, v.Deployments[0].FailedTasks)
				}
				b.mustHaveEvent("(service gw) was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.")
				b.trouble(Troubles{})
				b.wait(mostRetryDelay)
				b.steady()
				if again := try(b, b.RunTask, run); len(again.Tasks) != 2 {
					t.Errorf("a second RunTask starts %d tasks, want 2", len(again.Tasks))
				}
			})
		})
	}
}

func TestCapacityThatIsGoneLeavesRunningTasksAlone(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(2))
		b.steady()
		b.trouble(Troubles{CapacityGone: true})
		b.update(func(in *sdk.UpdateServiceInput) { in.DesiredCount = aws.Int32(3) })
		b.wait(10 * time.Minute)
		if v := b.describe(); v.RunningCount != 2 || v.PendingCount != 0 {
			t.Errorf("%d tasks run and %d are pending, want 2 and 0", v.RunningCount, v.PendingCount)
		}
	})
}

func TestADeploymentOfATroubledImageIsRolledBackAndLandsLater(t *testing.T) {
	bad := []string{"flex-gateway:1.13"}
	tests := map[string]struct {
		troubles Troubles
		code     types.TaskStopCode
		reason   string
		exit     *int32
	}{
		"pull fails":    {Troubles{PullFails: bad}, types.TaskStopCodeTaskFailedToStart, "CannotPullContainerError: pull image manifest has been retried", nil},
		"crash":         {Troubles{Crash: bad}, types.TaskStopCodeEssentialContainerExited, "Essential container in task exited", aws.Int32(1)},
		"never healthy": {Troubles{NeverHealthy: bad}, types.TaskStopCodeServiceSchedulerInitiated, "Task failed container health checks", aws.Int32(0)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			inBench(t, func(t *testing.T, b *bench) {
				b.trouble(test.troubles)
				try(b, b.RegisterTaskDefinition, definition())
				try(b, b.CreateService, serviceOf(1))
				old := *b.steady().Deployments[0].Id
				try(b, b.RegisterTaskDefinition, definition(image("docker.io/mulesoft/flex-gateway:1.13.0")))
				b.update(toNewest)
				b.wait(20 * time.Minute)
				if v := b.steady(); *v.Deployments[0].Id != old {
					t.Errorf("deployment %s runs, want the old one", *v.Deployments[0].Id)
				}
				b.mustHaveEvent("deployment failed: tasks failed to start.")
				stopped := b.tasks(types.DesiredStatusStopped)
				if len(stopped) != 3 {
					t.Errorf("%d tasks stopped, want as many as the breaker lets fail", len(stopped))
				}
				for _, task := range stopped {
					if task.StopCode != test.code || !strings.HasPrefix(*task.StoppedReason, test.reason) {
						t.Errorf("a task stopped with %s: %s", task.StopCode, *task.StoppedReason)
					}
					if diff := cmp.Diff(test.exit, task.Containers[0].ExitCode); diff != "" {
						t.Errorf("exit code (-want +got):\n%s", diff)
					}
				}
				b.trouble(Troubles{})
				landed := *b.update(toNewest).Deployments[0].Id
				if v := b.steady(); *v.Deployments[0].Id != landed {
					t.Errorf("deployment %s runs, want the new one", *v.Deployments[0].Id)
				}
			})
		})
	}
}

func TestAKilledTaskIsReplaced(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(2))
		b.steady()
		victim := *b.tasks(types.DesiredStatusRunning)[0].TaskArn
		b.world.Do(func() {
			if b.KillTask(victim + "0") {
				t.Error("a task that does not exist was killed")
			}
			if !b.KillTask(victim) {
				t.Error("the task was not killed")
			}
			if b.KillTask(victim) {
				t.Error("the task was killed twice")
			}
		})
		b.mustHaveEvent("deregistered 1 targets in (target-group " + testGroup + ")")
		b.steady()
		for _, task := range b.tasks(types.DesiredStatusRunning) {
			if *task.TaskArn == victim {
				t.Error("the killed task runs")
			}
		}
		if stopped := b.tasks(types.DesiredStatusStopped); len(stopped) != 1 || stopped[0].StopCode != types.TaskStopCodeInfrastructureHealth || *stopped[0].LastStatus != "STOPPED" {
			t.Errorf("stopped tasks: %+v", stopped)
		}
	})
}

func TestTroublesAreReadAsTheyAreWritten(t *testing.T) {
	want := Troubles{
		ZonesOut: []string{"us-east-1a"}, CapacityGone: true, PullFails: []string{"a"}, Crash: []string{"b"}, NeverHealthy: []string{""},
	}
	text := `{"zonesOut":["us-east-1a"],"capacityGone":true,"pullFails":["a"],"crash":["b"],"neverHealthy":[""]}`
	var read Troubles
	if err := json.Unmarshal([]byte(text), &read); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, read); diff != "" {
		t.Errorf("troubles (-want +got):\n%s", diff)
	}
	inBench(t, func(t *testing.T, b *bench) {
		b.trouble(read)
		read.ZonesOut[0] = "changed by the caller afterwards"
		b.world.Do(func() {
			if diff := cmp.Diff(want, b.Troubles()); diff != "" {
				t.Errorf("troubles in force (-want +got):\n%s", diff)
			}
		})
	})
}
