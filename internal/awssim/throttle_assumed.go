package awssim

import "slices"

// The figures in this file are assumptions: AWS says that these services throttle,
// and with which error, but publishes no figures, or none that we have seen. Each
// bucket holds one second's worth.

// iamLimits assume 15 reads and 5 writes in a second. The buckets are the account's,
// whatever the region.
func iamLimits() []category {
	return []category{
		shared("Read", 15, 15, "GetRole", "ListRoles", "ListRoleTags", "ListAttachedRolePolicies", "GetRolePolicy",
			"ListRolePolicies", "ListInstanceProfilesForRole"),
		shared("Write", 5, 5, "CreateRole", "UpdateRole", "DeleteRole", "UpdateAssumeRolePolicy", "CreateServiceLinkedRole",
			"TagRole", "UntagRole", "AttachRolePolicy", "DetachRolePolicy", "PutRolePolicy", "DeleteRolePolicy"),
	}
}

// stsLimits assume 600 calls in a second, of all kinds.
func stsLimits() []category {
	return []category{
		shared("All", 600, 600, "GetCallerIdentity", "AssumeRole", "AssumeRoleWithWebIdentity"),
	}
}

// taggingLimits assume 15 calls in a second for GetResources, as other tools have met it,
// and 5 for each of the others.
func taggingLimits() []category {
	return append(oneEach(15, 15, "GetResources"), oneEach(5, 5, "GetTagKeys", "GetTagValues")...)
}

// scalingLimits assume 10 reads and 5 writes in a second.
func scalingLimits() []category {
	return []category{
		shared("Read", 10, 10, "DescribeScalableTargets", "DescribeScalingPolicies", "DescribeScheduledActions",
			"DescribeScalingActivities", "ListTagsForResource"),
		shared("Write", 5, 5, "RegisterScalableTarget", "DeregisterScalableTarget", "PutScalingPolicy", "DeleteScalingPolicy",
			"PutScheduledAction", "DeleteScheduledAction", "TagResource", "UntagResource"),
	}
}

// efsLimits assume 10 reads and 5 writes in a second.
func efsLimits() []category {
	return []category{
		shared("Read", 10, 10, "DescribeFileSystems", "DescribeBackupPolicy", "DescribeLifecycleConfiguration",
			"DescribeMountTargets", "DescribeMountTargetSecurityGroups", "DescribeAccessPoints", "ListTagsForResource"),
		shared("Write", 5, 5, "CreateFileSystem", "UpdateFileSystem", "DeleteFileSystem", "PutBackupPolicy",
			"PutLifecycleConfiguration", "CreateMountTarget", "DeleteMountTarget", "ModifyMountTargetSecurityGroups",
			"CreateAccessPoint", "DeleteAccessPoint", "TagResource", "UntagResource"),
	}
}

// secretsLimits assume that reading values is made for thousands of callers, and
// that all else is not.
func secretsLimits() []category {
	return slices.Concat(
		[]category{shared("Value read", 10000, 10000, "DescribeSecret", "GetSecretValue")},
		oneEach(100, 100, "ListSecrets"),
		oneEach(50, 50, "CreateSecret", "UpdateSecret", "DeleteSecret", "RestoreSecret", "PutSecretValue",
			"ListSecretVersionIds", "TagResource", "UntagResource"),
	)
}

// eventsLimits assume 50 calls in a second for each operation on rules, and take the
// largest of the documented quotas of PutEvents, which differ by region.
func eventsLimits() []category {
	return append(
		oneEach(50, 50, "PutRule", "DescribeRule", "ListRules", "DeleteRule", "EnableRule", "DisableRule", "PutTargets", "RemoveTargets",
			"ListTargetsByRule", "ListRuleNamesByTarget", "TagResource", "UntagResource", "ListTagsForResource"),
		shared("PutEvents", 10000, 10000, "PutEvents"))
}

// sqsLimits assume 100 calls in a second for each operation on queues. Standard
// queues have nearly no limit on messages (Amazon SQS developer guide).
func sqsLimits() []category {
	return slices.Concat(
		oneEach(100, 100, "CreateQueue", "GetQueueUrl", "GetQueueAttributes", "SetQueueAttributes", "ListQueues", "DeleteQueue",
			"PurgeQueue", "TagQueue", "UntagQueue", "ListQueueTags"),
		oneEach(10000, 10000, "SendMessage", "ReceiveMessage", "DeleteMessage", "DeleteMessageBatch", "ChangeMessageVisibility"),
	)
}
