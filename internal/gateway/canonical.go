package gateway

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// plain refuses what has no place in a document of a few pages and would make it mean
// more than one thing: keys given twice, anchors and aliases, which may also blow a small
// text up to any size. A field is named by its path; values are not quoted.
func plain(node *yaml.Node, path string) error {
	if node.Kind == yaml.AliasNode || node.Anchor != "" {
		return errors.New(fieldAt(path) + " is an anchor or an alias: write the value out")
	}
	if node.Kind != yaml.MappingNode {
		for i, item := range node.Content {
			if err := plain(item, fmt.Sprintf("%s[%d]", path, i)); err != nil {
				return err
			}
		}
		return nil
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(node.Content); i += 2 {
		key := node.Content[i]
		if key.Kind != yaml.ScalarNode {
			return errors.New(fieldAt(path) + " has a key that is no text")
		}
		inside := strings.TrimPrefix(path+"."+key.Value, ".")
		if seen[key.Value] {
			return errors.New(inside + " is given twice: remove one of the two")
		}
		seen[key.Value] = true
		if err := plain(node.Content[i+1], inside); err != nil {
			return err
		}
	}
	return nil
}

// fieldAt names a field by its path.
func fieldAt(path string) string {
	if path == "" {
		return "the document"
	}
	return path
}

// canonical is a document with sorted keys and without comments. Values stand as they
// were written: a YAML parser of another version may read "on" or 0600 in its own way, and
// it is the gateway's parser that counts.
func canonical(node *yaml.Node) (string, error) {
	sortKeys(node)
	var text bytes.Buffer
	encoder := yaml.NewEncoder(&text)
	encoder.SetIndent(2)
	if err := encoder.Encode(node); err != nil {
		return "", errors.New("it cannot be written as YAML")
	}
	if err := encoder.Close(); err != nil {
		return "", errors.New("it cannot be written as YAML")
	}
	return text.String(), nil
}

// sortKeys puts a document into its canonical form.
func sortKeys(node *yaml.Node) {
	node.HeadComment, node.LineComment, node.FootComment = "", "", ""
	for _, inner := range node.Content {
		sortKeys(inner)
	}
	if node.Kind == yaml.MappingNode || node.Kind == yaml.SequenceNode {
		node.Style = 0 // flow style and block style mean the same
	}
	if node.Kind != yaml.MappingNode {
		return
	}
	type pair struct{ key, value *yaml.Node }
	var pairs []pair
	for i := 0; i+1 < len(node.Content); i += 2 {
		pairs = append(pairs, pair{node.Content[i], node.Content[i+1]})
	}
	slices.SortFunc(pairs, func(a, b pair) int { return strings.Compare(a.key.Value, b.key.Value) })
	node.Content = node.Content[:0]
	for _, p := range pairs {
		node.Content = append(node.Content, p.key, p.value)
	}
}
