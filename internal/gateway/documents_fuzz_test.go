package gateway

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"flexgw.io/controller/api/v1alpha1"
)

// FuzzTheCanonicalTextMeansTheSame: a document that is taken means to a YAML parser what
// it meant before, and is its own canonical form from then on.
func FuzzTheCanonicalTextMeansTheSame(f *testing.F) {
	for _, spec := range []string{"{a: |\n  text\n}", "{a: 1e3, b: 0x10, c: 2024-01-01, d: !!str 5}", "\n  pem: |\n    -----BEGIN\n    abc\n", "\n  folded: >-\n    one\n    two\n\n    three", "{a: 'it''s', b: \"\\u00e9\"}"} {
		f.Add(doc("Configuration", "a", spec))
	}
	f.Fuzz(func(t *testing.T, text string) {
		gw := inMode(v1alpha1.ModeConnected)
		canonical, digest, err := ReadDocuments(gw, from(text))
		if err != nil {
			return
		}
		again, same, err := ReadDocuments(gw, from(canonical))
		if err != nil || again != canonical || same != digest {
			t.Fatalf("the canonical form has another one (%v):\n%q\n%q", err, canonical, again)
		}
		before, err := split(ConfigText{Text: []byte(text)})
		if err != nil {
			t.Fatal(err)
		}
		after, err := split(ConfigText{Text: []byte(canonical)})
		if err != nil || len(before) != len(after) {
			t.Fatalf("%d documents became %d (%v)", len(before), len(after), err)
		}
		for i := range before {
			if difference := cmp.Diff(values(t, before[i].node), values(t, after[i].node)); difference != "" {
				t.Errorf("document %d means something else (-before +after):\n%s", i+1, difference)
			}
		}
	})
}

// values are a document's values by their paths, with their types.
func values(t *testing.T, node *yaml.Node) []string {
	t.Helper()
	sortKeys(node)
	var all []string
	var visit func(*yaml.Node)
	visit = func(n *yaml.Node) {
		if n.Kind == yaml.ScalarNode {
			all = append(all, n.ShortTag()+" "+n.Value)
		}
		for _, inner := range n.Content {
			visit(inner)
		}
	}
	visit(node)
	return all
}
