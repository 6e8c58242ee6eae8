package conformance_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const (
	// guideSpeed is the number of simulated seconds in a real one.
	guideSpeed = 60
	// stepTimeout is how long one command may take, in real time. The CLI's waiters ask
	// every 15 seconds at most.
	stepTimeout = 4 * time.Minute
)

// reader follows the guide: a shell in a folder with the guide's files, and the values
// that were copied and saved, by the guide's names for them.
type reader struct {
	folder string
	env    []string
	saved  map[string]string
}

func TestTheGuidesOwnCommandsEndWithFourHealthyReplicas(t *testing.T) {
	p := requirePython(t)
	folder := t.TempDir()
	r := &reader{
		folder: folder,
		env:    p.environment(startAWS(t, guideSpeed), folder, guideSpeed),
		saved:  choices(),
	}
	commands := 0
	for _, s := range guide() {
		if !t.Run(s.name(), func(t *testing.T) { r.follow(t, s) }) {
			t.Fatal("the rest of the guide cannot be followed")
		}
		commands++
	}
	t.Logf("%d commands of the AWS CLI", commands)
}

// choices are the values that the guide leaves to its reader.
func choices() map[string]string {
	return map[string]string{
		"Your IP Address":          "203.0.113.7",
		"Flex Instance Name":       "flex-gw-demo-dev-01",
		"Flex GW Home":             "/flex-gw-demo-dev-01",
		"Log Group Name":           "/ecs/flex-gw-demo-dev-01",
		"ECS Cluster Name":         "Flex-GW-ECS-Cluster",
		"Service Name":             "flex-gw-demo-dev-01-Service",
		"Downstream Endpoint Port": "8081",
		"ECS Task Port Mapping":    "8082",
	}
}

// follow runs one command and keeps what the guide says to keep.
func (r *reader) follow(t *testing.T, s step) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), stepTimeout)
	defer cancel()
	r.writeFiles(t)
	out := r.run(ctx, t, r.line(s))
	for s.until != "" && out != s.until {
		if ctx.Err() != nil {
			t.Fatalf("still %q, want %q", out, s.until)
		}
		out = r.run(ctx, t, r.line(s))
	}
	if s.want != "" && out != r.fill(s.want) {
		t.Fatalf("answer = %q, want %q", out, r.fill(s.want))
	}
	words := strings.Fields(out)
	if len(words) < len(s.save) {
		t.Fatalf("answer = %q, want the values of %q in it", out, s.save)
	}
	for i, name := range s.save {
		if words[i] == "None" {
			t.Fatalf("%s is None", name)
		}
		r.saved[name] = words[i]
	}
}

// line is the command as the shell gets it. Version 1 of the CLI has no pager to turn off.
func (r *reader) line(s step) string {
	line := strings.ReplaceAll(r.fill(s.command), "--no-cli-pager", "")
	line = strings.TrimRight(line, " \\\n")
	if s.query != "" {
		line += ` --query "` + s.query + `"`
	}
	if len(s.save) > 0 || s.until != "" || s.want != "" {
		line += " --output text"
	}
	return line
}

func (r *reader) run(ctx context.Context, t *testing.T, line string) string {
	t.Helper()
	shell := exec.CommandContext(ctx, "sh", "-ec", line)
	shell.Dir, shell.Env = r.folder, r.env
	out, err := shell.Output()
	if err != nil {
		var said string
		if failed, ok := errors.AsType[*exec.ExitError](err); ok {
			said = string(failed.Stderr)
		}
		t.Fatalf("%s\n%v: %s", line, err, said)
	}
	return strings.Join(strings.Fields(string(out)), " ")
}

// fill puts saved values in the places of their names.
func (r *reader) fill(text string) string {
	for name, value := range r.saved {
		text = strings.ReplaceAll(text, "<"+name+">", value)
	}
	return text
}

// writeFiles writes the guide's files with all values that are known by now.
func (r *reader) writeFiles(t *testing.T) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("testdata", "*.json"))
	if err != nil || len(files) == 0 {
		t.Fatalf("the guide's files: %v, error %v", files, err)
	}
	for _, name := range files {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(r.folder, filepath.Base(name)), []byte(r.fill(string(content))), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
