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

// hook is the pause that the latest deployment waits at.
func (b *bench) hook() (types.ServiceDeployment, types.DeploymentLifecycleHookDetail) {
	b.t.Helper()
	d := b.until("at a pause", func(d types.ServiceDeployment) bool {
		n := len(d.LifecycleHookDetails)
		return n > 0 && d.LifecycleHookDetails[n-1].Status == types.DeploymentLifecycleHookStatusAwaitingAction
	})
	return d, d.LifecycleHookDetails[len(d.LifecycleHookDetails)-1]
}

func TestAPauseHoldsTheDeploymentUntilItIsContinued(t *testing.T) {
	pause := pausing(types.DeploymentLifecycleHookActionRollback, types.DeploymentLifecycleHookStagePreProductionTrafficShift)
	inShift(t, shifting(types.DeploymentStrategyBlueGreen, pause), func(t *testing.T, b *bench) {
		b.upgrade()
		d, h := b.hook()
		if !strings.HasPrefix(*h.HookId, "ecs-pause-") || h.TargetType != types.DeploymentLifecycleHookTargetTypePause || h.TimeoutAction != types.DeploymentLifecycleHookActionRollback {
			t.Errorf("hook = %+v", h)
		}
		if d.Status != types.ServiceDeploymentStatusInProgress || d.LifecycleStage != stagePreProduction {
			t.Errorf("it pauses as %s at %s", d.Status, d.LifecycleStage)
		}
		b.wait(50 * time.Minute)
		if d = b.latest(); d.LifecycleStage != stagePreProduction || b.weights(testListener) != "0/100" {
			t.Errorf("after 50 minutes it is at %s with the weights %s", d.LifecycleStage, b.weights(testListener))
		}
		b.proceed(d)
		refused(b, b.ContinueServiceDeployment, &sdk.ContinueServiceDeploymentInput{ServiceDeploymentArn: d.ServiceDeploymentArn, HookId: h.HookId}, "is not awaiting an action")
		d = b.untilStatus(types.ServiceDeploymentStatusSuccessful)
		if got := d.LifecycleHookDetails[0].Status; got != types.DeploymentLifecycleHookStatusSucceeded {
			t.Errorf("the hook is %s, want SUCCEEDED", got)
		}
	})
}

func TestAPauseThatTimesOutDoesAsItWasTold(t *testing.T) {
	tests := []struct {
		action types.DeploymentLifecycleHookAction
		want   types.ServiceDeploymentStatus
	}{
		{types.DeploymentLifecycleHookActionRollback, types.ServiceDeploymentStatusRollbackSuccessful},
		{"", types.ServiceDeploymentStatusRollbackSuccessful}, // the default
		{types.DeploymentLifecycleHookActionContinue, types.ServiceDeploymentStatusSuccessful},
	}
	for _, test := range tests {
		t.Run(string(test.action), func(t *testing.T) {
			pause := pausing(test.action, types.DeploymentLifecycleHookStagePostScaleUp)
			inShift(t, shifting(types.DeploymentStrategyBlueGreen, pause), func(t *testing.T, b *bench) {
				b.upgrade()
				_, h := b.hook()
				if left := h.ExpiresAt.Sub(b.world.Now()); left > time.Hour || left < 59*time.Minute {
					t.Errorf("it expires in %v, want an hour", left)
				}
				b.wait(61 * time.Minute)
				if got := b.latest().LifecycleHookDetails[0].Status; got != types.DeploymentLifecycleHookStatusTimedOut {
					t.Errorf("the hook is %s, want TIMED_OUT", got)
				}
				b.untilStatus(test.want)
			})
		})
	}
}

func TestAPauseBeforeTheShiftComesAtEveryStep(t *testing.T) {
	pause := pausing("", types.DeploymentLifecycleHookStagePreProductionTrafficShift)
	inShift(t, shifting(types.DeploymentStrategyCanary, pause), func(t *testing.T, b *bench) {
		b.upgrade()
		var at []float64
		for range 2 {
			d, _ := b.hook()
			at = append(at, *d.TargetServiceRevision.RequestedProductionTrafficWeight)
			b.proceed(d)
		}
		if diff := cmp.Diff([]float64{0, 5}, at); diff != "" {
			t.Errorf("traffic of green at the pauses (-want +got):\n%s", diff)
		}
		b.untilStatus(types.ServiceDeploymentStatusSuccessful)
	})
}

func TestAPauseIsEndedByARollback(t *testing.T) {
	end := map[string]func(b *bench, d types.ServiceDeployment, h types.DeploymentLifecycleHookDetail){
		"of ContinueServiceDeployment": func(b *bench, d types.ServiceDeployment, h types.DeploymentLifecycleHookDetail) {
			try(b, b.ContinueServiceDeployment, &sdk.ContinueServiceDeploymentInput{
				ServiceDeploymentArn: d.ServiceDeploymentArn, HookId: h.HookId, Action: types.DeploymentLifecycleHookActionRollback,
			})
		},
		"of StopServiceDeployment": func(b *bench, d types.ServiceDeployment, _ types.DeploymentLifecycleHookDetail) {
			b.stop(d.ServiceDeploymentArn)
		},
	}
	for name, rollBack := range end {
		t.Run(name, func(t *testing.T) {
			pause := pausing("", types.DeploymentLifecycleHookStagePostProductionTrafficShift)
			inShift(t, shifting(types.DeploymentStrategyBlueGreen, pause), func(t *testing.T, b *bench) {
				b.upgrade()
				d, h := b.hook()
				rollBack(b, d, h)
				b.untilStatus(types.ServiceDeploymentStatusRollbackSuccessful)
				if got := b.weights(testListener); got != "0/100" {
					t.Errorf("weights = %s, want all on blue", got)
				}
				refused(b, b.ContinueServiceDeployment, &sdk.ContinueServiceDeploymentInput{ServiceDeploymentArn: d.ServiceDeploymentArn, HookId: h.HookId}, "is not awaiting an action")
				refused(b, b.ContinueServiceDeployment, &sdk.ContinueServiceDeploymentInput{ServiceDeploymentArn: aws.String("x"), HookId: h.HookId}, codeRolloutNotFound)
			})
		})
	}
}
