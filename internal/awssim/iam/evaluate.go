package iam

import (
	"slices"
	"strings"
)

// verdict is what a set of policies says about a request.
type verdict int

const (
	silent verdict = iota // no statement applies: the request is refused
	allowed
	denied
)

// query is a request as policies see it.
type query struct {
	action, resource string
	// service is the service principal that asks; only trust policies look at it.
	service string
	// keys are the known keys of the request context, in lower case.
	keys map[string]string
	// lists are the known keys that have several values, in lower case.
	lists map[string][]string
	// complete says that a key that is not known is absent from the request.
	complete bool
}

// decide applies IAM's evaluation logic within one account: a Deny that applies
// wins, else an Allow that applies, else the request is refused.
func decide(q query, policies ...policy) verdict {
	result := silent
	for _, p := range policies {
		for _, st := range p.Statement {
			if !st.applies(q) {
				continue
			}
			if st.Effect == "Deny" {
				return denied
			}
			result = allowed
		}
	}
	return result
}

// applies reports whether the statement is about the request. A statement with a
// condition that the simulation does not understand applies to nothing.
func (st statement) applies(q query) bool {
	return st.hasAction(q.action) && st.hasResource(q.resource) && st.hasPrincipal(q.service) && st.holds(q)
}

func (st statement) hasAction(action string) bool {
	match := func(pattern string) bool { return wildcard(strings.ToLower(pattern), strings.ToLower(action)) }
	if len(st.NotAction) > 0 {
		return !slices.ContainsFunc(st.NotAction, match)
	}
	return slices.ContainsFunc(st.Action, match)
}

func (st statement) hasResource(resource string) bool {
	match := func(pattern string) bool { return wildcard(pattern, resource) }
	switch {
	case len(st.NotResource) > 0:
		return !slices.ContainsFunc(st.NotResource, match)
	case len(st.Resource) > 0:
		return slices.ContainsFunc(st.Resource, match)
	}
	return true // a trust policy: the resource is the role itself
}

func (st statement) hasPrincipal(service string) bool {
	switch {
	case st.Principal != nil:
		return st.Principal.includes(service)
	case st.NotPrincipal != nil:
		return !st.NotPrincipal.includes(service)
	}
	return true // a permissions policy: the principal is the role itself
}

// includes reports whether a service is among the principals. "*" in a trust
// policy includes everyone.
func (p *principal) includes(service string) bool {
	return p.anyone || slices.Contains(p.byType["Service"], service)
}

// Parts of the names of condition operators (IAM user guide, "IAM JSON policy
// elements: Condition operators").
const (
	forAll   = "ForAllValues:"
	forAny   = "ForAnyValue:"
	ifExists = "IfExists"
)

// operators are the condition operators that compare knows, without their suffix.
var operators = []string{
	"StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "Bool", "StringLike", "ArnLike", "ArnEquals",
	"StringNotLike", "ArnNotLike", "ArnNotEquals",
}

// holds reports whether all conditions are understood and met.
func (st statement) holds(q query) bool {
	for operator, tests := range st.Condition {
		for key, values := range tests {
			if !q.meets(operator, strings.ToLower(key), values) {
				return false
			}
		}
	}
	return true
}

// meets reports whether one condition is met.
func (q query) meets(operator, key string, values []conditionValue) bool {
	if plain, ok := strings.CutPrefix(operator, forAll); ok {
		return !slices.ContainsFunc(q.lists[key], func(v string) bool { return !compare(plain, v, values) })
	}
	if plain, ok := strings.CutPrefix(operator, forAny); ok {
		return slices.ContainsFunc(q.lists[key], func(v string) bool { return compare(plain, v, values) })
	}
	actual, known := q.keys[key]
	switch {
	case operator == "Null":
		_, many := q.lists[key]
		return q.complete && slices.ContainsFunc(values, func(v conditionValue) bool { return (v == "true") == !(known || many) })
	case known:
		return compare(operator, actual, values)
	case !q.complete:
		return false
	}
	return strings.HasSuffix(operator, ifExists) || strings.Contains(operator, "Not")
}

// compare applies a condition operator to a key that has a value; an operator that
// it does not know is not met.
func compare(operator, actual string, values []conditionValue) bool {
	match := func(fn func(want string) bool) bool {
		return slices.ContainsFunc(values, func(v conditionValue) bool { return fn(string(v)) })
	}
	equal := func(want string) bool { return want == actual }
	like := func(want string) bool { return wildcard(want, actual) }
	fold := func(want string) bool { return strings.EqualFold(want, actual) }
	switch strings.TrimSuffix(operator, ifExists) {
	case "StringEquals":
		return match(equal)
	case "StringNotEquals":
		return !match(equal)
	case "StringEqualsIgnoreCase", "Bool":
		return match(fold)
	case "StringLike", "ArnLike", "ArnEquals":
		return match(like)
	case "StringNotLike", "ArnNotLike", "ArnNotEquals":
		return !match(like)
	}
	return false
}

// wildcard matches text with a pattern in which * stands for any characters and ?
// for one.
func wildcard(pattern, text string) bool {
	star, mark := -1, 0
	p, t := 0, 0
	for t < len(text) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, t
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == text[t]):
			p++
			t++
		case star >= 0:
			mark++
			p, t = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}
