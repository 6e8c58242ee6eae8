package docs

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var (
	link       = regexp.MustCompile(`\]\(([^)\s]+)\)`)
	placed     = regexp.MustCompile(`<a (?:id|name)="([^"]+)"></a>`)
	headline   = regexp.MustCompile(`(?m)^#{1,6} +(.+)$`)
	fencedAll  = regexp.MustCompile("(?ms)^ *```.*?^ *```[ \t]*$")
	noSlug     = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	markupOnly = regexp.MustCompile(`<a (?:id|name)="[^"]*"></a>`)
)

// pages are the Markdown files of the project, by their path from its root.
func pages(t *testing.T) []string {
	t.Helper()
	var found []string
	err := fs.WalkDir(os.DirFS(root), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && name != "." && (strings.HasPrefix(entry.Name(), ".") || name == "bin" || name == "dist") {
			return fs.SkipDir
		}
		if strings.HasSuffix(name, ".md") {
			found = append(found, name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) < 20 {
		t.Fatalf("only %d pages were found", len(found))
	}
	return found
}

// anchors are the places of a page that a link can lead to: its headings, as GitHub names
// them, and those that it places itself.
func anchors(t *testing.T, page string) map[string]bool {
	t.Helper()
	text := fencedAll.ReplaceAllString(read(t, page), "")
	places := map[string]bool{}
	for _, m := range placed.FindAllStringSubmatch(text, -1) {
		places[m[1]] = true
	}
	for _, m := range headline.FindAllStringSubmatch(text, -1) {
		places[slug(m[1])] = true
	}
	return places
}

// slug is GitHub's name for a heading: lower case, without punctuation, dashes for spaces.
func slug(heading string) string {
	heading = link.ReplaceAllString(markupOnly.ReplaceAllString(heading, ""), "")
	return strings.ReplaceAll(strings.ToLower(noSlug.ReplaceAllString(strings.TrimSpace(heading), "")), " ", "-")
}

// links are where a page's links inside of the project lead: a file and, in a page, a place.
func links(t *testing.T, page string) [][2]string {
	t.Helper()
	var all [][2]string
	text := code.ReplaceAllString(fencedAll.ReplaceAllString(read(t, page), ""), "")
	for _, m := range link.FindAllStringSubmatch(text, -1) {
		if strings.Contains(m[1], "://") || strings.HasPrefix(m[1], "mailto:") {
			continue
		}
		file, place, _ := strings.Cut(m[1], "#")
		if file == "" {
			file = page
		} else {
			file = path.Join(path.Dir(page), file)
		}
		if _, err := os.Stat(filepath.Join(root, file, "README.md")); err == nil {
			file = path.Join(file, "README.md") // what GitHub shows of a folder
		}
		all = append(all, [2]string{file, place})
	}
	return all
}

func TestEveryLinkInsideOfTheProjectLeadsSomewhere(t *testing.T) {
	places := map[string]map[string]bool{}
	for _, page := range pages(t) {
		for _, to := range links(t, page) {
			file, place := to[0], to[1]
			if _, err := os.Stat(filepath.Join(root, file)); err != nil {
				t.Errorf("%s links to %s, which is not there", page, file)
				continue
			}
			if place == "" || !strings.HasSuffix(file, ".md") {
				continue
			}
			if places[file] == nil {
				places[file] = anchors(t, file)
			}
			if !places[file][place] {
				t.Errorf("%s links to %s#%s, where there is no such place", page, file, place)
			}
		}
	}
}

// reached are the pages that links lead to from a page, itself included.
func reached(t *testing.T, from string) map[string]bool {
	t.Helper()
	seen, next := map[string]bool{from: true}, []string{from}
	for len(next) > 0 {
		page := next[0]
		next = next[1:]
		for _, to := range links(t, page) {
			if strings.HasSuffix(to[0], ".md") && !seen[to[0]] {
				seen[to[0]] = true
				next = append(next, to[0])
			}
		}
	}
	return seen
}

func TestEveryPageIsReachedFromTheReadme(t *testing.T) {
	seen := reached(t, "README.md")
	for _, page := range pages(t) {
		// GitHub shows these by itself.
		if !seen[page] && !strings.HasPrefix(page, ".github/") {
			t.Errorf("no link leads to %s", page)
		}
	}
}

func TestTheIndexOfTheDocumentsLinksToEachOfThem(t *testing.T) {
	var linked []string
	for _, to := range links(t, "docs/README.md") {
		linked = append(linked, to[0])
	}
	for _, page := range pages(t) {
		if path.Dir(page) == "docs" && page != "docs/README.md" && !slices.Contains(linked, page) {
			t.Errorf("docs/README.md does not link to %s", page)
		}
	}
}

func TestAHeadingHasTheNameThatGitHubGivesIt(t *testing.T) {
	for heading, want := range map[string]string{
		"`kubectl apply` is refused":             "kubectl-apply-is-refused",
		"Ready, but clients get no answer":       "ready-but-clients-get-no-answer",
		`<a id="spec.image"></a>spec.image`:      "specimage",
		"What happens on a crash?":               "what-happens-on-a-crash",
		"How they reach it, and what restarts":   "how-they-reach-it-and-what-restarts",
		"The API: flexgw.io/v1alpha1, kind Fgd_": "the-api-flexgwiov1alpha1-kind-fgd_",
	} {
		if got := slug(heading); got != want {
			t.Errorf("%q has the name %q, want %q", heading, got, want)
		}
	}
}
