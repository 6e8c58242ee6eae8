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
)

// watched has deployments watch two alarms, and roll back.
func watched(in *sdk.CreateServiceInput) {
	in.DeploymentConfiguration.Alarms = &types.DeploymentAlarms{AlarmNames: []string{"latency", "errors"}, Enable: true, Rollback: true}
}

// watchedShift is a service that shifts traffic under the same alarms.
func watchedShift(strategy types.DeploymentStrategy) func(*sdk.CreateServiceInput) {
	return func(in *sdk.CreateServiceInput) {
		shifting(strategy)(in)
		watched(in)
	}
}

func (b *bench) set(name string, state AlarmState) {
	b.world.Do(func() { b.SetAlarm(name, state) })
}

// inRolling runs a test with a steady service of two tasks that is replaced task by task.
func inRolling(t *testing.T, change func(*sdk.CreateServiceInput), test func(t *testing.T, b *bench)) {
	t.Helper()
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(2, change))
		b.steady()
		test(t, b)
	})
}

// replaced waits until a rolling update has replaced all tasks.
func (b *bench) replaced() types.Service {
	b.t.Helper()
	for range 240 {
		v := b.describe()
		if p := v.Deployments[0]; p.RunningCount == 2 && v.RunningCount == 2 && strings.HasSuffix(*p.TaskDefinition, "gw:2") {
			return v
		}
		b.wait(5 * time.Second)
	}
	b.t.Fatalf("never replaced: %s", b.events())
	return types.Service{}
}

func TestAnAlarmRollsARollingUpdateBackUnderTheOldID(t *testing.T) {
	inRolling(t, watched, func(t *testing.T, b *bench) {
		old := *b.describe().Deployments[0].Id
		b.upgrade()
		b.wait(30 * time.Second)
		want := &types.ServiceDeploymentAlarms{AlarmNames: []string{"latency", "errors"}, TriggeredAlarmNames: []string{}, Status: types.ServiceDeploymentRollbackMonitorsStatusMonitoring}
		if diff := cmp.Diff(want, b.latest().Alarms, ignoreUnexported); diff != "" {
			t.Errorf("alarms while it goes on (-want +got):\n%s", diff)
		}
		b.set("unrelated", AlarmInAlarm)
		b.set("latency", AlarmInsufficientData)
		b.wait(time.Minute)
		if d := b.latest(); d.Status != types.ServiceDeploymentStatusInProgress {
			t.Errorf("it is %s: %s", d.Status, aws.ToString(d.StatusReason))
		}
		b.set("errors", AlarmInAlarm)
		b.wait(b.world.Settings.Latencies[core.AlarmHeard].P50)
		d := b.latest()
		want.TriggeredAlarmNames, want.Status = []string{"errors"}, types.ServiceDeploymentRollbackMonitorsStatusTriggered
		if diff := cmp.Diff(want, d.Alarms, ignoreUnexported); diff != "" {
			t.Errorf("alarms when one has gone off (-want +got):\n%s", diff)
		}
		if d.Status != types.ServiceDeploymentStatusRollbackInProgress || *d.Rollback.Reason != alarmDetected || d.DeploymentCircuitBreaker.Status == types.ServiceDeploymentRollbackMonitorsStatusTriggered {
			t.Errorf("it is %s, %+v, breaker %s", d.Status, d.Rollback, d.DeploymentCircuitBreaker.Status)
		}
		b.mustHaveEvent("deployment failed: alarm detected.")
		// The alarm is in ALARM still, and the rollback is not judged again.
		if v := b.steady(); *v.Deployments[0].Id != old || !strings.HasSuffix(*v.TaskDefinition, "gw:1") {
			t.Errorf("landed on %s with %s, want the old deployment", *v.Deployments[0].Id, *v.TaskDefinition)
		}
		if d = b.latest(); d.Status != types.ServiceDeploymentStatusRollbackSuccessful {
			t.Errorf("in the end it is %s", d.Status)
		}
	})
}

func TestARollingUpdateUnderAlarmsBakesBeforeItIsComplete(t *testing.T) {
	baking := func(minutes *int32) func(*sdk.CreateServiceInput) {
		return func(in *sdk.CreateServiceInput) {
			watched(in)
			in.DeploymentConfiguration.BakeTimeInMinutes = minutes
		}
	}
	for name, test := range map[string]struct {
		change func(*sdk.CreateServiceInput)
		want   time.Duration
	}{
		"ten minutes":   {baking(aws.Int32(10)), 10 * time.Minute},
		"none":          {baking(aws.Int32(0)), 0},
		"AWS's default": {baking(nil), 3 * time.Minute},
		"without alarms": {func(in *sdk.CreateServiceInput) {
			in.DeploymentConfiguration.BakeTimeInMinutes = aws.Int32(10)
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			inRolling(t, test.change, func(t *testing.T, b *bench) {
				b.upgrade()
				v := b.replaced()
				began := b.world.Now()
				if bakes := test.want > 0; bakes && (len(v.Deployments) != 2 || v.Deployments[1].RunningCount != 0) {
					t.Errorf("while it bakes, deployments = %+v, want the old one without tasks", v.Deployments)
				}
				b.untilStatus(types.ServiceDeploymentStatusSuccessful)
				if took := b.world.Now().Sub(began); took < test.want || took > test.want+3*time.Minute {
					t.Errorf("it baked for %v, want %v", took, test.want)
				}
				if v := b.describe(); len(v.Deployments) != 1 || v.Deployments[0].RolloutState != types.DeploymentRolloutStateCompleted {
					t.Errorf("in the end, deployments = %+v", v.Deployments)
				}
			})
		})
	}
}

func TestAnAlarmInTheBakeOfARollingUpdateRollsItBack(t *testing.T) {
	inRolling(t, watched, func(t *testing.T, b *bench) {
		old := *b.describe().Deployments[0].Id
		b.upgrade()
		b.replaced()
		b.set("latency", AlarmInAlarm)
		d := b.untilStatus(types.ServiceDeploymentStatusRollbackSuccessful)
		if v := b.steady(); *v.Deployments[0].Id != old || v.Deployments[0].RunningCount != 2 {
			t.Errorf("landed on %+v, %s", v.Deployments, *d.StatusReason)
		}
	})
}

func TestAnAlarmTakesTrafficBack(t *testing.T) {
	for _, test := range []struct {
		strategy types.DeploymentStrategy
		stage    types.ServiceDeploymentLifecycleStage
	}{
		{types.DeploymentStrategyBlueGreen, stageScaleUp},
		{types.DeploymentStrategyCanary, stageProduction},
		{types.DeploymentStrategyLinear, stageProduction},
		{types.DeploymentStrategyBlueGreen, stageBake},
	} {
		t.Run(string(test.strategy)+" at "+string(test.stage), func(t *testing.T) {
			inShift(t, watchedShift(test.strategy), func(t *testing.T, b *bench) {
				old := *b.describe().Deployments[0].Id
				b.upgrade()
				b.untilStage(test.stage)
				b.set("errors", AlarmInAlarm)
				d := b.untilStatus(types.ServiceDeploymentStatusRollbackSuccessful)
				if got := b.weights(testListener); got != "0/100" || *d.StatusReason != alarmDetected {
					t.Errorf("weights = %s, want all on blue; reason %q", got, *d.StatusReason)
				}
				if diff := cmp.Diff([]string{"errors"}, d.Alarms.TriggeredAlarmNames); diff != "" {
					t.Errorf("triggered (-want +got):\n%s", diff)
				}
				if v := b.steady(); *v.Deployments[0].Id != old {
					t.Errorf("landed on %s", *v.Deployments[0].Id)
				}
			})
		})
	}
}

func TestAnAlarmOnceTheDeploymentIsOverChangesNothing(t *testing.T) {
	inShift(t, watchedShift(types.DeploymentStrategyBlueGreen), func(t *testing.T, b *bench) {
		b.upgrade()
		b.untilStage(stageCleanUp)
		b.set("errors", AlarmInAlarm)
		d := b.untilStatus(types.ServiceDeploymentStatusSuccessful)
		if len(d.Alarms.TriggeredAlarmNames) != 0 || d.Alarms.Status != types.ServiceDeploymentRollbackMonitorsStatusMonitoringComplete {
			t.Errorf("alarms = %+v", d.Alarms)
		}
		b.steady()
		b.set("latency", AlarmInAlarm)
		b.wait(time.Hour)
		if v := b.describe(); !strings.HasSuffix(*v.TaskDefinition, "gw:2") || v.Deployments[0].RolloutState != types.DeploymentRolloutStateCompleted {
			t.Errorf("the service runs %s, %s", *v.TaskDefinition, v.Deployments[0].RolloutState)
		}
	})
}

func TestAlarmsAreIgnoredWhereOneIsInAlarmAtTheStart(t *testing.T) {
	inRolling(t, watched, func(t *testing.T, b *bench) {
		b.set("errors", AlarmInAlarm)
		b.wait(time.Minute)
		b.upgrade()
		b.wait(time.Minute)
		b.set("latency", AlarmInAlarm)
		d := b.untilStatus(types.ServiceDeploymentStatusSuccessful)
		if d.Alarms.Status != types.ServiceDeploymentRollbackMonitorsStatusDisabled {
			t.Errorf("alarms = %+v", d.Alarms)
		}
	})
}

func TestAnAlarmThatIsOverBeforeECSPollsHasNotHappened(t *testing.T) {
	inRolling(t, watched, func(t *testing.T, b *bench) {
		b.upgrade()
		b.wait(30 * time.Second)
		b.set("errors", AlarmInAlarm)
		b.update(func(in *sdk.UpdateServiceInput) { in.DesiredCount = aws.Int32(3) }) // the scheduler looks, and does not poll
		b.wait(b.world.Settings.Latencies[core.AlarmHeard].P50 / 2)
		b.set("errors", AlarmOK)
		b.untilStatus(types.ServiceDeploymentStatusSuccessful)
	})
}

func TestTheFirstDeploymentIsWatchedAndDoesNotBake(t *testing.T) {
	long := func(in *sdk.CreateServiceInput) {
		watched(in)
		in.DeploymentConfiguration.BakeTimeInMinutes = aws.Int32(600)
	}
	inRolling(t, long, func(t *testing.T, b *bench) { // it is COMPLETED after some minutes
		if a := b.latest().Alarms; a.Status != types.ServiceDeploymentRollbackMonitorsStatusMonitoringComplete {
			t.Errorf("alarms = %+v", a)
		}
	})
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(2, long))
		b.wait(10 * time.Second)
		b.set("errors", AlarmInAlarm)
		b.untilStatus(types.ServiceDeploymentStatusStopped)
	})
}

func TestAnAlarmWithoutRollbackFailsTheDeploymentAndLeavesItThere(t *testing.T) {
	alone := func(in *sdk.CreateServiceInput) {
		watched(in)
		in.DeploymentConfiguration.Alarms.Rollback = false
	}
	inRolling(t, alone, func(t *testing.T, b *bench) {
		b.upgrade()
		b.wait(30 * time.Second)
		b.set("errors", AlarmInAlarm)
		d := b.untilStatus(types.ServiceDeploymentStatusStopped)
		if p := b.describe().Deployments[0]; p.RolloutState != types.DeploymentRolloutStateFailed || *p.RolloutStateReason != alarmDetected || d.Rollback != nil {
			t.Errorf("PRIMARY is %s (%s), rollback %+v", p.RolloutState, *p.RolloutStateReason, d.Rollback)
		}
	})
}

func TestDisabledAlarmsAreNotWatched(t *testing.T) {
	inRolling(t, watched, func(t *testing.T, b *bench) {
		v := b.update(func(in *sdk.UpdateServiceInput) {
			in.DeploymentConfiguration = &types.DeploymentConfiguration{Alarms: &types.DeploymentAlarms{AlarmNames: []string{}}}
		})
		if len(v.Deployments) != 1 || v.DeploymentConfiguration.Alarms.Enable {
			t.Errorf("%d deployments, alarms %+v; want a change in place", len(v.Deployments), v.DeploymentConfiguration.Alarms)
		}
		b.steady()
		b.upgrade()
		b.wait(30 * time.Second)
		b.set("errors", AlarmInAlarm)
		if d := b.untilStatus(types.ServiceDeploymentStatusSuccessful); d.Alarms != nil {
			t.Errorf("alarms = %+v", d.Alarms)
		}
	})
}
