package ecs

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"
)

// shifting makes a service that is deployed by a strategy that shifts traffic, with a
// bake time of five minutes.
func shifting(strategy types.DeploymentStrategy, change ...func(*types.DeploymentConfiguration)) func(*sdk.CreateServiceInput) {
	return func(in *sdk.CreateServiceInput) {
		in.LoadBalancers[0].AdvancedConfiguration = &types.AdvancedConfiguration{
			AlternateTargetGroupArn: aws.String(greenGroup), ProductionListenerRule: aws.String(testListener), RoleArn: aws.String(testRole),
		}
		in.DeploymentConfiguration.Strategy = strategy
		in.DeploymentConfiguration.BakeTimeInMinutes = aws.Int32(5)
		for _, c := range change {
			c(in.DeploymentConfiguration)
		}
	}
}

// pausing pauses the deployment at stages, for at most an hour.
func pausing(action types.DeploymentLifecycleHookAction, stages ...types.DeploymentLifecycleHookStage) func(*types.DeploymentConfiguration) {
	return func(c *types.DeploymentConfiguration) {
		c.LifecycleHooks = append(c.LifecycleHooks, types.DeploymentLifecycleHook{
			TargetType: types.DeploymentLifecycleHookTargetTypePause, LifecycleStages: stages,
			TimeoutConfiguration: &types.DeploymentLifecycleHookTimeoutConfiguration{TimeoutInMinutes: aws.Int32(60), Action: action},
		})
	}
}

// latest is the service's latest service deployment.
func (b *bench) latest() types.ServiceDeployment {
	b.t.Helper()
	list := try(b, b.ListServiceDeployments, &sdk.ListServiceDeploymentsInput{Cluster: aws.String("flex"), Service: aws.String("gw")})
	return try(b, b.DescribeServiceDeployments, &sdk.DescribeServiceDeploymentsInput{
		ServiceDeploymentArns: []string{*list.ServiceDeployments[0].ServiceDeploymentArn},
	}).ServiceDeployments[0]
}

// until lets time pass until the latest service deployment is as wanted.
func (b *bench) until(what string, as func(types.ServiceDeployment) bool) types.ServiceDeployment {
	b.t.Helper()
	for range 12 * 60 * 26 {
		if d := b.latest(); as(d) {
			return d
		}
		b.wait(5 * time.Second)
	}
	d := b.latest()
	b.t.Fatalf("never %s: %s at %s, %s\n%s", what, d.Status, d.LifecycleStage, aws.ToString(d.StatusReason), b.events())
	return d
}

func (b *bench) untilStatus(want types.ServiceDeploymentStatus) types.ServiceDeployment {
	b.t.Helper()
	return b.until(string(want), func(d types.ServiceDeployment) bool { return d.Status == want })
}

func (b *bench) untilStage(want types.ServiceDeploymentLifecycleStage) types.ServiceDeployment {
	b.t.Helper()
	return b.until(string(want), func(d types.ServiceDeployment) bool { return d.LifecycleStage == want })
}

// weights are those of a listener: "primary/alternate".
func (b *bench) weights(listener string) (text string) {
	b.world.Do(func() {
		primary, _ := weightOf(b.aws.shares[listener], testGroup)
		alternate, _ := weightOf(b.aws.shares[listener], greenGroup)
		text = fmt.Sprintf("%d/%d", primary, alternate)
	})
	return text
}

// registered counts the targets of a group that are not draining.
func (b *bench) registered(group string) (n int) {
	b.world.Do(func() {
		for t, state := range b.aws.targets {
			if t.group == group && state != "" && state != "draining" {
				n++
			}
		}
	})
	return n
}

// upgrade makes a new revision, and deploys it.
func (b *bench) upgrade(change ...func(*sdk.UpdateServiceInput)) {
	b.t.Helper()
	try(b, b.RegisterTaskDefinition, definition(image("mulesoft/flex-gateway:1.13.0")))
	b.update(func(in *sdk.UpdateServiceInput) {
		toNewest(in)
		for _, c := range change {
			c(in)
		}
	})
}

// inShift runs a test with a service of two tasks that has been deployed by a strategy.
func inShift(t *testing.T, change func(*sdk.CreateServiceInput), test func(t *testing.T, b *bench)) {
	t.Helper()
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(2, change))
		b.until("SUCCESSFUL", func(d types.ServiceDeployment) bool {
			b.proceed(d)
			return d.Status == types.ServiceDeploymentStatusSuccessful
		})
		test(t, b)
	})
}

// proceed continues whatever waits at a pause.
func (b *bench) proceed(d types.ServiceDeployment) {
	b.t.Helper()
	for _, h := range d.LifecycleHookDetails {
		if h.Status == types.DeploymentLifecycleHookStatusAwaitingAction {
			try(b, b.ContinueServiceDeployment, &sdk.ContinueServiceDeploymentInput{ServiceDeploymentArn: d.ServiceDeploymentArn, HookId: h.HookId})
		}
	}
}

func TestTheFirstDeploymentComesUpInTheAlternateTargetGroupAndGetsAllTraffic(t *testing.T) {
	inShift(t, shifting(types.DeploymentStrategyBlueGreen), func(t *testing.T, b *bench) {
		if got := b.weights(testListener); got != "0/100" {
			t.Errorf("weights = %s, want 0/100", got)
		}
		if p, a := b.registered(testGroup), b.registered(greenGroup); p != 0 || a != 2 {
			t.Errorf("%d targets in the primary group and %d in the alternate, want 0 and 2", p, a)
		}
		d := b.latest()
		if len(d.SourceServiceRevisions) != 0 || *d.TargetServiceRevision.RequestedProductionTrafficWeight != 100 {
			t.Errorf("source %v, target with %v%%", d.SourceServiceRevisions, *d.TargetServiceRevision.RequestedProductionTrafficWeight)
		}
		b.steady()
	})
}

func TestBlueGreenGoesThroughItsStagesAndSwapsTheTargetGroups(t *testing.T) {
	inShift(t, shifting(types.DeploymentStrategyBlueGreen), func(t *testing.T, b *bench) {
		old := *b.describe().Deployments[0].Id
		b.upgrade()
		began := b.world.Now()
		var stages []string
		var shifted, cleaned time.Time
		b.until("SUCCESSFUL", func(d types.ServiceDeployment) bool {
			stage := string(d.LifecycleStage)
			if len(stages) == 0 || stages[len(stages)-1] != stage {
				stages = append(stages, stage)
			}
			v := b.describe()
			switch d.LifecycleStage {
			case stageProduction:
				if shifted.IsZero() {
					shifted = b.world.Now()
				}
			case stageBake:
				if got := b.weights(testListener); got != "100/0" {
					t.Errorf("weights while it bakes = %s, want 100/0", got)
				}
			case stageCleanUp:
				if cleaned.IsZero() {
					cleaned = b.world.Now()
				}
				return d.Status == types.ServiceDeploymentStatusSuccessful
			}
			if len(v.Deployments) != 2 || *v.Deployments[1].Id != old || v.Deployments[1].RunningCount != 2 || v.Deployments[1].DesiredCount != 2 {
				t.Errorf("at %s: deployments = %+v, want blue with its two tasks", stage, v.Deployments)
			}
			return false
		})
		// The stages that take no time pass in one look.
		if diff := cmp.Diff([]string{"", "SCALE_UP", "PRODUCTION_TRAFFIC_SHIFT", "BAKE_TIME", "CLEAN_UP"}, stages); diff != "" {
			t.Errorf("stages (-want +got):\n%s", diff)
		}
		if shift := cleaned.Sub(shifted); shift < 15*time.Minute || shift > 15*time.Minute+10*time.Second {
			t.Errorf("shift and bake time took %v, want ten minutes and five", shift)
		}
		if p, a := b.registered(testGroup), b.registered(greenGroup); p != 2 || a != 0 {
			t.Errorf("%d targets in the primary group and %d in the alternate, want 2 and 0", p, a)
		}
		v := b.steady()
		if *v.Deployments[0].Id == old || !strings.HasSuffix(*v.TaskDefinition, "gw:2") {
			t.Errorf("after %v the service runs %s", b.world.Now().Sub(began), *v.TaskDefinition)
		}
		if *v.LoadBalancers[0].TargetGroupArn != testGroup {
			t.Errorf("the configuration has turned into %v", v.LoadBalancers)
		}
	})
}

func TestTheTargetGroupInProductionIsToldByTheServiceRevision(t *testing.T) {
	inShift(t, shifting(types.DeploymentStrategyBlueGreen), func(t *testing.T, b *bench) {
		groupOf := func() string {
			out := try(b, b.DescribeServiceRevisions, &sdk.DescribeServiceRevisionsInput{ServiceRevisionArns: []string{*b.latest().TargetServiceRevision.Arn}})
			lb := out.ServiceRevisions[0].ResolvedConfiguration.LoadBalancers[0]
			if *lb.ProductionListenerRule != testListener {
				t.Errorf("production listener = %s", *lb.ProductionListenerRule)
			}
			return *lb.TargetGroupArn
		}
		for i, want := range []string{greenGroup, testGroup, greenGroup} {
			if i > 0 {
				b.upgrade()
				b.untilStatus(types.ServiceDeploymentStatusSuccessful)
			}
			if got := groupOf(); got != want {
				t.Errorf("deployment %d serves from %s, want %s", i, got, want)
			}
		}
	})
}

func TestTrafficMovesInTheStepsOfTheStrategy(t *testing.T) {
	tests := []struct {
		name   string
		change func(*sdk.CreateServiceInput)
		want   []string // "percent after minutes", from the first shift on
	}{
		{"canary", shifting(types.DeploymentStrategyCanary, func(c *types.DeploymentConfiguration) {
			c.CanaryConfiguration = &types.CanaryConfiguration{CanaryPercent: aws.Float64(2.5), CanaryBakeTimeInMinutes: aws.Int32(3)}
		}), []string{"2.5 after 0m", "100 after 13m"}},
		{"canary by default", shifting(types.DeploymentStrategyCanary), []string{"5 after 0m", "100 after 20m"}},
		{"linear", shifting(types.DeploymentStrategyLinear, func(c *types.DeploymentConfiguration) {
			c.LinearConfiguration = &types.LinearConfiguration{StepPercent: aws.Float64(40), StepBakeTimeInMinutes: aws.Int32(2)}
		}), []string{"40 after 0m", "80 after 12m", "100 after 24m"}},
		{"all at once", shifting(types.DeploymentStrategyCanary, func(c *types.DeploymentConfiguration) {
			c.CanaryConfiguration = &types.CanaryConfiguration{CanaryPercent: aws.Float64(100)}
		}), []string{"100 after 0m"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inShift(t, test.change, func(t *testing.T, b *bench) {
				b.upgrade()
				var got []string
				var first time.Time
				last := 0.0
				b.until("SUCCESSFUL", func(d types.ServiceDeployment) bool {
					percent := *d.TargetServiceRevision.RequestedProductionTrafficWeight
					if sum := percent + *d.SourceServiceRevisions[0].RequestedProductionTrafficWeight; sum != 100 {
						t.Errorf("the traffic adds up to %v%%", sum)
					}
					if percent != last {
						if last = percent; first.IsZero() {
							first = b.world.Now()
						}
						got = append(got, fmt.Sprintf("%v after %dm", percent, int(b.world.Now().Sub(first).Minutes())))
					}
					return d.Status == types.ServiceDeploymentStatusSuccessful
				})
				if diff := cmp.Diff(test.want, got); diff != "" {
					t.Errorf("traffic (-want +got):\n%s", diff)
				}
			})
		})
	}
}

func TestWeightsAreWholeNumbersThatELBTakes(t *testing.T) {
	tests := []struct {
		percent      float64
		green, other int32
	}{{0, 0, 100}, {5, 5, 95}, {100, 100, 0}, {2.5, 25, 975}, {0.1, 1, 999}, {99.9, 999, 1}}
	for _, test := range tests {
		if green, other := weights(test.percent); green != test.green || other != test.other {
			t.Errorf("weights(%v) = %d, %d, want %d, %d", test.percent, green, other, test.green, test.other)
		}
	}
}

func TestTestTrafficIsShiftedBeforeProductionTraffic(t *testing.T) {
	preview := func(in *sdk.CreateServiceInput) {
		shifting(types.DeploymentStrategyBlueGreen, pausing("", types.DeploymentLifecycleHookStagePostTestTrafficShift))(in)
		in.LoadBalancers[0].AdvancedConfiguration.TestListenerRule = aws.String(previewListener)
	}
	inShift(t, preview, func(t *testing.T, b *bench) {
		b.upgrade()
		d := b.untilStage(stagePostTestShift)
		if test, production := b.weights(previewListener), b.weights(testListener); test != "100/0" || production != "0/100" {
			t.Errorf("weights of the test listener %s and of the production listener %s, want 100/0 and 0/100", test, production)
		}
		if *d.TargetServiceRevision.RequestedTestTrafficWeight != 100 || *d.TargetServiceRevision.RequestedProductionTrafficWeight != 0 {
			t.Errorf("target revision = %+v", d.TargetServiceRevision)
		}
		try(b, b.StopServiceDeployment, &sdk.StopServiceDeploymentInput{ServiceDeploymentArn: d.ServiceDeploymentArn})
		b.untilStatus(types.ServiceDeploymentStatusRollbackSuccessful)
		if test := b.weights(previewListener); test != "0/100" {
			t.Errorf("weights of the test listener after the rollback = %s, want 0/100", test)
		}
	})
}

func TestTheCountHoldsForBothRevisions(t *testing.T) {
	inShift(t, shifting(types.DeploymentStrategyBlueGreen), func(t *testing.T, b *bench) {
		b.upgrade()
		b.untilStage(stageBake)
		b.update(func(in *sdk.UpdateServiceInput) { in.DesiredCount = aws.Int32(3) })
		b.wait(3 * time.Minute)
		if v := b.describe(); v.Deployments[0].RunningCount != 3 || v.Deployments[1].RunningCount != 3 {
			t.Errorf("green runs %d tasks and blue %d, want 3 and 3", v.Deployments[0].RunningCount, v.Deployments[1].RunningCount)
		}
		d := b.untilStatus(types.ServiceDeploymentStatusSuccessful)
		if d.TargetServiceRevision.RunningTaskCount != 3 {
			t.Errorf("the target revision runs %d tasks, want 3", d.TargetServiceRevision.RunningTaskCount)
		}
	})
}

func TestATaskThatEndsWhileTrafficShiftsIsReplacedOnItsSide(t *testing.T) {
	inShift(t, shifting(types.DeploymentStrategyBlueGreen), func(t *testing.T, b *bench) {
		b.upgrade()
		b.untilStage(stageProduction)
		blue := *b.describe().Deployments[1].Id
		tasks := b.tasks(types.DesiredStatusRunning)
		at := slices.IndexFunc(tasks, func(task types.Task) bool { return *task.StartedBy == blue })
		try(b, b.StopTask, &sdk.StopTaskInput{Cluster: aws.String("flex"), Task: tasks[at].TaskArn})
		b.wait(3 * time.Minute)
		if p, a := b.registered(testGroup), b.registered(greenGroup); p != 2 || a != 2 {
			t.Errorf("%d targets in the primary group and %d in the alternate, want 2 and 2", p, a)
		}
	})
}

func TestAServiceIsDeletedInTheMidstOfAShift(t *testing.T) {
	inShift(t, shifting(types.DeploymentStrategyBlueGreen), func(t *testing.T, b *bench) {
		b.upgrade()
		b.untilStage(stageBake)
		refused(b, b.DeleteService, &sdk.DeleteServiceInput{Cluster: aws.String("flex"), Service: aws.String("gw")}, "scaled above 0")
		try(b, b.DeleteService, &sdk.DeleteServiceInput{Cluster: aws.String("flex"), Service: aws.String("gw"), Force: aws.Bool(true)})
		b.wait(10 * time.Minute)
		if v := b.describe(); *v.Status != "INACTIVE" || v.RunningCount != 0 {
			t.Errorf("the service is %s with %d tasks", *v.Status, v.RunningCount)
		}
		if n := b.registered(testGroup) + b.registered(greenGroup); n != 0 {
			t.Errorf("%d targets are left", n)
		}
		if d := b.latest(); d.Status != types.ServiceDeploymentStatusStopped || d.StoppedAt == nil {
			t.Errorf("the deployment is %s", d.Status)
		}
	})
}

func TestAServiceWithoutTasksGoesThroughTheStagesToo(t *testing.T) {
	inShift(t, shifting(types.DeploymentStrategyBlueGreen), func(t *testing.T, b *bench) {
		b.update(func(in *sdk.UpdateServiceInput) { in.DesiredCount = aws.Int32(0) })
		b.wait(10 * time.Minute)
		old := *b.describe().Deployments[0].Id
		b.upgrade()
		d := b.untilStage(stageBake)
		if v := b.describe(); len(v.Deployments) != 2 || v.Deployments[0].RolloutState != types.DeploymentRolloutStateInProgress {
			t.Errorf("while it bakes, deployments = %+v", v.Deployments)
		}
		b.stop(d.ServiceDeploymentArn)
		b.untilStatus(types.ServiceDeploymentStatusRollbackSuccessful)
		if v := b.describe(); *v.Deployments[0].Id != old || b.weights(testListener) != "0/100" {
			t.Errorf("landed on %s with the weights %s", *v.Deployments[0].Id, b.weights(testListener))
		}
	})
}

func TestADeploymentBeginsThoughTheSchedulerWasAboutToLookForSomethingElse(t *testing.T) {
	inShift(t, shifting(types.DeploymentStrategyBlueGreen), func(_ *testing.T, b *bench) {
		b.update(func(in *sdk.UpdateServiceInput) { in.HealthCheckGracePeriodSeconds = aws.Int32(900) })
		b.wait(time.Second)
		b.update(func(in *sdk.UpdateServiceInput) { in.ForceNewDeployment = true })
		b.wait(time.Minute)
		if b.latest().LifecycleStage == "" {
			b.t.Fatal("a minute after the update the deployment has not begun")
		}
		b.untilStatus(types.ServiceDeploymentStatusSuccessful)
	})
}
