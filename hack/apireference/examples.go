package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"
)

// examples are values that sample objects give to fields, as JSON, by the field's path.
type examples map[string][]string

// separator is between the documents of a YAML file.
var separator = regexp.MustCompile(`(?m)^---[ \t]*$`)

// read adds what the objects of a kind in a YAML file say.
func (e examples) read(kind string, content []byte) error {
	for _, document := range separator.Split(string(content), -1) {
		var object map[string]any
		if err := yaml.Unmarshal([]byte(document), &object); err != nil {
			return err
		}
		if object["kind"] != kind {
			continue
		}
		if err := e.add("spec", object["spec"]); err != nil {
			return err
		}
	}
	return nil
}

// add notes a value, and what is inside of it. The items of a list are noted under the
// list's own path, as are their fields.
func (e examples) add(path string, value any) error {
	switch v := value.(type) {
	case map[string]any:
		for name, inner := range v {
			if err := e.add(path+"."+name, inner); err != nil {
				return err
			}
		}
		return nil
	case []any:
		for _, item := range v {
			if _, object := item.(map[string]any); object {
				if err := e.add(path, item); err != nil {
					return err
				}
			}
		}
	}
	text, err := compact(value)
	if err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if !slices.Contains(e[path], text) {
		e[path] = append(e[path], text)
	}
	return nil
}

// other is an example that is not the default, or empty. Of several it is the first in
// alphabetical order, as the order in which they were read is not always the same.
func (e examples) other(path, standard string) string {
	found := slices.DeleteFunc(slices.Clone(e[path]), func(text string) bool {
		return text == standard || text == "{}" || strings.Contains(text, "\n")
	})
	if len(found) == 0 {
		return ""
	}
	return slices.Min(found)
}

// compact is JSON on one line, with nothing escaped that Markdown's code does not need
// escaped.
func compact(value any) (string, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return "", err
	}
	return strings.TrimSpace(text.String()), nil
}
