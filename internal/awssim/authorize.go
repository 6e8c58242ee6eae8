package awssim

import (
	"errors"
	"net/http"
	"slices"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/iam"
)

// Enforce makes the simulated AWS refuse what the policies, identity-based policies
// in IAM's JSON, do not allow. They are those of every caller of every account; each
// call replaces the ones before, and without a policy everybody may do everything
// again, as at the start. A policy that IAM would refuse is an error and changes
// nothing.
//
// Not evaluated: permissions boundaries, session and resource policies, and
// permissions in AWS KMS.
func (s *Sim) Enforce(policies ...string) error {
	for _, g := range s.gates {
		a, ok := g.(*authorizer)
		if !ok {
			continue
		}
		identity, err := iam.ParseIdentity(policies...)
		if err != nil {
			return err
		}
		s.world.Do(func() { a.identity, a.enforced, a.texts = identity, len(policies) > 0, slices.Clone(policies) })
		return nil
	}
	return errors.New("awssim: this simulator does not authorize calls")
}

// authorizer is the gate that asks the caller's policies.
type authorizer struct {
	services Services
	rules    map[string]rule
	identity iam.Identity
	enforced bool
	// texts are the policies as they were given.
	texts []string
}

// policies are those of the latest Enforce. The world must be locked.
func (s *Sim) policies() []string {
	for _, g := range s.gates {
		if a, ok := g.(*authorizer); ok {
			return a.texts
		}
	}
	return nil
}

// rule lists what AWS authorizes before it does what a request asks for.
type rule func(r *request) []iam.Ask

func newAuthorizer(services Services) *authorizer {
	return &authorizer{services: services, rules: authorizationRules()}
}

// authorizationRules are the rules of all operations, by service and operation,
// such as "ecs.CreateService". They follow the Service Authorization Reference.
func authorizationRules() map[string]rule {
	all := map[string]rule{}
	for service, rules := range map[string]map[string]rule{
		"ec2": ec2Rules(), "ecs": ecsRules(), "efs": efsRules(), "elbv2": elbRules(), "iam": iamRules(),
		"application-autoscaling": scalingRules(), "events": eventsRules(), "logs": logsRules(), "secretsmanager": secretsRules(), "sqs": sqsRules(), "sts": stsRules(),
		"resourcegroupstaggingapi": {"GetResources": everywhere, "GetTagKeys": everywhere, "GetTagValues": everywhere},
	} {
		for operation, r := range rules {
			all[service+"."+operation] = r
		}
	}
	return all
}

// isFree is true for what needs no permission: GetCallerIdentity works even where a
// policy denies it, and a web identity is judged by the role's trust policy alone
// (AWS STS API reference).
func isFree(call *core.Call) bool {
	return call.Service == "sts" && (call.Operation == "GetCallerIdentity" || call.Operation == "AssumeRoleWithWebIdentity")
}

// refuse implements gate. An operation without a rule is refused: a table that
// forgets one must not let it through.
func (a *authorizer) refuse(call *core.Call, in any) *core.Error {
	if !a.enforced || isFree(call) {
		return nil
	}
	r := newRequest(call, in, a.services)
	authorize, ok := a.rules[call.Service+"."+call.Operation]
	if !ok {
		return denial(call, iam.Ask{Action: r.action(), Resource: "*"}, iam.NotAllowed)
	}
	for _, ask := range authorize(r) {
		if decision := a.identity.Decide(ask); decision != iam.Allowed {
			return denial(call, ask, decision)
		}
	}
	return nil
}

// denial is the answer of each service to a caller that may not (IAM user guide,
// "Troubleshoot access denied error messages"; the errors that are common to all
// operations in each service's API reference).
func denial(call *core.Call, ask iam.Ask, decision iam.Decision) *core.Error {
	if refusal, ok := lacksForTarget(call, ask); ok {
		return refusal
	}
	why := "because no identity-based policy allows the " + ask.Action + " action"
	if decision == iam.Denied {
		why = "with an explicit deny in an identity-based policy"
	}
	code, status, opening := "AccessDeniedException", http.StatusBadRequest, ""
	switch call.Service {
	case "ec2":
		code, status, opening = "UnauthorizedOperation", http.StatusForbidden, "You are not authorized to perform this operation. "
	case "elbv2", "iam", "sqs", "sts":
		code, status = "AccessDenied", http.StatusForbidden
	case "efs":
		status = http.StatusForbidden
	}
	return core.Errorf(code, "%sUser: %s is not authorized to perform: %s on resource: %s %s",
		opening, call.Principal, ask.Action, ask.Resource, why).WithStatus(status)
}
