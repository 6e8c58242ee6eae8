// Package modbuild builds programs from the modules below hack, each of them once, into
// the user's cache folder. What is too large to be a dependency of the project is such a
// module: a Kubernetes control plane, Argo CD.
package modbuild

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"flexgw.io/controller/internal/child"
)

// Program is a program that is the main package of a module of its own.
type Program struct {
	// Source is the module's folder. Its name is the program's.
	Source string
	// Title says what it is, and how long it takes to build: "the local Kubernetes control
	// plane (about 8 minutes on 2 cores)".
	Title string
	// LinkerFlags are for -ldflags. They are part of the keys of Go's build cache.
	LinkerFlags func(ctx context.Context, source string) (string, error)
	// Links are further names for the program: symbolic links beside it.
	Links []string
}

// Name is the program's name.
func (p Program) Name() string { return filepath.Base(p.Source) }

// Folder is where the program is, with its links. It is built first if the user's cache
// folder has none of this source, Go version and platform; progress is told of that, a line
// at a time.
func (p Program) Folder(ctx context.Context, progress io.Writer) (string, error) {
	key, err := buildKey(ctx, p.Source)
	if err != nil {
		return "", err
	}
	user, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(user, "flexgw", p.Name(), key)
	if p.isIn(dir) {
		return dir, nil
	}
	return dir, p.buildInto(ctx, progress, dir)
}

// isIn is whether the folder has the program under all its names.
func (p Program) isIn(dir string) bool {
	for _, name := range append([]string{p.Name()}, p.Links...) {
		if info, err := os.Stat(filepath.Join(dir, name)); err != nil || !info.Mode().IsRegular() {
			return false
		}
	}
	return true
}

// buildInto builds under a lock, so that two processes that need the same program build
// it once, and shows the folder only when it is complete.
func (p Program) buildInto(ctx context.Context, progress io.Writer, dir string) error {
	cache := filepath.Dir(dir)
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return err
	}
	unlock, err := lock(ctx, filepath.Join(cache, "lock"), func() {
		fmt.Fprintln(progress, "waiting for another process that is building", p.Title)
	})
	if err != nil {
		return err
	}
	defer unlock()
	if p.isIn(dir) {
		return nil // the other process has built it
	}
	unfinished := filepath.Join(cache, "unfinished")
	if err := os.RemoveAll(unfinished); err != nil {
		return err
	}
	defer os.RemoveAll(unfinished)
	if err := p.compile(ctx, progress, filepath.Join(unfinished, p.Name())); err != nil {
		return fmt.Errorf("build %s in %s: %w", p.Name(), p.Source, err)
	}
	for _, link := range p.Links {
		if err := os.Symlink(p.Name(), filepath.Join(unfinished, link)); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(unfinished, dir)
}

// compile runs go build. Its flags are part of the keys of Go's build cache: with others,
// many minutes of work are done again.
func (p Program) compile(ctx context.Context, progress io.Writer, output string) error {
	flags, err := p.LinkerFlags(ctx, p.Source)
	if err != nil {
		return err
	}
	b := startProgress(progress, "building "+p.Title+", only this once")
	defer b.stop()
	err = child.Run(ctx, child.Command{
		Path:   "go",
		Args:   []string{"build", "-v", "-trimpath", "-ldflags=" + flags, "-o", output, "."},
		Dir:    p.Source,
		Env:    append(os.Environ(), "GOWORK=off"),
		Output: b,
	})
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("%w\n%s", err, b.tail())
	}
	return err
}

// Go runs the go command in a module's folder and returns what it prints.
func Go(ctx context.Context, dir string, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GOWORK=off")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("go %s: %w\n%s", strings.Join(args, " "), err, stderr.String())
	}
	return strings.TrimSpace(string(out)), nil
}

// errNoSources says that a module's folder has no program.
var errNoSources = errors.New("it has no sources to build it from")
