package e2e_test

import (
	"context"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/localcluster"
)

func TestKubectlAppliesWaitsScalesShowsAndDeletes(t *testing.T) {
	before := stack.AWS().Inventory()
	root, err := localcluster.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	const gateway = "fgd/flex-gw-demo-dev-01"
	kubectl(t, "apply", "--server-side", "-f", filepath.Join(root, "config", "samples", "flexgw-dev.yaml"))
	t.Cleanup(func() { _ = command(context.WithoutCancel(t.Context()), "delete", gateway, "--ignore-not-found").Run() })

	kubectl(t, "wait", "--for=condition=Ready", gateway, "--timeout=90s")
	kubectl(t, "scale", gateway, "--replicas=2")
	kubectl(t, "wait", "--for=jsonpath={.status.readyReplicas}=2", gateway, "--timeout=90s")
	kubectl(t, "wait", "--for=condition=Ready", gateway, "--timeout=90s")

	endpoint := kubectl(t, "get", gateway, "-o", "jsonpath={.status.endpoint}")
	header, row, _ := strings.Cut(kubectl(t, "get", "fgd", "-o", "wide"), "\n")
	if diff := cmp.Diff([]string{"NAME", "PHASE", "DESIRED", "RUNNING", "HEALTHY", "VERSION", "ENDPOINT", "AGE", "REGION", "CLUSTER", "REASON"}, strings.Fields(header)); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	got := strings.Fields(row)
	want := []string{"flex-gw-demo-dev-01", "Ready", "2", "2", "2", "1.12.3", endpoint}
	if diff := cmp.Diff(want, got[:min(len(want), len(got))]); diff != "" {
		t.Errorf("the row of the gateway (-want +got):\n%s", diff)
	}

	kubectl(t, "delete", gateway, "--timeout=90s")
	stack.WantInventory(t, before)
}

// kubectl runs the control plane's own kubectl in the namespace of the sample, and
// returns what it says.
func kubectl(t *testing.T, args ...string) string {
	t.Helper()
	out, err := command(t.Context(), args...).CombinedOutput()
	if err != nil {
		t.Fatalf("kubectl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func command(ctx context.Context, args ...string) *exec.Cmd {
	c := exec.CommandContext(ctx, stack.Cluster().Kubectl(), append([]string{"--namespace=flex"}, args...)...)
	c.Env = stack.Env()
	return c
}
