package packages_test

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

func document(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

func TestTheManagerIsDocumentedFlagByFlag(t *testing.T) {
	_, help, err := output(t.Context(), "manager", "--help")
	if err != nil {
		t.Fatal(err)
	}
	operations := document(t, "docs/operations.md")
	flags := regexp.MustCompile(`(?m)^  -([a-z-]+)`).FindAllStringSubmatch(help, -1)
	if len(flags) < 10 {
		t.Fatalf("the manager has the flags %q: the search is broken", flags)
	}
	for _, flag := range flags {
		if !strings.Contains(operations, "`--"+flag[1]+"`") {
			t.Errorf("docs/operations.md does not have the flag --%s", flag[1])
		}
	}
}

func TestTheManagerEndsWithTheExitCodesOfItsDocument(t *testing.T) {
	tests := []struct {
		name string
		args []string
		want int
	}{
		{name: "asked for its version", args: []string{"--version"}, want: 0},
		{name: "without a cluster", args: []string{"--kubeconfig=/nowhere"}, want: 1},
		{name: "with looks without a pause", args: []string{"--look-every=0"}, want: 1},
		{name: "with a flag that it does not have", args: []string{"--replicas=2"}, want: 2},
	}
	operations := document(t, "docs/operations.md")
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, _, err := output(t.Context(), "manager", test.args...)
			got := 0
			var ended *exec.ExitError
			if errors.As(err, &ended) {
				got = ended.ExitCode()
			}
			if got != test.want {
				t.Errorf("it ends with %d, want %d: %v", got, test.want, err)
			}
			if row := "\n| " + string(rune('0'+test.want)) + " | "; !strings.Contains(operations, row) {
				t.Errorf("docs/operations.md has no row for the exit code %d", test.want)
			}
		})
	}
}

func TestTheChartsReadmeHasEveryValue(t *testing.T) {
	readme := document(t, "charts/flexgw/README.md")
	var values map[string]any
	if err := yaml.Unmarshal([]byte(document(t, "charts/flexgw/values.yaml")), &values); err != nil {
		t.Fatal(err)
	}
	for _, path := range settings("", values) {
		if !strings.Contains(readme, "`"+path+"`") {
			t.Errorf("the chart's README does not have the value %s", path)
		}
	}
}

// settings are the paths of what can be set in values; what people fill in as a whole,
// such as resources, is one.
func settings(prefix string, values map[string]any) []string {
	var paths []string
	for _, key := range slices.Sorted(maps.Keys(values)) {
		deeper, _ := values[key].(map[string]any)
		if len(deeper) == 0 || key == "resources" {
			paths = append(paths, prefix+key)
			continue
		}
		paths = append(paths, settings(prefix+key+".", deeper)...)
	}
	return paths
}

func TestTheReleaseWorkflowPinsEachActionByItsCommit(t *testing.T) {
	var workflow struct {
		Jobs map[string]struct {
			Permissions map[string]string `json:"permissions"`
			Steps       []struct {
				Uses string         `json:"uses"`
				Run  string         `json:"run"`
				With map[string]any `json:"with"`
			} `json:"steps"`
		} `json:"jobs"`
	}
	if err := yaml.Unmarshal([]byte(document(t, ".github/workflows/release.yaml")), &workflow); err != nil {
		t.Fatal(err)
	}
	pinned := regexp.MustCompile(`^[\w-]+/[\w-]+@[0-9a-f]{40}$`)
	steps := 0
	for name, job := range workflow.Jobs {
		if len(job.Permissions) == 0 {
			t.Errorf("the job %s does not say what it may do", name)
		}
		for _, step := range job.Steps {
			steps++
			if (step.Uses == "") == (step.Run == "") {
				t.Errorf("a step of %s has the action %q and the command %q", name, step.Uses, step.Run)
			}
			if step.Uses != "" && !pinned.MatchString(step.Uses) {
				t.Errorf("the job %s uses %s, which is no commit", name, step.Uses)
			}
			if strings.HasPrefix(step.Uses, "actions/setup-go@") && !strings.Contains(instructions(t)[0].rest, fmt.Sprintf("golang:%v-", step.With["go-version"])) {
				t.Errorf("the job %s works with Go %v, the Dockerfile with %s", name, step.With["go-version"], instructions(t)[0].rest)
			}
		}
	}
	if steps < 10 {
		t.Errorf("the workflow has %d steps: it was not read", steps)
	}
}
