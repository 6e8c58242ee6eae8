package elbv2

import (
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
)

// Attributes that the simulation acts upon.
const (
	deletionProtection   = "deletion_protection.enabled"
	crossZone            = "load_balancing.cross_zone.enabled"
	deregistrationDelay  = "deregistration_delay.timeout_seconds"
	preserveClientIP     = "preserve_client_ip.enabled"
	drainTermination     = "deregistration_delay.connection_termination.enabled"
	unhealthyTermination = "target_health_state.unhealthy.connection_termination.enabled"
)

// attribute says which values an attribute takes: those of a list, or whole numbers
// from min to max, or any text when it has neither.
type attribute struct {
	key, initial string
	values       []string
	min, max     int
}

var (
	yesNo  = []string{"true", "false"}
	number = []string{}
)

// loadBalancerAttributes are the attributes of network load balancers (comments on
// LoadBalancerAttribute in the AWS SDK).
var loadBalancerAttributes = []attribute{
	{key: deletionProtection, initial: "false", values: yesNo},
	{key: crossZone, initial: "false", values: yesNo},
	{key: "access_logs.s3.enabled", initial: "false", values: yesNo},
	{key: "access_logs.s3.bucket"},
	{key: "access_logs.s3.prefix"},
	{key: "ipv6.deny_all_igw_traffic", initial: "false", values: yesNo},
	{key: "zonal_shift.config.enabled", initial: "false", values: yesNo},
	{key: "dns_record.client_routing_policy", initial: "any_availability_zone", values: []string{
		"availability_zone_affinity", "partial_availability_zone_affinity", "any_availability_zone"}},
	{key: "secondary_ips.auto_assigned.per_subnet", initial: "0", values: number, max: 7},
}

// targetGroupAttributes are the attributes of target groups of network load
// balancers (comments on TargetGroupAttribute in the AWS SDK). What depends on the
// protocol is in targetGroupDefaults.
var targetGroupAttributes = []attribute{
	{key: deregistrationDelay, initial: "300", values: number, max: 3600},
	{key: drainTermination, initial: "false", values: yesNo},
	{key: "stickiness.enabled", initial: "false", values: yesNo},
	{key: "stickiness.type", initial: "source_ip", values: []string{"source_ip"}},
	{key: crossZone, initial: "use_load_balancer_configuration", values: []string{"true", "false", "use_load_balancer_configuration"}},
	{key: preserveClientIP, initial: "false", values: yesNo},
	{key: "proxy_protocol_v2.enabled", initial: "false", values: yesNo},
	{key: unhealthyTermination, initial: "true", values: yesNo},
	{key: "target_health_state.unhealthy.draining_interval_seconds", initial: "0", values: number, max: 360_000},
	{key: "target_group_health.dns_failover.minimum_healthy_targets.count", initial: "1", values: []string{"off"}, min: 1, max: 1000},
	{key: "target_group_health.dns_failover.minimum_healthy_targets.percentage", initial: "off", values: []string{"off"}, min: 1, max: 100},
	{key: "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count", initial: "1", values: number, min: 1, max: 1000},
	{key: "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage", initial: "off", values: []string{"off"}, min: 1, max: 100},
}

// accepts reports whether the attribute can have the value.
func (a attribute) accepts(value string) bool {
	if a.values == nil {
		return true
	}
	for _, v := range a.values {
		if v == value {
			return true
		}
	}
	n, err := strconv.Atoi(value)
	return err == nil && a.max > 0 && a.min <= n && n <= a.max
}

func loadBalancerDefaults() map[string]string { return defaults(loadBalancerAttributes) }

// targetGroupDefaults are the attributes of a new target group of IP addresses.
func targetGroupDefaults(protocol types.ProtocolEnum) map[string]string {
	d := defaults(targetGroupAttributes)
	if isUDP(protocol) {
		d[preserveClientIP], d[unhealthyTermination] = "true", "false"
		d[drainTermination] = "true"
	}
	return d
}

func defaults(attributes []attribute) map[string]string {
	d := make(map[string]string, len(attributes))
	for _, a := range attributes {
		d[a.key] = a.initial
	}
	return d
}

// checkAttribute refuses keys and values that the table does not have.
func checkAttribute(kind string, table []attribute, key, value string) error {
	for _, a := range table {
		if a.key == key {
			if a.accepts(value) {
				return nil
			}
			return invalid("%s attribute value '%s' for key '%s' is not valid", kind, value, key)
		}
	}
	return invalid("%s attribute key '%s' is not recognized", kind, key)
}

func isUDP(p types.ProtocolEnum) bool { return strings.Contains(string(p), "UDP") }
