package docs

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// listed are the words in backticks in the first column of a table of docs/api.md.
func listed(t *testing.T, heading string) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	for _, r := range tableOf(t, section(t, read(t, "docs/api.md"), heading)) {
		for _, word := range coded(r[0]) {
			found[word] = true
		}
	}
	return found
}

// same compares what a table lists with what the sources have.
func same(t *testing.T, what string, inSources, inDocument map[string]bool) {
	t.Helper()
	for _, name := range slices.Sorted(maps.Keys(inSources)) {
		if !inDocument[name] {
			t.Errorf("docs/api.md does not list the %s %s", what, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(inDocument)) {
		if !inSources[name] {
			t.Errorf("docs/api.md lists the %s %s, which the sources do not have", what, name)
		}
	}
}

func TestTheReferenceListsTheConditionsOfTheAPI(t *testing.T) {
	same(t, "condition", constants(t, "api/v1alpha1/conditions.go", "Condition"), listed(t, "### Conditions"))
}

func TestTheReferenceListsTheReasonsThatTheSourcesHave(t *testing.T) {
	sources := []string{"api/v1alpha1/conditions.go", "internal/awscloud/errors.go", "internal/anypoint/classify.go"}
	names, err := filepath.Glob(filepath.Join(root, "internal/resource/*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		sources = append(sources, filepath.Join("internal/resource", filepath.Base(name)))
	}
	reasons := map[string]bool{}
	for _, source := range sources {
		maps.Copy(reasons, constantsIn(t, source, "Reason"))
	}
	same(t, "reason", reasons, listed(t, "### Reasons"))
}

func TestTheReferenceListsThePhasesOfTheAPI(t *testing.T) {
	same(t, "phase", constants(t, "api/v1alpha1/status_types.go", "Phase"), listed(t, "### Phases"))
}

func TestTheReferenceListsTheStatesOfTheInventory(t *testing.T) {
	states := constants(t, "internal/engine/report.go", "State")
	delete(states, "Gone") // never in the inventory
	same(t, "state", states, listed(t, "### The inventory"))
}

func TestTheReferenceHasAPlaceForEveryFieldOfTheObject(t *testing.T) {
	document := read(t, "docs/reference.md")
	object := crd(t)
	for _, name := range []string{"spec", "status"} {
		for _, field := range leaves(name, object.Properties[name]) {
			if !strings.Contains(document, `<a id="`+field+`"></a>`) {
				t.Errorf("docs/reference.md has no place for the field %s", field)
			}
		}
	}
}

func TestTheGuideToTheAPINamesEveryPartOfTheSpecAndOfTheStatus(t *testing.T) {
	document := read(t, "docs/api.md")
	object := crd(t)
	for _, part := range []string{"spec", "status"} {
		for name := range object.Properties[part].Properties {
			if !strings.Contains(document, "`"+part+"."+name+"`") {
				t.Errorf("docs/api.md does not name the field %s.%s", part, name)
			}
		}
	}
}

// leaves are the paths of the fields of a schema that have no fields themselves.
func leaves(path string, s schema) []string {
	if s.Items != nil {
		s = *s.Items
	}
	if len(s.Properties) == 0 {
		return []string{path}
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		all = append(all, leaves(path+"."+name, s.Properties[name])...)
	}
	return all
}
