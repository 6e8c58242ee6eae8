package resource

// InfrastructureRole is the role with which ECS moves traffic from one target group to
// the other, for the strategies that do. Its policy allows what AWS's managed policy
// AmazonECSInfrastructureRolePolicyForLoadBalancers allows for network load balancers,
// narrowed to this gateway's load balancer and target groups, all by name. An arn brings
// a role that is there already.
func InfrastructureRole(common Common, name, arn, loadBalancer string, targetGroups []string) Role {
	return Role{
		Common: common, Part: "infrastructure", Name: name, ARN: arn,
		Principal: "ecs.amazonaws.com", Purpose: "ECS infrastructure role for load balancers",
		Policy: func() string {
			var groups []string
			for _, group := range targetGroups {
				groups = append(groups, common.arn("elasticloadbalancing", "targetgroup/"+group+"/*"))
			}
			return document(
				// ELB has no finer resource for these.
				statement{Sid: "Read", Effect: "Allow", Resource: []string{"*"}, Action: []string{
					"elasticloadbalancing:DescribeListeners", "elasticloadbalancing:DescribeRules",
					"elasticloadbalancing:DescribeTargetGroups", "elasticloadbalancing:DescribeTargetHealth",
				}},
				statement{Sid: "Targets", Effect: "Allow", Resource: groups,
					Action: []string{"elasticloadbalancing:RegisterTargets", "elasticloadbalancing:DeregisterTargets"}},
				statement{Sid: "Weights", Effect: "Allow", Action: []string{"elasticloadbalancing:ModifyListener"},
					Resource: []string{common.arn("elasticloadbalancing", "listener/net/"+loadBalancer+"/*/*")}},
			)
		},
	}
}
