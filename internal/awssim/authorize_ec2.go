package awssim

import (
	"strings"

	"flexgw.io/controller/internal/awssim/iam"
)

// ec2Rules follow "Actions, resources, and condition keys for Amazon EC2".
func ec2Rules() map[string]rule {
	group := identified("security-group", "GroupId")
	return map[string]rule{
		"DescribeAvailabilityZones":     everywhere,
		"DescribeNetworkInterfaces":     everywhere,
		"DescribeRegions":               everywhere,
		"DescribeSecurityGroupRules":    everywhere,
		"DescribeSecurityGroups":        everywhere,
		"DescribeSubnets":               everywhere,
		"DescribeTags":                  everywhere,
		"DescribeVpcs":                  everywhere,
		"CreateVpc":                     func(r *request) []iam.Ask { return r.createInEC2("vpc") },
		"DeleteVpc":                     identified("vpc", "VpcId"),
		"CreateSubnet":                  func(r *request) []iam.Ask { return append(r.inVPC(), r.createInEC2("subnet")...) },
		"DeleteSubnet":                  identified("subnet", "SubnetId"),
		"CreateSecurityGroup":           func(r *request) []iam.Ask { return append(r.inVPC(), r.createInEC2("security-group")...) },
		"DeleteSecurityGroup":           group,
		"AuthorizeSecurityGroupEgress":  newRules,
		"AuthorizeSecurityGroupIngress": newRules,
		"RevokeSecurityGroupEgress":     group,
		"RevokeSecurityGroupIngress":    group,
		"CreateTags":                    taggedInEC2,
		"DeleteTags":                    taggedInEC2,
	}
}

// createInEC2 asks for a new resource of a kind, which has no id yet.
func (r *request) createInEC2(kind string) []iam.Ask {
	arn := r.arn(kind + "/*")
	return r.creating(r.on(arn), "CreateTags", arn)
}

// inVPC asks for the VPC in which something is made. The tags of the request are of
// the new resource: the VPC's context does not have them.
func (r *request) inVPC() []iam.Ask {
	asks := r.on(r.arnOf("vpc", r.or("VpcId", "*")))
	for key := range asks[0].Keys {
		if strings.HasPrefix(key, "aws:RequestTag/") {
			delete(asks[0].Keys, key)
		}
	}
	delete(asks[0].Lists, "aws:TagKeys")
	return asks
}

// newRules asks for the group, and for its new rules where they get tags.
func newRules(r *request) []iam.Ask {
	return r.creating(r.on(r.arnOf("security-group", r.or("GroupId", "*"))), "CreateTags", r.arn("security-group-rule/*"))
}

// taggedInEC2 asks for each resource, whose kind is in its id.
func taggedInEC2(r *request) []iam.Ask {
	kinds := map[string]string{
		"eni": "network-interface", "sg": "security-group", "sgr": "security-group-rule", "subnet": "subnet", "vpc": "vpc",
	}
	var arns []string
	for _, id := range r.texts("Resources") {
		kind, _, _ := strings.Cut(id, "-")
		if kinds[kind] != "" {
			kind = kinds[kind]
		}
		arns = append(arns, r.arn(kind+"/"+id))
	}
	return r.on(arns...)
}
