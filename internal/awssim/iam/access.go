package iam

import "flexgw.io/controller/internal/awssim/core"

// RoleExists reports whether the account has a role with the ARN.
func (s *Service) RoleExists(account, roleARN string) bool {
	_, ok := s.byARN(account, roleARN)
	return ok
}

// RoleVisible reports whether the role exists and the rest of AWS sees it already,
// which takes core.RoleVisible from its creation.
func (s *Service) RoleVisible(account, roleARN string) bool {
	r, ok := s.byARN(account, roleARN)
	return ok && !s.world.Now().Before(r.visible)
}

// Trusts reports whether the role's trust policy lets a service, such as
// "ecs-tasks.amazonaws.com", assume it.
func (s *Service) Trusts(account, roleARN, servicePrincipal string) bool {
	r, ok := s.byARN(account, roleARN)
	if !ok {
		return false
	}
	q := query{action: "sts:AssumeRole", resource: roleARN, service: servicePrincipal, keys: conditionKeys(account)}
	return decide(q, r.trust.parsed) == allowed
}

// Allows reports whether the role's policies allow the action on the resource: a
// statement of an attached or inline policy allows it, none denies it, and the
// permissions boundary, if there is one, allows it as well.
func (s *Service) Allows(account, roleARN, action, resource string) bool {
	r, ok := s.byARN(account, roleARN)
	if !ok {
		return false
	}
	var policies []policy
	for _, arn := range r.attached {
		if doc, ok := managedPolicy(arn); ok {
			policies = append(policies, doc.parsed)
		}
	}
	for _, doc := range r.inline {
		policies = append(policies, doc.parsed)
	}
	q := query{action: action, resource: resource, keys: conditionKeys(account)}
	if decide(q, policies...) != allowed {
		return false
	}
	boundary, limited := managedPolicy(r.boundary)
	return !limited || decide(q, boundary.parsed) == allowed
}

// conditionKeys are the keys of the request context that the simulation knows.
func conditionKeys(account string) map[string]string {
	return map[string]string{
		"aws:principalaccount": account,
		"aws:sourceaccount":    account,
		"aws:securetransport":  "true",
	}
}

// roleARN builds the ARN of a role.
func roleARN(c *core.Call, path, name string) string {
	return "arn:" + c.Partition() + ":iam::" + c.Account + ":role" + path + name
}
