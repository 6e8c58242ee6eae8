package ec2

import (
	"net/netip"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
)

type vpc struct {
	resource
	cidr      netip.Prefix
	isDefault bool
}

// The sizes that a VPC or a subnet may have, as bits of the prefix.
const (
	largestRange  = 16
	smallestRange = 28
)

var vpcFilters = filterTable[*vpc]{
	"vpc-id":                            func(v *vpc) []string { return []string{v.id} },
	"cidr":                              func(v *vpc) []string { return []string{v.cidr.String()} },
	"cidr-block-association.cidr-block": func(v *vpc) []string { return []string{v.cidr.String()} },
	"is-default":                        func(v *vpc) []string { return []string{strconv.FormatBool(v.isDefault)} },
	"isDefault":                         func(v *vpc) []string { return []string{strconv.FormatBool(v.isDefault)} },
	"state":                             func(*vpc) []string { return []string{string(types.VpcStateAvailable)} },
	"dhcp-options-id":                   func(v *vpc) []string { return []string{v.dhcpOptions()} },
}

func (v *vpc) dhcpOptions() string { return "dopt-" + v.id[len("vpc-"):] }

// ownerFilter is the filter by the account that owns a resource, which here is
// always the caller's.
func ownerFilter[T any](t filterTable[T], account string) filterTable[T] {
	with := filterTable[T]{"owner-id": func(T) []string { return []string{account} }}
	for name, values := range t {
		with[name] = values
	}
	return with
}

// DescribeVpcs lists VPCs.
func (s *Service) DescribeVpcs(c *core.Call, in *sdk.DescribeVpcsInput) (*sdk.DescribeVpcsOutput, error) {
	n := s.networks.In(c.Scope)
	match, err := ownerFilter(vpcFilters, c.Account).compile(in.Filters, tagsOf)
	if err != nil {
		return nil, err
	}
	found, next, err := n.vpcs.pick(selection[*vpc]{
		ids: in.VpcIds, notFound: vpcNotFound, match: match, maxResults: in.MaxResults, token: in.NextToken,
	})
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeVpcsOutput{NextToken: next}
	for _, v := range found {
		out.Vpcs = append(out.Vpcs, v.describe(c.Account))
	}
	return out, nil
}

func (v *vpc) describe(account string) types.Vpc {
	return types.Vpc{
		VpcId:           aws.String(v.id),
		CidrBlock:       aws.String(v.cidr.String()),
		DhcpOptionsId:   aws.String(v.dhcpOptions()),
		InstanceTenancy: types.TenancyDefault,
		IsDefault:       aws.Bool(v.isDefault),
		OwnerId:         aws.String(account),
		State:           types.VpcStateAvailable,
		Tags:            v.tags.list(),

		Ipv6CidrBlockAssociationSet: []types.VpcIpv6CidrBlockAssociation{},
		CidrBlockAssociationSet: []types.VpcCidrBlockAssociation{{
			AssociationId:  aws.String("vpc-cidr-assoc-" + v.id[len("vpc-"):]),
			CidrBlock:      aws.String(v.cidr.String()),
			CidrBlockState: &types.VpcCidrBlockState{State: types.VpcCidrBlockStateCodeAssociated},
		}},
	}
}

// CreateVpc makes a VPC with its default security group and no subnets. It is
// available at once.
func (s *Service) CreateVpc(c *core.Call, in *sdk.CreateVpcInput) (*sdk.CreateVpcOutput, error) {
	if in.CidrBlock == nil {
		return nil, missingParameter("cidrBlock")
	}
	cidr, err := parseRange(*in.CidrBlock, "InvalidVpc.Range")
	if err != nil {
		return nil, err
	}
	tags, err := tagsFor(types.ResourceTypeVpc, in.TagSpecifications)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	n := s.networks.In(c.Scope)
	v := &vpc{resource: n.newResource(s.world.ID("vpc"), tags), cidr: cidr}
	n.vpcs.add(v)
	n.groups.add(newDefaultGroup(n, v, s.world.ID("sg"), s.world.ID("sgr"), s.world.ID("sgr")))
	described := v.describe(c.Account)
	return &sdk.CreateVpcOutput{Vpc: &described}, nil
}

// parseRange reads the CIDR of a VPC or a subnet. As in AWS, bits behind the
// prefix are cleared without a word.
func parseRange(text, code string) (netip.Prefix, error) {
	p, err := netip.ParsePrefix(text)
	if err != nil || !p.Addr().Is4() {
		return netip.Prefix{}, invalidValue("Value (%s) for parameter cidrBlock is invalid. This is not a valid CIDR block.", text)
	}
	if p.Bits() < largestRange || p.Bits() > smallestRange {
		return netip.Prefix{}, core.Errorf(code, "The CIDR '%s' is invalid.", text)
	}
	return p.Masked(), nil
}

// DeleteVpc deletes a VPC that has no subnets and no security groups but its
// default one, which goes with it.
func (s *Service) DeleteVpc(c *core.Call, in *sdk.DeleteVpcInput) (*sdk.DeleteVpcOutput, error) {
	n := s.networks.In(c.Scope)
	v, ok := n.vpcs.get(aws.ToString(in.VpcId))
	if !ok {
		return nil, vpcNotFound(aws.ToString(in.VpcId))
	}
	if n.vpcInUse(v) {
		return nil, core.Errorf("DependencyViolation", "The vpc '%s' has dependencies and cannot be deleted.", v.id)
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	n.groups.remove(n.defaultGroup(v).id)
	n.vpcs.remove(v.id)
	return &sdk.DeleteVpcOutput{}, nil
}

func (n *network) vpcInUse(v *vpc) bool {
	return slices.ContainsFunc(n.subnets.all(), func(sub *subnet) bool { return sub.vpc == v }) ||
		slices.ContainsFunc(n.groups.all(), func(g *group) bool { return g.vpc == v && !g.isDefault })
}

// VPCExists tells whether there is such a VPC. The world must be locked.
func (s *Service) VPCExists(sc core.Scope, id string) bool {
	_, ok := s.networks.In(sc).vpcs.get(id)
	return ok
}
