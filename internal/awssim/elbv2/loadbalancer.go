package elbv2

import (
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// loadBalancer is one network load balancer.
type loadBalancer struct {
	core.Appearance
	id, arn, name, vpc string
	region             string
	scheme             types.LoadBalancerSchemeEnum
	state              types.LoadBalancerStateEnum
	created            time.Time
	groups             []string
	// enforceOnPrivateLink is "on" or "off" with security groups, else empty.
	enforceOnPrivateLink string
	zones                []zone
	attributes           map[string]string
	tags                 tagSet
}

// zone is the load balancer's node in one availability zone.
type zone struct {
	subnet, name, eni string
}

// CreateLoadBalancer makes a network load balancer, which becomes active after
// core.LoadBalancerCreate. Its network interfaces are there at once. The same name
// with the same settings returns the load balancer that is there, whatever its tags.
func (s *Service) CreateLoadBalancer(c *core.Call, in *sdk.CreateLoadBalancerInput) (*sdk.CreateLoadBalancerOutput, error) {
	if err := checkNetworkType(in); err != nil {
		return nil, err
	}
	name := aws.ToString(in.Name)
	if err := checkName("The load balancer", name); err != nil {
		return nil, err
	}
	if strings.HasPrefix(name, "internal-") {
		return nil, invalid("Load balancer name '%s' cannot begin with 'internal-'", name)
	}
	zones, vpc, err := s.resolveZones(c.Scope, in.Subnets, in.SubnetMappings)
	if err != nil {
		return nil, err
	}
	if err := s.checkGroups(c.Scope, vpc, in.SecurityGroups); err != nil {
		return nil, err
	}
	lb := &loadBalancer{name: name, vpc: vpc, scheme: in.Scheme, groups: slices.Clone(in.SecurityGroups), zones: zones}
	if lb.scheme == "" {
		lb.scheme = types.LoadBalancerSchemeEnumInternetFacing
	}
	r := s.regions.In(c.Scope)
	if there := r.loadBalancerNamed(name); there != nil {
		if !there.hasSettingsOf(lb) {
			return nil, core.Errorf("DuplicateLoadBalancerName", "A load balancer with the same name '%s' exists, but with different settings", name)
		}
		return &sdk.CreateLoadBalancerOutput{LoadBalancers: []types.LoadBalancer{s.describe(there)}}, nil
	}
	if s.world.Exceeds(core.LoadBalancers, len(r.loadBalancers)+1) {
		return nil, core.Errorf("TooManyLoadBalancers", "The maximum number of load balancers has been reached")
	}
	if err := lb.tags.add(in.Tags); err != nil {
		return nil, err
	}
	if err := s.provision(c.Scope, lb); err != nil {
		return nil, err
	}
	return &sdk.CreateLoadBalancerOutput{LoadBalancers: []types.LoadBalancer{s.describe(lb)}}, nil
}

// checkNetworkType refuses what is not a plain IPv4 network load balancer.
func checkNetworkType(in *sdk.CreateLoadBalancerInput) error {
	switch in.Type {
	case types.LoadBalancerTypeEnumNetwork:
	case "": // AWS's default
		return notSimulated("load balancers of type 'application' are")
	default:
		return notSimulated("load balancers of type '" + string(in.Type) + "' are")
	}
	if in.IpAddressType != "" && in.IpAddressType != types.IpAddressTypeIpv4 {
		return notSimulated("load balancers with the IP address type '" + string(in.IpAddressType) + "' are")
	}
	if in.IpamPools != nil || in.CustomerOwnedIpv4Pool != nil {
		return misconfigured("IP address pools are not supported for load balancers with type 'network'")
	}
	return nil
}

// provision puts a new load balancer and its network interfaces into the region.
func (s *Service) provision(sc core.Scope, lb *loadBalancer) error {
	lb.id, lb.region = s.world.Hex(16), sc.Region
	lb.arn = arn(sc, "loadbalancer", "net", lb.name, lb.id)
	lb.created, lb.state = s.world.Now(), types.LoadBalancerStateEnumProvisioning
	lb.attributes = loadBalancerDefaults()
	if len(lb.groups) > 0 {
		lb.enforceOnPrivateLink = "on"
	}
	if err := s.attachZones(sc, lb, lb.zones); err != nil {
		return err
	}
	r := s.regions.In(sc)
	lb.Appearance = s.world.Appears()
	r.loadBalancers[lb.arn] = lb
	s.world.After(s.world.Delay(core.LoadBalancerCreate), func() {
		lb.state = types.LoadBalancerStateEnumActive
		s.reassessTargetsOf(r, lb)
	})
	return nil
}

// DescribeLoadBalancers returns load balancers by ARN, by name, or all.
func (s *Service) DescribeLoadBalancers(c *core.Call, in *sdk.DescribeLoadBalancersInput) (*sdk.DescribeLoadBalancersOutput, error) {
	if len(in.LoadBalancerArns) > 0 && len(in.Names) > 0 {
		return nil, invalid("Load balancer names and load balancer ARNs cannot be specified at the same time")
	}
	r := s.regions.In(c.Scope)
	arns := slices.Clone(in.LoadBalancerArns)
	for _, name := range in.Names {
		lb := r.loadBalancerNamed(name)
		if lb == nil || !lb.Seen() {
			return nil, core.Errorf("LoadBalancerNotFound", "Load balancers '[%s]' not found", name)
		}
		arns = append(arns, lb.arn)
	}
	for _, arn := range arns {
		if r.loadBalancer(arn) == nil {
			return nil, core.Errorf("LoadBalancerNotFound", "One or more load balancers not found")
		}
	}
	if len(arns) == 0 {
		arns = shown(r.loadBalancers)
	}
	slices.Sort(arns)
	arns, next, err := page(arns, in.Marker, in.PageSize)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeLoadBalancersOutput{NextMarker: next, LoadBalancers: []types.LoadBalancer{}}
	for _, arn := range arns {
		out.LoadBalancers = append(out.LoadBalancers, s.describe(r.loadBalancers[arn]))
	}
	return out, nil
}

// DeleteLoadBalancer deletes a load balancer with its listeners. Its network
// interfaces stay for core.LoadBalancerENIGone and hold subnets and security
// groups so long. Deleting one that is not there succeeds.
func (s *Service) DeleteLoadBalancer(c *core.Call, in *sdk.DeleteLoadBalancerInput) (*sdk.DeleteLoadBalancerOutput, error) {
	r := s.regions.In(c.Scope)
	lb := r.loadBalancers[aws.ToString(in.LoadBalancerArn)]
	if lb == nil {
		return &sdk.DeleteLoadBalancerOutput{}, nil
	}
	if lb.attributes[deletionProtection] == "true" {
		return nil, core.Errorf(codeNotPermitted, "Load balancer '%s' cannot be deleted because deletion protection is enabled", lb.arn)
	}
	delete(r.loadBalancers, lb.arn)
	for _, l := range r.listenersOf(lb) {
		s.removeListener(r, l)
	}
	s.releaseZones(c.Scope, lb.zones)
	return &sdk.DeleteLoadBalancerOutput{}, nil
}

func (r *region) loadBalancerNamed(name string) *loadBalancer {
	for _, lb := range r.loadBalancers {
		if lb.name == name {
			return lb
		}
	}
	return nil
}

func (lb *loadBalancer) hasSettingsOf(other *loadBalancer) bool {
	return lb.scheme == other.scheme && lb.vpc == other.vpc &&
		sameSet(lb.groups, other.groups) && sameSet(lb.subnets(), other.subnets())
}

func (lb *loadBalancer) subnets() []string {
	ids := make([]string, len(lb.zones))
	for i, z := range lb.zones {
		ids[i] = z.subnet
	}
	return ids
}

func (s *Service) describe(lb *loadBalancer) types.LoadBalancer {
	d := types.LoadBalancer{
		LoadBalancerArn: aws.String(lb.arn), LoadBalancerName: aws.String(lb.name), VpcId: aws.String(lb.vpc),
		DNSName:               s.dnsName(lb),
		CanonicalHostedZoneId: aws.String(hostedZone(lb.region)), CreatedTime: aws.Time(lb.created),
		Type: types.LoadBalancerTypeEnumNetwork, Scheme: lb.scheme, IpAddressType: types.IpAddressTypeIpv4,
		SecurityGroups: slices.Clone(lb.groups), AvailabilityZones: lb.describeZones(),
		State:                        &types.LoadBalancerState{Code: lb.state},
		EnablePrefixForIpv6SourceNat: types.EnablePrefixForIpv6SourceNatEnumOff,
	}
	if lb.enforceOnPrivateLink != "" {
		d.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic = aws.String(lb.enforceOnPrivateLink)
	}
	return d
}

func sameSet(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
