package elbv2

// hostedZones are the Route 53 zones of network load balancers in the larger
// regions (AWS General Reference, "Elastic Load Balancing endpoints and quotas").
var hostedZones = map[string]string{
	"us-east-1":    "Z26RNL4JYFTOTI",
	"us-east-2":    "ZLMOA37VPKANP",
	"us-west-1":    "Z24FKFUX50B4VW",
	"us-west-2":    "Z18D5FSROUN65G",
	"eu-west-1":    "Z2IFOLAFXWLO4F",
	"eu-west-2":    "ZD4D7Y8KGAS4G",
	"eu-central-1": "Z3F0SRJ5LGBH90",
}

// hostedZone is the zone of a region's network load balancers; regions that the
// table does not have share one that exists nowhere.
func hostedZone(region string) string {
	if id, ok := hostedZones[region]; ok {
		return id
	}
	return "Z00000000SIMULATED"
}
