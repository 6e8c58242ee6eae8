package alerts_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/yaml"

	"flexgw.io/controller/test/alerts/promql"
)

// alerts are the rules, and a folder with the file that promtool and the tests read.
func alerts(t *testing.T) ([]promql.Alert, string) {
	t.Helper()
	all, file, err := promql.Alerts(root)
	if err != nil {
		t.Fatal(err)
	}
	if len(all) < 10 {
		t.Fatalf("there are %d alerts: they were not read", len(all))
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "rules.yaml"), file, 0o600); err != nil {
		t.Fatal(err)
	}
	return all, folder
}

func TestPromtoolTakesTheRulesAndTheirTestsPass(t *testing.T) {
	_, folder := alerts(t)
	if said, err := tools.Promtool(t.Context(), folder, "check", "rules", "--lint=all", "--lint-fatal", "rules.yaml"); err != nil {
		t.Errorf("the rules: %v\n%s", err, said)
	}
	for _, name := range testFiles(t) {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
		if said, err := tools.Promtool(t.Context(), folder, "test", "rules", name); err != nil {
			t.Errorf("%s: %v\n%s", name, err, said)
		}
	}
}

func testFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("*_test.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no tests of the alerts: %v", err)
	}
	return files
}

func TestEachAlertIsTestedToFireAndNotToFire(t *testing.T) {
	fires, quiet := map[string]bool{}, map[string]bool{}
	for _, name := range testFiles(t) {
		var file struct {
			Tests []struct {
				Series []struct{} `json:"input_series"`
				Checks []struct {
					Alert string     `json:"alertname"`
					Fire  []struct{} `json:"exp_alerts"`
				} `json:"alert_rule_test"`
			} `json:"tests"`
		}
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := yaml.Unmarshal(content, &file); err != nil {
			t.Fatal(err)
		}
		for _, test := range file.Tests {
			for _, check := range test.Checks {
				if len(check.Fire) > 0 {
					fires[check.Alert] = true
				}
				// promtool compares all that fire: where there are more series than alerts, the
				// others are near-misses.
				if len(check.Fire) == 0 || len(test.Series) > len(check.Fire) {
					quiet[check.Alert] = true
				}
			}
		}
	}
	all, _ := alerts(t)
	for _, a := range all {
		if !fires[a.Alert] || !quiet[a.Alert] {
			t.Errorf("%s is tested to fire: %v, and not to fire: %v", a.Alert, fires[a.Alert], quiet[a.Alert])
		}
	}
}

func TestEachAlertSaysHowBadItIsAndWhereItsPageIs(t *testing.T) {
	all, _ := alerts(t)
	for _, a := range all {
		if severity := a.Labels["severity"]; severity != "critical" && severity != "warning" {
			t.Errorf("%s has the severity %q, want critical or warning", a.Alert, severity)
		}
		for _, name := range []string{"summary", "description"} {
			if len(a.Annotations[name]) < 20 {
				t.Errorf("%s has the %s %q", a.Alert, name, a.Annotations[name])
			}
		}
		if got, want := a.Annotations["runbook_url"], "docs/runbooks/"+a.Alert+".md"; got != want {
			t.Errorf("the page of %s is %q, want %q", a.Alert, got, want)
		}
	}
}

// headings are those of each page, in order.
var headings = []string{"What it means", "What clients notice", "Look at", "Mend", "Silence"}

func TestEachAlertHasItsPageAndEachPageItsAlert(t *testing.T) {
	all, _ := alerts(t)
	var want []string
	for _, a := range all {
		want = append(want, a.Alert+".md")
	}
	pages, err := filepath.Glob(filepath.Join(root, "docs/runbooks/Flexgw*.md"))
	if err != nil {
		t.Fatal(err)
	}
	index, err := os.ReadFile(filepath.Join(root, "docs/runbooks/README.md"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, page := range pages {
		name := filepath.Base(page)
		got = append(got, name)
		content, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(string(content), "# "+strings.TrimSuffix(name, ".md")+"\n") {
			t.Errorf("%s does not begin with the alert's name", name)
		}
		var found []string
		for _, match := range regexp.MustCompile(`(?m)^## (.*)$`).FindAllStringSubmatch(string(content), -1) {
			found = append(found, match[1])
		}
		if diff := cmp.Diff(headings, found); diff != "" {
			t.Errorf("headings of %s (-want +got):\n%s", name, diff)
		}
		if !strings.Contains(string(index), "("+name+")") {
			t.Errorf("the index does not have %s", name)
		}
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("pages (-want +got):\n%s", diff)
	}
}
