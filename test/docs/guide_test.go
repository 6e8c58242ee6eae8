package docs

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// The columns of the tables of docs/guide.md.
const (
	colStep = iota
	colByHand
	colSay
	colResource
	colCondition
	colOperations
	colSee
	columns
)

// steps are the rows of the three tables of docs/guide.md.
func steps(t *testing.T) []row {
	t.Helper()
	guide := read(t, "docs/guide.md")
	var all []row
	for _, part := range []string{"## Part 1: the foundation", "## Part 2: the gateway", "## Part 3: high availability"} {
		for _, r := range tableOf(t, section(t, guide, part)) {
			if len(r) != columns {
				t.Fatalf("row %q has %d cells, want %d", r, len(r), columns)
			}
			all = append(all, r)
		}
	}
	return all
}

// schema is the part of an OpenAPI schema that has fields in it.
type schema struct {
	Properties map[string]schema `json:"properties"`
	Items      *schema           `json:"items"`
}

// has is true where the dotted path is a field, through lists as well.
func (s schema) has(path string) bool {
	first, rest, more := strings.Cut(path, ".")
	if s.Items != nil {
		return s.Items.has(path)
	}
	field, ok := s.Properties[first]
	return ok && (!more || field.has(rest))
}

// crd is the schema of FlexGatewayDeployment.
func crd(t *testing.T) schema {
	t.Helper()
	var definition struct {
		Spec struct {
			Versions []struct {
				Schema struct {
					OpenAPIV3Schema schema `json:"openAPIV3Schema"`
				} `json:"schema"`
			} `json:"versions"`
		} `json:"spec"`
	}
	if err := yaml.Unmarshal([]byte(read(t, "config/crd/flexgw.io_flexgatewaydeployments.yaml")), &definition); err != nil {
		t.Fatal(err)
	}
	if len(definition.Spec.Versions) != 1 {
		t.Fatalf("the CRD has %d versions, want 1", len(definition.Spec.Versions))
	}
	return definition.Spec.Versions[0].Schema.OpenAPIV3Schema
}

var fieldPath = regexp.MustCompile(`^(spec|status)\.[A-Za-z.]+$`)

// fieldsIn are the fields of the object that a text names in backticks.
func fieldsIn(text string) []string {
	return slices.DeleteFunc(coded(text), func(word string) bool { return !fieldPath.MatchString(word) })
}

// constants are the string constants of a Go source whose names begin with a prefix; there
// must be some.
func constants(t *testing.T, name, prefix string) map[string]bool {
	t.Helper()
	values := constantsIn(t, name, prefix)
	if len(values) == 0 {
		t.Fatalf("%s has no constant %s...", name, prefix)
	}
	return values
}

func constantsIn(t *testing.T, name, prefix string) map[string]bool {
	t.Helper()
	values := map[string]bool{}
	pattern := regexp.MustCompile(`(?m)^\s*(?:const\s+)?` + prefix + `\w+\s*(?:\w+\s*)?=\s*"([^"]+)"`)
	for _, m := range pattern.FindAllStringSubmatch(read(t, name), -1) {
		values[m[1]] = true
	}
	return values
}

func TestEveryFieldThatTheDocumentsNameIsInTheCRD(t *testing.T) {
	object := crd(t)
	for _, name := range pages(t) {
		for _, field := range fieldsIn(read(t, name)) {
			if !object.has(field) {
				t.Errorf("%s names the field %s, which the CRD does not have", name, field)
			}
		}
	}
}

func TestTheGuidesStepsNameConditionsOfTheAPI(t *testing.T) {
	known := constants(t, "api/v1alpha1/conditions.go", "Condition")
	for _, r := range steps(t) {
		for _, condition := range coded(r[colCondition]) {
			if !known[condition] {
				t.Errorf("step %s names the condition %s, which the API does not have", r[colStep], condition)
			}
		}
	}
}

func TestTheGuidesStepsAndTheStackNameTheSameResources(t *testing.T) {
	made := kinds(t)
	told := map[string]bool{}
	for _, r := range steps(t) {
		for _, kind := range coded(r[colResource]) {
			told[kind] = true
			if !made[kind] {
				t.Errorf("step %s names the resource %s, which the stack does not have", r[colStep], kind)
			}
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(made)) {
		if !told[kind] {
			t.Errorf("the stack has the resource %s, which no step of docs/guide.md names", kind)
		}
	}
}

func TestTheGuidesStepsNameOperationsThatTheCodeCalls(t *testing.T) {
	called := calls(t)
	for _, r := range steps(t) {
		for _, action := range coded(r[colOperations]) {
			if called[action] == "" {
				t.Errorf("step %s names %s, which the code does not call", r[colStep], action)
			}
		}
	}
}

func TestTheGuidesStepsAreInOrderAndSaySomething(t *testing.T) {
	before := ""
	for _, r := range steps(t) {
		if r[colStep] <= before {
			t.Errorf("step %s comes after %s", r[colStep], before)
		}
		before = r[colStep]
		if r[colByHand] == "" || r[colSay] == "" {
			t.Errorf("step %s has an empty cell", r[colStep])
		}
	}
}
