package awssim

import (
	"cmp"
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2"

	"flexgw.io/controller/internal/awssim/core"
)

// diagram is one account and region as an architecture diagram shows it: a VPC with its
// zones, what runs in each zone, and what stands before and behind them.
type diagram struct {
	Now     time.Time `json:"now"`
	Account string    `json:"account"`
	Region  string    `json:"region"`
	// Places are the accounts and regions in which somebody has made something.
	Places        []place             `json:"places"`
	Zones         []zoneBox           `json:"zones"`
	LoadBalancers []loadBalancerBox   `json:"loadBalancers"`
	FileSystems   []fileSystemBox     `json:"fileSystems"`
	Services      []serviceBox        `json:"services"`
	Others        map[string][]string `json:"others"`
}

type place struct {
	Account string `json:"account"`
	Region  string `json:"region"`
}

// zoneBox is an availability zone of a VPC, and what is in it.
type zoneBox struct {
	VPC          string           `json:"vpc"`
	Name         string           `json:"name"`
	Subnets      []subnetLine     `json:"subnets"`
	Tasks        []taskBox        `json:"tasks"`
	MountTargets []mountTargetBox `json:"mountTargets"`
}

type subnetLine struct {
	ID   string `json:"id"`
	CIDR string `json:"cidr"`
}

// diagramOf draws a place; where none is named, the first in which there is anything.
func (s *Sim) diagramOf(account, region string) diagram {
	places := s.places()
	if account == "" && region == "" && len(places) > 0 {
		account, region = places[0].Account, places[0].Region
	}
	d := diagram{
		Account: cmp.Or(account, core.DefaultAccount), Region: cmp.Or(region, defaultRegion), Places: places,
		Zones: []zoneBox{}, LoadBalancers: []loadBalancerBox{}, FileSystems: []fileSystemBox{}, Services: []serviceBox{},
		Others: s.others(account, region),
	}
	call := &core.Call{Scope: core.Scope{Account: d.Account, Region: d.Region}}
	s.world.Do(func() {
		d.Now = s.world.Now()
		d.Zones = s.zones(call)
		d.LoadBalancers = s.loadBalancers(call)
		d.FileSystems = s.fileSystems(call, d.Zones)
		d.Services = s.services(call, d.Zones)
	})
	return d
}

// places lists where somebody has made something that lives in a region.
func (s *Sim) places() []place {
	list := []place{}
	for _, r := range s.Inventory() {
		if p := (place{r.Account, r.Region}); r.Region != "" && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}

// others are what stands outside of the VPC's picture: ids by service and kind.
func (s *Sim) others(account, region string) map[string][]string {
	drawn := []string{"ecs Task", "ecs Service", "elbv2 LoadBalancer", "efs FileSystem", "efs MountTarget"}
	list := map[string][]string{}
	for _, r := range s.Inventory() {
		kind := r.Service + " " + r.Kind
		if r.Account != account || r.Region != "" && r.Region != region || slices.Contains(drawn, kind) {
			continue
		}
		list[kind] = append(list[kind], r.ID)
	}
	return list
}

// zones are the zones in which a subnet lies. Only VPCs that are used are worth a
// picture; that is known only later, so all are here.
func (s *Sim) zones(call *core.Call) []zoneBox {
	zones := []zoneBox{}
	out, err := s.EC2.DescribeSubnets(call, &ec2.DescribeSubnetsInput{})
	if err != nil {
		return zones
	}
	for _, subnet := range out.Subnets {
		vpc, name := aws.ToString(subnet.VpcId), aws.ToString(subnet.AvailabilityZone)
		i := slices.IndexFunc(zones, func(z zoneBox) bool { return z.VPC == vpc && z.Name == name })
		if i < 0 {
			zones = append(zones, zoneBox{VPC: vpc, Name: name, Tasks: []taskBox{}, MountTargets: []mountTargetBox{}})
			i = len(zones) - 1
		}
		zones[i].Subnets = append(zones[i].Subnets, subnetLine{aws.ToString(subnet.SubnetId), aws.ToString(subnet.CidrBlock)})
	}
	slices.SortFunc(zones, func(a, b zoneBox) int { return cmp.Or(cmp.Compare(a.VPC, b.VPC), cmp.Compare(a.Name, b.Name)) })
	return zones
}

// zoneOf is the zone of a subnet, nil where it is not among the zones.
func zoneOf(zones []zoneBox, subnet string) *zoneBox {
	for i := range zones {
		if slices.ContainsFunc(zones[i].Subnets, func(line subnetLine) bool { return line.ID == subnet }) {
			return &zones[i]
		}
	}
	return nil
}

// serveDiagram answers GET /_awssim/diagram?account=&region=.
func (s *Sim) serveDiagram(w http.ResponseWriter, r *http.Request) {
	s.admin.Answer(w, s.diagramOf(r.URL.Query().Get("account"), r.URL.Query().Get("region")))
}
