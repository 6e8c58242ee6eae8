package ec2

import (
	"cmp"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// managedOwner is the account that AWS shows as the owner of what is behind a
// requester-managed interface.
const managedOwner = "amazon-aws"

// interfaceFilters look at the description that DescribeNetworkInterfaces would
// show, so that a filter and the answer cannot disagree.
var interfaceFilters = filterTable[*describedInterface]{
	"network-interface-id":            field(func(d types.NetworkInterface) *string { return d.NetworkInterfaceId }),
	"subnet-id":                       field(func(d types.NetworkInterface) *string { return d.SubnetId }),
	"vpc-id":                          field(func(d types.NetworkInterface) *string { return d.VpcId }),
	"availability-zone":               field(func(d types.NetworkInterface) *string { return d.AvailabilityZone }),
	"availability-zone-id":            field(func(d types.NetworkInterface) *string { return d.AvailabilityZoneId }),
	"description":                     field(func(d types.NetworkInterface) *string { return d.Description }),
	"mac-address":                     field(func(d types.NetworkInterface) *string { return d.MacAddress }),
	"owner-id":                        field(func(d types.NetworkInterface) *string { return d.OwnerId }),
	"requester-id":                    field(func(d types.NetworkInterface) *string { return d.RequesterId }),
	"private-ip-address":              field(func(d types.NetworkInterface) *string { return d.PrivateIpAddress }),
	"addresses.private-ip-address":    field(func(d types.NetworkInterface) *string { return d.PrivateIpAddress }),
	"private-dns-name":                field(func(d types.NetworkInterface) *string { return d.PrivateDnsName }),
	"attachment.attachment-id":        field(func(d types.NetworkInterface) *string { return d.Attachment.AttachmentId }),
	"attachment.instance-owner-id":    field(func(d types.NetworkInterface) *string { return d.Attachment.InstanceOwnerId }),
	"attachment.instance-id":          field(func(d types.NetworkInterface) *string { return d.Attachment.InstanceId }),
	"association.public-ip":           field(publicIP),
	"addresses.association.public-ip": field(publicIP),
	"association.public-dns-name":     field(func(d types.NetworkInterface) *string { return association(d).PublicDnsName }),
	"association.ip-owner-id":         field(func(d types.NetworkInterface) *string { return association(d).IpOwnerId }),
	"status":                          func(d *describedInterface) []string { return []string{string(d.Status)} },
	"attachment.status":               func(d *describedInterface) []string { return []string{string(d.Attachment.Status)} },
	"interface-type":                  func(d *describedInterface) []string { return []string{string(d.InterfaceType)} },
	"requester-managed":               func(d *describedInterface) []string { return []string{strconv.FormatBool(*d.RequesterManaged)} },
	"source-dest-check":               func(d *describedInterface) []string { return []string{strconv.FormatBool(*d.SourceDestCheck)} },
	"group-id": func(d *describedInterface) []string {
		var ids []string
		for _, g := range d.Groups {
			ids = append(ids, *g.GroupId)
		}
		return ids
	},
}

// describedInterface is a network interface with the answer about it.
type describedInterface struct {
	resource
	types.NetworkInterface
}

func field(read func(types.NetworkInterface) *string) func(*describedInterface) []string {
	return func(d *describedInterface) []string {
		if v := read(d.NetworkInterface); v != nil {
			return []string{*v}
		}
		return nil
	}
}

func association(d types.NetworkInterface) types.NetworkInterfaceAssociation {
	if d.Association == nil {
		return types.NetworkInterfaceAssociation{}
	}
	return *d.Association
}

func publicIP(d types.NetworkInterface) *string { return association(d).PublicIp }

// DescribeNetworkInterfaces lists the network interfaces that services have made.
func (s *Service) DescribeNetworkInterfaces(c *core.Call, in *sdk.DescribeNetworkInterfacesInput) (*sdk.DescribeNetworkInterfacesOutput, error) {
	match, err := interfaceFilters.compile(in.Filters, tagsOf)
	if err != nil {
		return nil, err
	}
	if len(in.NetworkInterfaceIds) > 0 && in.MaxResults != nil {
		return nil, core.Errorf("InvalidParameterCombination", "The parameter NetworkInterfaceIds cannot be used with the parameter MaxResults")
	}
	var described table[*describedInterface]
	for _, i := range s.networks.In(c.Scope).interfaces.all() {
		described.add(&describedInterface{resource: i.resource, NetworkInterface: i.describe(c.Scope)})
	}
	found, next, err := described.pick(selection[*describedInterface]{
		ids: in.NetworkInterfaceIds, notFound: interfaceNotFound, match: match, maxResults: in.MaxResults, token: in.NextToken,
	})
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeNetworkInterfacesOutput{NextToken: next}
	for _, d := range found {
		out.NetworkInterfaces = append(out.NetworkInterfaces, d.NetworkInterface)
	}
	return out, nil
}

func (i *networkInterface) describe(sc core.Scope) types.NetworkInterface {
	ip, name := i.private.String(), privateName(sc.Region, i.private.String())
	assoc := i.association(sc.Region)
	d := types.NetworkInterface{
		NetworkInterfaceId: aws.String(i.id),
		SubnetId:           aws.String(i.subnet.id),
		VpcId:              aws.String(i.subnet.vpc.id),
		AvailabilityZone:   aws.String(i.subnet.zone.name),
		AvailabilityZoneId: aws.String(i.subnet.zone.id),
		Description:        aws.String(i.spec.Description),
		InterfaceType:      types.NetworkInterfaceType(cmp.Or(i.spec.InterfaceType, string(types.NetworkInterfaceTypeInterface))),
		MacAddress:         aws.String(i.mac),
		OwnerId:            aws.String(sc.Account),
		Ipv6Addresses:      []types.NetworkInterfaceIpv6Address{},
		RequesterId:        optional(i.spec.RequesterID),
		RequesterManaged:   aws.Bool(i.spec.RequesterID != ""),
		SourceDestCheck:    aws.Bool(i.spec.InterfaceType != string(types.NetworkInterfaceTypeNetworkLoadBalancer)),
		Status:             types.NetworkInterfaceStatusInUse,
		PrivateIpAddress:   aws.String(ip),
		PrivateDnsName:     aws.String(name),
		PublicDnsName:      optional(i.publicDNS(sc.Region)),
		Association:        assoc,
		PrivateIpAddresses: []types.NetworkInterfacePrivateIpAddress{{
			Primary: aws.Bool(true), PrivateIpAddress: aws.String(ip), PrivateDnsName: aws.String(name), Association: assoc,
		}},
		Attachment: &types.NetworkInterfaceAttachment{
			AttachmentId:        aws.String(i.attachment),
			DeleteOnTermination: aws.Bool(false),
			DeviceIndex:         aws.Int32(1),
			InstanceOwnerId:     aws.String(managedOwner),
			Status:              types.AttachmentStatusAttached,
		},
		TagSet: append([]types.Tag{}, i.tags.list()...),
	}
	for _, g := range i.groups {
		d.Groups = append(d.Groups, types.GroupIdentifier{GroupId: aws.String(g.id), GroupName: aws.String(g.name)})
	}
	return d
}

func (i *networkInterface) association(region string) *types.NetworkInterfaceAssociation {
	if !i.public.IsValid() {
		return nil
	}
	owner := "amazon"
	if i.spec.InterfaceType == string(types.NetworkInterfaceTypeNetworkLoadBalancer) {
		owner = "amazon-elb"
	}
	return &types.NetworkInterfaceAssociation{
		IpOwnerId: aws.String(owner), PublicIp: aws.String(i.publicIP()), PublicDnsName: optional(i.publicDNS(region)),
	}
}
