package docs

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
)

// longestPolicy is the number of characters, white space not counted, that AWS allows in a
// managed policy.
const longestPolicy = 6144

// policy is what the tests read of an IAM policy.
type policy struct {
	Statement []struct {
		Sid    string
		Effect string
		Action words
	}
}

// words is a JSON string or a list of them.
type words []string

// UnmarshalJSON reads both forms.
func (w *words) UnmarshalJSON(text []byte) error {
	var one string
	if json.Unmarshal(text, &one) == nil {
		*w = words{one}
		return nil
	}
	return json.Unmarshal(text, (*[]string)(w))
}

// allowed are the actions of the policies in docs/iam.md, each with its statement.
func allowed(t *testing.T) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, text := range fenced(read(t, "docs/iam.md"), "json") {
		var p policy
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			t.Fatal(err)
		}
		for _, s := range p.Statement {
			if s.Effect != "Allow" {
				t.Errorf("statement %s has the effect %q", s.Sid, s.Effect)
			}
			for _, action := range s.Action {
				found[action] = s.Sid
			}
		}
	}
	return found
}

// dependent are the actions that AWS asks for without a call, as docs/iam.md lists them.
func dependent(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, r := range tableOf(t, section(t, read(t, "docs/iam.md"), "## Actions that no call names")) {
		if len(r) != 2 || r[1] == "" {
			t.Errorf("row %q has no reason", r)
			continue
		}
		for _, action := range coded(r[0]) {
			found[action] = true
		}
	}
	return found
}

func TestTheIAMPoliciesAllowEveryAWSOperationThatTheCodeCalls(t *testing.T) {
	allow := allowed(t)
	called := calls(t)
	if len(called) < 50 {
		t.Errorf("only %d operations were found in the sources: the search is broken", len(called))
	}
	for action, place := range called {
		if allow[action] == "" {
			t.Errorf("%s calls %s, which no statement in docs/iam.md allows", place, action)
		}
	}
}

func TestTheIAMPoliciesAllowNothingThatIsNotNeeded(t *testing.T) {
	called, explained := calls(t), dependent(t)
	for action, sid := range allowed(t) {
		if called[action] == "" && !explained[action] {
			t.Errorf("statement %s allows %s, which no code calls and docs/iam.md does not explain", sid, action)
		}
	}
}

func TestEveryExplainedActionIsAllowedAndHasNoCall(t *testing.T) {
	allow, called := allowed(t), calls(t)
	for action := range dependent(t) {
		if allow[action] == "" {
			t.Errorf("docs/iam.md explains %s, which no statement allows", action)
		}
		if called[action] != "" {
			t.Errorf("docs/iam.md says that no call names %s, but %s does", action, called[action])
		}
	}
}

func TestEachIAMPolicyIsShortEnoughForAWS(t *testing.T) {
	policies := fenced(read(t, "docs/iam.md"), "json")
	if len(policies) == 0 {
		t.Fatal("docs/iam.md has no policy")
	}
	for i, text := range policies {
		bare := strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) {
				return -1
			}
			return r
		}, text)
		if len(bare) > longestPolicy {
			t.Errorf("policy %d has %d characters; AWS allows %d", i+1, len(bare), longestPolicy)
		}
	}
}
