package elbv2

import (
	"fmt"
	"net/netip"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// allZones is the zone of a target that every node may send traffic to.
const allZones = "all"

// target is an IP address and port in a target group.
type target struct {
	ip   string
	port int32
	zone string // name of a zone, "all", or empty when it was not given

	health
}

// RegisterTargets adds IP addresses to a target group. A target that is there
// already stays as it is; one that is draining begins anew.
func (s *Service) RegisterTargets(c *core.Call, in *sdk.RegisterTargetsInput) (*sdk.RegisterTargetsOutput, error) {
	r := s.regions.In(c.Scope)
	tg := r.targetGroup(aws.ToString(in.TargetGroupArn))
	if tg == nil {
		return nil, errTargetGroupNotFound(aws.ToString(in.TargetGroupArn))
	}
	for _, d := range in.Targets {
		if err := checkAddress(aws.ToString(d.Id)); err != nil {
			return nil, err
		}
	}
	for _, d := range in.Targets {
		if err := s.register(r, tg, aws.ToString(d.Id), tg.portOf(d), aws.ToString(d.AvailabilityZone)); err != nil {
			return nil, err
		}
	}
	return &sdk.RegisterTargetsOutput{}, nil
}

// DeregisterTargets takes IP addresses out of a target group, after they have
// drained. Targets that are not there do not matter.
func (s *Service) DeregisterTargets(c *core.Call, in *sdk.DeregisterTargetsInput) (*sdk.DeregisterTargetsOutput, error) {
	r := s.regions.In(c.Scope)
	tg := r.targetGroup(aws.ToString(in.TargetGroupArn))
	if tg == nil {
		return nil, errTargetGroupNotFound(aws.ToString(in.TargetGroupArn))
	}
	for _, d := range in.Targets {
		if t := tg.find(aws.ToString(d.Id), tg.portOf(d)); t != nil {
			s.drain(r, tg, t)
		}
	}
	return &sdk.DeregisterTargetsOutput{}, nil
}

// DescribeTargetHealth returns the health of all targets of a group, or of the
// named ones.
func (s *Service) DescribeTargetHealth(c *core.Call, in *sdk.DescribeTargetHealthInput) (*sdk.DescribeTargetHealthOutput, error) {
	tg := s.regions.In(c.Scope).targetGroup(aws.ToString(in.TargetGroupArn))
	if tg == nil {
		return nil, errTargetGroupNotFound(aws.ToString(in.TargetGroupArn))
	}
	out := &sdk.DescribeTargetHealthOutput{TargetHealthDescriptions: []types.TargetHealthDescription{}}
	if len(in.Targets) == 0 {
		for _, t := range tg.targets {
			out.TargetHealthDescriptions = append(out.TargetHealthDescriptions, tg.describeTarget(t))
		}
		return out, nil
	}
	for _, d := range in.Targets {
		t := tg.find(aws.ToString(d.Id), tg.portOf(d))
		if t == nil {
			t = &target{ip: aws.ToString(d.Id), port: tg.portOf(d), health: health{
				state: types.TargetHealthStateEnumUnused, reason: types.TargetHealthReasonEnumNotRegistered,
			}}
		}
		out.TargetHealthDescriptions = append(out.TargetHealthDescriptions, tg.describeTarget(t))
	}
	return out, nil
}

// describeTarget describes a target and its health.
func (tg *targetGroup) describeTarget(t *target) types.TargetHealthDescription {
	d := types.TargetHealthDescription{
		Target:          &types.TargetDescription{Id: aws.String(t.ip), Port: aws.Int32(t.port)},
		HealthCheckPort: aws.String(strconv.Itoa(int(tg.check.portFor(t.port)))),
		TargetHealth:    &types.TargetHealth{State: t.state},
	}
	if t.zone != "" {
		d.Target.AvailabilityZone = aws.String(t.zone)
	}
	if t.reason != "" {
		d.TargetHealth.Reason = t.reason
		d.TargetHealth.Description = aws.String(descriptions[t.reason])
		if t.reason == types.TargetHealthReasonEnumResponseCodeMismatch {
			d.TargetHealth.Description = aws.String(fmt.Sprintf("Health checks failed with these codes: [%d]", t.answered))
		}
	}
	return d
}

// descriptions are AWS's sentences for the reasons of a target's state.
var descriptions = map[types.TargetHealthReasonEnum]string{
	types.TargetHealthReasonEnumRegistrationInProgress:   "Target registration is in progress",
	types.TargetHealthReasonEnumInitialHealthChecking:    "Initial health checks in progress",
	types.TargetHealthReasonEnumTimeout:                  "Request timed out",
	types.TargetHealthReasonEnumFailedHealthChecks:       "Health checks failed",
	types.TargetHealthReasonEnumNotRegistered:            "Target is not registered to the target group",
	types.TargetHealthReasonEnumNotInUse:                 "Target group is not configured to receive traffic from the load balancer",
	types.TargetHealthReasonEnumDeregistrationInProgress: "Target deregistration is in progress",
}

// find returns the target with the address and port, or nil.
func (tg *targetGroup) find(ip string, port int32) *target {
	for _, t := range tg.targets {
		if t.ip == ip && t.port == port {
			return t
		}
	}
	return nil
}

// portOf is the port that a request means: the group's unless it says another.
func (tg *targetGroup) portOf(d types.TargetDescription) int32 {
	if d.Port != nil {
		return *d.Port
	}
	return tg.port
}

// sharedAddresses is RFC 6598's range, which targets may be in beside RFC 1918's.
var sharedAddresses = netip.MustParsePrefix("100.64.0.0/10")

// checkAddress refuses what cannot be the address of a target.
func checkAddress(text string) error {
	ip, err := netip.ParseAddr(text)
	if err != nil || !ip.Is4() {
		return core.Errorf("InvalidTarget", "The IP address '%s' is not a valid IPv4 address", text)
	}
	if !ip.IsPrivate() && !sharedAddresses.Contains(ip) {
		return core.Errorf("InvalidTarget", "The IP address '%s' is publicly routable and cannot be a target", text)
	}
	return nil
}
