package quickstart

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	page = "docs/quickstart-simulator.md"
	// patience is how long the page may take, without what is compiled; on two cores it
	// takes a minute and a half.
	patience = 8 * time.Minute
)

// TestTheQuickStartOnTheSimulatorWorksAsItStandsThere runs the page in a folder that looks
// like the project's.
func TestTheQuickStartOnTheSimulatorWorksAsItStandsThere(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a minute and a half")
	}
	all := blocks(t, page)
	commands := of(all, "sh")
	if len(commands) < 3 || commands[0] != "make build\n" || commands[1] != "bin/flexgw up --dir .flexgw\n" {
		t.Fatalf("%s does not begin with make build and flexgw up", page)
	}
	folder := project(t)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()

	started := start(ctx, t, folder, commands[1])
	script := "set -euo pipefail\n" + strings.Join(commands[2:], "\n")
	shell := exec.CommandContext(ctx, "bash", "-c", script)
	shell.Dir = folder
	output, err := shell.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(started + string(output)) {
		seen[alike(line)] = true
	}
	for _, expected := range of(all, "text") {
		for line := range strings.Lines(expected) {
			if !seen[alike(line)] {
				t.Errorf("%s shows the line\n%swhich is not in the output:\n%s", page, line, output)
			}
		}
	}
	taken(ctx, t, folder)
	if !strings.Contains(string(output), `"path":"/health"`) {
		t.Errorf("the gateway has not answered:\n%s", output)
	}
}

// taken has the API server look at the gateways of the pages that cannot be run here.
func taken(ctx context.Context, t *testing.T, folder string) {
	t.Helper()
	for _, name := range onAWS {
		for _, text := range files(t, name) {
			if !strings.Contains(text, "kind: FlexGatewayDeployment") {
				continue
			}
			apply := exec.CommandContext(ctx, "bash", "-c", ". .flexgw/env; kubectl apply --dry-run=server -f -")
			apply.Dir, apply.Stdin = folder, strings.NewReader(strings.Replace(text, "namespace: flex", "namespace: default", 1))
			if output, err := apply.CombinedOutput(); err != nil {
				t.Errorf("%s: %v: %s for\n%s", name, err, output, text)
			}
		}
	}
}

// project is a folder that looks like the project's, with programs just built, where no
// stack that somebody runs is in the way.
func project(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	whole, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		if name := entry.Name(); name != "bin" && name != ".flexgw" && name != ".git" {
			if err := os.Symlink(filepath.Join(whole, name), filepath.Join(folder, name)); err != nil {
				t.Fatal(err)
			}
		}
	}
	build := exec.CommandContext(t.Context(), "go", "build", "-o", filepath.Join(folder, "bin")+"/", "./cmd/manager", "./cmd/flexgw")
	build.Dir = whole
	if output, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	return folder
}

// start runs the command of the first terminal until the end of the test, and returns what
// it has said once all is up.
func start(ctx context.Context, t *testing.T, folder, command string) string {
	t.Helper()
	log, err := os.Create(filepath.Join(folder, "terminal-1"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	// Not killed with the context: it is to stop everything that it has started.
	up := exec.CommandContext(context.WithoutCancel(ctx), "bash", "-c", "exec "+command)
	up.Dir, up.Stdout, up.Stderr = folder, log, log
	if err := up.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- up.Wait() }()
	t.Cleanup(func() {
		_ = up.Process.Signal(syscall.SIGINT)
		if err := <-ended; err != nil {
			t.Errorf("flexgw up ended with %v\n%s", err, said(t, log.Name()))
		}
	})
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := os.Stat(filepath.Join(folder, ".flexgw", "ready")); err == nil {
			return said(t, log.Name())
		}
		select {
		case <-tick.C:
		case err := <-ended:
			ended <- nil // for the cleanup
			t.Fatalf("flexgw up ended with %v\n%s", err, said(t, log.Name()))
		case <-ctx.Done():
			t.Fatalf("it is not up: %v\n%s", context.Cause(ctx), said(t, log.Name()))
		}
	}
}

func said(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
