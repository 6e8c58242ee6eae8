package localcluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"k8s.io/client-go/rest"
)

// bootTimeout is how long the control plane may take to be ready. It takes about
// five seconds; a busy machine with two cores has needed twenty.
const bootTimeout = 3 * time.Minute

// Options say how to start a Cluster. The zero value is useful.
type Options struct {
	// Dir is for the state; Start makes it and Stop removes it with all it contains.
	// Empty means a new folder among the system's temporary files.
	Dir string
	// CRDs are files, or folders of files, with CustomResourceDefinitions to install.
	CRDs []string
	// Output receives the control plane's log. Nil discards it.
	Output io.Writer
	// Progress receives a few lines when the programs have to be built first. Nil
	// means os.Stderr.
	Progress io.Writer
}

// Cluster is a running control plane.
type Cluster struct {
	dir    string
	assets Assets
	config *rest.Config
	plane  plane
}

// plane is a way to run the control plane.
type plane interface {
	// done is closed when the plane has ended by itself; nil if that cannot be seen.
	done() <-chan struct{}
	stop() error
}

// Start starts a control plane and returns when it is ready and its CRDs can be
// used. It lives until Stop is called or this program dies.
func Start(ctx context.Context, o Options) (*Cluster, error) {
	if o.Progress == nil {
		o.Progress = os.Stderr
	}
	assets, err := FindAssets(ctx, o.Progress)
	if err != nil {
		return nil, err
	}
	dir, err := makeDir(o.Dir)
	if err != nil {
		return nil, err
	}
	c := &Cluster{dir: dir, assets: assets}
	if err := c.start(ctx, o); err != nil {
		return nil, errors.Join(err, c.Stop())
	}
	return c, nil
}

func (c *Cluster) start(ctx context.Context, o Options) error {
	ctx, cancel := context.WithTimeout(ctx, bootTimeout)
	defer cancel()
	launch := startPlain
	if c.assets.Combined() {
		launch = startCombined
	}
	var err error
	c.plane, c.config, err = launch(ctx, c.assets, c.dir, o.Output)
	if err != nil {
		return fmt.Errorf("start the control plane of %s: %w", c.assets.Dir, err)
	}
	if err := waitReady(ctx, c.config); err != nil {
		return fmt.Errorf("kube-apiserver at %s: %w", c.config.Host, err)
	}
	return c.InstallCRDs(ctx, o.CRDs...)
}

func makeDir(dir string) (string, error) {
	if dir == "" {
		return os.MkdirTemp("", "flexgw-cluster-")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	return dir, os.MkdirAll(dir, 0o700)
}

// Config is a client configuration with a cluster administrator's rights.
func (c *Cluster) Config() *rest.Config { return rest.CopyConfig(c.config) }

// Kubeconfig is the path of a file with the same rights; it lives in the cluster's
// folder.
func (c *Cluster) Kubeconfig() string { return kubeconfigIn(c.dir) }

// Kubectl is the path of a kubectl of the server's version.
func (c *Cluster) Kubectl() string { return c.assets.Path("kubectl") }

// HasControllers is whether namespaces are deleted and dependents collected.
func (c *Cluster) HasControllers() bool { return c.assets.Combined() }

// Done is closed when the control plane has ended. On plain envtest programs it is
// nil: nothing watches them.
func (c *Cluster) Done() <-chan struct{} { return c.plane.done() }

// Stop stops the control plane and removes its folder. It takes less than a second,
// or a few with plain envtest programs.
func (c *Cluster) Stop() error {
	var err error
	if c.plane != nil {
		err = c.plane.stop()
	}
	return errors.Join(err, os.RemoveAll(c.dir))
}

func kubeconfigIn(dir string) string { return filepath.Join(dir, "kubeconfig") }
