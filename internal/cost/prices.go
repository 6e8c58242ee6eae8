// Package cost estimates what a gateway costs in AWS in a month, from list prices that
// stand here. It is pure, and asks nobody.
package cost

// PricesDated is when the authors knew the prices of this file to be AWS's list prices on
// demand, in US dollars without taxes. AWS changes them: check its price list
// (https://aws.amazon.com/fargate/pricing/, /elasticloadbalancing/pricing/, /efs/pricing/,
// /secrets-manager/pricing/, /cloudwatch/pricing/, /vpc/pricing/).
//
// Those of us-east-1 for Fargate, load balancers, secrets and storage of EFS were still the
// same in public pages of 2026 that cite the price list (cloudburn.io, March and April;
// awsnegotiations.com, May; factualminds.com, June), read in November 2026.
const PricesDated = "2025-06"

// hoursInMonth is what AWS's own calculator takes for a month.
const hoursInMonth = 730

// Prices are the list prices of a region.
type Prices struct {
	// VCPUHour and GBHour are Fargate's, Linux on x86, on demand.
	VCPUHour, GBHour float64
	// LoadBalancerHour is a network load balancer's, LCUHour what it transports costs in
	// its capacity units.
	LoadBalancerHour, LCUHour float64
	// StorageGBMonth is EFS Standard's, ThroughputMiBps a month of provisioned throughput.
	StorageGBMonth, ThroughputMiBps float64
	// LogsGB is CloudWatch Logs' for what is taken in.
	LogsGB float64
	// SecretMonth is Secrets Manager's, AddressHour that of a public IPv4 address.
	SecretMonth, AddressHour float64
}

// regions are those whose prices the authors are sure of.
var regions = map[string]Prices{
	"us-east-1":    american,
	"us-east-2":    american,
	"us-west-2":    american,
	"eu-west-1":    {0.04048, 0.004445, 0.0252, 0.006, 0.33, 6.60, 0.57, 0.40, 0.005},
	"eu-central-1": {0.04656, 0.00511, 0.027, 0.006, 0.36, 7.20, 0.63, 0.40, 0.005},
}

var american = Prices{0.04048, 0.004445, 0.0225, 0.006, 0.30, 6.00, 0.50, 0.40, 0.005}

// The price of Fargate Spot moves with supply and demand: AWS advertises up to 70% less
// than on demand, and promises no discount.
const (
	spotLeast = 0.30
	spotMost  = 1.0
)

// PricesOf are the prices of a region; false where they are not known here.
func PricesOf(region string) (Prices, bool) {
	p, known := regions[region]
	return p, known
}
