package ecs

import (
	"math"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// The stages of a deployment that shifts traffic. The SDK's comment on
// types.ServiceDeployment tells of PRE_PRODUCTION_TRAFFIC_SHIFT, its enum does not.
const (
	stageReconcile      = types.ServiceDeploymentLifecycleStageReconcileService
	stagePreScaleUp     = types.ServiceDeploymentLifecycleStagePreScaleUp
	stageScaleUp        = types.ServiceDeploymentLifecycleStageScaleUp
	stagePostScaleUp    = types.ServiceDeploymentLifecycleStagePostScaleUp
	stageTestShift      = types.ServiceDeploymentLifecycleStageTestTrafficShift
	stagePostTestShift  = types.ServiceDeploymentLifecycleStagePostTestTrafficShift
	stagePreProduction  = types.ServiceDeploymentLifecycleStage("PRE_PRODUCTION_TRAFFIC_SHIFT")
	stageProduction     = types.ServiceDeploymentLifecycleStageProductionTrafficShift
	stagePostProduction = types.ServiceDeploymentLifecycleStagePostProductionTrafficShift
	stageBake           = types.ServiceDeploymentLifecycleStageBakeTime
	stageCleanUp        = types.ServiceDeploymentLifecycleStageCleanUp
)

// step is a stage that a deployment goes through, some of them more than once.
type step struct {
	stage types.ServiceDeploymentLifecycleStage
	// percent is the part of the traffic that green has from a traffic shift on.
	percent float64
	// lasts is how long the step takes at the least.
	lasts time.Duration
}

// shift is a deployment by BLUE_GREEN, LINEAR or CANARY: the new revision, green, comes
// up beside the old one, blue, in the target group that is not in production; then the
// weights of the listeners move.
type shift struct {
	green *deployment
	// blue is what has served before, nil where nothing has.
	blue *deployment
	// leftovers are deployments that this one has interrupted; cleared says that their
	// tasks may go.
	leftovers []*deployment
	cleared   bool
	// configuration is the service's at the start of the deployment.
	configuration types.DeploymentConfiguration
	// steps are gone through in order; at is the one that it is in, -1 before the first.
	steps   []step
	at      int
	entered time.Time
	// production and test are the percentages of traffic that are directed to green.
	production, test float64
	hooks            []*hook
	rollingBack      bool
}

// newShift prepares the deployment of green, which is not one of the service's yet.
func (s *Service) newShift(svc *service, green *deployment) *shift {
	sh := &shift{green: green, blue: svc.inProduction(), configuration: svc.configuration, at: -1}
	for _, d := range svc.deployments {
		if d != sh.blue {
			sh.leftovers = append(sh.leftovers, d)
		}
	}
	for i, lb := range green.revision.loadBalancers {
		green.revision.groups[i] = otherGroup(lb, s.productionGroup(svc, sh.blue, lb))
	}
	var back time.Duration
	if old := svc.shift; old != nil && old.blue == sh.blue && old.production > 0 {
		back = s.world.Delay(core.TrafficShift)
	}
	sh.steps = s.stepsTo(sh, back)
	return sh
}

// inProduction is the deployment that has the production traffic, nil before the first.
// Of one that is interrupted in the midst of a shift this is an assumption: the old
// revision, until the new one has all the traffic.
func (svc *service) inProduction() *deployment {
	if len(svc.deployments) == 0 {
		return nil
	}
	if sh := svc.shift; sh != nil {
		if sh.blue == nil || sh.production >= 100 && !sh.rollingBack {
			return sh.green
		}
		return sh.blue
	}
	if slices.Contains(svc.deployments, svc.completed) {
		return svc.completed
	}
	return svc.primary()
}

// productionGroup is the one of a load balancer's target groups that is in production:
// blue's, or for a first deployment the one that the listener prefers. So the tasks of a
// first deployment come up in the alternate target group, as has been seen in AWS.
func (s *Service) productionGroup(svc *service, blue *deployment, lb types.LoadBalancer) string {
	primary, alternate := aws.ToString(lb.TargetGroupArn), aws.ToString(lb.AdvancedConfiguration.AlternateTargetGroupArn)
	if blue != nil {
		if slices.Contains(blue.revision.groups, alternate) {
			return alternate
		}
		return primary
	}
	listener, _ := s.deps.ELB.Listener(svc.region.scope, aws.ToString(lb.AdvancedConfiguration.ProductionListenerRule))
	first, _ := weightOf(listener.Shares, primary)
	if second, _ := weightOf(listener.Shares, alternate); second > first {
		return alternate
	}
	return primary
}

// stepsTo are the steps by which green gets into production; back is how long it takes
// to undo the shift of the deployment that this one has interrupted.
func (s *Service) stepsTo(sh *shift, back time.Duration) []step {
	var steps []step
	if len(sh.leftovers) > 0 {
		steps = append(steps, step{stage: stageReconcile, lasts: back})
	}
	test := step{stage: stageTestShift}
	if sh.isTested() {
		test.percent, test.lasts = 100, s.world.Delay(core.TrafficShift)
	}
	steps = append(steps, step{stage: stagePreScaleUp}, step{stage: stageScaleUp}, step{stage: stagePostScaleUp}, test, step{stage: stagePostTestShift})
	percents, pause := sh.percents()
	for _, percent := range percents {
		move := step{stage: stageProduction, percent: percent, lasts: s.world.Delay(core.TrafficShift)}
		if percent < 100 {
			move.lasts += pause
		}
		steps = append(steps, step{stage: stagePreProduction}, move)
	}
	bake := step{stage: stageBake}
	if sh.blue != nil {
		bake.lasts = minutes(sh.configuration.BakeTimeInMinutes)
	}
	return append(steps, step{stage: stagePostProduction}, bake, step{stage: stageCleanUp})
}

// percents are the percentages that green gets of the production traffic one after the
// other, and how long it bakes at each but the last. Where nothing serves yet there is
// nothing to compare with, and it gets all at once (an assumption).
func (sh *shift) percents() (percents []float64, bake time.Duration) {
	if sh.blue == nil {
		return []float64{100}, 0
	}
	c := sh.configuration
	switch c.Strategy {
	case types.DeploymentStrategyCanary:
		if *c.CanaryConfiguration.CanaryPercent < 100 {
			percents = []float64{*c.CanaryConfiguration.CanaryPercent}
		}
		bake = minutes(c.CanaryConfiguration.CanaryBakeTimeInMinutes)
	case types.DeploymentStrategyLinear:
		tenths := int(math.Round(*c.LinearConfiguration.StepPercent * 10))
		for at := tenths; at < 1000; at += tenths {
			percents = append(percents, float64(at)/10)
		}
		bake = minutes(c.LinearConfiguration.StepBakeTimeInMinutes)
	}
	return append(percents, 100), bake
}

// isTested reports whether a listener for test traffic is configured.
func (sh *shift) isTested() bool {
	return slices.ContainsFunc(sh.green.revision.loadBalancers, func(lb types.LoadBalancer) bool {
		return lb.AdvancedConfiguration.TestListenerRule != nil
	})
}

// stage is where the deployment is, empty before the scheduler gets round to it.
func (sh *shift) stage() types.ServiceDeploymentLifecycleStage {
	if sh.at < 0 {
		return ""
	}
	return sh.steps[min(sh.at, len(sh.steps)-1)].stage
}

func minutes(n *int32) time.Duration { return time.Duration(aws.ToInt32(n)) * time.Minute }
