package elbv2

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
)

// trafficPort is the health-check port that stands for each target's own port.
const trafficPort = "traffic-port"

// healthCheck is how a target group finds out about its targets.
type healthCheck struct {
	protocol           types.ProtocolEnum
	port               string
	path, matcher      string // for HTTP and HTTPS only
	interval, timeout  int32  // seconds
	healthy, unhealthy int32  // consecutive checks
}

// newHealthCheck returns the health check of a new target group: what the request
// says, and AWS's defaults for the rest (comments on CreateTargetGroupInput in the
// AWS SDK).
func newHealthCheck(in *sdk.CreateTargetGroupInput) (healthCheck, error) {
	if in.HealthCheckEnabled != nil && !*in.HealthCheckEnabled {
		return healthCheck{}, invalid("Health check enabled must be true for target groups with target type 'ip'")
	}
	hc := healthCheck{protocol: types.ProtocolEnumTcp, port: trafficPort, interval: 30, healthy: 5, unhealthy: 2}
	return hc.with(sdk.ModifyTargetGroupInput{
		HealthCheckProtocol: in.HealthCheckProtocol, HealthCheckPort: in.HealthCheckPort,
		HealthCheckPath: in.HealthCheckPath, Matcher: in.Matcher,
		HealthCheckIntervalSeconds: in.HealthCheckIntervalSeconds, HealthCheckTimeoutSeconds: in.HealthCheckTimeoutSeconds,
		HealthyThresholdCount: in.HealthyThresholdCount, UnhealthyThresholdCount: in.UnhealthyThresholdCount,
	})
}

// with returns the health check with the changes of a request.
func (hc healthCheck) with(in sdk.ModifyTargetGroupInput) (healthCheck, error) {
	if p := in.HealthCheckProtocol; p != "" && p != hc.protocol {
		if p != types.ProtocolEnumTcp && p != types.ProtocolEnumHttp && p != types.ProtocolEnumHttps {
			return hc, invalid("Health check protocol '%s' is not supported", p)
		}
		hc.protocol, hc.path, hc.matcher = p, "", ""
	}
	if hc.isHTTP() && hc.path == "" {
		hc.path, hc.matcher = "/", "200-399"
	}
	if !hc.isHTTP() && (in.HealthCheckPath != nil || in.Matcher != nil) {
		return hc, misconfigured("Health check path and matcher are not supported for health checks with protocol '%s'", hc.protocol)
	}
	set(&hc.port, in.HealthCheckPort)
	set(&hc.path, in.HealthCheckPath)
	if in.Matcher != nil {
		set(&hc.matcher, in.Matcher.HttpCode)
	}
	set(&hc.interval, in.HealthCheckIntervalSeconds)
	set(&hc.timeout, in.HealthCheckTimeoutSeconds)
	set(&hc.healthy, in.HealthyThresholdCount)
	set(&hc.unhealthy, in.UnhealthyThresholdCount)
	if hc.timeout == 0 {
		hc.timeout = hc.defaultTimeout()
	}
	return hc, hc.check()
}

// set changes a field that a request names.
func set[T any](field *T, value *T) {
	if value != nil {
		*field = *value
	}
}

// defaultTimeout is 6 s for HTTP, else 10 s.
func (hc healthCheck) defaultTimeout() int32 {
	if hc.protocol == types.ProtocolEnumHttp {
		return 6
	}
	return 10
}

// check applies the ranges of the API reference.
func (hc healthCheck) check() error {
	inRange := func(name string, value, low, high int32) error {
		if value < low || value > high {
			return invalid("%s '%d' must be between %d and %d", name, value, low, high)
		}
		return nil
	}
	for _, err := range []error{
		inRange("Health check interval", hc.interval, 5, 300),
		inRange("Health check timeout", hc.timeout, 2, 120),
		inRange("Healthy threshold count", hc.healthy, 2, 10),
		inRange("Unhealthy threshold count", hc.unhealthy, 2, 10),
	} {
		if err != nil {
			return err
		}
	}
	switch {
	case hc.timeout > hc.interval:
		return invalid("Health check timeout '%d' must be smaller than or equal to the interval '%d'", hc.timeout, hc.interval)
	case hc.port != trafficPort && !isPort(hc.port):
		return invalid("Health check port '%s' must be '%s' or a number from 1 to 65535", hc.port, trafficPort)
	case hc.isHTTP() && !strings.HasPrefix(hc.path, "/"):
		return invalid("Health check path '%s' must begin with a '/' character", hc.path)
	case hc.isHTTP() && !validMatcher(hc.matcher):
		return invalid("Health check matcher HTTP code '%s' must be within '200-599'", hc.matcher)
	}
	return nil
}

func (hc healthCheck) isHTTP() bool { return hc.protocol != types.ProtocolEnumTcp }

// every is the time between two checks of a target.
func (hc healthCheck) every() time.Duration { return time.Duration(hc.interval) * time.Second }

// portFor is the port at which a target is checked.
func (hc healthCheck) portFor(targetPort int32) int32 {
	if n, err := strconv.ParseInt(hc.port, 10, 32); err == nil {
		return int32(n)
	}
	return targetPort
}

func isPort(text string) bool {
	n, err := strconv.Atoi(text)
	return err == nil && n >= 1 && n <= 65535
}

var matcherForm = regexp.MustCompile(`^[2-5][0-9]{2}(-[2-5][0-9]{2})?(,[2-5][0-9]{2}(-[2-5][0-9]{2})?)*$`)

func validMatcher(codes string) bool { return matcherForm.MatchString(codes) }

// matches reports whether the matcher, such as "200-299,404", has the status.
func (hc healthCheck) matches(status int) bool {
	for part := range strings.SplitSeq(hc.matcher, ",") {
		low, high, isRange := strings.Cut(part, "-")
		if !isRange {
			high = low
		}
		first, errFirst := strconv.Atoi(low)
		last, errLast := strconv.Atoi(high)
		if errFirst == nil && errLast == nil && first <= status && status <= last {
			return true
		}
	}
	return false
}

// describe writes the health check into the description of its target group.
func (hc healthCheck) describe(d *types.TargetGroup) {
	d.HealthCheckEnabled = aws.Bool(true)
	d.HealthCheckProtocol, d.HealthCheckPort = hc.protocol, aws.String(hc.port)
	d.HealthCheckIntervalSeconds, d.HealthCheckTimeoutSeconds = aws.Int32(hc.interval), aws.Int32(hc.timeout)
	d.HealthyThresholdCount, d.UnhealthyThresholdCount = aws.Int32(hc.healthy), aws.Int32(hc.unhealthy)
	if hc.isHTTP() {
		d.HealthCheckPath, d.Matcher = aws.String(hc.path), &types.Matcher{HttpCode: aws.String(hc.matcher)}
	}
}
