package tagging

import (
	"strings"

	"flexgw.io/controller/internal/awssim/core"
)

// arnOf is the ARN of a resource of the inventory. False is for what the tagging API does
// not return: IAM's roles, which are global, and mount targets, which have no tags.
func arnOf(r core.Resource) (string, bool) {
	if r.Region == "" {
		return "", false
	}
	if strings.HasPrefix(r.ID, "arn:") {
		return r.ID, true
	}
	scope := core.Scope{Account: r.Account, Region: r.Region}
	service, kind := arnParts(r.Service, r.Kind)
	if kind == "" {
		return "", false
	}
	return scope.ARN(service, kind+r.ID), true
}

// arnParts are the service and the beginning of the resource in the ARNs of a kind whose
// resources are known by an id (Service Authorization Reference, "Resource types").
func arnParts(service, kind string) (arnService, resource string) {
	switch service + " " + kind {
	case "ec2 SecurityGroup":
		return "ec2", "security-group/"
	case "ec2 NetworkInterface":
		return "ec2", "network-interface/"
	case "ec2 Subnet":
		return "ec2", "subnet/"
	case "ec2 Vpc":
		return "ec2", "vpc/"
	case "efs FileSystem":
		return "elasticfilesystem", "file-system/"
	case "efs AccessPoint":
		return "elasticfilesystem", "access-point/"
	}
	return "", ""
}

// hasType is true where an ARN is of a type such as "ecs" or "ecs:service", "ec2:security-group",
// "elasticloadbalancing:loadbalancer/net".
func hasType(arn, wanted string) bool {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return false
	}
	service, kind, narrow := strings.Cut(wanted, ":")
	if parts[2] != service {
		return false
	}
	rest, found := strings.CutPrefix(parts[5], kind)
	return !narrow || found && (strings.HasPrefix(rest, "/") || strings.HasPrefix(rest, ":"))
}
