package iam

import (
	"strings"

	"flexgw.io/controller/internal/awssim/core"
)

// ResourcePolicy is the policy that a resource itself has, such as a queue's.
type ResourcePolicy struct{ parsed policy }

// ParseResourcePolicy reads a policy in IAM's JSON, whose statements name principals.
// Its error is MalformedPolicyDocument; each service has a code of its own for that.
func ParseResourcePolicy(text string) (ResourcePolicy, error) {
	p, err := parsePolicy(text)
	if err != nil {
		return ResourcePolicy{}, err
	}
	for _, st := range p.Statement {
		if st.Principal == nil && st.NotPrincipal == nil {
			return ResourcePolicy{}, core.Errorf("MalformedPolicyDocument", "Missing required field Principal")
		}
	}
	return ResourcePolicy{parsed: p}, nil
}

// AllowsService reports whether the policy lets an AWS service, such as
// "events.amazonaws.com", do the action to the resource. keys are the keys of the
// request context, such as aws:SourceArn; a key that is not here is absent.
func (p ResourcePolicy) AllowsService(service, action, resource string, keys map[string]string) bool {
	q := query{action: action, resource: resource, service: service, keys: map[string]string{}, complete: true}
	for key, value := range keys {
		q.keys[strings.ToLower(key)] = value
	}
	return decide(q, p.parsed) == allowed
}
