package anypoint_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/localcluster"
)

func TestKubectlTakesTheSampleFromCredentialsToAnAnswerAndBack(t *testing.T) {
	before := stack.AWS().Inventory()
	root, err := localcluster.ModuleRoot()
	if err != nil {
		t.Fatal(err)
	}
	const gateway = "fgd/flex-gw-demo-dev-01"
	kubectl(t, "apply", "--server-side", "-f", filepath.Join(root, "config", "samples", "flexgw-dev.yaml"))
	t.Cleanup(func() { _ = command(context.WithoutCancel(t.Context()), "delete", gateway, "--ignore-not-found").Run() })

	kubectl(t, "wait", "--for=condition=Ready", gateway, "--timeout=90s")
	kubectl(t, "wait", "--for=condition=HealthCheckAPIReady", gateway, "--timeout=90s")
	kubectl(t, "scale", gateway, "--replicas=2")
	kubectl(t, "wait", "--for=jsonpath={.status.readyReplicas}=2", gateway, "--timeout=90s")
	kubectl(t, "wait", "--for=condition=Ready", gateway, "--timeout=90s")
	kubectl(t, "wait", "--for=jsonpath={.status.anypoint.connectedReplicas}=2", gateway, "--timeout=90s")

	endpoint := kubectl(t, "get", gateway, "-o", "jsonpath={.status.endpoint}")
	header, row, _ := strings.Cut(kubectl(t, "get", "fgd", "-o", "wide"), "\n")
	columns := []string{"NAME", "PHASE", "DESIRED", "RUNNING", "HEALTHY", "CONNECTED", "VERSION", "ENDPOINT", "AGE", "REGION", "CLUSTER", "REASON"}
	if diff := cmp.Diff(columns, strings.Fields(header)); diff != "" {
		t.Errorf("columns (-want +got):\n%s", diff)
	}
	got := strings.Fields(row)
	want := []string{"flex-gw-demo-dev-01", "Ready", "2", "2", "2", "2", "1.12.3", endpoint}
	if diff := cmp.Diff(want, got[:min(len(want), len(got))]); diff != "" {
		t.Errorf("the row of the gateway (-want +got):\n%s", diff)
	}
	wantAnswer(t, "http://"+net.JoinHostPort(endpoint, "8081")+"/health", http.StatusOK, "status.example.com")
	wantAnswer(t, "http://"+net.JoinHostPort(endpoint, "8081")+"/elsewhere", http.StatusNotFound, "")
	wantSecretsNowhere(t, gateway)
	drift(t, gateway)
	seen := scrape(t)

	kubectl(t, "delete", gateway, "--wait=false")
	seen.add(scrape(t))
	kubectl(t, "delete", gateway, "--ignore-not-found", "--timeout=90s")
	stack.WantInventory(t, before)
	if left := stack.Anypoint().Inventory(); len(left) > 0 {
		t.Errorf("left in the Anypoint Platform: %+v", left)
	}
	wantWhatIsWatched(t, seen)
	wantNothingOf(t, "flex-gw-demo-dev-01")
}

// wantAnswer fails the test unless the gateway answers a GET so.
func wantAnswer(t *testing.T, url string, status int, says string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.StatusCode != status || !strings.Contains(string(body), says) {
		t.Errorf("GET %s: %s %s, want %d and %q in it", url, response.Status, body, status, says)
	}
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
