package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	ec2types "github.com/aws/aws-sdk-go-v2/service/ec2/types"
	"github.com/google/go-cmp/cmp"
)

func subnet(id, zone, zoneID string, isDefault bool) ec2types.Subnet {
	return ec2types.Subnet{SubnetId: &id, AvailabilityZone: &zone, AvailabilityZoneId: &zoneID, DefaultForAz: &isDefault, VpcId: aws.String("vpc-1")}
}

func TestOneSubnetIsChosenInEachZoneWhateverTheOrderOfTheAnswer(t *testing.T) {
	a1, a2 := subnet("subnet-1", "a", "az1", false), subnet("subnet-2", "a", "az1", true)
	b3, b4 := subnet("subnet-3", "b", "az2", false), subnet("subnet-4", "b", "az2", false)
	want := []Subnet{{ID: "subnet-2", Zone: "a"}, {ID: "subnet-3", Zone: "b"}}
	for _, order := range [][]ec2types.Subnet{{a1, a2, b3, b4}, {b4, b3, a2, a1}} {
		if diff := cmp.Diff(want, onePerZone(order)); diff != "" {
			t.Errorf("chosen subnets (-want +got):\n%s", diff)
		}
	}
}

func TestZonesWithoutFargateAreLeftOutUnlessNoOtherIsThere(t *testing.T) {
	good, bad := subnet("subnet-1", "a", "use1-az1", true), subnet("subnet-2", "e", "use1-az3", true)
	if got := withFargate([]ec2types.Subnet{good, bad}); len(got) != 1 || *got[0].SubnetId != "subnet-1" {
		t.Errorf("got %d subnets, want the one in a zone with Fargate", len(got))
	}
	if got := withFargate([]ec2types.Subnet{bad}); len(got) != 1 {
		t.Errorf("got %d subnets, want the only one", len(got))
	}
}
