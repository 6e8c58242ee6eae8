package awssim

import (
	"strings"

	"flexgw.io/controller/internal/awssim/iam"
)

// iamRules follow "Actions, resources, and condition keys for AWS Identity and
// Access Management".
func iamRules() map[string]rule {
	rules := map[string]rule{
		"ListRoles":  func(r *request) []iam.Ask { return r.on(r.newRole(r.or("PathPrefix", "/"), "")) },
		"CreateRole": createRole,
		"CreateServiceLinkedRole": func(r *request) []iam.Ask {
			arn, _ := r.services.IAM.ServiceLinkedRole(r.call, r.text("AWSServiceName"))
			return r.serviceLinkedRole(arn, r.text("AWSServiceName"))
		},
		"ListInstanceProfilesForRole": onRole,
	}
	for _, operation := range []string{
		"GetRole", "UpdateRole", "DeleteRole", "UpdateAssumeRolePolicy", "TagRole", "UntagRole", "ListRoleTags",
		"ListAttachedRolePolicies", "PutRolePolicy", "GetRolePolicy", "ListRolePolicies", "DeleteRolePolicy",
	} {
		rules[operation] = onRole
	}
	for _, operation := range []string{"AttachRolePolicy", "DetachRolePolicy"} {
		rules[operation] = func(r *request) []iam.Ask {
			r.more["iam:PolicyARN"] = r.text("PolicyArn")
			return onRole(r)
		}
	}
	return rules
}

// stsRules has what needs a permission; see isFree.
func stsRules() map[string]rule { return map[string]rule{"AssumeRole": each("RoleArn")} }

func onRole(r *request) []iam.Ask { return r.on(r.services.IAM.RoleARN(r.call, r.text("RoleName"))) }

func createRole(r *request) []iam.Ask {
	arn := r.newRole(r.or("Path", "/"), r.text("RoleName"))
	if boundary := r.text("PermissionsBoundary"); boundary != "" {
		r.more["iam:PermissionsBoundary"] = boundary
	}
	return r.creating(r.on(arn), "TagRole", arn)
}

func (r *request) newRole(path, name string) string {
	return "arn:" + r.call.Partition() + ":iam::" + r.call.Account + ":role" + path + name
}

// passing asks for handing roles, by name or ARN, to a service. Empty ones are left out.
func (r *request) passing(service string, roles ...string) []iam.Ask {
	var asks []iam.Ask
	for _, role := range roles {
		if role == "" {
			continue
		}
		if !strings.HasPrefix(role, "arn:") {
			role = r.services.IAM.RoleARN(r.call, role)
		}
		ask := r.ask("iam:PassRole", role)
		ask.Keys["iam:PassedToService"] = service
		asks = append(asks, ask)
	}
	return asks
}

// firstUse asks for the service-linked role of a service where the account does not
// have it: the service makes it as the caller. Here it is not made, so that each use
// is the first until somebody makes it with CreateServiceLinkedRole.
func (r *request) firstUse(service string) []iam.Ask {
	arn, exists := r.services.IAM.ServiceLinkedRole(r.call, service)
	if exists {
		return nil
	}
	return r.serviceLinkedRole(arn, service)
}

func (r *request) serviceLinkedRole(arn, service string) []iam.Ask {
	ask := r.ask("iam:CreateServiceLinkedRole", arn)
	ask.Keys["iam:AWSServiceName"] = service
	return []iam.Ask{ask}
}
