package awssim

import (
	"strings"

	"flexgw.io/controller/internal/awssim/iam"
)

// elbPrincipal is the service whose role ELB makes with the first load balancer or
// target group.
const elbPrincipal = "elasticloadbalancing.amazonaws.com"

// elbRules follow "Actions, resources, and condition keys for AWS Elastic Load
// Balancing V2".
func elbRules() map[string]rule {
	loadBalancer, targetGroup, listener := each("LoadBalancerArn"), each("TargetGroupArn"), each("ListenerArn")
	return map[string]rule{
		"DescribeListeners":              everywhere,
		"DescribeLoadBalancerAttributes": everywhere,
		"DescribeLoadBalancers":          everywhere,
		"DescribeTags":                   everywhere,
		"DescribeTargetGroupAttributes":  everywhere,
		"DescribeTargetGroups":           everywhere,
		"DescribeTargetHealth":           everywhere,
		"CreateLoadBalancer":             createLoadBalancer,
		"DeleteLoadBalancer":             loadBalancer,
		"ModifyLoadBalancerAttributes":   loadBalancer,
		"SetSecurityGroups":              loadBalancer,
		"SetSubnets":                     loadBalancer,
		"CreateTargetGroup": func(r *request) []iam.Ask {
			arn := r.arn("targetgroup/" + r.text("Name") + "/*")
			return append(r.creating(r.on(arn), "AddTags", arn), r.firstUse(elbPrincipal)...)
		},
		"DeleteTargetGroup":           targetGroup,
		"ModifyTargetGroup":           targetGroup,
		"ModifyTargetGroupAttributes": targetGroup,
		"RegisterTargets":             targetGroup,
		"DeregisterTargets":           targetGroup,
		"CreateListener": func(r *request) []iam.Ask {
			arn := r.text("LoadBalancerArn")
			return r.creating(r.on(arn), "AddTags", strings.Replace(arn, ":loadbalancer/", ":listener/", 1)+"/*")
		},
		"DeleteListener": listener,
		"ModifyListener": listener,
		"AddTags":        each("ResourceArns"),
		"RemoveTags":     each("ResourceArns"),
	}
}

// createLoadBalancer asks, in an account without ELB's service-linked role, for what
// ELB otherwise does with that role: it looks at the network as the caller.
func createLoadBalancer(r *request) []iam.Ask {
	kind := map[string]string{"network": "net", "gateway": "gwy"}[r.text("Type")]
	if kind == "" {
		kind = "app"
	}
	arn := r.arn("loadbalancer/" + kind + "/" + r.text("Name") + "/*")
	asks := r.creating(r.on(arn), "AddTags", arn)
	first := r.firstUse(elbPrincipal)
	if len(first) == 0 {
		return asks
	}
	for _, action := range []string{
		"ec2:DescribeAccountAttributes", "ec2:DescribeAddresses", "ec2:DescribeInternetGateways",
		"ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs",
	} {
		asks = append(asks, r.ask(action, "*"))
	}
	return append(asks, first...)
}
