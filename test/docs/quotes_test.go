package docs

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// window is how many words in a row must stand in the sources as they do in a quotation.
const window = 4

var (
	plain    = regexp.MustCompile(`^[a-z]+$`)
	spoken   = regexp.MustCompile(`[^\s"]+`)
	messages = regexp.MustCompile(`(?m)^\| the message \|.*\n\|[-|]+\n((?:\|.*\n)+)`)
)

// quoted are the messages that docs/troubleshooting.md quotes: the blocks, and the first
// cells of the tables of messages.
func quoted(t *testing.T) []string {
	t.Helper()
	document := read(t, "docs/troubleshooting.md")
	all := fenced(document, "text")
	for _, m := range messages.FindAllStringSubmatch(document, -1) {
		for line := range strings.Lines(m[1]) {
			cell, _, _ := strings.Cut(strings.TrimPrefix(line, "|"), " | ")
			all = append(all, coded(cell)...)
		}
	}
	if len(all) < 15 {
		t.Fatalf("only %d quotations were found: the search is broken", len(all))
	}
	return all
}

// sentences is the text of the sources from which messages come, the simulated AWS with
// its own among them.
func sentences(t *testing.T) string {
	t.Helper()
	var text strings.Builder
	for _, folder := range []string{"api", "controllers", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, folder), func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(name, ".go") || strings.HasSuffix(name, "_test.go") {
				return err
			}
			content, err := os.ReadFile(name)
			text.Write(content)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return strings.Join(spoken.FindAllString(text.String(), -1), " ")
}

// A quotation has names and numbers in it, which the sources have not; what stands between
// them, word for word, they have.
func TestTheMessagesThatAreQuotedAreThoseOfTheSources(t *testing.T) {
	sources, compared := sentences(t), 0
	for _, message := range quoted(t) {
		said := spoken.FindAllString(message, -1)
		for i := range len(said) - window + 1 {
			piece := said[i : i+window]
			if !allPlain(piece) {
				continue
			}
			compared++
			if text := strings.Join(piece, " "); !strings.Contains(sources, text) {
				t.Errorf("no source says %q, which is in the message\n%s", text, message)
			}
		}
	}
	if compared < 40 {
		t.Errorf("only %d pieces were compared: the search is broken", compared)
	}
}

func allPlain(words []string) bool {
	for _, word := range words {
		if !plain.MatchString(word) {
			return false
		}
	}
	return true
}
