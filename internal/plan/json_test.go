package plan

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// members are the paths of all members of a document.
func members(path string, value any, found map[string]bool) {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			found[path+"."+name] = true
			members(path+"."+name, inner, found)
		}
	case []any:
		for _, inner := range v {
			members(path+"[]", inner, found)
		}
	}
}

// TestTheJSONsMembersStay is about who reads plans by programs: docs/plan.md promises that
// none goes without another version. One that is new belongs here, and there.
func TestTheJSONsMembersStay(t *testing.T) {
	p := change()
	p.Problems = []Note{{Resource: "Secret/x", Reason: "Missing", Message: "it is not there"}}
	p.Awaited = []Note{{Resource: "Service/x", Reason: "RollingOut", Message: "ECS rolls"}}
	p.Assumed = []Note{{Resource: "APIInstance/x", Reason: "Unread", Message: "a Secret is yet to be made"}}
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	var document any
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	members("", document, found)
	want := []string{
		".account", ".assumed", ".assumed[].message", ".assumed[].reason", ".assumed[].resource", ".awaited", ".awaited[].message", ".awaited[].reason", ".awaited[].resource",
		".cost", ".cost.after", ".cost.after.high", ".cost.after.low", ".cost.assumptions",
		".cost.before", ".cost.before.high", ".cost.before.low", ".cost.currency", ".cost.known",
		".cost.lines", ".cost.lines[].after", ".cost.lines[].after.high", ".cost.lines[].after.low", ".cost.lines[].basis",
		".cost.lines[].before", ".cost.lines[].before.high", ".cost.lines[].before.low", ".cost.lines[].item",
		".cost.pricesDated", ".cost.region", ".gateway", ".kind", ".new",
		".problems", ".problems[].message", ".problems[].reason", ".problems[].resource", ".region",
		".steps", ".steps[].action", ".steps[].changes", ".steps[].changes[].field", ".steps[].changes[].from", ".steps[].changes[].to",
		".steps[].id", ".steps[].in", ".steps[].kind", ".steps[].name", ".steps[].order", ".steps[].phase", ".steps[].reason",
		".summary", ".summary.create", ".summary.delete", ".summary.replace", ".summary.restart", ".summary.update",
	}
	if diff := cmp.Diff(want, slices.Sorted(maps.Keys(found))); diff != "" {
		t.Errorf("members (-want +got):\n%s", diff)
	}
}
