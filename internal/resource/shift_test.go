package resource

import (
	"testing"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"
)

func TestAStrategyIsReadAsItWasWritten(t *testing.T) {
	for name, want := range map[string]Shift{
		"rolling":    {},
		"blue/green": {Strategy: ecstypes.DeploymentStrategyBlueGreen, BakeMinutes: 5},
		"linear":     {Strategy: ecstypes.DeploymentStrategyLinear, StepPercent: 12, StepMinutes: 0},
		"canary": {
			Strategy: ecstypes.DeploymentStrategyCanary, BakeMinutes: 1, StepPercent: 5, StepMinutes: 10, PauseMinutes: 60,
			PauseAt: []ecstypes.DeploymentLifecycleHookStage{ecstypes.DeploymentLifecycleHookStagePostScaleUp, ecstypes.DeploymentLifecycleHookStagePreScaleUp},
		},
	} {
		var c ecstypes.DeploymentConfiguration
		want.configure(&c)
		got := shiftOf(&c)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-written +read):\n%s", name, diff)
		}
		delta := compare.NewDelta()
		want.diff(delta, got)
		if len(delta.Differences) > 0 {
			t.Errorf("%s differs from itself: %v", name, delta.Differences)
		}
	}
	if got := shiftOf(nil); got.isOn() {
		t.Errorf("no answer is read as %+v", got)
	}
}

func TestPausesAreTakenAwayByAnEmptyList(t *testing.T) {
	var c ecstypes.DeploymentConfiguration
	Shift{Strategy: ecstypes.DeploymentStrategyBlueGreen}.configure(&c)
	if c.LifecycleHooks == nil || len(c.LifecycleHooks) != 0 {
		t.Errorf("hooks = %v, want an empty list: an absent one would leave those that are there", c.LifecycleHooks)
	}
}

func TestWhatECSSaysOfAMovingDeployment(t *testing.T) {
	expires := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	passed := ecstypes.DeploymentLifecycleHookDetail{HookId: aws.String("1"), Status: ecstypes.DeploymentLifecycleHookStatusSucceeded}
	waiting := ecstypes.DeploymentLifecycleHookDetail{HookId: aws.String("2"), Status: ecstypes.DeploymentLifecycleHookStatusAwaitingAction, ExpiresAt: &expires}
	tests := []struct {
		name string
		said ecstypes.ServiceDeployment
		want *Moving
	}{
		{"nothing", ecstypes.ServiceDeployment{}, nil},
		{"a stage alone", ecstypes.ServiceDeployment{LifecycleStage: "SCALE_UP"}, &Moving{Stage: "SCALE_UP"}},
		{"traffic", ecstypes.ServiceDeployment{
			LifecycleStage: "PRODUCTION_TRAFFIC_SHIFT", LifecycleHookDetails: []ecstypes.DeploymentLifecycleHookDetail{passed},
			TargetServiceRevision: &ecstypes.ServiceRevisionSummary{RequestedProductionTrafficWeight: aws.Float64(5)},
		}, &Moving{Stage: "PRODUCTION_TRAFFIC_SHIFT", Percent: 5}},
		{"a pause", ecstypes.ServiceDeployment{
			LifecycleStage: "POST_SCALE_UP", LifecycleHookDetails: []ecstypes.DeploymentLifecycleHookDetail{passed, waiting},
			Status: ecstypes.ServiceDeploymentStatusInProgress,
		}, &Moving{Stage: "POST_SCALE_UP", Pause: &Pause{HookID: "2", ExpiresAt: expires}}},
		{"a rollback from a pause", ecstypes.ServiceDeployment{
			LifecycleStage: "CLEAN_UP", LifecycleHookDetails: []ecstypes.DeploymentLifecycleHookDetail{passed, waiting},
			Status: ecstypes.ServiceDeploymentStatusRollbackInProgress,
		}, &Moving{Stage: "CLEAN_UP"}},
		{"an end", ecstypes.ServiceDeployment{LifecycleStage: "CLEAN_UP", FinishedAt: &expires}, nil},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, moving(test.said)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestAPersonsWordIsForOneDeploymentAndOnePause(t *testing.T) {
	inFlight := &ServiceState{
		ServiceDeployment: "arn", Moving: &Moving{Pause: &Pause{HookID: "hook"}},
		Deployments: []Deployment{{ID: "ecs-svc/2", Rollout: ecstypes.DeploymentRolloutStateInProgress}},
	}
	over := &ServiceState{ServiceDeployment: "arn", Deployments: []Deployment{{ID: "ecs-svc/2", Rollout: ecstypes.DeploymentRolloutStateCompleted}}}
	tests := []struct {
		name           string
		service        Service
		observed       *ServiceState
		abort, promote bool
	}{
		{"nobody has said anything", Service{}, inFlight, false, false},
		{"this one", Service{Abort: "ecs-svc/2", Promote: "hook"}, inFlight, true, true},
		{"another one", Service{Abort: "ecs-svc/1", Promote: "other"}, inFlight, false, false},
		{"one that is over", Service{Abort: "ecs-svc/2", Promote: "hook"}, over, false, false},
	}
	for _, test := range tests {
		if abort, promote := test.service.mayAbort(test.observed), test.service.mayPromote(test.observed); abort != test.abort || promote != test.promote {
			t.Errorf("%s: abort %v, promote %v; want %v, %v", test.name, abort, promote, test.abort, test.promote)
		}
	}
}
