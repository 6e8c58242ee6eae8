package localcluster

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"flexgw.io/controller/internal/child"
)

// build returns the project's own control plane from the user's cache folder, and
// builds it first if that has none of this source, Go version and platform.
func build(ctx context.Context, progress io.Writer) (Assets, error) {
	root, err := ModuleRoot()
	if err != nil {
		return Assets{}, fmt.Errorf("no control plane is installed, and it cannot be built: %w", err)
	}
	source := filepath.Join(root, "hack", controlplane)
	key, err := buildKey(ctx, source)
	if err != nil {
		return Assets{}, err
	}
	user, err := os.UserCacheDir()
	if err != nil {
		return Assets{}, err
	}
	cache := filepath.Join(user, "flexgw", controlplane)
	a := Assets{Dir: filepath.Join(cache, key)}
	if a.missing() == "" {
		return a, nil
	}
	return a, buildInto(ctx, progress, source, a.Dir)
}

// buildInto builds under a lock, so that two processes that need the same control
// plane build it once, and shows the folder only when it is complete.
func buildInto(ctx context.Context, progress io.Writer, source, dir string) error {
	cache := filepath.Dir(dir)
	if err := os.MkdirAll(cache, 0o755); err != nil {
		return err
	}
	unlock, err := lock(ctx, filepath.Join(cache, "lock"), func() {
		fmt.Fprintln(progress, "waiting for another process that is building the control plane")
	})
	if err != nil {
		return err
	}
	defer unlock()
	if (Assets{Dir: dir}).missing() == "" {
		return nil // the other process has built it
	}
	unfinished := filepath.Join(cache, "unfinished")
	if err := os.RemoveAll(unfinished); err != nil {
		return err
	}
	defer os.RemoveAll(unfinished)
	if err := compile(ctx, progress, source, filepath.Join(unfinished, controlplane)); err != nil {
		return fmt.Errorf("build the control plane in %s: %w", source, err)
	}
	for _, program := range []string{"etcd", "kube-apiserver", "kubectl"} {
		if err := os.Symlink(controlplane, filepath.Join(unfinished, program)); err != nil {
			return err
		}
	}
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	return os.Rename(unfinished, dir)
}

// compile runs go build. Its flags are part of the keys of Go's build cache:
// with others, eight minutes of work are done again.
func compile(ctx context.Context, progress io.Writer, source, output string) error {
	flags, err := versionFlags(ctx, source)
	if err != nil {
		return err
	}
	b := startProgress(progress, "building the local Kubernetes control plane (only this once; about 8 minutes on 2 cores)")
	defer b.stop()
	err = child.Run(ctx, child.Command{
		Path:   "go",
		Args:   []string{"build", "-v", "-trimpath", "-ldflags=" + flags, "-o", output, "."},
		Dir:    source,
		Env:    append(os.Environ(), "GOWORK=off"),
		Output: b,
	})
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("%w\n%s", err, b.tail())
	}
	return err
}

// versionFlags are the linker's flags that put the version of Kubernetes, taken
// from the module's go.mod, into the program. Without them kubectl fails to parse it.
func versionFlags(ctx context.Context, source string) (string, error) {
	v, err := goCommand(ctx, source, "list", "-m", "-f", "{{.Version}}", "k8s.io/kubernetes")
	if err != nil {
		return "", err
	}
	parts := strings.SplitN(strings.TrimPrefix(v, "v"), ".", 3)
	if len(parts) < 3 {
		return "", fmt.Errorf("k8s.io/kubernetes has the version %q, want vX.Y.Z", v)
	}
	const pkg = "k8s.io/component-base/version"
	return fmt.Sprintf("-s -w -X %[1]s.gitVersion=%[2]s -X %[1]s.gitMajor=%[3]s -X %[1]s.gitMinor=%[4]s", pkg, v, parts[0], parts[1]), nil
}

// buildKey names a build: a hash of everything that it is made from.
func buildKey(ctx context.Context, source string) (string, error) {
	files, err := filepath.Glob(filepath.Join(source, "*.go"))
	if err != nil {
		return "", err
	}
	if len(files) == 0 {
		return "", fmt.Errorf("no control plane is installed, and %s has no sources to build it from", source)
	}
	goVersion, err := goCommand(ctx, source, "env", "GOVERSION")
	if err != nil {
		return "", err
	}
	files = append(files, filepath.Join(source, "go.mod"), filepath.Join(source, "go.sum"))
	slices.Sort(files)
	h := sha256.New()
	fmt.Fprintln(h, goVersion, runtime.GOOS, runtime.GOARCH)
	for _, f := range files {
		content, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		fmt.Fprintln(h, filepath.Base(f), len(content))
		h.Write(content)
	}
	return hex.EncodeToString(h.Sum(nil))[:16], nil
}

// goCommand runs the go command in the module and returns what it prints.
func goCommand(ctx context.Context, dir string, args ...string) (string, error) {
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
