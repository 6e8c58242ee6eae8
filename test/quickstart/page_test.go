package quickstart

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

// block is a fenced block of a document.
type block struct {
	language string
	text     string
}

var fence = regexp.MustCompile("(?ms)^ *```([a-z]+)\n(.*?)^ *```$")

// blocks are the fenced blocks of a document, in their order.
func blocks(t *testing.T, name string) []block {
	t.Helper()
	var all []block
	for _, m := range fence.FindAllStringSubmatch(read(t, name), -1) {
		all = append(all, block{language: m[1], text: m[2]})
	}
	if len(all) == 0 {
		t.Fatalf("%s has no fenced block", name)
	}
	return all
}

// of are the texts of the blocks in a language.
func of(all []block, language string) []string {
	var texts []string
	for _, b := range all {
		if b.language == language {
			texts = append(texts, b.text)
		}
	}
	return texts
}

// differs are the parts of an output that are different each time: ages, hexadecimal ids,
// numbers. Column widths depend on them.
var differs = []struct {
	pattern *regexp.Regexp
	instead string
}{
	{regexp.MustCompile(`\b([0-9]+[hms])+\b`), "AGE"},
	{regexp.MustCompile(`\b[0-9a-f]{6,}\b`), "ID"},
	{regexp.MustCompile(`[0-9]+`), "N"},
	{regexp.MustCompile(`[ \t]+`), " "},
}

// alike is a line of an output without what is different each time.
func alike(line string) string {
	for _, d := range differs {
		line = d.pattern.ReplaceAllString(line, d.instead)
	}
	return strings.TrimSpace(line)
}

func TestLinesAreAlikeWhereOnlyNumbersIdsAndAgesDiffer(t *testing.T) {
	if a, b := alike("gw  Ready 1 127.96.0.1   14s 0abc12"), alike("gw Ready 4 127.0.0.12 2m5s ff00aa99"); a != b {
		t.Errorf("%q is not like %q", a, b)
	}
	if a, b := alike("gw Ready 1"), alike("gw Failed 1"); a == b {
		t.Errorf("%q is like %q", a, b)
	}
}
