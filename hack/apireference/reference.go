package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
)

// schema is what the CRD says of a field.
type schema = apiextensionsv1.JSONSchemaProps

// writer writes the document. The first error stays.
type writer struct {
	bytes.Buffer
	examples examples
	err      error
}

func (w *writer) line(format string, arguments ...any) {
	fmt.Fprintf(w, format+"\n", arguments...)
}

// reference is the document for the versions of a CRD.
func reference(definition *apiextensionsv1.CustomResourceDefinition, said examples) ([]byte, error) {
	w := &writer{examples: said}
	kind := definition.Spec.Names.Kind
	w.line("<!-- Written by make generate from the CRD. Do not edit. -->")
	w.line("# Reference: every field of %s\n", kind)
	w.line("What the API server knows and enforces, field by field. [api.md](api.md) explains it by topic: conditions,")
	w.line("reasons, phases, annotations, and what a change of each field does. A field's link is its path, such as")
	w.line("`reference.md#spec.network.vpcID`.\n")
	w.line("- **Fixed** fields cannot change after the object has been made.")
	w.line("- **Refused** has the words in which the API server refuses a value, and under them the rule (in CEL) that a")
	w.line("  value must pass. In a rule, `self` is the field, or an object around it, and `oldSelf` what that was before.")
	w.line("- Examples are from [config/samples](../config/samples).\n")
	for i := range definition.Spec.Versions {
		version := &definition.Spec.Versions[i]
		w.line("`apiVersion: %s/%s`, `kind: %s`\n", definition.Spec.Group, version.Name, kind)
		w.root(version.Schema.OpenAPIV3Schema)
	}
	return append(bytes.TrimRight(w.Bytes(), "\n"), '\n'), w.err
}

// root writes spec and status. The rules at the root that speak of one field stand there.
func (w *writer) root(s *schema) {
	for _, name := range []string{"spec", "status"} {
		field, ok := s.Properties[name]
		if !ok {
			continue
		}
		field.XValidations = append(slices.Clone(field.XValidations), below(s.XValidations, name)...)
		w.object(name, &field)
	}
}

// object writes a heading, what concerns the object as a whole, its fields, and then the
// objects in it.
func (w *writer) object(path string, s *schema) {
	depth := min(strings.Count(path, ".")+2, 6)
	w.line("%s %s%s\n", strings.Repeat("#", depth), anchor(path), path)
	w.about(path, s)
	inner := fieldsOf(s)
	inner.Properties = maps.Clone(inner.Properties)
	var objects []string
	for _, name := range slices.Sorted(maps.Keys(inner.Properties)) {
		field := inner.Properties[name]
		field.XValidations = append(slices.Clone(field.XValidations), below(inner.XValidations, name)...)
		inner.Properties[name] = field
		if len(fieldsOf(&field).Properties) > 0 {
			objects = append(objects, name)
			continue
		}
		w.line("%s**`%s.%s`**%s\n", anchor(path+"."+name), path, name, required(&inner, name))
		w.about(path+"."+name, &field)
	}
	if len(objects) > 0 {
		links := make([]string, len(objects))
		for i, name := range objects {
			links[i] = fmt.Sprintf("[%s](#%s.%s)", name, path, name)
		}
		w.line("In it are also: %s.\n", strings.Join(links, ", "))
	}
	for _, name := range objects {
		field := inner.Properties[name]
		w.object(path+"."+name, &field)
	}
}

// about writes what is known of one field.
func (w *writer) about(path string, s *schema) {
	name := path[strings.LastIndex(path, ".")+1:]
	if s.Description != "" {
		w.line("%s\n", prose(name, s.Description))
	}
	facts, err := w.facts(path, s)
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("%s: %w", path, err)
	}
	for _, fact := range facts {
		w.line("- %s", fact)
	}
	w.line("")
}

// required is a word behind the fields that must be there where their object is.
func required(object *schema, name string) string {
	if slices.Contains(object.Required, name) {
		return " (required)"
	}
	return ""
}

// anchor is the place that links to a field lead to.
func anchor(path string) string { return fmt.Sprintf(`<a id=%q></a>`, path) }

// fieldsOf is the schema that has an object's fields: that of its items where it is a list.
func fieldsOf(s *schema) schema {
	if s.Items != nil && s.Items.Schema != nil {
		return *s.Items.Schema
	}
	return *s
}

// below are the rules of an object that speak of one of its fields, as seen from there: the
// field's name is no longer in their paths.
func below(rules apiextensionsv1.ValidationRules, name string) apiextensionsv1.ValidationRules {
	var found apiextensionsv1.ValidationRules
	for _, rule := range rules {
		if rest, ok := strings.CutPrefix(rule.FieldPath, "."+name); ok && (rest == "" || rest[0] == '.') {
			rule.FieldPath = rest
			found = append(found, rule)
		}
	}
	return found
}

// special are the characters that Markdown or HTML would read as its own.
var special = strings.NewReplacer("<", "&lt;", "*", `\*`)

// prose is a description from Go as a document has it: it begins with the name that the
// field has in YAML.
func prose(name, description string) string {
	if first, rest, _ := strings.Cut(description, " "); strings.EqualFold(first, name) {
		return "`" + name + "` " + special.Replace(rest)
	}
	return special.Replace(description)
}
