package ecs

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"
)

func TestTheEchoOfAStrategyHasAWSDefaults(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		pause := func(c *types.DeploymentConfiguration) {
			c.LifecycleHooks = []types.DeploymentLifecycleHook{{
				TargetType: types.DeploymentLifecycleHookTargetTypePause, LifecycleStages: []types.DeploymentLifecycleHookStage{"PRE_SCALE_UP"},
			}}
		}
		v := try(b, b.CreateService, serviceOf(0, shifting(types.DeploymentStrategyLinear, pause))).Service
		want := &types.LinearConfiguration{StepPercent: aws.Float64(10), StepBakeTimeInMinutes: aws.Int32(6)}
		if diff := cmp.Diff(want, v.DeploymentConfiguration.LinearConfiguration, ignoreUnexported); diff != "" {
			t.Errorf("linear configuration (-want +got):\n%s", diff)
		}
		timeout := v.DeploymentConfiguration.LifecycleHooks[0].TimeoutConfiguration
		if *timeout.TimeoutInMinutes != 1440 || timeout.Action != types.DeploymentLifecycleHookActionRollback {
			t.Errorf("timeout = %+v", timeout)
		}
		v2 := b.update(func(in *sdk.UpdateServiceInput) {
			in.DeploymentConfiguration = &types.DeploymentConfiguration{Strategy: types.DeploymentStrategyCanary, LifecycleHooks: []types.DeploymentLifecycleHook{}}
		})
		c := v2.DeploymentConfiguration
		if c.LinearConfiguration != nil || *c.CanaryConfiguration.CanaryPercent != 5 || *c.CanaryConfiguration.CanaryBakeTimeInMinutes != 10 || len(c.LifecycleHooks) != 0 || len(v2.Deployments) != 1 {
			t.Errorf("configuration after the change = %+v, with %d deployments", c, len(v2.Deployments))
		}
	})
}

func TestImpossibleStrategiesAreRefused(t *testing.T) {
	configured := func(strategy types.DeploymentStrategy, change func(*types.DeploymentConfiguration)) func(*sdk.CreateServiceInput) {
		return shifting(strategy, change)
	}
	advanced := func(change func(*types.LoadBalancer, *types.AdvancedConfiguration)) func(*sdk.CreateServiceInput) {
		return func(in *sdk.CreateServiceInput) {
			shifting(types.DeploymentStrategyBlueGreen)(in)
			change(&in.LoadBalancers[0], in.LoadBalancers[0].AdvancedConfiguration)
		}
	}
	tests := []struct {
		name, want string
		change     func(*sdk.CreateServiceInput)
	}{
		{"blue/green without a bake time", "bakeTimeInMinutes must be provided", configured("BLUE_GREEN", func(c *types.DeploymentConfiguration) { c.BakeTimeInMinutes = nil })},
		{"a bake time of two days", "bakeTimeInMinutes must be between", configured("BLUE_GREEN", func(c *types.DeploymentConfiguration) { c.BakeTimeInMinutes = aws.Int32(2880) })},
		{"steps of 1%", "from 3.0 to 100.0", configured("LINEAR", func(c *types.DeploymentConfiguration) {
			c.LinearConfiguration = &types.LinearConfiguration{StepPercent: aws.Float64(1)}
		})},
		{"a canary of 0.25%", "multiple of 0.1", configured("CANARY", func(c *types.DeploymentConfiguration) {
			c.CanaryConfiguration = &types.CanaryConfiguration{CanaryPercent: aws.Float64(0.25)}
		})},
		{"a canary in a linear deployment", "only valid when the deployment strategy is CANARY", configured("LINEAR", func(c *types.DeploymentConfiguration) {
			c.CanaryConfiguration = &types.CanaryConfiguration{}
		})},
		{"a pause in a traffic shift", "PAUSE hooks cannot be configured", configured("CANARY", pausing("", types.DeploymentLifecycleHookStageProductionTrafficShift))},
		{"a pause nowhere", "lifecycleStages must be provided", configured("CANARY", pausing(""))},
		{"a pause in a rolling update", "lifecycleHooks are not valid", configured("ROLLING", pausing("", types.DeploymentLifecycleHookStagePreScaleUp))},
		{"a Lambda function", codeUnsupportedFeature, configured("CANARY", func(c *types.DeploymentConfiguration) {
			c.LifecycleHooks = []types.DeploymentLifecycleHook{{LifecycleStages: []types.DeploymentLifecycleHookStage{"PRE_SCALE_UP"}}}
		})},
		{"alarms", codeUnsupportedFeature, configured("CANARY", func(c *types.DeploymentConfiguration) {
			c.Alarms = &types.DeploymentAlarms{Enable: true, AlarmNames: []string{"a"}}
		})},
		{"no load balancer", codeUnsupportedFeature, func(in *sdk.CreateServiceInput) {
			shifting("BLUE_GREEN")(in)
			in.LoadBalancers, in.HealthCheckGracePeriodSeconds = nil, nil
		}},
		{"one target group", "advancedConfiguration must be provided", advanced(func(lb *types.LoadBalancer, _ *types.AdvancedConfiguration) { lb.AdvancedConfiguration = nil })},
		{"the same target group twice", "another target group", advanced(func(_ *types.LoadBalancer, a *types.AdvancedConfiguration) {
			a.AlternateTargetGroupArn = aws.String(testGroup)
		})},
		{"an absent target group", "Unable to assume role and validate", advanced(func(_ *types.LoadBalancer, a *types.AdvancedConfiguration) {
			a.AlternateTargetGroupArn = aws.String("x")
		})},
		{"a target group behind no listener", "does not have an associated load balancer", advanced(func(_ *types.LoadBalancer, a *types.AdvancedConfiguration) {
			a.AlternateTargetGroupArn = aws.String(bareGroup)
		})},
		{"a rule's ARN", "Must be RuleArn for ALB or ListenerArn for NLB", advanced(func(_ *types.LoadBalancer, a *types.AdvancedConfiguration) {
			a.ProductionListenerRule = aws.String("arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/a/b/c")
		})},
		{"an absent listener", "does not exist", advanced(func(_ *types.LoadBalancer, a *types.AdvancedConfiguration) {
			a.ProductionListenerRule = aws.String(testListener + "0")
		})},
		{"one listener for both", "cannot be used as both production and test listener rules", advanced(func(_ *types.LoadBalancer, a *types.AdvancedConfiguration) {
			a.TestListenerRule = aws.String(testListener)
		})},
		{"another role", "Unable to assume role and validate", advanced(func(_ *types.LoadBalancer, a *types.AdvancedConfiguration) {
			a.RoleArn = aws.String(testRole + "s")
		})},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			inBench(t, func(t *testing.T, b *bench) {
				try(b, b.RegisterTaskDefinition, definition())
				refused(b, b.CreateService, serviceOf(1, test.change), test.want)
			})
		})
	}
}

func TestAServiceWithOneTargetGroupCannotBeGivenAStrategyThatNeedsTwo(t *testing.T) {
	inBench(t, func(t *testing.T, b *bench) {
		try(b, b.RegisterTaskDefinition, definition())
		try(b, b.CreateService, serviceOf(1))
		refused(b, b.UpdateService, &sdk.UpdateServiceInput{
			Cluster: aws.String("flex"), Service: aws.String("gw"),
			DeploymentConfiguration: &types.DeploymentConfiguration{Strategy: types.DeploymentStrategyCanary},
		}, "advancedConfiguration must be provided")
	})
}
