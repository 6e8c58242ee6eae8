// Package installation runs Argo CD itself on this machine, on a cluster that is there: its
// API server, application controller, ApplicationSet controller and repo server as
// processes of their own, Debian's Redis, and Git repositories on disk.
package installation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"flexgw.io/controller/internal/child"
	"flexgw.io/controller/internal/localcluster"
	"flexgw.io/controller/internal/modbuild"
)

// Namespace is where Argo CD and its Applications are.
const Namespace = "argocd"

// startTimeout is how long Argo CD may take to be ready, in real time.
const startTimeout = 2 * time.Minute

// Options say what to run.
type Options struct {
	// Dir is a folder for the Installation alone; its logs stay.
	Dir string
	// Cluster is where Argo CD is installed.
	Cluster *localcluster.Cluster
	// Customization is a patch of argocd-cm, as kubectl patch takes it.
	Customization string
	// Accounts are the names of accounts besides admin, and Policy is what they may do: the
	// policy.csv of argocd-rbac-cm.
	Accounts []string
	Policy   string
	// Resync is how often Argo CD looks into Git by itself, and compares each Application
	// though nothing has changed. That makes up for a webhook that comes while the
	// ApplicationSet controller works: it may lose that one.
	Resync time.Duration
}

// Installation is an Argo CD that runs.
type Installation struct {
	options Options
	// programs has Argo CD's program, and tools what its repo server runs: kustomize.
	programs, tools string
	redis           string
	processes       []*child.Process
	logs            []io.Closer
	// api is the URL of the API server.
	api string
}

// Start builds Argo CD, once, installs it and returns when all of it is ready. It runs
// until Stop.
func Start(ctx context.Context, o Options) (*Installation, error) {
	redis, err := exec.LookPath("redis-server")
	if err != nil {
		return nil, fmt.Errorf("%w: install it, as by apt-get install redis-server", err)
	}
	i := &Installation{options: o, tools: filepath.Join(o.Dir, "tools"), redis: redis}
	if err := i.build(ctx); err != nil {
		return nil, err
	}
	if err := i.install(ctx); err != nil {
		return nil, fmt.Errorf("install Argo CD: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if err := i.run(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("start Argo CD; the logs in %s say more: %w", o.Dir, err), i.Stop())
	}
	return i, nil
}

// program is Argo CD as a module of its own.
func program(root string) modbuild.Program {
	return modbuild.Program{
		Source:      filepath.Join(root, "hack", "argocd"),
		Title:       "Argo CD (about 10 minutes on 2 cores)",
		LinkerFlags: versionFlags,
	}
}

// versionFlags put Argo CD's version into the program, as its Makefile does.
func versionFlags(ctx context.Context, source string) (string, error) {
	version, err := modbuild.Go(ctx, source, "list", "-m", "-f", "{{.Version}}", argoModule)
	return "-s -w -X " + argoModule + "/common.version=" + strings.TrimPrefix(version, "v"), err
}

func (i *Installation) build(ctx context.Context) error {
	root, err := localcluster.ModuleRoot()
	if err != nil {
		return err
	}
	if i.programs, err = program(root).Folder(ctx, os.Stderr); err != nil {
		return err
	}
	err = child.Run(ctx, child.Command{
		Path: filepath.Join(root, "hack", "packages", "build.sh"), Args: []string{i.tools}, Output: os.Stderr,
	})
	if err != nil {
		return fmt.Errorf("build kustomize: %w", err)
	}
	return nil
}

// Log is what a component has logged so far: "application-controller", for one.
func (i *Installation) Log(component string) (string, error) {
	text, err := os.ReadFile(filepath.Join(i.options.Dir, component+".log"))
	return string(text), err
}

// Stop stops everything, in the reverse order of the start. The logs stay.
func (i *Installation) Stop() error {
	var errs []error
	for n := len(i.processes) - 1; n >= 0; n-- {
		errs = append(errs, i.processes[n].Stop())
	}
	for _, log := range i.logs {
		errs = append(errs, log.Close())
	}
	return errors.Join(errs...)
}
