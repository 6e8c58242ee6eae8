// Package packages_test installs the project as people do: from the Helm chart and the
// kustomizations, on a real Kubernetes API server, with helm's and kustomize's own
// programs, and runs the manager with the rights that they give it. It also builds what
// is in the image.
package packages_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/child"
	"flexgw.io/controller/internal/local"
	"flexgw.io/controller/test/e2e/rig"
)

const (
	// root is the project's folder as the tests of this package see it.
	root = "../.."
	// chart is the Helm chart.
	chart = root + "/charts/flexgw"
	// speed is the number of AWS's seconds in a real one.
	speed = 100
)

var (
	// stack is a cluster and a simulated AWS, without the project's CRD and without a manager.
	stack *rig.Rig
	// tools has helm, kustomize and the manager.
	tools string
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) (code int) {
	flag.Parse()
	log.SetLogger(zap.New(zap.WriteTo(io.Discard))) // the clients' own: tests have nothing to read there
	dir, err := os.MkdirTemp("", "flexgw-packages-")
	if err != nil {
		return failed(err)
	}
	defer func() { code = max(code, failed(os.RemoveAll(dir))) }()
	tools = filepath.Join(dir, "tools")
	if err := buildTools(context.Background()); err != nil {
		return failed(err)
	}
	s, err := local.Up(context.Background(), local.Options{Dir: filepath.Join(dir, "stack"), Speed: speed, CRDs: []string{}, Seed: 1})
	if err != nil {
		return failed(err)
	}
	defer func() { code = max(code, failed(s.Stop())) }()
	stack = &rig.Rig{Stack: s}
	scheme := runtime.NewScheme()
	err = errors.Join(clientgoscheme.AddToScheme(scheme), v1alpha1.AddToScheme(scheme))
	if err != nil {
		return failed(err)
	}
	if stack.Kube, err = client.NewWithWatch(s.Config(), client.Options{Scheme: scheme}); err != nil {
		return failed(err)
	}
	return m.Run()
}

// failed reports an error that no test can, and is the exit code for it.
func failed(err error) int {
	if err == nil {
		return 0
	}
	fmt.Fprintln(os.Stderr, err)
	return 1
}

// buildTools is quick after the first time: Go keeps what it has built.
func buildTools(ctx context.Context) error {
	err := child.Run(ctx, child.Command{Path: root + "/hack/packages/build.sh", Args: []string{tools}, Output: os.Stderr})
	if err != nil {
		return fmt.Errorf("build helm and kustomize: %w", err)
	}
	err = child.Run(ctx, child.Command{
		Path: "go", Args: []string{"build", "-o", filepath.Join(tools, "manager"), "./cmd/manager"}, Dir: root, Output: os.Stderr,
	})
	if err != nil {
		return fmt.Errorf("build the manager: %w", err)
	}
	return nil
}

// output runs one of the tools with the cluster's kubeconfig, and returns what it writes.
func output(ctx context.Context, tool string, args ...string) (stdout, stderr string, err error) {
	c := exec.CommandContext(ctx, filepath.Join(tools, tool), args...)
	// Nothing of the person's own: no repositories, no plugins, no cache.
	c.Env = append(stack.Env(), "HELM_CACHE_HOME="+tools, "HELM_CONFIG_HOME="+tools, "HELM_DATA_HOME="+tools)
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	err = c.Run()
	return out.String(), errs.String(), err
}

// must is output of a tool that succeeds.
func must(t *testing.T, tool string, args ...string) string {
	t.Helper()
	stdout, stderr, err := output(t.Context(), tool, args...)
	if err != nil {
		t.Fatalf("%s %s: %v\n%s%s", tool, strings.Join(args, " "), err, stdout, stderr)
	}
	return stdout
}
