package ecs

import (
	"math"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/elbv2"
)

// modifyListener is what ECS does to a network load balancer with the role of an
// advancedConfiguration.
const modifyListener = "elasticloadbalancing:ModifyListener"

// directProduction gives green a percentage of the production traffic, and the other
// target group the rest.
func (s *Service) directProduction(svc *service, sh *shift, percent float64) error {
	return s.direct(svc, sh, percent, &sh.production, func(a *types.AdvancedConfiguration) *string { return a.ProductionListenerRule })
}

// directTest does so with the test traffic, where there is a listener for it.
func (s *Service) directTest(svc *service, sh *shift, percent float64) error {
	return s.direct(svc, sh, percent, &sh.test, func(a *types.AdvancedConfiguration) *string { return a.TestListenerRule })
}

// direct sets the weights of listeners, and writes down what green has from the first
// of them on.
func (s *Service) direct(svc *service, sh *shift, percent float64, written *float64, listenerOf func(*types.AdvancedConfiguration) *string) error {
	sc := svc.region.scope
	toGreen, toOther := weights(percent)
	for i, lb := range sh.green.revision.loadBalancers {
		listener := listenerOf(lb.AdvancedConfiguration)
		if listener == nil {
			continue
		}
		role := aws.ToString(lb.AdvancedConfiguration.RoleArn)
		if !s.deps.IAM.Trusts(sc.Account, role, servicePrincipal) || !s.deps.IAM.Allows(sc.Account, role, modifyListener, *listener) {
			return core.Errorf(codeAccessDenied, "User: arn:%s:sts::%s:assumed-role/%s/ECSNetworkingWithELB is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action",
				sc.Partition(), sc.Account, lastSegment(role), modifyListener, *listener, modifyListener)
		}
		green := sh.green.revision.groups[i]
		err := s.deps.ELB.Weigh(sc, *listener, elbv2.Share{TargetGroup: green, Weight: toGreen}, elbv2.Share{TargetGroup: otherGroup(lb, green), Weight: toOther})
		if err != nil {
			return err
		}
		*written = percent
	}
	return nil
}

// weights are the weights by which green gets a percentage of the traffic. Those that
// ECS really chooses are known for 0 and 100 only.
func weights(percent float64) (green, other int32) {
	if percent == math.Trunc(percent) {
		return int32(percent), 100 - int32(percent)
	}
	// The least is 0.1, and no weight is greater than 999.
	tenths := int32(math.Round(percent * 10))
	return tenths, 1000 - tenths
}

// cannotDirect fails a deployment whose traffic ECS cannot move, and a rollback too.
func (s *Service) cannotDirect(svc *service, sh *shift, err error) {
	if !sh.rollingBack {
		s.giveUp(svc, "Service deployment rolled back because of an error of Elastic Load Balancing: "+err.Error(), true)
		return
	}
	now, last := s.world.Now(), svc.rollouts[0]
	last.finish(types.ServiceDeploymentStatusRollbackFailed, err.Error(), now)
	p := svc.primary()
	p.rolloutState, p.reason, p.updatedAt = types.DeploymentRolloutStateFailed, err.Error(), now
	s.announceDeployment(svc, p, deploymentFailed)
}
