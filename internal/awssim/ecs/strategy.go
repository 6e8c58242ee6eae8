package ecs

import (
	"math"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

const (
	// mostBakeMinutes is AWS's limit of every bake time: 24 hours.
	mostBakeMinutes = 1440
	// The limits of a pause's timeout in minutes, and what is in force without one (API
	// reference, DeploymentLifecycleHookTimeoutConfiguration).
	leastPauseMinutes, mostPauseMinutes, usualPauseMinutes = 1, 20160, 1440
)

// shiftsTraffic reports whether a strategy brings a new revision up beside the old one
// and then moves production traffic to it.
func shiftsTraffic(strategy types.DeploymentStrategy) bool {
	return strategy == types.DeploymentStrategyBlueGreen || strategy == types.DeploymentStrategyLinear || strategy == types.DeploymentStrategyCanary
}

// withStrategy is a configuration with the strategy of the changed one and what belongs
// to it, and AWS's defaults (SDK, types.CanaryConfiguration and others).
func withStrategy(merged types.DeploymentConfiguration, changed *types.DeploymentConfiguration) types.DeploymentConfiguration {
	if changed != nil {
		if changed.Strategy != "" {
			merged.Strategy = changed.Strategy
		}
		merged.CanaryConfiguration = firstOf(changed.CanaryConfiguration, merged.CanaryConfiguration)
		merged.LinearConfiguration = firstOf(changed.LinearConfiguration, merged.LinearConfiguration)
		if changed.LifecycleHooks != nil {
			merged.LifecycleHooks = slices.Clone(changed.LifecycleHooks)
		}
	}
	if merged.Strategy == "" {
		merged.Strategy = types.DeploymentStrategyRolling
	}
	if merged.Strategy == types.DeploymentStrategyCanary {
		c := *orDefault(merged.CanaryConfiguration, types.CanaryConfiguration{})
		c.CanaryPercent = orDefault(c.CanaryPercent, 5.0)
		c.CanaryBakeTimeInMinutes = orDefault(c.CanaryBakeTimeInMinutes, 10)
		merged.CanaryConfiguration = &c
	} else {
		merged.CanaryConfiguration = nil
	}
	if merged.Strategy == types.DeploymentStrategyLinear {
		l := *orDefault(merged.LinearConfiguration, types.LinearConfiguration{})
		l.StepPercent = orDefault(l.StepPercent, 10.0)
		l.StepBakeTimeInMinutes = orDefault(l.StepBakeTimeInMinutes, 6)
		merged.LinearConfiguration = &l
	} else {
		merged.LinearConfiguration = nil
	}
	if !shiftsTraffic(merged.Strategy) {
		merged.LifecycleHooks = nil
	}
	for i, h := range merged.LifecycleHooks {
		merged.LifecycleHooks[i] = withTimeout(h)
	}
	return merged
}

// withTimeout is a pause with its timeout, which is a day and a rollback by default.
func withTimeout(h types.DeploymentLifecycleHook) types.DeploymentLifecycleHook {
	t := *orDefault(h.TimeoutConfiguration, types.DeploymentLifecycleHookTimeoutConfiguration{})
	t.TimeoutInMinutes = orDefault(t.TimeoutInMinutes, usualPauseMinutes)
	if t.Action == "" {
		t.Action = types.DeploymentLifecycleHookActionRollback
	}
	h.TimeoutConfiguration = &t
	return h
}

// checkDeploymentStrategy holds a strategy and what belongs to it against AWS's rules; given is
// the part of the configuration that the caller wrote. The sentences are not AWS's.
func checkDeploymentStrategy(all types.DeploymentConfiguration, given *types.DeploymentConfiguration) error {
	if given == nil {
		return nil
	}
	switch {
	case given.Alarms != nil && given.Alarms.Enable:
		return core.Errorf(codeUnsupportedFeature, "CloudWatch alarms of deployments are not simulated.")
	case given.Strategy == types.DeploymentStrategyBlueGreen && given.BakeTimeInMinutes == nil:
		return invalidParameter("bakeTimeInMinutes must be provided when the deployment strategy is BLUE_GREEN.")
	case !isBakeTime(given.BakeTimeInMinutes):
		return invalidParameter("bakeTimeInMinutes must be between 0 and %d.", mostBakeMinutes)
	case given.CanaryConfiguration != nil && all.Strategy != types.DeploymentStrategyCanary:
		return invalidParameter("canaryConfiguration is only valid when the deployment strategy is CANARY.")
	case given.LinearConfiguration != nil && all.Strategy != types.DeploymentStrategyLinear:
		return invalidParameter("linearConfiguration is only valid when the deployment strategy is LINEAR.")
	case len(given.LifecycleHooks) > 0 && !shiftsTraffic(all.Strategy):
		return invalidParameter("lifecycleHooks are not valid when the deployment strategy is %s.", all.Strategy)
	}
	if c := all.CanaryConfiguration; c != nil {
		if !isPercent(*c.CanaryPercent, 0.1) || !isBakeTime(c.CanaryBakeTimeInMinutes) {
			return invalidParameter("canaryPercent must be a multiple of 0.1 from 0.1 to 100.0, and canaryBakeTimeInMinutes between 0 and %d.", mostBakeMinutes)
		}
	}
	if l := all.LinearConfiguration; l != nil {
		if !isPercent(*l.StepPercent, 3) || !isBakeTime(l.StepBakeTimeInMinutes) {
			return invalidParameter("stepPercent must be a multiple of 0.1 from 3.0 to 100.0, and stepBakeTimeInMinutes between 0 and %d.", mostBakeMinutes)
		}
	}
	for _, h := range given.LifecycleHooks {
		if err := checkHook(h); err != nil {
			return err
		}
	}
	return nil
}

func isBakeTime(minutes *int32) bool {
	return minutes == nil || *minutes >= 0 && *minutes <= mostBakeMinutes
}

// isPercent reports whether a percentage is a multiple of 0.1 from least to 100.
func isPercent(p, least float64) bool {
	return p >= least && p <= 100 && math.Abs(p*10-math.Round(p*10)) < 1e-6
}

// checkHook holds a lifecycle hook against AWS's rules (SDK, types.DeploymentLifecycleHook).
func checkHook(h types.DeploymentLifecycleHook) error {
	if h.TargetType != types.DeploymentLifecycleHookTargetTypePause {
		return core.Errorf(codeUnsupportedFeature, "Lifecycle hooks of the type AWS_LAMBDA are not simulated.")
	}
	if aws.ToString(h.HookTargetArn) != "" {
		return invalidParameter("hookTargetArn is not valid for lifecycle hooks of the type PAUSE.")
	}
	if len(h.LifecycleStages) == 0 {
		return invalidParameter("lifecycleStages must be provided for a lifecycle hook.")
	}
	for _, stage := range h.LifecycleStages {
		if stage == types.DeploymentLifecycleHookStageTestTrafficShift || stage == types.DeploymentLifecycleHookStageProductionTrafficShift {
			return invalidParameter("PAUSE hooks cannot be configured at the lifecycle stage %s.", stage)
		}
	}
	if minutes := *withTimeout(h).TimeoutConfiguration.TimeoutInMinutes; minutes < leastPauseMinutes || minutes > mostPauseMinutes {
		return invalidParameter("timeoutInMinutes must be between %d and %d.", leastPauseMinutes, mostPauseMinutes)
	}
	return nil
}
