package ec2

import "strings"

// zone is an Availability Zone: its name in the account ("us-east-1a") and its
// id, which is the same for everybody ("use1-az1").
type zone struct {
	name, id string
}

// zoneLetters are the zones of regions that differ from a, b and c: the letter
// and the number in the zone's id. In AWS the mapping differs between accounts
// of the older regions; here all accounts have this one.
var zoneLetters = map[string]string{
	"us-east-1":      "a1 b2 c3 d4 e5 f6",
	"us-west-1":      "a1 c3",
	"us-west-2":      "a1 b2 c3 d4",
	"ap-northeast-1": "a4 c1 d2",
	"ap-northeast-2": "a1 b2 c3 d4",
	"ca-central-1":   "a1 b2 d4",
	"cn-north-1":     "a1 b2 d4",
}

// regionsByDefault are the regions that an account has without opting in, and
// regionsOptIn those that it may opt in to (AWS documentation, "AWS Regions").
var (
	regionsByDefault = strings.Fields(`ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-southeast-1
		ap-southeast-2 ca-central-1 eu-central-1 eu-north-1 eu-west-1 eu-west-2 eu-west-3 sa-east-1
		us-east-1 us-east-2 us-west-1 us-west-2`)
	regionsOptIn = strings.Fields(`af-south-1 ap-east-1 ap-east-2 ap-south-2 ap-southeast-3 ap-southeast-4
		ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-west-1 eu-central-2 eu-south-1 eu-south-2 il-central-1
		me-central-1 me-south-1 mx-central-1`)
)

func zonesOf(region string) []zone {
	letters, ok := zoneLetters[region]
	if !ok {
		letters = "a1 b2 c3"
	}
	var zones []zone
	for _, z := range strings.Fields(letters) {
		zones = append(zones, zone{name: region + z[:1], id: shortRegion(region) + "-az" + z[1:]})
	}
	return zones
}

// directions are listed with the longer names first, since "southeast" begins
// with "south".
var directions = []struct{ long, short string }{
	{"northeast", "ne"}, {"northwest", "nw"}, {"southeast", "se"}, {"southwest", "sw"},
	{"north", "n"}, {"south", "s"}, {"east", "e"}, {"west", "w"}, {"central", "c"}, {"gov", "g"},
}

// shortRegion is a region as zone ids spell it: "use1" for us-east-1, "apse2" for
// ap-southeast-2.
func shortRegion(region string) string {
	parts := strings.Split(region, "-")
	for i, part := range parts {
		for _, d := range directions {
			if part == d.long {
				parts[i] = d.short
			}
		}
	}
	return strings.Join(parts, "")
}

func (n *network) zoneNamed(name string) (zone, bool) {
	for _, z := range n.zones {
		if z.name == name {
			return z, true
		}
	}
	return zone{}, false
}

func (n *network) zoneNames() []string {
	var names []string
	for _, z := range n.zones {
		names = append(names, z.name)
	}
	return names
}
