package resource

import (
	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
)

// HealthCheck is how a target is checked. Interval is in seconds. Codes are the answers
// to HTTP that pass, such as 200-399.
type HealthCheck struct {
	Port                  int32
	Protocol, Path, Codes string
	Interval              int32
	Healthy, Unhealthy    int32
}

// asks is true where both ask the same question.
func (c HealthCheck) asks(o HealthCheck) bool {
	return c.Port == o.Port && c.Protocol == o.Protocol && c.Path == o.Path && c.Codes == o.Codes
}

// timeout is AWS's own default, in seconds, but not longer than the interval, which ELB
// refuses.
func (c HealthCheck) timeout() *int32 {
	if c.Protocol == "HTTP" {
		return ptr(min(c.Interval, 6))
	}
	return ptr(min(c.Interval, 10))
}

// check is the health check as it should be now.
func (t TargetGroup) check(wish TargetGroupWish, observed *TargetGroupState) HealthCheck {
	if observed.held {
		return wish.Unprobed
	}
	return wish.Check
}

// diff adds what differs to the delta.
func (c HealthCheck) diff(delta *compare.Delta, observed HealthCheck) {
	diff(delta, "healthCheck.port", c.Port, observed.Port)
	diff(delta, "healthCheck.protocol", c.Protocol, observed.Protocol)
	if c.Path != "" {
		diff(delta, "healthCheck.path", c.Path, observed.Path)
		diff(delta, "healthCheck.codes", c.Codes, observed.Codes)
	}
	diff(delta, "healthCheck.interval", c.Interval, observed.Interval)
	diff(delta, "healthCheck.healthyThreshold", c.Healthy, observed.Healthy)
	diff(delta, "healthCheck.unhealthyThreshold", c.Unhealthy, observed.Unhealthy)
}

func pathOf(check HealthCheck) *string {
	if check.Path == "" {
		return nil
	}
	return &check.Path
}

func matcherOf(check HealthCheck) *elbtypes.Matcher {
	if check.Codes == "" {
		return nil
	}
	return &elbtypes.Matcher{HttpCode: &check.Codes}
}

func codesOf(m *elbtypes.Matcher) string {
	if m == nil {
		return ""
	}
	return aws.ToString(m.HttpCode)
}
