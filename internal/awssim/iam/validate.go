package iam

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"flexgw.io/controller/internal/awssim/core"
)

// maxTrustPolicy is how many characters that are not white space a trust policy may
// have (IAM user guide, "IAM and AWS STS quotas").
const maxTrustPolicy = 2048

// parsePermissions reads a permissions policy and refuses what IAM refuses.
func parsePermissions(text string) (document, error) {
	p, err := parsePolicy(text)
	if err != nil {
		return document{}, err
	}
	for _, st := range p.Statement {
		switch {
		case st.Principal != nil || st.NotPrincipal != nil:
			return document{}, malformed("Policy document should not specify a principal.")
		case len(st.Resource) == 0 && len(st.NotResource) == 0:
			return document{}, malformed("Policy statement must contain resources.")
		}
		for _, resource := range slices.Concat(st.Resource, st.NotResource) {
			if resource != "*" && strings.Count(resource, ":") < 5 {
				return document{}, malformed(`Resource %s must be in ARN format or "*".`, resource)
			}
		}
	}
	return document{text: text, parsed: p}, nil
}

// parseTrust reads a role's trust policy and refuses what IAM refuses. Roles of
// the account that it names have to exist.
func (s *Service) parseTrust(account, text string) (document, error) {
	p, err := parsePolicy(text)
	if err != nil {
		return document{}, err
	}
	if size(text) > maxTrustPolicy {
		return document{}, core.Errorf("LimitExceeded", "Cannot exceed quota for ACLSizePerRole: %d", maxTrustPolicy)
	}
	for _, st := range p.Statement {
		switch {
		case len(st.Resource) > 0:
			return document{}, malformed("Has prohibited field Resource")
		case len(st.NotResource) > 0:
			return document{}, malformed("Has prohibited field NotResource")
		case st.Principal == nil && st.NotPrincipal == nil:
			return document{}, malformed("Missing required field Principal")
		}
		for _, action := range st.Action {
			if !strings.HasPrefix(strings.ToLower(action), "sts:") {
				return document{}, malformed("AssumeRole policy may only specify STS AssumeRole actions.")
			}
		}
		if err := s.checkPrincipal(account, st.Principal); err != nil {
			return document{}, err
		}
	}
	return document{text: text, parsed: p}, nil
}

// parsePolicy reads what trust and permissions policies have in common.
func parsePolicy(text string) (policy, error) {
	var p policy
	if !json.Valid([]byte(text)) {
		return p, malformed("This policy contains invalid Json")
	}
	if err := decodeStrictly([]byte(text), &p); err != nil {
		return p, malformed("Syntax errors in policy.")
	}
	if p.Version != "" && p.Version != "2012-10-17" && p.Version != "2008-10-17" {
		return p, malformed("Policy document must be version 2012-10-17 or greater.")
	}
	if len(p.Statement) == 0 {
		return p, malformed("Missing required field Statement")
	}
	sids := map[string]bool{}
	for _, st := range p.Statement {
		switch {
		case st.Effect == "":
			return p, malformed("Missing required field Effect")
		case st.Effect != "Allow" && st.Effect != "Deny":
			return p, malformed("Invalid effect: %s", st.Effect)
		case len(st.Action) == 0 && len(st.NotAction) == 0:
			return p, malformed("Policy statement must contain actions.")
		case len(st.Action) > 0 && len(st.NotAction) > 0, len(st.Resource) > 0 && len(st.NotResource) > 0,
			st.Principal != nil && st.NotPrincipal != nil:
			return p, malformed("Syntax errors in policy.")
		case st.Sid != "" && sids[st.Sid]:
			return p, malformed("Statement IDs (SID) in a single policy must be unique.")
		}
		sids[st.Sid] = true
		for _, action := range slices.Concat(st.Action, st.NotAction) {
			if action != "*" && !actionName.MatchString(action) {
				return p, malformed("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
			}
		}
	}
	return p, nil
}

var (
	actionName       = regexp.MustCompile(`^[A-Za-z0-9-]+:[A-Za-z0-9*?]+$`)
	servicePrincipal = regexp.MustCompile(`^[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?$`)
	accountPrincipal = regexp.MustCompile(`^(\*|[0-9]{12}|arn:aws[a-z-]*:(iam|sts)::[0-9]{12}:.+)$`)
	rolePrincipal    = regexp.MustCompile(`^arn:aws[a-z-]*:iam::([0-9]{12}):role/`)
)

// checkPrincipal refuses principals that IAM does not know.
func (s *Service) checkPrincipal(account string, p *principal) error {
	if p == nil || p.anyone {
		return nil
	}
	if len(p.byType) == 0 {
		return malformed("Missing required field Principal cannot be empty!")
	}
	for kind, names := range p.byType {
		for _, name := range names {
			if !s.knownPrincipal(account, kind, name) {
				return malformed("Invalid principal in policy: %q:%q", strings.ToUpper(kind), name)
			}
		}
	}
	return nil
}

func (s *Service) knownPrincipal(account, kind, name string) bool {
	switch kind {
	case "Service":
		return servicePrincipal.MatchString(name)
	case "AWS":
		if m := rolePrincipal.FindStringSubmatch(name); m != nil && m[1] == account {
			return s.RoleExists(account, name)
		}
		return accountPrincipal.MatchString(name)
	case "Federated", "CanonicalUser":
		return name != ""
	}
	return false
}

func malformed(format string, args ...any) error {
	return core.Errorf("MalformedPolicyDocument", format, args...)
}

// size is the length of a policy as IAM counts it: without white space.
func size(text string) int {
	return utf8.RuneCountInString(strings.Join(strings.Fields(text), ""))
}
