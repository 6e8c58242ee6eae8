package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// root is the project's folder as the tests of this package see it.
const root = "../.."

func read(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// fenced are the code blocks of a language in a document.
func fenced(document, language string) []string {
	var blocks []string
	for _, part := range strings.Split(document, "\n```"+language+"\n")[1:] {
		block, _, _ := strings.Cut(part, "\n```")
		blocks = append(blocks, block)
	}
	return blocks
}

// section is the part of a document under a heading, to the next heading of any level.
func section(t *testing.T, document, heading string) string {
	t.Helper()
	_, after, found := strings.Cut(document, "\n"+heading+"\n")
	if !found {
		t.Fatalf("there is no heading %q", heading)
	}
	if i := strings.Index(after, "\n#"); i >= 0 {
		after = after[:i]
	}
	return after
}

// row is a line of a table, by its cells.
type row []string

// tableOf are the rows of the first table in a text, without its head.
func tableOf(t *testing.T, text string) []row {
	t.Helper()
	var rows []row
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "|") {
			if len(rows) > 0 {
				break
			}
			continue
		}
		var cells row
		for _, cell := range strings.Split(strings.Trim(line, "|"), "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		rows = append(rows, cells)
	}
	if len(rows) < 3 {
		t.Fatal("there is no table")
	}
	return rows[2:]
}

var code = regexp.MustCompile("`([^`]+)`")

// coded are the words in backticks.
func coded(text string) []string {
	var words []string
	for _, m := range code.FindAllStringSubmatch(text, -1) {
		words = append(words, m[1])
	}
	return words
}
