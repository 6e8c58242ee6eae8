package cost

import (
	"fmt"
	"math"
)

// Shape is what of a gateway costs by the hour or by the month. The zero value is nothing.
type Shape struct {
	// Least and Most are how many replicas run; they differ with an autoscaler.
	Least, Most int32
	// CPU is in units, of which 1024 are a vCPU, and Memory in MiB, for each replica.
	CPU, Memory int32
	// OnDemandBase replicas run on demand before the rest is shared out, of which
	// SpotShare, between 0 and 1, runs on Fargate Spot.
	OnDemandBase int32
	SpotShare    float64
	// ReplicaAddresses is true where each replica has a public IPv4 address.
	ReplicaAddresses bool
	// LoadBalancers is their number, and BalancerAddresses how many public IPv4 addresses
	// they have.
	LoadBalancers, BalancerAddresses int
	// FileSystems is their number, and ProvisionedMiBps their provisioned throughput.
	FileSystems      int
	ProvisionedMiBps float64
	// Secrets is the number of secrets in Secrets Manager.
	Secrets int
}

// Range is an amount in US dollars; both ends are the same where it is known.
type Range struct {
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// String is the amount, or both ends.
func (r Range) String() string {
	if r.Low == r.High {
		return fmt.Sprintf("$%.2f", r.Low)
	}
	return fmt.Sprintf("$%.2f-%.2f", r.Low, r.High)
}

func (r Range) plus(o Range) Range { return Range{cents(r.Low + o.Low), cents(r.High + o.High)} }

// cents rounds, so that a sum is that of the lines as they are shown.
func cents(dollars float64) float64 { return math.Round(dollars*100) / 100 }

// Line is what one thing costs in a month, before and after a change.
type Line struct {
	Item   string `json:"item"`
	Basis  string `json:"basis"`
	Before Range  `json:"before"`
	After  Range  `json:"after"`
}

// Estimate is what a gateway costs in a month, before and after a change.
type Estimate struct {
	Currency string `json:"currency"`
	Region   string `json:"region"`
	// Known is false where the prices of the region are not known: then there is nothing
	// but this.
	Known       bool     `json:"known"`
	PricesDated string   `json:"pricesDated"`
	Lines       []Line   `json:"lines"`
	Before      Range    `json:"before"`
	After       Range    `json:"after"`
	Assumptions []string `json:"assumptions"`
}

// Of is the estimate for a change from one shape to another.
func Of(region string, before, after Shape) Estimate {
	e := Estimate{Currency: "USD", Region: region, PricesDated: PricesDated, Lines: []Line{}, Assumptions: []string{}}
	prices, known := PricesOf(region)
	if !known {
		return e
	}
	e.Known = true
	was, is := before.items(prices), after.items(prices)
	for i, now := range is {
		line := Line{Item: now.name, Basis: now.basis, Before: was[i].month, After: now.month}
		if now.month == (Range{}) {
			line.Basis = was[i].basis
		}
		if line.Before == (Range{}) && line.After == (Range{}) {
			continue
		}
		e.Lines = append(e.Lines, line)
		e.Before, e.After = e.Before.plus(line.Before), e.After.plus(line.After)
	}
	e.Assumptions = assumptions(prices, before, after)
	return e
}

// item is what one thing of a shape costs.
type item struct {
	name, basis string
	month       Range
}

// items are always the same, in the same order.
func (s Shape) items(p Prices) []item {
	replica := (float64(s.CPU)/1024*p.VCPUHour + float64(s.Memory)/1024*p.GBHour) * hoursInMonth
	low, high := s.fargate(s.Least), s.fargate(s.Most)
	size := fmt.Sprintf("%s x (%g vCPU, %g GB)", between(s.Least, s.Most), float64(s.CPU)/1024, float64(s.Memory)/1024)
	if s.SpotShare > 0 {
		size += fmt.Sprintf(", %.0f%% on Spot at %.0f-%.0f%% of the price", s.SpotShare*100, spotLeast*100, spotMost*100)
	}
	items := []item{
		{"Fargate", size, Range{cents(replica * low.Low), cents(replica * high.High)}},
		fixed("Network load balancer", s.LoadBalancers, p.LoadBalancerHour*hoursInMonth, "load balancer"),
		{"EFS throughput", fmt.Sprintf("%g MiB/s provisioned", s.ProvisionedMiBps), same(s.ProvisionedMiBps * p.ThroughputMiBps)},
		fixed("Secrets Manager", s.Secrets, p.SecretMonth, "secret"),
	}
	least, most := s.BalancerAddresses, s.BalancerAddresses
	if s.ReplicaAddresses {
		least, most = least+int(s.Least), most+int(s.Most)
	}
	address := p.AddressHour * hoursInMonth
	return append(items, item{"Public IPv4 addresses", between(int32(least), int32(most)) + " in use", Range{cents(float64(least) * address), cents(float64(most) * address)}})
}

// fargate is how many replicas on demand cost as much as so many replicas.
func (s Shape) fargate(replicas int32) Range {
	base := min(s.OnDemandBase, replicas)
	spot := float64(replicas-base) * s.SpotShare
	rest := float64(replicas) - spot
	return Range{rest + spot*spotLeast, rest + spot*spotMost}
}

func fixed(name string, count int, each float64, what string) item {
	if count != 1 {
		what += "s"
	}
	return item{name, fmt.Sprintf("%d %s", count, what), same(float64(count) * each)}
}

func same(dollars float64) Range { return Range{cents(dollars), cents(dollars)} }

func between(least, most int32) string {
	if least == most {
		return fmt.Sprint(least)
	}
	return fmt.Sprintf("%d to %d", least, most)
}

// assumptions say what the estimate leaves out, and what that costs.
func assumptions(p Prices, before, after Shape) []string {
	list := []string{
		fmt.Sprintf("AWS's list prices on demand as the authors knew them in %s, in US dollars without taxes; check AWS's price list", PricesDated),
		fmt.Sprintf("%d hours in a month", hoursInMonth),
	}
	if before.LoadBalancers+after.LoadBalancers > 0 {
		list = append(list, fmt.Sprintf("without what the load balancer transports: $%g for each capacity unit (NLCU) and hour, and data transfer", p.LCUHour))
	}
	if before.FileSystems+after.FileSystems > 0 {
		list = append(list, fmt.Sprintf("without what is stored on EFS, some kilobytes at $%g for each GB and month, and elastic throughput", p.StorageGBMonth))
	}
	return append(list,
		fmt.Sprintf("without logs: $%g for each GB that CloudWatch Logs takes in", p.LogsGB),
		"without NAT gateways, VPC endpoints, one-shot tasks of a minute, and the Anypoint Platform")
}
