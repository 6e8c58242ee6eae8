package ec2

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
)

var regionFilters = filterTable[types.Region]{
	"endpoint":      func(r types.Region) []string { return []string{*r.Endpoint} },
	"opt-in-status": func(r types.Region) []string { return []string{*r.OptInStatus} },
	"region-name":   func(r types.Region) []string { return []string{*r.RegionName} },
}

// DescribeRegions lists the regions of the aws partition. No account has opted in
// to any of the optional ones.
func (s *Service) DescribeRegions(_ *core.Call, in *sdk.DescribeRegionsInput) (*sdk.DescribeRegionsOutput, error) {
	match, err := regionFilters.compile(in.Filters, nil)
	if err != nil {
		return nil, err
	}
	for _, name := range in.RegionNames {
		if !slices.Contains(regionsByDefault, name) && !slices.Contains(regionsOptIn, name) {
			return nil, invalidValue("Invalid region names: [%s]", name)
		}
	}
	out := &sdk.DescribeRegionsOutput{}
	add := func(names []string, status string) {
		for _, name := range names {
			r := types.Region{
				RegionName:  aws.String(name),
				Endpoint:    aws.String("ec2." + name + ".amazonaws.com"),
				OptInStatus: aws.String(status),
			}
			if wanted(in.RegionNames, name) && match(r) {
				out.Regions = append(out.Regions, r)
			}
		}
	}
	add(regionsByDefault, "opt-in-not-required")
	if aws.ToBool(in.AllRegions) || len(in.RegionNames) > 0 {
		add(regionsOptIn, "not-opted-in")
	}
	return out, nil
}

var zoneFilters = filterTable[types.AvailabilityZone]{
	"group-name":    func(z types.AvailabilityZone) []string { return []string{*z.GroupName} },
	"opt-in-status": func(z types.AvailabilityZone) []string { return []string{string(z.OptInStatus)} },
	"region-name":   func(z types.AvailabilityZone) []string { return []string{*z.RegionName} },
	"state":         func(z types.AvailabilityZone) []string { return []string{string(z.State)} },
	"zone-id":       func(z types.AvailabilityZone) []string { return []string{*z.ZoneId} },
	"zone-name":     func(z types.AvailabilityZone) []string { return []string{*z.ZoneName} },
	"zone-type":     func(z types.AvailabilityZone) []string { return []string{*z.ZoneType} },
}

// DescribeAvailabilityZones lists the zones of the caller's region. There are no
// Local Zones.
func (s *Service) DescribeAvailabilityZones(c *core.Call, in *sdk.DescribeAvailabilityZonesInput) (*sdk.DescribeAvailabilityZonesOutput, error) {
	n := s.networks.In(c.Scope)
	match, err := zoneFilters.compile(in.Filters, nil)
	if err != nil {
		return nil, err
	}
	if err := n.checkZones(in.ZoneNames, in.ZoneIds); err != nil {
		return nil, err
	}
	out := &sdk.DescribeAvailabilityZonesOutput{}
	for _, z := range n.zones {
		az := types.AvailabilityZone{
			ZoneName:           aws.String(z.name),
			ZoneId:             aws.String(z.id),
			ZoneType:           aws.String("availability-zone"),
			RegionName:         aws.String(c.Region),
			GroupName:          aws.String(c.Region + "-zg-1"),
			NetworkBorderGroup: aws.String(c.Region),
			OptInStatus:        types.AvailabilityZoneOptInStatusOptInNotRequired,
			State:              types.AvailabilityZoneStateAvailable,
			Messages:           []types.AvailabilityZoneMessage{},
		}
		if wanted(in.ZoneNames, z.name) && wanted(in.ZoneIds, z.id) && match(az) {
			out.AvailabilityZones = append(out.AvailabilityZones, az)
		}
	}
	return out, nil
}

func (n *network) checkZones(names, ids []string) error {
	for _, name := range names {
		if _, ok := n.zoneNamed(name); !ok {
			return invalidValue("Invalid availability zone: [%s]", name)
		}
	}
	for _, id := range ids {
		if !slices.ContainsFunc(n.zones, func(z zone) bool { return z.id == id }) {
			return invalidValue("Invalid availability zone-id: [%s]", id)
		}
	}
	return nil
}

// wanted tells whether a list of ids, empty for all, asks for this one.
func wanted(ids []string, id string) bool {
	return len(ids) == 0 || slices.Contains(ids, id)
}
