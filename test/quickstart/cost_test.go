package quickstart

import (
	"regexp"
	"strings"
	"testing"

	"flexgw.io/controller/internal/cost"
)

// monthly is what the pages say of the gateway in a month.
var monthly = regexp.MustCompile(`\(\$([0-9.]+) a month`)

// The gateway of the pages: a replica of the default size with a public address, in a
// default VPC of five zones that have Fargate, registered by the controller.
func TestTheQuickStartsSayWhatThePlanSaysOfTheCost(t *testing.T) {
	one := cost.Shape{
		Least: 1, Most: 1, CPU: 512, Memory: 1024, ReplicaAddresses: true,
		LoadBalancers: 1, BalancerAddresses: 5, FileSystems: 1, Secrets: 3,
	}
	want := strings.TrimPrefix(cost.Of("us-east-1", cost.Shape{}, one).After.String(), "$")
	for _, name := range []string{"docs/quickstart-eks.md", "docs/quickstart-kind.md"} {
		said := monthly.FindStringSubmatch(read(t, name))
		if said == nil {
			t.Errorf("%s does not say what the gateway costs", name)
			continue
		}
		if said[1] != want {
			t.Errorf("%s says $%s a month, and flexgw plan says $%s", name, said[1], want)
		}
	}
}
