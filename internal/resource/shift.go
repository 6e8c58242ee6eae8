package resource

import (
	"slices"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// Shift is how a strategy moves traffic from one target group to the other. The zero
// value is a rolling update, which moves none.
type Shift struct {
	// Strategy is BLUE_GREEN, LINEAR or CANARY; empty for a rolling update.
	Strategy ecstypes.DeploymentStrategy
	// BakeMinutes is how long the old tasks are kept once the new ones have all traffic.
	BakeMinutes int32
	// StepPercent is what each step of LINEAR moves, or the first one of CANARY, and
	// StepMinutes how long such a step is left as it is.
	StepPercent float64
	StepMinutes int32
	// PauseAt are the stages at which a deployment waits for a person, in order, and
	// PauseMinutes how long at each.
	PauseAt      []ecstypes.DeploymentLifecycleHookStage
	PauseMinutes int32
}

// isOn is true where traffic is moved.
func (s Shift) isOn() bool { return s.Strategy != "" }

// configure puts the strategy into what ECS is told.
func (s Shift) configure(c *ecstypes.DeploymentConfiguration) {
	if !s.isOn() {
		c.Strategy = ecstypes.DeploymentStrategyRolling
		return
	}
	c.Strategy, c.BakeTimeInMinutes = s.Strategy, &s.BakeMinutes
	c.LifecycleHooks = []ecstypes.DeploymentLifecycleHook{} // an empty list takes pauses away, an absent one leaves them
	if len(s.PauseAt) > 0 {
		c.LifecycleHooks = append(c.LifecycleHooks, ecstypes.DeploymentLifecycleHook{
			TargetType: ecstypes.DeploymentLifecycleHookTargetTypePause, LifecycleStages: s.PauseAt,
			TimeoutConfiguration: &ecstypes.DeploymentLifecycleHookTimeoutConfiguration{
				TimeoutInMinutes: &s.PauseMinutes, Action: ecstypes.DeploymentLifecycleHookActionRollback,
			},
		})
	}
	switch s.Strategy {
	case ecstypes.DeploymentStrategyLinear:
		c.LinearConfiguration = &ecstypes.LinearConfiguration{StepPercent: &s.StepPercent, StepBakeTimeInMinutes: &s.StepMinutes}
	case ecstypes.DeploymentStrategyCanary:
		c.CanaryConfiguration = &ecstypes.CanaryConfiguration{CanaryPercent: &s.StepPercent, CanaryBakeTimeInMinutes: &s.StepMinutes}
	}
}

// shiftOf reads the strategy out of what ECS answers.
func shiftOf(c *ecstypes.DeploymentConfiguration) Shift {
	if c == nil || c.Strategy == "" || c.Strategy == ecstypes.DeploymentStrategyRolling {
		return Shift{}
	}
	s := Shift{Strategy: c.Strategy, BakeMinutes: aws.ToInt32(c.BakeTimeInMinutes)}
	if l := c.LinearConfiguration; l != nil {
		s.StepPercent, s.StepMinutes = aws.ToFloat64(l.StepPercent), aws.ToInt32(l.StepBakeTimeInMinutes)
	}
	if canary := c.CanaryConfiguration; canary != nil {
		s.StepPercent, s.StepMinutes = aws.ToFloat64(canary.CanaryPercent), aws.ToInt32(canary.CanaryBakeTimeInMinutes)
	}
	for _, hook := range c.LifecycleHooks {
		s.PauseAt = append(s.PauseAt, hook.LifecycleStages...)
		if hook.TimeoutConfiguration != nil {
			s.PauseMinutes = aws.ToInt32(hook.TimeoutConfiguration.TimeoutInMinutes)
		}
	}
	slices.Sort(s.PauseAt)
	return s
}

func (s Shift) diff(delta *compare.Delta, observed Shift) {
	diff(delta, "deploymentConfiguration.strategy", s.Strategy, observed.Strategy)
	diff(delta, "deploymentConfiguration.bakeTimeInMinutes", s.BakeMinutes, observed.BakeMinutes)
	diff(delta, "deploymentConfiguration.step.percent", s.StepPercent, observed.StepPercent)
	diff(delta, "deploymentConfiguration.step.bakeTimeInMinutes", s.StepMinutes, observed.StepMinutes)
	if !slices.Equal(s.PauseAt, observed.PauseAt) {
		delta.Add("deploymentConfiguration.lifecycleHooks", s.PauseAt, observed.PauseAt)
	}
	if len(s.PauseAt) > 0 {
		diff(delta, "deploymentConfiguration.timeoutInMinutes", s.PauseMinutes, observed.PauseMinutes)
	}
}
