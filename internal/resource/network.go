package resource

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// Network is the VPC and the subnets of a gateway: there before, found or named,
// used as they are. The choice of subnets, one in each zone that has Fargate, is made
// once and then kept.
type Network struct {
	Common
	// VPC is the VPC that the spec names; empty means the region's default VPC.
	VPC string
	// Subnets are the subnets that the spec names, or that were chosen earlier.
	Subnets []string
}

// NetworkState is the network that was found.
type NetworkState struct {
	VPC     string
	Subnets []Subnet
}

// Subnet is a subnet and its availability zone.
type Subnet struct {
	ID, Zone string
}

// SubnetIDs are the ids of the subnets, in the order of their zones.
func (n *NetworkState) SubnetIDs() []string {
	ids := make([]string, 0, len(n.Subnets))
	for _, s := range n.Subnets {
		ids = append(ids, s.ID)
	}
	return ids
}

// Identity is Network/vpc.
func (n Network) Identity() engine.Identity { return engine.Identity{Kind: "Network", Name: "vpc"} }

// Needs nothing.
func (n Network) Needs() []engine.Need { return nil }

// Wish is that the network is there; it is never made.
func (n Network) Wish() (struct{}, error) { return struct{}{}, nil }

// Observe finds the named subnets, else one for each zone of the named VPC, else
// one for each zone of the region's default VPC.
func (n Network) Observe(ctx context.Context, _ engine.Record) (*NetworkState, error) {
	input := &ec2.DescribeSubnetsInput{}
	switch {
	case len(n.Subnets) > 0:
		input.SubnetIds = n.Subnets
	case n.VPC != "":
		input.Filters = []ec2types.Filter{{Name: aws.String("vpc-id"), Values: []string{n.VPC}}}
	default:
		input.Filters = []ec2types.Filter{{Name: aws.String("default-for-az"), Values: []string{"true"}}}
	}
	var found []ec2types.Subnet
	pages := ec2.NewDescribeSubnetsPaginator(n.Cloud.EC2, input)
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, gone(err)
		}
		found = append(found, page.Subnets...)
	}
	for _, s := range found { // the choice is kept: it must not be made from half an answer
		if err := complete(n.Identity(), aws.ToString(s.SubnetId), aws.ToString(s.VpcId), aws.ToString(s.AvailabilityZone)); err != nil {
			return nil, err
		}
	}
	if len(found) == 0 {
		return nil, nil
	}
	if len(n.Subnets) == 0 {
		found = withFargate(found)
	}
	state := &NetworkState{VPC: aws.ToString(found[0].VpcId), Subnets: onePerZone(found)}
	return state, n.check(state, found)
}

// zonesWithoutFargate are the ids of zones in which Fargate starts no Linux tasks; the
// names of zones differ between accounts, the ids do not.
// https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AWS_Fargate-Regions.html
var zonesWithoutFargate = []string{"use1-az3", "usw1-az2", "cac1-az3", "apne1-az3", "cnn1-az3"}

// withFargate leaves out subnets in zones without Fargate, unless none is left then.
func withFargate(found []ec2types.Subnet) []ec2types.Subnet {
	usable := slices.DeleteFunc(slices.Clone(found), func(s ec2types.Subnet) bool {
		return slices.Contains(zonesWithoutFargate, aws.ToString(s.AvailabilityZoneId))
	})
	if len(usable) == 0 {
		return found
	}
	return usable
}

// check refuses named subnets that cannot be used together.
func (n Network) check(state *NetworkState, found []ec2types.Subnet) error {
	for _, s := range found {
		if vpc := aws.ToString(s.VpcId); vpc != state.VPC || n.VPC != "" && vpc != n.VPC {
			return &engine.Problem{Reason: awscloud.ReasonRefused, Terminal: true, Message: fmt.Sprintf(
				"subnet %s is in VPC %s: name subnets of one VPC, the one in spec.network.vpcID", aws.ToString(s.SubnetId), vpc)}
		}
	}
	if len(n.Subnets) > 0 && len(state.Subnets) != len(found) {
		return &engine.Problem{Reason: awscloud.ReasonRefused, Terminal: true, Message: "two of spec.network.subnetIDs are in the same availability zone: " +
			"a load balancer and a file system take one subnet for each zone"}
	}
	return nil
}

// onePerZone keeps one subnet of each zone: the zone's default subnet, else the one
// with the lowest id. The choice does not depend on the order of AWS's answer.
func onePerZone(found []ec2types.Subnet) []Subnet {
	sorted := slices.SortedFunc(slices.Values(found), func(a, b ec2types.Subnet) int {
		return cmp.Or(
			cmp.Compare(aws.ToString(a.AvailabilityZone), aws.ToString(b.AvailabilityZone)),
			-compareBool(aws.ToBool(a.DefaultForAz), aws.ToBool(b.DefaultForAz)),
			cmp.Compare(aws.ToString(a.SubnetId), aws.ToString(b.SubnetId)))
	})
	var chosen []Subnet
	for _, s := range sorted {
		zone := aws.ToString(s.AvailabilityZone)
		if len(chosen) > 0 && chosen[len(chosen)-1].Zone == zone {
			continue
		}
		chosen = append(chosen, Subnet{ID: aws.ToString(s.SubnetId), Zone: zone})
	}
	return chosen
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	default:
		return -1
	}
}

// Owner is external: networks are used as they are.
func (n Network) Owner(*NetworkState) engine.Ownership { return engine.External() }

// Diff is empty.
func (n Network) Diff(struct{}, *NetworkState) *compare.Delta { return nil }

// Absent is a problem: the network is the user's.
func (n Network) Absent() error {
	message := fmt.Sprintf("region %s has no default VPC with subnets: name a VPC in spec.network.vpcID", n.Cloud.Region)
	switch {
	case len(n.Subnets) > 0:
		message = "one of the subnets is not there: check spec.network.subnetIDs, or the subnets in status.network if the spec names none"
	case n.VPC != "":
		message = fmt.Sprintf("VPC %s has no subnets in region %s: check spec.network.vpcID", n.VPC, n.Cloud.Region)
	}
	return &engine.Problem{Reason: awscloud.ReasonRefused, Terminal: true, Message: message}
}

// Create refuses: a network has to be there.
func (n Network) Create(context.Context, struct{}) (*NetworkState, error) { return nil, n.Absent() }

// Update does nothing.
func (n Network) Update(_ context.Context, _ struct{}, observed *NetworkState, _ *compare.Delta) (*NetworkState, error) {
	return observed, nil
}

// Delete does nothing.
func (n Network) Delete(context.Context, *NetworkState) error { return nil }

// Unchanging: subnets do not move.
func (n Network) Unchanging() bool { return true }

// Settled at once.
func (n Network) Settled(*NetworkState) error { return nil }

// ID is the VPC's id.
func (n Network) ID(observed *NetworkState) string { return observed.VPC }
