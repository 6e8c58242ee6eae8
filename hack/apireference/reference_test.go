package main

import (
	"os"
	"strings"
	"testing"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"sigs.k8s.io/yaml"
)

// small is a CRD that has one of each thing that the reference shows.
const small = `
spec:
  group: example.org
  names: {kind: Box}
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        type: object
        x-kubernetes-validations:
        - {rule: self.spec.lid.color == oldSelf.spec.lid.color, message: boxes keep their color, fieldPath: .spec.lid.color}
        properties:
          spec:
            type: object
            description: Spec is what is asked for.
            required: [size]
            x-kubernetes-validations:
            - {rule: self.size < 9 || has(self.lid), message: a big box needs a <lid>, fieldPath: .lid}
            properties:
              size: {type: integer, minimum: 1, maximum: 10, default: 3, description: "Size is how *big* it is."}
              lid:
                type: object
                properties:
                  color: {type: string, enum: [red, blue], minLength: 3}
              things:
                type: array
                maxItems: 5
                x-kubernetes-list-type: map
                x-kubernetes-list-map-keys: [name]
                items:
                  type: object
                  required: [name]
                  x-kubernetes-validations:
                  - {rule: self.name != 'cat', message: no cats}
                  properties:
                    name: {type: string, maxLength: 8}
                    since: {type: string, format: date-time}
              marks: {type: array, x-kubernetes-list-type: set, items: {type: string, maxLength: 2}}
          status:
            type: object
            properties:
              open: {type: boolean}
`

const sample = `
kind: Other
spec: {size: 7}
---
kind: Box
spec: {size: 3, marks: [ab], things: [{name: hat}], lid: {color: red}}
`

// written is the reference of the small CRD.
func written(t *testing.T) string {
	t.Helper()
	var definition apiextensionsv1.CustomResourceDefinition
	if err := yaml.Unmarshal([]byte(small), &definition); err != nil {
		t.Fatal(err)
	}
	said := examples{}
	if err := said.read("Box", []byte(sample)); err != nil {
		t.Fatal(err)
	}
	text, err := reference(&definition, said)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// part is what the reference says of one field.
func part(t *testing.T, text, path string) string {
	t.Helper()
	_, rest, found := strings.Cut(text, anchor(path))
	if !found {
		t.Fatalf("there is no place for %s in\n%s", path, text)
	}
	rest, _, _ = strings.Cut(rest, "<a id=")
	return rest
}

func TestTheReferenceShowsWhatTheSchemaSaysOfAField(t *testing.T) {
	text := written(t)
	tests := []struct {
		path string
		says []string
	}{
		{"spec", []string{"`spec` is what is asked for.", "- object\n", "- Required in it: `size`"}},
		{"spec.size", []string{"`size` is how \\*big\\* it is.", "(required)", "- integer, 1 to 10\n", "- Default: `3`\n"}},
		{"spec.lid", []string{"- **Refused**: *a big box needs a &lt;lid>*<br>`self.size < 9 || has(self.lid)`"}},
		{"spec.lid.color", []string{"- string, at least 3 characters\n", "- One of: `red`, `blue`\n", "- Example: `\"red\"`", "- **Fixed**: *boxes keep their color*"}},
		{"spec.things", []string{"- list of objects, each once by name, at most 5 items\n", "*no cats*", "- Required in it: `name`"}},
		{"spec.things.name", []string{"(required)", "- Example: `\"hat\"`"}},
		{"spec.things.since", []string{"- time\n"}},
		{"spec.marks", []string{"- list of strings, each once, each at most 2 characters\n", "- Example: `[\"ab\"]`"}},
		{"status.open", []string{"- boolean\n"}},
	}
	for _, tt := range tests {
		got := part(t, text, tt.path)
		for _, want := range tt.says {
			if !strings.Contains(got, want) {
				t.Errorf("%s does not say %q:\n%s", tt.path, want, got)
			}
		}
	}
}

func TestTheReferenceShowsNoExampleThatIsTheDefaultOrOfAnotherKind(t *testing.T) {
	if got := part(t, written(t), "spec.size"); strings.Contains(got, "Example") {
		t.Errorf("spec.size has an example:\n%s", got)
	}
}

func TestARuleOfAnObjectIsShownAtTheFieldThatItNamesAndNowhereElse(t *testing.T) {
	if n := strings.Count(written(t), "a big box needs a"); n != 1 {
		t.Errorf("the rule is shown %d times, want once", n)
	}
}

func TestTheReferenceIsTheSameEachTime(t *testing.T) {
	first := written(t)
	for range 10 {
		if written(t) != first {
			t.Fatal("two references of the same CRD differ")
		}
	}
}

func TestTheReferenceInTheDocumentsIsThatOfTheCRD(t *testing.T) {
	out := t.TempDir() + "/reference.md"
	if err := run("../../config/samples", out); err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	have, err := os.ReadFile("../../docs/reference.md")
	if err != nil {
		t.Fatal(err)
	}
	if string(have) != string(want) {
		t.Error("docs/reference.md is stale: run make generate")
	}
}
