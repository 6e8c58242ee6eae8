package elbv2

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ec2"
)

// maxGroups is the number of security groups of a network interface.
const maxGroups = 5

// resolveZones turns the subnets of a request into zones: subnets that exist, in
// one VPC, one for each availability zone.
func (s *Service) resolveZones(sc core.Scope, subnets []string, mappings []types.SubnetMapping) (zones []zone, vpc string, err error) {
	if len(subnets) > 0 && len(mappings) > 0 {
		return nil, "", invalid("You must specify either subnets or subnet mappings, but not both")
	}
	for _, m := range mappings {
		if m.AllocationId != nil || m.PrivateIPv4Address != nil || m.IPv6Address != nil || m.SourceNatIpv6Prefix != nil {
			return nil, "", notSimulated("subnet mappings with addresses of their own are")
		}
		subnets = append(subnets, aws.ToString(m.SubnetId))
	}
	if len(subnets) == 0 {
		return nil, "", invalid("At least one subnet must be specified")
	}
	seen := map[string]bool{}
	for _, id := range subnets {
		subnet, ok := s.ec2.Subnet(sc, id)
		switch {
		case !ok:
			return nil, "", core.Errorf("SubnetNotFound", "The subnet ID '%s' does not exist", id)
		case vpc != "" && vpc != subnet.VPC:
			return nil, "", misconfigured("All subnets must belong to the same VPC")
		case seen[subnet.Zone]:
			return nil, "", misconfigured("A load balancer cannot be attached to multiple subnets in the same Availability Zone")
		}
		vpc, seen[subnet.Zone] = subnet.VPC, true
		zones = append(zones, zone{subnet: id, name: subnet.Zone})
	}
	return zones, vpc, nil
}

// checkGroups refuses security groups that do not exist or are in another VPC.
func (s *Service) checkGroups(sc core.Scope, vpc string, groups []string) error {
	if len(groups) > maxGroups {
		return misconfigured("A load balancer cannot have more than %d security groups", maxGroups)
	}
	for _, id := range groups {
		in, ok := s.ec2.SecurityGroupVPC(sc, id)
		if !ok {
			return core.Errorf(codeInvalidSecurityGroup, "The security group '%s' does not exist", id)
		}
		if in != vpc {
			return misconfigured("Security group '%s' is not in the same VPC '%s'", id, vpc)
		}
	}
	return nil
}

// attachZones gives the load balancer zones with a network interface in each. When
// one cannot be made none is.
func (s *Service) attachZones(sc core.Scope, lb *loadBalancer, wanted []zone) error {
	zones := slices.Clone(wanted)
	for i := range zones {
		if zones[i].eni != "" {
			continue // it has the zone already
		}
		eni, err := s.ec2.CreateInterface(sc, ec2.InterfaceSpec{
			Subnet: zones[i].subnet, SecurityGroups: lb.groups,
			Description:   "ELB net/" + lb.name + "/" + lb.id,
			InterfaceType: "network_load_balancer", RequesterID: "amazon-elb",
			AssignPublicIP: lb.scheme == types.LoadBalancerSchemeEnumInternetFacing,
		})
		if err != nil {
			for j := range i {
				if wanted[j].eni == "" {
					s.ec2.DeleteInterface(sc, zones[j].eni)
				}
			}
			return err
		}
		zones[i].eni = eni.ID
	}
	lb.zones = zones
	return nil
}

// releaseZones lets the network interfaces go, as AWS does: not at once.
func (s *Service) releaseZones(sc core.Scope, zones []zone) {
	for _, z := range zones {
		s.world.After(s.world.Delay(core.LoadBalancerENIGone), func() { s.ec2.DeleteInterface(sc, z.eni) })
	}
}

// SetSubnets replaces the zones of a load balancer. Targets in zones that go are
// unused from then on.
func (s *Service) SetSubnets(c *core.Call, in *sdk.SetSubnetsInput) (*sdk.SetSubnetsOutput, error) {
	r := s.regions.In(c.Scope)
	lb := r.loadBalancer(aws.ToString(in.LoadBalancerArn))
	if lb == nil {
		return nil, errLoadBalancerNotFound(aws.ToString(in.LoadBalancerArn))
	}
	if in.IpAddressType != "" && in.IpAddressType != types.IpAddressTypeIpv4 {
		return nil, notSimulated("load balancers with the IP address type '" + string(in.IpAddressType) + "' are")
	}
	wanted, vpc, err := s.resolveZones(c.Scope, in.Subnets, in.SubnetMappings)
	if err != nil {
		return nil, err
	}
	if vpc != lb.vpc {
		return nil, misconfigured("The subnets must be in the VPC '%s' of the load balancer", lb.vpc)
	}
	before := lb.zones
	for i, z := range wanted {
		if at := slices.IndexFunc(before, func(b zone) bool { return b.subnet == z.subnet }); at >= 0 {
			wanted[i] = before[at]
		}
	}
	if err := s.attachZones(c.Scope, lb, wanted); err != nil {
		return nil, err
	}
	gone := slices.DeleteFunc(slices.Clone(before), func(z zone) bool { return slices.Contains(lb.zones, z) })
	s.releaseZones(c.Scope, gone)
	s.reassessTargetsOf(r, lb)
	return &sdk.SetSubnetsOutput{AvailabilityZones: lb.describeZones(), IpAddressType: types.IpAddressTypeIpv4}, nil
}

// SetSecurityGroups replaces the security groups of a load balancer. One that was
// made without any can never have some, nor the other way round (Network Load
// Balancers guide, "Security groups").
func (s *Service) SetSecurityGroups(c *core.Call, in *sdk.SetSecurityGroupsInput) (*sdk.SetSecurityGroupsOutput, error) {
	lb := s.regions.In(c.Scope).loadBalancer(aws.ToString(in.LoadBalancerArn))
	switch {
	case lb == nil:
		return nil, errLoadBalancerNotFound(aws.ToString(in.LoadBalancerArn))
	case len(lb.groups) == 0:
		return nil, misconfigured("You cannot set security groups on a load balancer with type 'network' that was created without security groups")
	case len(in.SecurityGroups) == 0:
		return nil, misconfigured("You cannot remove all security groups from a load balancer with type 'network'")
	}
	if err := s.checkGroups(c.Scope, lb.vpc, in.SecurityGroups); err != nil {
		return nil, err
	}
	for _, z := range lb.zones {
		if err := s.ec2.SetInterfaceGroups(c.Scope, z.eni, in.SecurityGroups); err != nil {
			return nil, err
		}
	}
	lb.groups = slices.Clone(in.SecurityGroups)
	if in.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic != "" {
		lb.enforceOnPrivateLink = string(in.EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic)
	}
	return &sdk.SetSecurityGroupsOutput{
		SecurityGroupIds: slices.Clone(lb.groups),
		EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic: types.EnforceSecurityGroupInboundRulesOnPrivateLinkTrafficEnum(lb.enforceOnPrivateLink),
	}, nil
}

func (lb *loadBalancer) describeZones() []types.AvailabilityZone {
	zones := make([]types.AvailabilityZone, len(lb.zones))
	for i, z := range lb.zones {
		zones[i] = types.AvailabilityZone{
			ZoneName: aws.String(z.name), SubnetId: aws.String(z.subnet),
			LoadBalancerAddresses: []types.LoadBalancerAddress{},
		}
	}
	return zones
}
