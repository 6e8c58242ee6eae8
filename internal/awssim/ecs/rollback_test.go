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

func (b *bench) stop(arn *string) {
	b.t.Helper()
	try(b, b.StopServiceDeployment, &sdk.StopServiceDeploymentInput{ServiceDeploymentArn: arn, StopType: types.StopServiceDeploymentStopTypeRollback})
}

func TestStoppingARollingDeploymentRollsItBackUnderTheOldID(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		// No rollback is configured.
		try(b, b.CreateService, serviceOf(2, func(in *sdk.CreateServiceInput) { in.DeploymentConfiguration = nil }))
		old := *b.steady().Deployments[0].Id
		first := b.latest().ServiceDeploymentArn
		b.upgrade()
		b.wait(30 * time.Second)
		d := b.latest()
		b.stop(d.ServiceDeploymentArn)
		if d = b.latest(); d.Status != types.ServiceDeploymentStatusRollbackRequested {
			t.Errorf("at once it is %s, want ROLLBACK_REQUESTED", d.Status)
		}
		b.stop(d.ServiceDeploymentArn) // it continues
		b.wait(10 * time.Second)
		if d = b.latest(); d.Status != types.ServiceDeploymentStatusRollbackInProgress || *d.Rollback.Reason != stopRequested {
			t.Errorf("then it is %s, %+v", d.Status, d.Rollback)
		}
		v := b.steady()
		if *v.Deployments[0].Id != old || !strings.HasSuffix(*v.TaskDefinition, "gw:1") {
			t.Errorf("landed on %s with %s, want the old deployment", *v.Deployments[0].Id, *v.TaskDefinition)
		}
		if d = b.latest(); d.Status != types.ServiceDeploymentStatusRollbackSuccessful {
			t.Errorf("in the end it is %s", d.Status)
		}
		refused(b, b.StopServiceDeployment, &sdk.StopServiceDeploymentInput{ServiceDeploymentArn: d.ServiceDeploymentArn}, codeConflict)
		refused(b, b.StopServiceDeployment, &sdk.StopServiceDeploymentInput{ServiceDeploymentArn: first}, codeConflict)
	})
}

func TestWhatCannotBeStoppedIsRefused(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(1))
		d := b.latest()
		refused(b, b.StopServiceDeployment, &sdk.StopServiceDeploymentInput{ServiceDeploymentArn: d.ServiceDeploymentArn}, "there is no previous service revision")
		refused(b, b.StopServiceDeployment, &sdk.StopServiceDeploymentInput{ServiceDeploymentArn: d.ServiceDeploymentArn, StopType: types.StopServiceDeploymentStopTypeAbort}, codeUnsupportedFeature)
		refused(b, b.StopServiceDeployment, &sdk.StopServiceDeploymentInput{ServiceDeploymentArn: aws.String(*d.ServiceDeploymentArn + "x")}, codeRolloutNotFound)
	})
}

func TestARollbackTakesTheTrafficBackBeforeGreenGoes(t *testing.T) {
	inShift(t, shifting(types.DeploymentStrategyBlueGreen), func(t *testing.T, b *bench) {
		old := *b.describe().Deployments[0].Id
		b.upgrade()
		d := b.untilStage(stageBake)
		b.stop(d.ServiceDeploymentArn)
		b.until("back in a traffic shift", func(d types.ServiceDeployment) bool { return d.LifecycleStage == stageProduction })
		if got := b.weights(testListener); got != "0/100" {
			t.Errorf("weights = %s, want all on blue again", got)
		}
		v := b.describe()
		if *v.Deployments[0].Id != old || v.Deployments[1].RolloutState != types.DeploymentRolloutStateFailed || v.Deployments[1].RunningCount != 2 {
			t.Errorf("while the traffic moves back, deployments = %+v", v.Deployments)
		}
		b.wait(9 * time.Minute)
		if v := b.describe(); v.RunningCount != 4 {
			t.Errorf("%d tasks run before the ten minutes are over, want 4", v.RunningCount)
		}
		d = b.untilStatus(types.ServiceDeploymentStatusRollbackSuccessful)
		if *d.TargetServiceRevision.RequestedProductionTrafficWeight != 0 || *d.Rollback.ServiceRevisionArn != *d.SourceServiceRevisions[0].Arn {
			t.Errorf("rolled back to %+v with %v%% on green", d.Rollback, *d.TargetServiceRevision.RequestedProductionTrafficWeight)
		}
		if v = b.steady(); *v.Deployments[0].Id != old || v.RunningCount != 2 {
			t.Errorf("landed on %s with %d tasks", *v.Deployments[0].Id, v.RunningCount)
		}
		if p, a := b.registered(testGroup), b.registered(greenGroup); p != 0 || a != 2 {
			t.Errorf("%d targets in the primary group and %d in the alternate, want 0 and 2", p, a)
		}
	})
}

func TestGreenTasksThatDoNotStartTripTheBreakerAndTrafficNeverMoves(t *testing.T) {
	inShift(t, shifting(types.DeploymentStrategyCanary), func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition(image("mulesoft/flex-gateway:9.9.9")))
		b.update(toNewest)
		d := b.until("over", func(d types.ServiceDeployment) bool {
			if got := b.weights(testListener); got != "0/100" {
				t.Errorf("weights = %s", got)
			}
			return d.FinishedAt != nil
		})
		if d.Status != types.ServiceDeploymentStatusRollbackSuccessful || *d.StatusReason != tasksFailedToStart {
			t.Errorf("it is %s: %s", d.Status, aws.ToString(d.StatusReason))
		}
		if v := b.steady(); !strings.HasSuffix(*v.TaskDefinition, "gw:1") {
			t.Errorf("the service runs %s", *v.TaskDefinition)
		}
	})
}

func TestWithoutABreakerAStageIsGivenUpAfterADay(t *testing.T) {
	patient := func(in *sdk.CreateServiceInput) {
		shifting(types.DeploymentStrategyBlueGreen)(in)
		in.DeploymentConfiguration.DeploymentCircuitBreaker = nil
	}
	inShift(t, patient, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition(image("mulesoft/flex-gateway:9.9.9")))
		b.update(toNewest)
		b.wait(23 * time.Hour)
		if d := b.latest(); d.LifecycleStage != stageScaleUp || d.Status != types.ServiceDeploymentStatusInProgress {
			t.Errorf("after 23 hours it is %s at %s", d.Status, d.LifecycleStage)
		}
		if d := b.untilStatus(types.ServiceDeploymentStatusRollbackSuccessful); *d.StatusReason != stageTimedOut {
			t.Errorf("reason = %s", *d.StatusReason)
		}
	})
}

func TestAnUpdateInTheMidstOfAShiftIsReconciledFirst(t *testing.T) {
	inShift(t, shifting(types.DeploymentStrategyCanary), func(t *testing.T, b *bench) {
		b.upgrade()
		interrupted := b.untilStage(stageProduction)
		b.upgrade()
		d := b.untilStage(stageReconcile)
		if got := b.weights(testListener); got != "0/100" {
			t.Errorf("weights while it reconciles = %s, want all on blue", got)
		}
		if len(d.SourceServiceRevisions) != 1 || *d.SourceServiceRevisions[0].Arn != *interrupted.SourceServiceRevisions[0].Arn {
			t.Errorf("source = %v, want what served before", d.SourceServiceRevisions)
		}
		b.untilStage(stageScaleUp)
		if n := len(b.describe().Deployments); n != 2 {
			t.Errorf("%d deployments, want 2: the interrupted one is gone", n)
		}
		b.untilStatus(types.ServiceDeploymentStatusSuccessful)
		if v := b.steady(); !strings.HasSuffix(*v.TaskDefinition, "gw:3") || b.weights(testListener) != "100/0" {
			t.Errorf("landed on %s with the weights %s", *v.TaskDefinition, b.weights(testListener))
		}
		list := try(b, b.ListServiceDeployments, &sdk.ListServiceDeploymentsInput{Cluster: aws.String("flex"), Service: aws.String("gw")})
		var statuses []types.ServiceDeploymentStatus
		for _, brief := range list.ServiceDeployments {
			statuses = append(statuses, brief.Status)
		}
		want := []types.ServiceDeploymentStatus{types.ServiceDeploymentStatusSuccessful, types.ServiceDeploymentStatusStopped, types.ServiceDeploymentStatusSuccessful}
		if diff := cmp.Diff(want, statuses); diff != "" {
			t.Errorf("history (-want +got):\n%s", diff)
		}
	})
}

func TestAnUpdateWhileGreenBakesTakesGreenForBlue(t *testing.T) {
	inShift(t, shifting(types.DeploymentStrategyBlueGreen), func(t *testing.T, b *bench) {
		b.upgrade()
		baking := b.untilStage(stageBake)
		b.upgrade()
		d := b.untilStage(stageScaleUp)
		if *d.SourceServiceRevisions[0].Arn != *baking.TargetServiceRevision.Arn {
			t.Errorf("source = %s, want what was baking", *d.SourceServiceRevisions[0].Arn)
		}
		if got := b.weights(testListener); got != "100/0" {
			t.Errorf("weights = %s, want 100/0 as before", got)
		}
		b.untilStatus(types.ServiceDeploymentStatusSuccessful)
		if got := b.weights(testListener); got != "0/100" {
			t.Errorf("weights in the end = %s, want 0/100", got)
		}
	})
}

func TestListenersThatDoNotForwardToBothGroupsFailTheDeployment(t *testing.T) {
	inShift(t, shifting(types.DeploymentStrategyBlueGreen), func(t *testing.T, b *bench) {
		b.world.Do(func() { b.aws.shares[testListener] = b.aws.shares[testListener][:1] })
		b.upgrade()
		if d := b.untilStatus(types.ServiceDeploymentStatusRollbackSuccessful); *d.StatusReason != unpaired {
			t.Errorf("reason = %s", *d.StatusReason)
		}
	})
}

func TestARoleThatMayNotModifyListenersFailsTheDeployment(t *testing.T) {
	inShift(t, shifting(types.DeploymentStrategyBlueGreen), func(t *testing.T, b *bench) {
		b.world.Do(func() { b.aws.denied[modifyListener] = true })
		b.upgrade()
		d := b.until("over", func(d types.ServiceDeployment) bool { return d.FinishedAt != nil })
		if d.Status != types.ServiceDeploymentStatusRollbackSuccessful || !strings.Contains(*d.StatusReason, "is not authorized to perform: elasticloadbalancing:ModifyListener") {
			t.Errorf("it is %s: %s", d.Status, *d.StatusReason)
		}
	})
}

func TestARollbackThatCannotTakeTheTrafficBackFails(t *testing.T) {
	inShift(t, shifting(types.DeploymentStrategyBlueGreen), func(t *testing.T, b *bench) {
		b.upgrade()
		d := b.untilStage(stageBake)
		b.world.Do(func() { b.aws.denied[modifyListener] = true })
		b.stop(d.ServiceDeploymentArn)
		b.untilStatus(types.ServiceDeploymentStatusRollbackFailed)
		b.wait(time.Hour)
		if v := b.describe(); b.weights(testListener) != "100/0" || v.Deployments[1].RunningCount != 2 {
			t.Errorf("weights %s, deployments %+v: want green to serve on", b.weights(testListener), v.Deployments)
		}
	})
}

func TestAServiceGoesFromRollingUpdatesToBlueGreenAndBack(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(2))
		b.steady()
		created := serviceOf(2, shifting(types.DeploymentStrategyBlueGreen))
		b.upgrade(func(in *sdk.UpdateServiceInput) {
			in.LoadBalancers, in.DeploymentConfiguration = created.LoadBalancers, created.DeploymentConfiguration
		})
		d := b.untilStatus(types.ServiceDeploymentStatusSuccessful)
		if len(d.SourceServiceRevisions) != 1 || b.weights(testListener) != "0/100" {
			t.Errorf("source %v, weights %s", d.SourceServiceRevisions, b.weights(testListener))
		}
		v := b.update(func(in *sdk.UpdateServiceInput) {
			in.DeploymentConfiguration = &types.DeploymentConfiguration{Strategy: types.DeploymentStrategyRolling}
			in.LoadBalancers = serviceOf(2).LoadBalancers
			in.LoadBalancers[0].TargetGroupArn = aws.String(greenGroup)
		})
		if v.DeploymentConfiguration.Strategy != types.DeploymentStrategyRolling {
			t.Errorf("strategy = %s", v.DeploymentConfiguration.Strategy)
		}
		b.steady()
		if n := b.registered(greenGroup); n != 2 {
			t.Errorf("%d targets in the group in production, want 2", n)
		}
	})
}
