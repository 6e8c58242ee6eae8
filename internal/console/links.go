// Package console knows where a person sees a gateway's resources in a browser: the AWS
// Management Console and the Anypoint Platform. Pure: links follow from the object alone.
package console

import (
	"cmp"
	"net/url"
	"strings"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
)

// hosts are the consoles of the partitions (AWS General Reference, "AWS service endpoints":
// sign-in of AWS, of the China regions, and of GovCloud). They lead on to the region's own.
var hosts = map[string]string{
	"aws":        "https://console.aws.amazon.com",
	"aws-cn":     "https://console.amazonaws.cn",
	"aws-us-gov": "https://console.amazonaws-us-gov.com",
}

// Links are the links of one gateway.
type Links struct {
	// Partition, Region and Account are where the gateway is.
	Partition, Region, Account string
	// Plane is the URL of the Anypoint Platform's control plane; empty where the gateway
	// names none.
	Plane string
	// Cluster and Service are the names in ECS; empty where there are none yet.
	Cluster, Service string
}

// Of are the links of a gateway.
func Of(gw *v1alpha1.FlexGatewayDeployment) Links {
	l := Links{Region: cmp.Or(gw.Status.Region, gw.Spec.Region), Account: gw.Status.Account}
	l.Partition = PartitionOf(l.Region)
	if gw.Spec.Anypoint != nil {
		// The API server lets no other control plane pass; without one there is no link.
		l.Plane, _ = anypoint.PlaneURL(cmp.Or(gw.Spec.Anypoint.ControlPlane, "US"))
	}
	for _, r := range gw.Status.Resources {
		a, ok := parseARN(r.ID)
		switch {
		case !ok:
		case r.Kind == "Cluster":
			l.Partition, l.Cluster = a.partition, last(a.resource)
		case r.Kind == "Service":
			l.Service = last(a.resource)
		}
	}
	return l
}

// PartitionOf is the partition of a region.
func PartitionOf(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	default:
		return "aws"
	}
}

// Resource is the link of a resource of the inventory; empty where there is nothing to see
// yet, or nowhere to see it.
func (l Links) Resource(r v1alpha1.ResourceStatus) string {
	a, isARN := parseARN(r.ID)
	switch {
	case r.ID == "":
		return ""
	case IsAnypoint(r.Kind) && !isARN: // a registration that is being made is a task in ECS
		return l.anypoint(r)
	case l.Region == "" || hosts[l.Partition] == "":
		return ""
	case r.Kind == "Replicas":
		return l.service("tasks")
	}
	if isARN {
		return l.ofARN(a)
	}
	return l.ofID(r.Kind, r.ID)
}

// Task is the link of a replica.
func (l Links) Task(id string) string {
	if l.Cluster == "" || id == "" || hosts[l.Partition] == "" {
		return ""
	}
	return l.page("/ecs/v2/clusters/" + path(l.Cluster) + "/tasks/" + path(id) + "/configuration")
}

// Subnet is the link of a subnet.
func (l Links) Subnet(id string) string { return l.section("/vpc/home", "SubnetDetails:subnetId="+id) }

// service is a tab of the ECS service.
func (l Links) service(tab string) string {
	if l.Cluster == "" || l.Service == "" {
		return ""
	}
	return l.page("/ecs/v2/clusters/" + path(l.Cluster) + "/services/" + path(l.Service) + "/" + tab)
}

// page is a page of the console in the gateway's region.
func (l Links) page(page string) string {
	return hosts[l.Partition] + page + "?region=" + url.QueryEscape(l.Region)
}

// section is a page that finds its place by what stands behind the sharp.
func (l Links) section(page, fragment string) string { return l.page(page) + "#" + fragment }

// IsAnypoint is true of the kinds that are in the Anypoint Platform, and not in AWS.
func IsAnypoint(kind string) bool {
	return kind == "Registration" || kind == "ExchangeAsset" || kind == "APIInstance"
}

// anypoint opens Runtime Manager and API Manager as they begin: MuleSoft documents no
// address of one gateway or one API in them. That of an asset is Exchange's own.
func (l Links) anypoint(r v1alpha1.ResourceStatus) string {
	switch {
	case l.Plane == "":
		return ""
	case r.Kind == "ExchangeAsset":
		return l.Plane + "/exchange/" + r.ID + "/"
	case r.Kind == "APIInstance":
		return l.Plane + "/apimanager/"
	default:
		return l.Plane + "/cloudhub/"
	}
}
