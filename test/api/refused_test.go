package api_test

import (
	"strings"
	"testing"
)

// The messages of rules that several specs break.
const (
	nameMessage       = "metadata.name becomes part of AWS names: use at most 63 lower-case letters, digits and dashes, and no dots"
	imageMessage      = "pin the image to a version: end it with a tag other than latest, such as :1.12.3, or with @sha256:<digest>"
	cidrMessage       = "each entry must be the address of a network in CIDR notation, such as 203.0.113.7/32, 10.0.0.0/16 or 2001:db8::/32: with no bits set beyond the prefix, and IPv6 in its short form"
	throughputMessage = "throughputMode provisioned needs provisionedThroughputMiBps, and the other modes do not take it: set or remove it"
	clusterMessage    = "ECS cluster names have letters, digits, dashes and underscores only and start with a letter or digit: rename the cluster"
	listenerMessage   = "two ports cannot share a listenerPort: give each its own"
	checkedMessage    = "the health check port must be one of spec.ports: add it there or choose another"
	logGroupMessage   = "log group names have letters, digits and . - _ / # only and do not start with aws/: rename the log group"
	drainMessage      = "requests would be cut: after SIGTERM the gateway drains for 25 s and needs 5 s to end, 30 s in all, before ECS kills it: set 30 or more, or FLEX_SERVICE_ENVOY_DRAIN_TIME in environment to less"
	ownDrainMessage   = "requests would be cut: after SIGTERM the gateway drains for FLEX_SERVICE_ENVOY_DRAIN_TIME and needs 5 s to end before ECS kills it: set this to FLEX_SERVICE_ENVOY_DRAIN_TIME + 5 or more"
	drainFormMessage  = "FLEX_SERVICE_ENVOY_DRAIN_TIME is how long the gateway drains: write it in seconds, such as 25 or 25s"
	deadlockMessage   = "ECS could neither start nor stop a replica: replicas x maximumPercent / 100 rounded down may run, and replicas x minimumHealthyPercent / 100 rounded up must be healthy. Raise maximumPercent until one more may run, or lower minimumHealthyPercent until one may go"
	percentMessage    = "ECS could neither start nor stop a replica: raise maximumPercent above 100 or set minimumHealthyPercent below 100"
	graceMessage      = "good replicas would be replaced before they pass their first checks: the load balancer needs up to 180 s before it checks, and intervalSeconds x healthyThreshold for the checks. Set 180 + loadBalancer.healthCheck.intervalSeconds x healthyThreshold or more, or leave it out"
	stepMessage       = "steps need a count to go to: set spec.replicas, or remove maxReplicaStep where an autoscaler owns the count"
	tagKeyMessage     = "tag keys have 1-128 characters and start neither with aws: nor with flexgw.io/: rename the tag"
)

func TestNamesThatAWSWouldRefuseAreRefused(t *testing.T) {
	for _, name := range []string{"flex.gateway", strings.Repeat("a", 64)} {
		wantRefused(t, dryRunCreate(t, object(t, name, minimal)), refused(theObject, nameMessage))
	}
}

func TestTheseSpecsAreRefused(t *testing.T) {
	for _, test := range []struct {
		name, spec string
		want       map[string]string
	}{
		{"no registration", `{}`, refused("spec.registration", "Required value")},
		{"no secret", `registration: {}`, refused("spec.registration", registrationMessage)},
		{
			"an unknown way of delivery", `registration: {secretRef: {name: r}, delivery: Pigeon}`,
			refused("spec.registration.delivery", `Unsupported value: "Pigeon": supported values: "EFS", "Environment"`),
		},
		{"replicas below zero", with(`replicas: -1`), map[string]string{
			"spec.replicas":  "spec.replicas in body should be greater than or equal to 0",
			".spec.replicas": "should be a non-negative integer",
		}},
		{"more replicas than a service has", with(`replicas: 5001`), refused("spec.replicas", "spec.replicas in body should be less than or equal to 5000")},

		{"an image without a tag", with(`image: docker.io/mulesoft/flex-gateway`), refused("spec.image", imageMessage)},
		{"an image of a registry with a port, without a tag", with(`image: registry.example.com:5000/flex-gateway`), refused("spec.image", imageMessage)},
		{"the latest image", with(`image: docker.io/mulesoft/flex-gateway:latest`), refused("spec.image", imageMessage)},
		{"an image with half a digest", with(`image: docker.io/mulesoft/flex-gateway@sha256:abc`), refused("spec.image", imageMessage)},
		{"an image with a space", with(`image: "flex gateway:1"`), refused("spec.image", imageMessage)},

		{"a region that is none", with(`region: Virginia`), refused("spec.region", "this is no AWS region: write it as AWS does, such as us-east-1")},
		{"a VPC that is none", with(`network: {vpcID: my-vpc}`), refused("spec.network.vpcID", "this is no id of a VPC: ids look like vpc-0123456789abcdef0")},
		{"subnets without a VPC", with(`network: {subnetIDs: [subnet-01234567]}`), refused("spec.network.vpcID", "subnetIDs needs vpcID: name the VPC of the subnets")},
		{"no subnets", with(`network: {vpcID: vpc-01234567, subnetIDs: []}`), refused("spec.network.subnetIDs", "spec.network.subnetIDs in body should have at least 1 items")},
		{"a subnet that is none", with(`network: {vpcID: vpc-01234567, subnetIDs: [private-a]}`), refused("spec.network.subnetIDs", "each entry must be the id of a subnet, such as subnet-0123456789abcdef0")},
		{"a subnet twice", with(`network: {vpcID: vpc-01234567, subnetIDs: [subnet-01234567, subnet-01234567]}`), refused("spec.network.subnetIDs[1]", `Duplicate value: "subnet-01234567"`)},
		{"a security group that is none", with(`network: {securityGroupIDs: [default]}`), refused("spec.network.securityGroupIDs", "each entry must be the id of a security group, such as sg-0123456789abcdef0")},
		{"a CIDR with bits beyond the prefix", with(`network: {allowedCIDRs: [10.0.0.1/16]}`), refused("spec.network.allowedCIDRs", cidrMessage)},
		{"an IPv6 CIDR with bits beyond the prefix", with(`network: {allowedCIDRs: ["2001:db8::1/64"]}`), refused("spec.network.allowedCIDRs", cidrMessage)},
		{"an IPv6 CIDR that AWS spells another way", with(`network: {allowedCIDRs: ["2001:0DB8::/32"]}`), refused("spec.network.allowedCIDRs", cidrMessage)},
		{"an address without a prefix", with(`network: {allowedCIDRs: [203.0.113.7]}`), refused("spec.network.allowedCIDRs", cidrMessage)},
		{"a CIDR that is none", with(`network: {allowedCIDRs: [everyone]}`), refused("spec.network.allowedCIDRs", cidrMessage)},
		{"a CIDR twice", with(`network: {allowedCIDRs: [10.0.0.0/8, 10.0.0.0/8]}`), refused("spec.network.allowedCIDRs[1]", `Duplicate value: "10.0.0.0/8"`)},

		{"a KMS key without encryption", with(`storage: {encrypted: false, kmsKeyID: alias/flex}`), refused("spec.storage.kmsKeyID", "a KMS key needs encryption: set encrypted to true or remove kmsKeyID")},
		{"elastic throughput with maxIO", with(`storage: {performanceMode: maxIO}`), refused("spec.storage.throughputMode", "elastic throughput needs performanceMode generalPurpose: change one of the two")},
		{"provisioned throughput without a number", with(`storage: {throughputMode: provisioned}`), refused("spec.storage.provisionedThroughputMiBps", throughputMessage)},
		{"a number without provisioned throughput", with(`storage: {provisionedThroughputMiBps: 128}`), refused("spec.storage.provisionedThroughputMiBps", throughputMessage)},
		{
			"a directory outside of the file system", with(`storage: {directory: ../etc}`),
			refused("spec.storage.directory", "the directory is one name of letters, digits, dots, dashes and underscores that starts with a letter or digit: rename it"),
		},

		{"a cluster name with a space", with(`compute: {clusterName: Flex Cluster}`), refused("spec.compute.clusterName", clusterMessage)},
		{"a cluster name that begins with a dash", with(`compute: {clusterName: -flex}`), refused("spec.compute.clusterName", clusterMessage)},
		{
			"the registration among the environment", with(`compute: {environment: [{name: FLEX_CONFIG, value: x}]}`),
			refused("spec.compute.environment", "FLEX_CONFIG carries the registration: set registration.delivery to Environment instead"),
		},
		{"an environment variable twice", with(`compute: {environment: [{name: A, value: one}, {name: A, value: two}]}`), refused("spec.compute.environment[1]", `Duplicate value: {"name":"A"}`)},
		{
			"an environment variable that no shell takes", with(`compute: {environment: [{name: A-B}]}`),
			refused("spec.compute.environment", "names of environment variables have letters, digits and underscores only and do not start with a digit: rename the variable"),
		},
		{"a longer stop than Fargate allows", with(`compute: {stopTimeoutSeconds: 121}`), refused("spec.compute.stopTimeoutSeconds", "spec.compute.stopTimeoutSeconds in body should be less than or equal to 120")},
		{"a stop that cuts the gateway's drain", with(`compute: {stopTimeoutSeconds: 29}`), refused("spec.compute.stopTimeoutSeconds", drainMessage)},
		{
			"a stop that cuts a longer drain", with(`compute: {environment: [{name: FLEX_SERVICE_ENVOY_DRAIN_TIME, value: 56s}]}`),
			refused("spec.compute.stopTimeoutSeconds", ownDrainMessage),
		},
		{
			"a drain time that is no number of seconds", with(`compute: {environment: [{name: FLEX_SERVICE_ENVOY_DRAIN_TIME, value: 1m}]}`),
			refused("spec.compute.environment", drainFormMessage),
		},
		{
			"a drain time without a value", with(`compute: {environment: [{name: FLEX_SERVICE_ENVOY_DRAIN_TIME}]}`),
			refused("spec.compute.environment", drainFormMessage),
		},
		{"percentages that leave nothing to do", with(`rollout: {minimumHealthyPercent: 100, maximumPercent: 100}`), refused("spec.rollout.maximumPercent", percentMessage)},
		{"percentages that leave nothing to do with so few replicas", with(`replicas: 3`, `rollout: {maximumPercent: 125}`), refused("spec.rollout.maximumPercent", deadlockMessage)},
		{"a minimum that rounds up to all replicas", with(`replicas: 2`, `rollout: {minimumHealthyPercent: 75, maximumPercent: 100}`), refused("spec.rollout.maximumPercent", deadlockMessage)},
		{"a grace period shorter than the first checks", with(`rollout: {healthCheckGracePeriodSeconds: 199}`), refused("spec.rollout.healthCheckGracePeriodSeconds", graceMessage)},
		{"steps without a count", with(`rollout: {maxReplicaStep: 2}`), refused("spec.rollout.maxReplicaStep", stepMessage)},
		{"a strategy that ECS does not have", with(`rollout: {strategy: Recreate}`), refused("spec.rollout.strategy", `Unsupported value: "Recreate": supported values: "Rolling", "BlueGreen", "Linear", "Canary"`)},
		{"the steps of another strategy", with(`rollout: {strategy: Canary, linear: {stepPercent: 10}}`), refused("spec.rollout.linear", "only the strategy Linear has steps: set strategy to Linear or remove linear")},
		{"a canary of another strategy", with(`rollout: {strategy: BlueGreen, canary: {percent: 10}}`), refused("spec.rollout.canary", "only the strategy Canary has a canary: set strategy to Canary or remove canary")},
		{"a rolling update that bakes", with(`rollout: {bakeTimeMinutes: 5}`), refused("spec.rollout.bakeTimeMinutes", "a rolling update bakes only while alarms are watched: name them in alarms, choose the strategy BlueGreen, Linear or Canary, or remove bakeTimeMinutes")},
		{"no alarms", with(`rollout: {alarms: []}`), refused("spec.rollout.alarms", "spec.rollout.alarms in body should have at least 1 items")},
		{"an alarm twice", with(`rollout: {alarms: [errors, errors]}`), refused("spec.rollout.alarms[1]", `Duplicate value: "errors"`)},
		{"an alarm without a name", with(`rollout: {alarms: [""]}`), refused("spec.rollout.alarms[0]", "spec.rollout.alarms[0] in body should be at least 1 chars long")},
		{"an alarm with a longer name than CloudWatch has", with(`rollout: {alarms: [` + strings.Repeat("a", 256) + `]}`), refused("spec.rollout.alarms[0]", "Too long: may not be more than 255 bytes")},
		{"an alarm whose name is two", with(`rollout: {alarms: ["errors,latency"]}`), refused("spec.rollout.alarms", "the name of an alarm with a comma would be two to ECS: rename the alarm")},
		{"a rolling update that pauses", with(`rollout: {pauseAt: [PostScaleUp]}`), refused("spec.rollout.pauseAt", "a rolling update cannot pause: choose the strategy BlueGreen, Linear or Canary, or remove pauseAt")},
		{"a timeout of no pause", with(`rollout: {strategy: BlueGreen, pauseTimeoutMinutes: 5}`), refused("spec.rollout.pauseTimeoutMinutes", "there is no pause that could time out: say in pauseAt where the rollout pauses")},
		{"a pause where ECS has none", with(`rollout: {strategy: BlueGreen, pauseAt: [ProductionTrafficShift]}`), refused("spec.rollout.pauseAt[0]", `Unsupported value: "ProductionTrafficShift": supported values: "PreScaleUp", "PostScaleUp", "PreProductionTrafficShift", "PostProductionTrafficShift"`)},
		{"steps too small for ECS", with(`rollout: {strategy: Linear, linear: {stepPercent: 2}}`), refused("spec.rollout.linear.stepPercent", "spec.rollout.linear.stepPercent in body should be greater than or equal to 3")},
		{"an infrastructure role without its ARN", with(`identity: {infrastructureRoleARN: mover}`), refused("spec.identity.infrastructureRoleARN", "give the whole ARN of the role, such as arn:aws:iam::123456789012:role/name")},
		{"steps of nothing", with(`replicas: 4`, `rollout: {maxReplicaStep: 0}`), refused("spec.rollout.maxReplicaStep", "spec.rollout.maxReplicaStep in body should be greater than or equal to 1")},
		{"a role that is none", with(`identity: {executionRoleARN: ecs}`), refused("spec.identity.executionRoleARN", "give the whole ARN of the role, such as arn:aws:iam::123456789012:role/name")},

		{"a port twice", with(`ports: [{port: 8081}, {port: 8081, listenerPort: 80}]`), refused("spec.ports[1]", `Duplicate value: {"port":8081}`)},
		{"a listener port twice", with(`ports: [{port: 8081, listenerPort: 80}, {port: 8082, listenerPort: 80}]`), refused("spec.ports", listenerMessage)},
		{"a listener port that is another's port", with(`ports: [{port: 8081}, {port: 8082, listenerPort: 8081}]`), refused("spec.ports", listenerMessage)},
		{"Flex Gateway's own port", with(`ports: [{port: 8081}, {port: 9998}]`), refused("spec.ports[1].port", "Flex Gateway keeps port 9998 for itself: choose another")},
		{"six ports", with(`ports: [{port: 8081}, {port: 2}, {port: 3}, {port: 4}, {port: 5}, {port: 6}]`), refused("spec.ports", "Too many: 6: must have at most 5 items")},
		{"no ports", with(`ports: []`), map[string]string{
			"spec.ports": "spec.ports in body should have at least 1 items", "spec.loadBalancer.healthCheck.port": checkedMessage,
		}},
		{"a port that is none", with(`ports: [{port: 8081}, {port: 65536}]`), refused("spec.ports[1].port", "spec.ports[1].port in body should be less than or equal to 65535")},
		{"UDP", with(`ports: [{port: 8081, protocol: UDP}]`), refused("spec.ports[0].protocol", `Unsupported value: "UDP": supported values: "TCP"`)},
		{"a health check of a port that is not served", with(`loadBalancer: {healthCheck: {port: 9090}}`), refused("spec.loadBalancer.healthCheck.port", checkedMessage)},
		{"ports without the one that is checked by default", with(`ports: [{port: 80}]`), refused("spec.loadBalancer.healthCheck.port", checkedMessage)},
		{"a TCP health check with a path", with(`loadBalancer: {healthCheck: {path: /health}}`), refused("spec.loadBalancer.healthCheck.path", "a TCP health check has no path: remove it or set protocol to HTTP")},
		{"a path without a slash", with(`loadBalancer: {healthCheck: {protocol: HTTP, path: health}}`), refused("spec.loadBalancer.healthCheck.path", "the path of a health check begins with a slash: write it as /path")},
		{
			"checks more often than ELB makes them", with(`loadBalancer: {healthCheck: {intervalSeconds: 4}}`),
			refused("spec.loadBalancer.healthCheck.intervalSeconds", "spec.loadBalancer.healthCheck.intervalSeconds in body should be greater than or equal to 5"),
		},
		{"a scheme that is none", with(`loadBalancer: {scheme: public}`), refused("spec.loadBalancer.scheme", `Unsupported value: "public": supported values: "internet-facing", "internal"`)},

		{"a log group name with a space", with(`logging: {logGroupName: my logs}`), refused("spec.logging.logGroupName", logGroupMessage)},
		{"a log group name that AWS keeps for itself", with(`logging: {logGroupName: aws/flex}`), refused("spec.logging.logGroupName", logGroupMessage)},
		{
			"a retention that CloudWatch does not know", with(`logging: {retentionDays: 31}`),
			refused("spec.logging.retentionDays", `Unsupported value: 31: supported values: "1", "3", "5", "7", "14", "30", "60", "90", "120", "150", "180", "365", "400", "545", "731", "1096", "1827", "2192", "2557", "2922", "3288", "3653"`),
		},
		{"a tag key of AWS's own", with(`tags: {"aws:name": x}`), refused("spec.tags", tagKeyMessage)},
		{"a tag key of AWS's own in capitals", with(`tags: {"AWS:name": x}`), refused("spec.tags", tagKeyMessage)},
		{"a tag key of the controller's own", with(`tags: {flexgw.io/owner: x}`), refused("spec.tags", tagKeyMessage)},
		{"an empty tag key", with(`tags: {"": x}`), refused("spec.tags", tagKeyMessage)},
		{"a tag key that is too long", with(`tags: {` + strings.Repeat("k", 129) + `: x}`), refused("spec.tags", tagKeyMessage)},
		{"a tag value that is too long", with(`tags: {Project: ` + strings.Repeat("v", 257) + `}`), refused("spec.tags", "tag values have at most 256 characters: shorten the value")},
		{"a deletion policy that is none", with(`deletionPolicy: Keep`), refused("spec.deletionPolicy", `Unsupported value: "Keep": supported values: "Delete", "Retain"`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			wantRefused(t, dryRunCreate(t, object(t, "refused", test.spec)), test.want)
		})
	}
}
