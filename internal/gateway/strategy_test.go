package gateway

import (
	"testing"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/resource"
)

func TestTheSpecsStrategyInECSsWords(t *testing.T) {
	minutes := int32(3)
	for name, test := range map[string]struct {
		spec v1alpha1.RolloutSpec
		want resource.Shift
	}{
		"nothing": {v1alpha1.RolloutSpec{}, resource.Shift{}},
		"rolling": {v1alpha1.RolloutSpec{Strategy: v1alpha1.StrategyRolling}, resource.Shift{}},
		"blue/green by default": {
			v1alpha1.RolloutSpec{Strategy: v1alpha1.StrategyBlueGreen}, resource.Shift{Strategy: ecstypes.DeploymentStrategyBlueGreen, BakeMinutes: 5},
		},
		"linear by default": {
			v1alpha1.RolloutSpec{Strategy: v1alpha1.StrategyLinear},
			resource.Shift{Strategy: ecstypes.DeploymentStrategyLinear, BakeMinutes: 5, StepPercent: 10, StepMinutes: 6},
		},
		"a canary that pauses": {
			v1alpha1.RolloutSpec{
				Strategy: v1alpha1.StrategyCanary, BakeTimeMinutes: &minutes, Canary: &v1alpha1.CanaryStrategy{Percent: 1, BakeMinutes: &minutes},
				PauseAt: []v1alpha1.RolloutStage{v1alpha1.StagePreScaleUp, v1alpha1.StagePostScaleUp}, PauseTimeoutMinutes: &minutes,
			},
			resource.Shift{
				Strategy: ecstypes.DeploymentStrategyCanary, BakeMinutes: 3, StepPercent: 1, StepMinutes: 3, PauseMinutes: 3,
				PauseAt: []ecstypes.DeploymentLifecycleHookStage{ecstypes.DeploymentLifecycleHookStagePostScaleUp, ecstypes.DeploymentLifecycleHookStagePreScaleUp},
			},
		},
	} {
		gw := deployment()
		gw.Spec.Rollout = test.spec
		if diff := cmp.Diff(test.want, newBuilder(inputOf(gw)).shift()); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestEveryStageOfTheAPIIsOneOfECSs(t *testing.T) {
	known := ecstypes.DeploymentLifecycleHookStage("").Values()
	for stage, name := range stages {
		found := false
		for _, k := range known {
			found = found || k == name
		}
		if !found {
			t.Errorf("%s is %q, which ECS does not know", stage, name)
		}
	}
}
