package ecs

import (
	"regexp"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/elbv2"
)

// networkListener is the form of the ARN of a network load balancer's listener.
var networkListener = regexp.MustCompile(`^arn:[^:]+:elasticloadbalancing:[^:]+:[^:]+:listener/net/`)

// checkShift holds what a strategy that shifts traffic needs of the load balancers
// against what there is: two target groups, a listener and a role for each. What the
// listener forwards to is looked at only when the deployment starts, and then fails it
// (developer guide, "Troubleshooting Amazon ECS blue/green deployments").
func (s *Service) checkShift(sc core.Scope, strategy types.DeploymentStrategy, rev revision) error {
	if !shiftsTraffic(strategy) {
		return nil
	}
	if len(rev.loadBalancers) == 0 {
		return core.Errorf(codeUnsupportedFeature, "The deployment strategy %s without a load balancer is not simulated.", strategy)
	}
	for _, lb := range rev.loadBalancers {
		if lb.AdvancedConfiguration == nil {
			return invalidParameter("advancedConfiguration must be provided for every load balancer when the deployment strategy is %s.", strategy) // not AWS's sentence
		}
		if err := s.checkAdvanced(sc, rev.definition, lb); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) checkAdvanced(sc core.Scope, td *taskDefinition, lb types.LoadBalancer) error {
	a := lb.AdvancedConfiguration
	alternate, production, test := aws.ToString(a.AlternateTargetGroupArn), aws.ToString(a.ProductionListenerRule), aws.ToString(a.TestListenerRule)
	if alternate == "" || alternate == aws.ToString(lb.TargetGroupArn) {
		return invalidParameter("alternateTargetGroupArn must be another target group than targetGroupArn.") // not AWS's sentence
	}
	if err := s.checkListener(sc, "productionListenerRule", production); err != nil {
		return err
	}
	if a.TestListenerRule != nil {
		if err := s.checkListener(sc, "testListenerRule", test); err != nil {
			return err
		}
	}
	if production == test {
		return invalidParameter("The following rules cannot be used as both production and test listener rules: %s", test)
	}
	if err := s.checkInfrastructureRole(sc, aws.ToString(a.RoleArn)); err != nil {
		return err
	}
	tg, ok := s.deps.ELB.TargetGroup(sc, alternate)
	if !ok {
		return errUnvalidated()
	}
	return checkTargetGroup(td, tg)
}

func (s *Service) checkListener(sc core.Scope, member, arn string) error {
	if !networkListener.MatchString(arn) {
		return invalidParameter("%s has an invalid ARN format. Must be RuleArn for ALB or ListenerArn for NLB. Got: %s", member, arn)
	}
	if _, ok := s.deps.ELB.Listener(sc, arn); !ok {
		return invalidParameter("The %s %s does not exist.", member, arn) // not AWS's sentence
	}
	return nil
}

// checkInfrastructureRole fails unless ECS can assume the role and look at load
// balancers with it. What else it must allow is found out when it is needed.
func (s *Service) checkInfrastructureRole(sc core.Scope, role string) error {
	iam := s.deps.IAM
	if !iam.RoleVisible(sc.Account, role) || !iam.Trusts(sc.Account, role, servicePrincipal) ||
		!iam.Allows(sc.Account, role, "elasticloadbalancing:DescribeTargetGroups", "*") {
		return errUnvalidated()
	}
	return nil
}

// errUnvalidated is AWS's sentence about a target group that it cannot look at, for
// want of a role that can or of the target group.
func errUnvalidated() error {
	return invalidParameter("Unable to assume role and validate the specified targetGroupArn. Please verify that the ECS service role being passed has the proper permissions.")
}

// otherGroup is the one of a load balancer's two target groups that is not group.
func otherGroup(lb types.LoadBalancer, group string) string {
	if primary := aws.ToString(lb.TargetGroupArn); group != primary {
		return primary
	}
	return aws.ToString(lb.AdvancedConfiguration.AlternateTargetGroupArn)
}

// weightOf is the weight of a target group among the shares of a listener; false where
// the listener does not forward to it.
func weightOf(shares []elbv2.Share, group string) (int32, bool) {
	for _, share := range shares {
		if share.TargetGroup == group {
			return share.Weight, true
		}
	}
	return 0, false
}
