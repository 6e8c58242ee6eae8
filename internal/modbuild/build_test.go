package modbuild

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTheBuildKeyChangesWithTheSources(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	key := func() string {
		t.Helper()
		k, err := buildKey(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	write("main.go", "package main")
	write("go.mod", "module example\n\ngo 1.26.0\n")
	write("go.sum", "")
	first := key()
	if again := key(); again != first {
		t.Errorf("the key of the same sources is %s, then %s", first, again)
	}
	for _, name := range []string{"main.go", "go.mod", "go.sum"} {
		before := key()
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		write(name, string(content)+"// changed\n")
		if after := key(); after == before {
			t.Errorf("the key did not change with %s", name)
		}
	}
}

func TestASecondProcessWaitsForTheLockAndIsToldSo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "lock")
	unlock, err := lock(t.Context(), path, func() { t.Error("waited for a free lock") })
	if err != nil {
		t.Fatal(err)
	}

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	told := 0
	_, err = lock(ctx, path, func() { told++ })
	if !errors.Is(err, context.DeadlineExceeded) || told != 1 {
		t.Errorf("a taken lock: error %v, told %d times", err, told)
	}

	unlock()
	if _, err := lock(t.Context(), path, func() { t.Error("waited for a released lock") }); err != nil {
		t.Errorf("a released lock: %v", err)
	}
}

func TestAFailedBuildShowsTheEndOfItsOutputAndLeavesNothing(t *testing.T) {
	source, cache := t.TempDir(), t.TempDir()
	for name, content := range map[string]string{
		"go.mod":  "module example\n\ngo 1.26.0\n",
		"go.sum":  "",
		"main.go": "package main\n\nfunc main() { undefinedName() }\n",
	} {
		if err := os.WriteFile(filepath.Join(source, name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var progress bytes.Buffer
	program := Program{Source: source, Title: "a program", LinkerFlags: func(context.Context, string) (string, error) { return "-s", nil }}
	err := program.buildInto(t.Context(), &progress, filepath.Join(cache, "key"))
	if err == nil || !strings.Contains(err.Error(), "undefinedName") {
		t.Errorf("buildInto() = %v, want the compiler's message", err)
	}
	left, err := filepath.Glob(filepath.Join(cache, "*"))
	if err != nil {
		t.Fatal(err)
	}
	if len(left) != 1 || filepath.Base(left[0]) != "lock" {
		t.Errorf("the cache has %v, want the lock alone", left)
	}
}

func TestProgressKeepsTheLastLinesOfTheOutput(t *testing.T) {
	var out bytes.Buffer
	p := startProgress(&out, "building")
	for range 2 * tailLines {
		if _, err := p.Write([]byte("old\n")); err != nil {
			t.Fatal(err)
		}
	}
	for range tailLines - 1 {
		if _, err := p.Write([]byte("li")); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Write([]byte("ne\nline\n")); err != nil {
			t.Fatal(err)
		}
	}
	p.stop()
	if tail := p.tail(); strings.Contains(tail, "old") || !strings.Contains(tail, "line\nline") {
		t.Errorf("tail:\n%s", tail)
	}
	if !strings.HasPrefix(out.String(), "building\n") {
		t.Errorf("progress began with %q", out.String())
	}
}
