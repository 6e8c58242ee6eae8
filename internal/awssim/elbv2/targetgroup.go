package elbv2

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// targetGroup is a group of IP addresses that a load balancer sends traffic to.
type targetGroup struct {
	core.Appearance
	arn, name, vpc string
	protocol       types.ProtocolEnum
	port           int32
	check          healthCheck
	attributes     map[string]string
	tags           tagSet
	// usedBy are the listeners that refer to the group, by ARN; all of them belong
	// to loadBalancer, which is nil without any.
	usedBy       map[string]bool
	loadBalancer *loadBalancer
	// targets are in the order of their registration.
	targets []*target
}

// CreateTargetGroup makes a target group for IP addresses. The same name with the
// same settings returns the one that is there, whatever its tags.
func (s *Service) CreateTargetGroup(c *core.Call, in *sdk.CreateTargetGroupInput) (*sdk.CreateTargetGroupOutput, error) {
	tg, err := s.newTargetGroup(c.Scope, in)
	if err != nil {
		return nil, err
	}
	r := s.regions.In(c.Scope)
	if there := r.targetGroupNamed(tg.name); there != nil {
		if !there.hasSettingsOf(tg) {
			return nil, core.Errorf("DuplicateTargetGroupName", "A target group with the same name '%s' exists, but with different settings", tg.name)
		}
		return &sdk.CreateTargetGroupOutput{TargetGroups: []types.TargetGroup{there.describe()}}, nil
	}
	if s.world.Exceeds(core.TargetGroups, len(r.targetGroups)+1) {
		return nil, core.Errorf("TooManyTargetGroups", "The maximum number of target groups has been reached")
	}
	if err := tg.tags.add(in.Tags); err != nil {
		return nil, err
	}
	tg.arn = arn(c.Scope, "targetgroup", tg.name, s.world.Hex(16))
	tg.Appearance = s.world.Appears()
	r.targetGroups[tg.arn] = tg
	return &sdk.CreateTargetGroupOutput{TargetGroups: []types.TargetGroup{tg.describe()}}, nil
}

// newTargetGroup checks a request and returns the target group that it asks for.
func (s *Service) newTargetGroup(sc core.Scope, in *sdk.CreateTargetGroupInput) (*targetGroup, error) {
	if err := checkName("Target group", aws.ToString(in.Name)); err != nil {
		return nil, err
	}
	if in.TargetType != types.TargetTypeEnumIp {
		kind := in.TargetType
		if kind == "" {
			kind = types.TargetTypeEnumInstance // AWS's default
		}
		return nil, notSimulated("target groups with the target type '" + string(kind) + "' are")
	}
	if in.IpAddressType != "" && in.IpAddressType != types.TargetGroupIpAddressTypeEnumIpv4 {
		return nil, notSimulated("target groups with the IP address type '" + string(in.IpAddressType) + "' are")
	}
	switch {
	case in.Protocol == "":
		return nil, invalid("A protocol must be specified")
	case !isNetworkProtocol(in.Protocol):
		return nil, notSimulated("target groups with the protocol '" + string(in.Protocol) + "' are")
	case in.ProtocolVersion != nil:
		return nil, invalid("Protocol version cannot be specified for target groups with protocol '%s'", in.Protocol)
	case in.Port == nil:
		return nil, invalid("A port must be specified")
	case in.VpcId == nil:
		return nil, invalid("A VPC ID must be specified")
	case !s.ec2.VPCExists(sc, *in.VpcId):
		return nil, invalid("The VPC ID '%s' is not found", *in.VpcId)
	}
	check, err := newHealthCheck(in)
	if err != nil {
		return nil, err
	}
	return &targetGroup{
		name: *in.Name, vpc: *in.VpcId, protocol: in.Protocol, port: *in.Port, check: check,
		attributes: targetGroupDefaults(in.Protocol), usedBy: map[string]bool{},
	}, nil
}

// isNetworkProtocol reports whether network load balancers speak the protocol here.
func isNetworkProtocol(p types.ProtocolEnum) bool {
	switch p {
	case types.ProtocolEnumTcp, types.ProtocolEnumTls, types.ProtocolEnumUdp, types.ProtocolEnumTcpUdp:
		return true
	}
	return false
}

// DescribeTargetGroups returns target groups by ARN, by name, by load balancer, or
// all.
func (s *Service) DescribeTargetGroups(c *core.Call, in *sdk.DescribeTargetGroupsInput) (*sdk.DescribeTargetGroupsOutput, error) {
	given := 0
	for _, is := range []bool{in.LoadBalancerArn != nil, len(in.Names) > 0, len(in.TargetGroupArns) > 0} {
		if is {
			given++
		}
	}
	if given > 1 {
		return nil, invalid("Only one of load balancer ARN, target group names and target group ARNs can be specified")
	}
	r := s.regions.In(c.Scope)
	arns, err := r.selectTargetGroups(in)
	if err != nil {
		return nil, err
	}
	arns, next, err := page(arns, in.Marker, in.PageSize)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeTargetGroupsOutput{NextMarker: next, TargetGroups: []types.TargetGroup{}}
	for _, arn := range arns {
		out.TargetGroups = append(out.TargetGroups, r.targetGroups[arn].describe())
	}
	return out, nil
}

// selectTargetGroups returns the sorted ARNs of the groups that a request asks for.
func (r *region) selectTargetGroups(in *sdk.DescribeTargetGroupsInput) ([]string, error) {
	arns := slices.Sorted(slices.Values(in.TargetGroupArns))
	for _, name := range in.Names {
		tg := r.targetGroupNamed(name)
		if tg == nil || !tg.Seen() {
			return nil, core.Errorf("TargetGroupNotFound", "One or more target groups not found")
		}
		arns = append(arns, tg.arn)
	}
	for _, arn := range arns {
		if r.targetGroup(arn) == nil {
			return nil, core.Errorf("TargetGroupNotFound", "One or more target groups not found")
		}
	}
	switch {
	case in.LoadBalancerArn != nil:
		lb := r.loadBalancer(*in.LoadBalancerArn)
		if lb == nil {
			return nil, errLoadBalancerNotFound(*in.LoadBalancerArn)
		}
		for _, arn := range shown(r.targetGroups) {
			if r.targetGroups[arn].loadBalancer == lb {
				arns = append(arns, arn)
			}
		}
	case len(arns) == 0:
		arns = shown(r.targetGroups)
	}
	slices.Sort(arns)
	return arns, nil
}

// ModifyTargetGroup changes the health check. Targets are judged by the new one
// from their next check on.
func (s *Service) ModifyTargetGroup(c *core.Call, in *sdk.ModifyTargetGroupInput) (*sdk.ModifyTargetGroupOutput, error) {
	tg := s.regions.In(c.Scope).targetGroup(aws.ToString(in.TargetGroupArn))
	if tg == nil {
		return nil, errTargetGroupNotFound(aws.ToString(in.TargetGroupArn))
	}
	if in.HealthCheckEnabled != nil && !*in.HealthCheckEnabled {
		return nil, invalid("Health check enabled must be true for target groups with target type 'ip'")
	}
	check, err := tg.check.with(*in)
	if err != nil {
		return nil, err
	}
	tg.check = check
	return &sdk.ModifyTargetGroupOutput{TargetGroups: []types.TargetGroup{tg.describe()}}, nil
}

// DeleteTargetGroup deletes a target group that no listener refers to, with the
// registrations of its targets. Deleting one that is not there succeeds.
func (s *Service) DeleteTargetGroup(c *core.Call, in *sdk.DeleteTargetGroupInput) (*sdk.DeleteTargetGroupOutput, error) {
	r := s.regions.In(c.Scope)
	tg := r.targetGroups[aws.ToString(in.TargetGroupArn)]
	if tg == nil {
		return &sdk.DeleteTargetGroupOutput{}, nil
	}
	if len(tg.usedBy) > 0 {
		return nil, core.Errorf(codeResourceInUse, "Target group '%s' is currently in use by a listener or a rule", tg.arn)
	}
	delete(r.targetGroups, tg.arn)
	for _, t := range slices.Clone(tg.targets) {
		s.forget(r, tg, t)
	}
	return &sdk.DeleteTargetGroupOutput{}, nil
}

func (r *region) targetGroupNamed(name string) *targetGroup {
	for _, tg := range r.targetGroups {
		if tg.name == name {
			return tg
		}
	}
	return nil
}

func (tg *targetGroup) hasSettingsOf(other *targetGroup) bool {
	return tg.protocol == other.protocol && tg.port == other.port && tg.vpc == other.vpc && tg.check == other.check
}

func (tg *targetGroup) describe() types.TargetGroup {
	d := types.TargetGroup{
		TargetGroupArn: aws.String(tg.arn), TargetGroupName: aws.String(tg.name), VpcId: aws.String(tg.vpc),
		Protocol: tg.protocol, Port: aws.Int32(tg.port), TargetType: types.TargetTypeEnumIp,
		IpAddressType: types.TargetGroupIpAddressTypeEnumIpv4, LoadBalancerArns: []string{},
	}
	if tg.loadBalancer != nil {
		d.LoadBalancerArns = []string{tg.loadBalancer.arn}
	}
	tg.check.describe(&d)
	return d
}
