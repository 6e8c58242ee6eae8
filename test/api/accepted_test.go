package api_test

import (
	"strings"
	"testing"
)

// sample is the spec of the documentation, as it stands there.
const sample = `
replicas: 1
image: docker.io/mulesoft/flex-gateway:1.12.3
region: us-east-1
registration:
  secretRef: {name: flex-gw-demo-dev-01-registration, key: registration.yaml}
  delivery: EFS                 # or Environment: FLEX_CONFIG from Secrets Manager, no EFS at all
network:
  # vpcID, subnetIDs: default is the region's default VPC and one subnet per zone
  assignPublicIP: true
  allowedCIDRs: [203.0.113.7/32]
storage: {performanceMode: generalPurpose, throughputMode: elastic, backup: true, encrypted: true, directory: flex-gw-demo-dev-01}
compute: {clusterName: Flex-GW-ECS-Cluster, cpu: 512, memory: 1024}
ports: [{port: 8081}, {port: 8082}]        # listenerPort defaults to port, protocol to TCP
loadBalancer: {scheme: internet-facing, healthCheck: {port: 8081, protocol: TCP}}
logging: {retentionDays: 30}
tags: {Project: Flex on ECS}
deletionPolicy: Delete          # or Retain
`

func TestTheseSpecsAreAccepted(t *testing.T) {
	for _, test := range []struct{ name, spec string }{
		{"the sample of the documentation", sample},
		{"the registration alone", minimal},
		{"zero replicas", with(`replicas: 0`)},
		{"the most replicas that an ECS service has", with(`replicas: 5000`)},
		{"an image pinned by digest", with(`image: docker.io/mulesoft/flex-gateway@sha256:` + strings.Repeat("0a", 32))},
		{"an image with tag and digest", with(`image: docker.io/mulesoft/flex-gateway:1.12.3@sha256:` + strings.Repeat("0a", 32))},
		{"an image of a registry with a port", with(`image: registry.example.com:5000/flex-gateway:1.12.3`)},
		{"a region of another partition", with(`region: us-gov-west-1`)},
		{"a region of Europe's own partition", with(`region: eusc-de-east-1`)},
		{"blue/green that pauses", with(`rollout: {strategy: BlueGreen, bakeTimeMinutes: 0, pauseAt: [PreScaleUp, PostProductionTrafficShift], pauseTimeoutMinutes: 60}`)},
		{"a rolling update that bakes under alarms", with(`rollout: {alarms: ["Flex GW / errors > 5%", ` + strings.Repeat("a", 255) + `], bakeTimeMinutes: 1440}`)},
		{"a canary under an alarm", with(`rollout: {strategy: Canary, alarms: [errors]}`)},
		{"a canary with AWS's defaults", with(`rollout: {strategy: Canary}`)},
		{"the smallest steps", with(`rollout: {strategy: Linear, linear: {stepPercent: 3, stepBakeMinutes: 0}}`)},
		{"delivery by the environment", `registration: {secretRef: {name: registration}, delivery: Environment}`},
		{"a network of one's own", with(`network: {vpcID: vpc-0123456789abcdef0, subnetIDs: [subnet-0123456789abcdef0, subnet-01234567], securityGroupIDs: [sg-0123456789abcdef0]}`)},
		{"clients by IPv4, IPv6 and everyone", with(`network: {allowedCIDRs: [10.0.0.0/16, "2001:db8::/32", "::1/128", 0.0.0.0/0, "::/0"]}`)},
		{"a KMS key with encryption", with(`storage: {kmsKeyID: alias/flex}`)},
		{"maxIO with bursting throughput", with(`storage: {performanceMode: maxIO, throughputMode: bursting}`)},
		{"provisioned throughput", with(`storage: {throughputMode: provisioned, provisionedThroughputMiBps: 128}`)},
		{"roles of one's own", with(`identity: {executionRoleARN: "arn:aws:iam::123456789012:role/ecs", taskRoleARN: "arn:aws-us-gov:iam::123456789012:role/path/task"}`)},
		{"environment variables", with(`compute: {environment: [{name: FLEX_SERVICE_ENVOY_DRAIN_TIME, value: "25"}, {name: EMPTY}]}`)},
		{"listener ports that differ from the ports", with(`ports: [{port: 8081, listenerPort: 80}, {port: 8082, listenerPort: 8081}]`)},
		{"five ports, of which one is checked", with(`ports: [{port: 1}, {port: 2}, {port: 3}, {port: 4}, {port: 65535}]`, `loadBalancer: {healthCheck: {port: 65535}}`)},
		{"a health check by HTTP with a path", with(`loadBalancer: {healthCheck: {protocol: HTTP, path: /health}}`)},
		{"an internal load balancer with other delays", with(`loadBalancer: {scheme: internal, crossZone: true, deregistrationDelaySeconds: 0}`)},
		{"a log group of any form that CloudWatch takes", with(`logging: {logGroupName: /flex/a_b-c.d#e, retentionDays: 3653}`)},
		{"a tag key and value of full length", with(`tags: {` + strings.Repeat("k", 128) + `: ` + strings.Repeat("v", 256) + `}`)},
		{"tags with all characters that AWS allows everywhere", with(`tags: {"a B1_.:/=+-@": "a B1_.:/=+-@", "Größe": "", "my-aws:tag": x}`)},
	} {
		t.Run(test.name, func(t *testing.T) {
			if err := dryRunCreate(t, object(t, "accepted", test.spec)); err != nil {
				t.Errorf("refused: %v", err)
			}
		})
	}
}

func TestNamesThatCanBecomeNamesInAWSAreAccepted(t *testing.T) {
	for _, name := range []string{"a", "1", "flex-gw-demo-dev-01", "internal", "internal-gateway", "sg-gateway", strings.Repeat("a", 63)} {
		if err := dryRunCreate(t, object(t, name, minimal)); err != nil {
			t.Errorf("%s is refused: %v", name, err)
		}
	}
}
