package cost

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// guide is the gateway of the guide: one replica in two zones.
func guide(replicas int32) Shape {
	return Shape{Least: replicas, Most: replicas, CPU: 1024, Memory: 2048, ReplicaAddresses: true, LoadBalancers: 1, BalancerAddresses: 2, FileSystems: 1, Secrets: 1}
}

func lines(e Estimate) map[string]string {
	all := map[string]string{}
	for _, l := range e.Lines {
		all[l.Item] = l.Before.String() + " -> " + l.After.String() + ", " + l.Basis
	}
	return all
}

func TestAChangeOfTheCountCostsWhatFargateAndAddressesCost(t *testing.T) {
	e := Of("us-east-1", guide(1), guide(4))
	want := map[string]string{
		"Fargate":               "$36.04 -> $144.16, 4 x (1 vCPU, 2 GB)", // 730 x (0.04048 + 2 x 0.004445)
		"Network load balancer": "$16.43 -> $16.43, 1 load balancer",
		"Secrets Manager":       "$0.40 -> $0.40, 1 secret",
		"Public IPv4 addresses": "$10.95 -> $21.90, 6 in use",
	}
	if diff := cmp.Diff(want, lines(e)); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	if e.Before.String() != "$63.82" || e.After.String() != "$182.89" {
		t.Errorf("%s -> %s", e.Before, e.After)
	}
}

func TestSpotAndAutoscalersGiveRanges(t *testing.T) {
	s := guide(2)
	s.Most, s.OnDemandBase, s.SpotShare, s.ReplicaAddresses = 6, 1, 0.5, false
	got := lines(Of("eu-west-1", Shape{}, s))
	// Least: 1 + 0.5 + 0.5 x 0.3 of a replica; most: all six at the full price.
	if want := "$0.00 -> $59.47-216.24, 2 to 6 x (1 vCPU, 2 GB), 50% on Spot at 30-100% of the price"; got["Fargate"] != want {
		t.Errorf("Fargate %q, want %q", got["Fargate"], want)
	}
	if want := "$0.00 -> $7.30, 2 in use"; got["Public IPv4 addresses"] != want {
		t.Errorf("addresses %q, want %q", got["Public IPv4 addresses"], want)
	}
}

func TestWhatIsTakenDownCostsNothingAfterwards(t *testing.T) {
	s := guide(1)
	s.ProvisionedMiBps = 10
	e := Of("eu-central-1", s, Shape{})
	if e.After != (Range{}) || e.Before.Low < 100 {
		t.Errorf("%s -> %s", e.Before, e.After)
	}
	if got := lines(e)["EFS throughput"]; got != "$72.00 -> $0.00, 10 MiB/s provisioned" {
		t.Errorf("throughput %q", got)
	}
}

func TestARegionWithoutKnownPricesIsNotGuessed(t *testing.T) {
	e := Of("mars-north-1", Shape{}, guide(1))
	if e.Known || len(e.Lines) != 0 || e.After != (Range{}) {
		t.Errorf("estimate %+v", e)
	}
}

func TestTheAssumptionsNameTheDateAndWhatIsLeftOut(t *testing.T) {
	text := strings.Join(Of("us-east-1", Shape{}, guide(1)).Assumptions, "\n")
	for _, part := range []string{PricesDated, "730 hours", "$0.006 for each capacity unit", "$0.3 for each GB", "$0.5 for each GB", "check AWS's price list"} {
		if !strings.Contains(text, part) {
			t.Errorf("the assumptions do not have %q:\n%s", part, text)
		}
	}
}
