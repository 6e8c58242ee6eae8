package iam

import (
	"fmt"
	"slices"
	"strings"

	"flexgw.io/controller/internal/awssim/core"
)

// Decision is what the policies of a caller say about what it asks for.
type Decision int

// The decisions. Whatever is not Allowed is refused.
const (
	// NotAllowed means that no statement allows it.
	NotAllowed Decision = iota
	// Allowed means that a statement allows it and none denies it.
	Allowed
	// Denied means that a statement denies it.
	Denied
)

// Identity is the identity-based policies of a caller.
type Identity struct{ policies []policy }

// Ask is one thing that AWS authorizes: an action on a resource.
type Ask struct {
	// Action is such as "ecs:CreateService".
	Action string
	// Resource is an ARN, or "*" where the action has no resource type.
	Resource string
	// Keys are the keys of the request context that have one value. A key that is
	// not here is absent.
	Keys map[string]string
	// Lists are those that have several, such as aws:TagKeys.
	Lists map[string][]string
}

// ParseIdentity reads policies in IAM's JSON. It refuses what IAM refuses, and
// condition operators that the simulation does not know: they would silently allow
// less, or deny less, than in AWS.
func ParseIdentity(documents ...string) (Identity, error) {
	var id Identity
	for i, text := range documents {
		doc, err := parsePermissions(text)
		if err != nil {
			return Identity{}, fmt.Errorf("policy %d: %w", i+1, err)
		}
		for _, st := range doc.parsed.Statement {
			for operator := range st.Condition {
				if !knownOperator(operator) {
					return Identity{}, fmt.Errorf("policy %d: statement %q: the condition operator %s is not simulated", i+1, st.Sid, operator)
				}
			}
		}
		id.policies = append(id.policies, doc.parsed)
	}
	return id, nil
}

// Decide applies IAM's evaluation logic to what the caller asks for.
func (id Identity) Decide(a Ask) Decision {
	q := query{action: a.Action, resource: a.Resource, keys: map[string]string{}, lists: map[string][]string{}, complete: true}
	for key, value := range a.Keys {
		q.keys[strings.ToLower(key)] = value
	}
	for key, values := range a.Lists {
		q.lists[strings.ToLower(key)] = values
	}
	switch decide(q, id.policies...) {
	case allowed:
		return Allowed
	case denied:
		return Denied
	default:
		return NotAllowed
	}
}

// RoleARN is the ARN of the account's role with a name. Where there is none, it is
// that of a role without a path.
func (s *Service) RoleARN(c *core.Call, name string) string {
	if r, ok := s.roles(c.Account)[strings.ToLower(name)]; ok {
		return r.arn
	}
	return roleARN(c, "/", name)
}

// ServiceLinkedRole is the ARN of the service-linked role of a service, such as
// "ecs.amazonaws.com", and whether the account has it.
func (s *Service) ServiceLinkedRole(c *core.Call, service string) (arn string, exists bool) {
	arn = roleARN(c, serviceRolePath+service+"/", serviceLinkedRoles[service])
	return arn, s.RoleExists(c.Account, arn)
}

func knownOperator(operator string) bool {
	plain := strings.TrimPrefix(strings.TrimPrefix(operator, forAll), forAny)
	return plain == "Null" || slices.Contains(operators, strings.TrimSuffix(plain, ifExists))
}
