package gateway

import (
	"slices"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// The defaults of the strategies that move traffic, in minutes and percent. Those of the
// steps are AWS's own.
const (
	defaultBakeTimeMinutes     int32 = 5
	defaultPauseTimeoutMinutes int32 = 1440
	defaultStepPercent         int32 = 10
	defaultStepBakeMinutes     int32 = 6
	defaultCanaryPercent       int32 = 5
	defaultCanaryBakeMinutes   int32 = 10
)

// strategies are ECS's names of the strategies that move traffic.
var strategies = map[v1alpha1.RolloutStrategy]ecstypes.DeploymentStrategy{
	v1alpha1.StrategyBlueGreen: ecstypes.DeploymentStrategyBlueGreen,
	v1alpha1.StrategyLinear:    ecstypes.DeploymentStrategyLinear,
	v1alpha1.StrategyCanary:    ecstypes.DeploymentStrategyCanary,
}

// stages are ECS's names of the stages at which a rollout can pause.
var stages = map[v1alpha1.RolloutStage]ecstypes.DeploymentLifecycleHookStage{
	v1alpha1.StagePreScaleUp:                 ecstypes.DeploymentLifecycleHookStagePreScaleUp,
	v1alpha1.StagePostScaleUp:                ecstypes.DeploymentLifecycleHookStagePostScaleUp,
	v1alpha1.StagePreProductionTrafficShift:  ecstypes.DeploymentLifecycleHookStagePreProductionTrafficShift,
	v1alpha1.StagePostProductionTrafficShift: ecstypes.DeploymentLifecycleHookStagePostProductionTrafficShift,
}

// moves wants what only the strategies that move traffic need.
func (b *builder) moves() engine.Option {
	return engine.Wanted(b.spec.Rollout.Strategy.ShiftsTraffic())
}

// shift is how the strategy moves traffic; nothing for a rolling update.
func (b *builder) shift() resource.Shift {
	rollout := b.spec.Rollout
	if !rollout.Strategy.ShiftsTraffic() {
		return resource.Shift{}
	}
	s := resource.Shift{Strategy: strategies[rollout.Strategy], BakeMinutes: orDefault(rollout.BakeTimeMinutes, defaultBakeTimeMinutes)}
	switch rollout.Strategy {
	case v1alpha1.StrategyLinear:
		linear := rollout.Linear
		if linear == nil {
			linear = &v1alpha1.LinearStrategy{}
		}
		s.StepPercent, s.StepMinutes = percent(linear.StepPercent, defaultStepPercent), orDefault(linear.StepBakeMinutes, defaultStepBakeMinutes)
	case v1alpha1.StrategyCanary:
		canary := rollout.Canary
		if canary == nil {
			canary = &v1alpha1.CanaryStrategy{}
		}
		s.StepPercent, s.StepMinutes = percent(canary.Percent, defaultCanaryPercent), orDefault(canary.BakeMinutes, defaultCanaryBakeMinutes)
	}
	for _, stage := range rollout.PauseAt {
		s.PauseAt = append(s.PauseAt, stages[stage])
	}
	slices.Sort(s.PauseAt)
	if len(s.PauseAt) > 0 {
		s.PauseMinutes = orDefault(rollout.PauseTimeoutMinutes, defaultPauseTimeoutMinutes)
	}
	return s
}

func percent(n, otherwise int32) float64 {
	if n == 0 {
		n = otherwise
	}
	return float64(n)
}
