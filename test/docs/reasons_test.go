package docs

import (
	"maps"
	"slices"
	"testing"
)

// What docs/api.md says of a reason: who must act stands in its third column.
const colActs = 2

// explained are the reasons of the table that says what to do about each.
func explained(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, r := range tableOf(t, section(t, read(t, "docs/operations.md"), "## Troubleshooting by reason")) {
		for _, reason := range coded(r[0]) {
			found[reason] = true
		}
	}
	return found
}

func TestWhatToDoIsSaidOfEveryReasonForWhichAPersonMustAct(t *testing.T) {
	known := explained(t)
	for _, r := range tableOf(t, section(t, read(t, "docs/api.md"), "### Reasons")) {
		if len(r) <= colActs || r[colActs] == "" {
			continue
		}
		for _, reason := range coded(r[0]) {
			if !known[reason] {
				t.Errorf("a person must act on %s, and docs/operations.md does not say how", reason)
			}
		}
	}
}

func TestWhatToDoIsSaidOfReasonsThatThereAre(t *testing.T) {
	reasons := listed(t, "### Reasons")
	for _, reason := range slices.Sorted(maps.Keys(explained(t))) {
		if !reasons[reason] {
			t.Errorf("docs/operations.md explains the reason %s, which docs/api.md does not list", reason)
		}
	}
}
