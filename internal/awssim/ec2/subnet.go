package ec2

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
)

type subnet struct {
	resource
	vpc       *vpc
	zone      zone
	cidr      netip.Prefix
	isDefault bool
	public    bool
	addresses privatePool
}

func (sub *subnet) arn(sc core.Scope) string { return sc.ARN("ec2", "subnet/"+sub.id) }

var subnetFilters = withAliases(filterTable[*subnet]{
	"subnet-id":               func(s *subnet) []string { return []string{s.id} },
	"vpc-id":                  func(s *subnet) []string { return []string{s.vpc.id} },
	"availability-zone":       func(s *subnet) []string { return []string{s.zone.name} },
	"availability-zone-id":    func(s *subnet) []string { return []string{s.zone.id} },
	"cidr-block":              func(s *subnet) []string { return []string{s.cidr.String()} },
	"default-for-az":          func(s *subnet) []string { return []string{strconv.FormatBool(s.isDefault)} },
	"map-public-ip-on-launch": func(s *subnet) []string { return []string{strconv.FormatBool(s.public)} },
	"state":                   func(*subnet) []string { return []string{string(types.SubnetStateAvailable)} },
	"available-ip-address-count": func(s *subnet) []string {
		return []string{strconv.Itoa(s.freeAddresses())}
	},
}, map[string]string{
	"availabilityZone": "availability-zone", "availabilityZoneId": "availability-zone-id",
	"cidr": "cidr-block", "cidrBlock": "cidr-block", "defaultForAz": "default-for-az",
})

// withAliases adds the second names that EC2 documents for some filters.
func withAliases[T any](t filterTable[T], aliases map[string]string) filterTable[T] {
	for alias, name := range aliases {
		t[alias] = t[name]
	}
	return t
}

// DescribeSubnets lists subnets.
func (s *Service) DescribeSubnets(c *core.Call, in *sdk.DescribeSubnetsInput) (*sdk.DescribeSubnetsOutput, error) {
	n := s.networks.In(c.Scope)
	filters := ownerFilter(subnetFilters, c.Account)
	filters["subnet-arn"] = func(sub *subnet) []string { return []string{sub.arn(c.Scope)} }
	match, err := filters.compile(in.Filters, tagsOf)
	if err != nil {
		return nil, err
	}
	found, next, err := n.subnets.pick(selection[*subnet]{
		ids: in.SubnetIds, notFound: subnetNotFound, match: match, maxResults: in.MaxResults, token: in.NextToken,
	})
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeSubnetsOutput{NextToken: next}
	for _, sub := range found {
		out.Subnets = append(out.Subnets, sub.describe(c.Scope))
	}
	return out, nil
}

func (sub *subnet) describe(sc core.Scope) types.Subnet {
	return types.Subnet{
		SubnetId:                    aws.String(sub.id),
		SubnetArn:                   aws.String(sub.arn(sc)),
		VpcId:                       aws.String(sub.vpc.id),
		AvailabilityZone:            aws.String(sub.zone.name),
		AvailabilityZoneId:          aws.String(sub.zone.id),
		AvailableIpAddressCount:     aws.Int32(int32(sub.freeAddresses())),
		CidrBlock:                   aws.String(sub.cidr.String()),
		DefaultForAz:                aws.Bool(sub.isDefault),
		MapPublicIpOnLaunch:         aws.Bool(sub.public),
		AssignIpv6AddressOnCreation: aws.Bool(false),
		Ipv6Native:                  aws.Bool(false),
		EnableDns64:                 aws.Bool(false),
		Ipv6CidrBlockAssociationSet: []types.SubnetIpv6CidrBlockAssociation{},
		PrivateDnsNameOptionsOnLaunch: &types.PrivateDnsNameOptionsOnLaunch{
			HostnameType: types.HostnameTypeIpName, EnableResourceNameDnsARecord: aws.Bool(false), EnableResourceNameDnsAAAARecord: aws.Bool(false),
		},
		OwnerId: aws.String(sc.Account),
		State:   types.SubnetStateAvailable,
		Tags:    sub.tags.list(),
	}
}

// CreateSubnet makes a subnet, in the first zone when none is given. It is
// private: there are no route tables here to make it anything else.
func (s *Service) CreateSubnet(c *core.Call, in *sdk.CreateSubnetInput) (*sdk.CreateSubnetOutput, error) {
	n := s.networks.In(c.Scope)
	v, ok := n.vpcs.get(aws.ToString(in.VpcId))
	if !ok {
		return nil, vpcNotFound(aws.ToString(in.VpcId))
	}
	cidr, err := n.freeRange(v, in.CidrBlock)
	if err != nil {
		return nil, err
	}
	z, err := n.zoneFor(in.AvailabilityZone, in.AvailabilityZoneId)
	if err != nil {
		return nil, err
	}
	tags, err := tagsFor(types.ResourceTypeSubnet, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	sub := &subnet{resource: n.newResource(s.world.ID("subnet"), tags), vpc: v, zone: z, cidr: cidr}
	n.subnets.add(sub)
	described := sub.describe(c.Scope)
	return &sdk.CreateSubnetOutput{Subnet: &described}, nil
}

// freeRange checks that a new subnet's range lies in the VPC and in no other subnet.
func (n *network) freeRange(v *vpc, text *string) (netip.Prefix, error) {
	if text == nil {
		return netip.Prefix{}, missingParameter("cidrBlock")
	}
	cidr, err := parseRange(*text, "InvalidSubnet.Range")
	if err != nil {
		return netip.Prefix{}, err
	}
	if cidr.Bits() < v.cidr.Bits() || !v.cidr.Contains(cidr.Addr()) {
		return netip.Prefix{}, core.Errorf("InvalidSubnet.Range", "The CIDR '%s' is invalid.", *text)
	}
	for _, other := range n.subnets.all() {
		if other.vpc == v && other.cidr.Overlaps(cidr) {
			return netip.Prefix{}, core.Errorf("InvalidSubnet.Conflict", "The CIDR '%s' conflicts with another subnet", *text)
		}
	}
	return cidr, nil
}

func (n *network) zoneFor(name, id *string) (zone, error) {
	if name == nil && id == nil {
		return n.zones[0], nil
	}
	i := slices.IndexFunc(n.zones, func(z zone) bool {
		return (name == nil || z.name == *name) && (id == nil || z.id == *id)
	})
	if i < 0 {
		return zone{}, invalidValue("Value (%s) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: %s.",
			aws.ToString(name)+aws.ToString(id), strings.Join(n.zoneNames(), ", "))
	}
	return n.zones[i], nil
}

// DeleteSubnet deletes a subnet in which there is no network interface.
func (s *Service) DeleteSubnet(c *core.Call, in *sdk.DeleteSubnetInput) (*sdk.DeleteSubnetOutput, error) {
	n := s.networks.In(c.Scope)
	sub, ok := n.subnets.get(aws.ToString(in.SubnetId))
	if !ok {
		return nil, subnetNotFound(aws.ToString(in.SubnetId))
	}
	if slices.ContainsFunc(n.interfaces.all(), func(i *networkInterface) bool { return i.subnet == sub }) {
		return nil, core.Errorf("DependencyViolation", "The subnet '%s' has dependencies and cannot be deleted.", sub.id)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	n.subnets.remove(sub.id)
	return &sdk.DeleteSubnetOutput{}, nil
}

// Subnet is what other services need to know of a subnet.
type Subnet struct {
	ID, VPC, Zone, ZoneID, CIDR string
	// Public says that the subnet reaches the internet by itself, which here is so
	// for default subnets only.
	Public bool
}

// Subnet returns a subnet by its id. The world must be locked.
func (s *Service) Subnet(sc core.Scope, id string) (Subnet, bool) {
	sub, ok := s.networks.In(sc).subnets.get(id)
	if !ok {
		return Subnet{}, false
	}
	return Subnet{
		ID: sub.id, VPC: sub.vpc.id, Zone: sub.zone.name, ZoneID: sub.zone.id, CIDR: sub.cidr.String(), Public: sub.public,
	}, true
}

// ZoneID returns the id of the region's zone of that name, such as "use1-az1" for
// "us-east-1a". The world must be locked.
func (s *Service) ZoneID(sc core.Scope, name string) (string, bool) {
	z, ok := s.networks.In(sc).zoneNamed(name)
	return z.id, ok
}
