package awssim

import (
	"slices"

	"flexgw.io/controller/internal/awssim/core"
)

// category is a set of operations that share one token bucket.
type category struct {
	name       string
	limit      core.Limit
	operations []string
}

// unfiltered marks, after an operation's name, the calls that ask for everything at
// once; see readsEverything.
const unfiltered = " without filter and page size"

// throttleLimits are AWS's default buckets, by service, for the operations that are
// simulated. An operation that is in several categories takes a token from each.
func throttleLimits() map[string][]category {
	return map[string][]category{
		"ec2":            ec2Limits(),
		"ecs":            ecsLimits(),
		"efs":            efsLimits(),
		"elbv2":          elbLimits(),
		"events":         eventsLimits(),
		"iam":            iamLimits(),
		"logs":           logsLimits(),
		"secretsmanager": secretsLimits(),
		"sqs":            sqsLimits(),
		"sts":            stsLimits(),

		"application-autoscaling":  scalingLimits(),
		"resourcegroupstaggingapi": taggingLimits(),
	}
}

// shared is one bucket for all the operations.
func shared(name string, burst, refill float64, operations ...string) category {
	return category{name: name, limit: core.Limit{Burst: burst, Refill: refill}, operations: operations}
}

// oneEach is a bucket of its own for every operation, named after it.
func oneEach(burst, refill float64, operations ...string) []category {
	list := make([]category, 0, len(operations))
	for _, name := range operations {
		list = append(list, shared(name, burst, refill, name))
	}
	return list
}

// ecsLimits: Amazon ECS API Reference, "Request throttling".
func ecsLimits() []category {
	return []category{
		shared("Cluster modify", 20, 1, "CreateCluster", "DeleteCluster", "UpdateCluster", "PutClusterCapacityProviders"),
		shared("Cluster read", 50, 20, "DescribeClusters", "ListClusters"),
		shared("Task definition modify", 20, 1, "RegisterTaskDefinition", "DeregisterTaskDefinition"),
		shared("Task definition read", 50, 20, "DescribeTaskDefinition", "ListTaskDefinitions", "ListTaskDefinitionFamilies"),
		shared("Task definition deletion", 5, 1, "DeleteTaskDefinitions"),
		shared("Tag modify", 20, 10, "TagResource", "UntagResource"),
		shared("Tag read", 50, 20, "ListTagsForResource"),
		shared("Cluster resource modify", 100, 40, "RunTask", "StopTask"),
		shared("Cluster resource read", 100, 20, "DescribeTasks", "ListTasks"),
		shared("Service modify", 50, 5, "CreateService", "UpdateService", "DeleteService"),
		shared("Service read", 100, 20, "DescribeServices", "ListServices"),
		shared("Service deployment", 50, 20, "DescribeServiceDeployments", "ListServiceDeployments"),
		shared("Service revision", 50, 20, "DescribeServiceRevisions"),
	}
}

// ec2Limits: Amazon EC2 Developer Guide, "Request throttling". Every API has its own
// bucket; those of one category are of the same size.
func ec2Limits() []category {
	return slices.Concat(
		// non-mutating
		oneEach(100, 20, "DescribeRegions", "DescribeAvailabilityZones", "DescribeVpcs", "DescribeSubnets",
			"DescribeSecurityGroups", "DescribeSecurityGroupRules", "DescribeNetworkInterfaces", "DescribeTags"),
		// unfiltered and unpaginated non-mutating
		oneEach(50, 10, "DescribeSecurityGroups"+unfiltered, "DescribeNetworkInterfaces"+unfiltered),
		// mutating
		oneEach(50, 5, "CreateVpc", "DeleteVpc", "CreateSubnet", "DeleteSubnet", "CreateSecurityGroup", "DeleteSecurityGroup",
			"AuthorizeSecurityGroupEgress", "RevokeSecurityGroupEgress"),
		// resource-intensive
		oneEach(50, 5, "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"),
		// tagging
		oneEach(100, 10, "CreateTags", "DeleteTags"),
	)
}

// elbLimits: Elastic Load Balancing User Guide, "API throttling", for the reads.
// That all operations together have no more than the reads, and the limits of what
// writes, are those that the AWS Load Balancer Controller keeps to: code, not AWS's
// documentation.
func elbLimits() []category {
	reads := []string{
		"DescribeLoadBalancers", "DescribeLoadBalancerAttributes", "DescribeTargetGroups", "DescribeTargetGroupAttributes",
		"DescribeTargetHealth", "DescribeListeners", "DescribeTags",
	}
	targets := []string{"RegisterTargets", "DeregisterTargets"}
	writes := []string{
		"CreateLoadBalancer", "DeleteLoadBalancer", "SetSecurityGroups", "SetSubnets", "ModifyLoadBalancerAttributes",
		"CreateTargetGroup", "ModifyTargetGroup", "DeleteTargetGroup", "ModifyTargetGroupAttributes",
		"CreateListener", "ModifyListener", "DeleteListener", "AddTags", "RemoveTags",
	}
	return []category{
		shared("All", 40, 10, slices.Concat(reads, targets, writes)...),
		shared("Targets", 20, 4, targets...),
		shared("Mutating", 20, 3, writes...),
	}
}

// logsLimits: AWS General Reference, "CloudWatch Logs endpoints and quotas", which
// gives calls in a second for each operation; a bucket holds one second's worth.
func logsLimits() []category {
	return slices.Concat(
		oneEach(10, 10, "CreateLogGroup", "DeleteLogGroup", "DescribeLogGroups"),
		oneEach(5, 5, "PutRetentionPolicy", "DeleteRetentionPolicy", "ListTagsForResource", "TagResource", "UntagResource"),
		oneEach(25, 25, "DescribeLogStreams"),
		// assumption
		oneEach(25, 25, "GetLogEvents"),
		oneEach(5, 5, "FilterLogEvents"),
	)
}
