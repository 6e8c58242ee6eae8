package lifecycle

import (
	"bufio"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-logr/logr"
	"github.com/google/go-cmp/cmp"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/log"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/clock"
	"flexgw.io/controller/internal/status"
)

// moto is moto's server: an AWS that this project did not write.
type moto struct{ endpoint *url.URL }

// startMoto starts moto's server of the Python environment that FLEXGW_CONFORMANCE names.
func startMoto(t *testing.T) moto {
	t.Helper()
	venv := os.Getenv("FLEXGW_CONFORMANCE")
	if venv == "" {
		t.Skip("FLEXGW_CONFORMANCE is not set: needs Python; run make conformance")
	}
	server := exec.CommandContext(t.Context(), filepath.Join(venv, "bin", "moto_server"), "-H", "127.0.0.1", "-p", "0")
	server.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH"), "PYTHONUNBUFFERED=1", "MOTO_IAM_LOAD_MANAGED_POLICIES=true"}
	said, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Wait() })
	lines := bufio.NewScanner(said)
	for lines.Scan() {
		if _, address, found := strings.Cut(lines.Text(), "Running on "); found {
			endpoint, err := url.Parse(strings.TrimSpace(address))
			if err != nil {
				t.Fatal(err)
			}
			go func() {
				for lines.Scan() { // its log: nobody reads it, and it must not block
				}
			}()
			return moto{endpoint}
		}
	}
	t.Fatal("moto's server did not start")
	return moto{}
}

// RoundTrip implements http.RoundTripper: whatever the address, moto answers.
func (m moto) RoundTrip(request *http.Request) (*http.Response, error) {
	request = request.Clone(request.Context())
	request.URL.Scheme, request.URL.Host = m.endpoint.Scheme, m.endpoint.Host
	return http.DefaultTransport.RoundTrip(request)
}

// motoBench is a bench whose AWS is moto.
func motoBench(t *testing.T) *bench {
	t.Helper()
	log.SetLogger(logr.Discard())
	b := &bench{t: t, wire: &wire{next: motoGaps{startMoto(t)}}}
	b.kube = fake.NewClientBuilder().WithScheme(scheme(t)).WithStatusSubresource(&v1alpha1.FlexGatewayDeployment{}).Build()
	b.start()
	b.reconciler.Clock = clock.Scaled{Anchor: time.Now(), Speed: 100}
	return b
}

// madeAll is true once everything of a gateway is there, but for healthy replicas: moto
// starts none.
func madeAll(gw *v1alpha1.FlexGatewayDeployment) bool {
	for _, r := range gw.Status.Resources {
		if r.State != "Ready" && r.State != "External" && r.Kind != "Replicas" {
			return false
		}
	}
	return gw.Status.ObservedGeneration == gw.Generation && len(gw.Status.Resources) > 0
}

func TestMotoTakesWhatTheControllerAsksFor(t *testing.T) {
	for _, delivery := range []v1alpha1.RegistrationDelivery{v1alpha1.RegistrationDeliveryEFS, v1alpha1.RegistrationDeliveryEnvironment} {
		t.Run(string(delivery), func(t *testing.T) {
			b := motoBench(t)
			gw := gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Registration.Delivery = delivery })
			b.create(gw)
			before := b.holdings()
			b.until(gw, "made", madeAll)
			for _, step := range b.plan(gw).Changes() {
				t.Errorf("a plan after apply would %s %s: %s %s", step.Action, step.Identity, status.Changes(step), step.Reason)
			}
			made := b.holdings()
			if diff := cmp.Diff(onSimulator(t, delivery), made.facts()); diff != "" {
				t.Errorf("what the simulator has, and what moto has (-simulator +moto):\n%s", diff)
			}
			if untagged := made.untagged(); untagged != nil {
				t.Errorf("without the controller's tag: %v", untagged)
			}

			b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 4 })
			b.until(gw, "scaled", madeAll)
			if got := b.holdings().Services[0].DesiredCount; got != 4 {
				t.Errorf("%d replicas are wanted of ECS, want 4", got)
			}

			b.delete(gw)
			if diff := cmp.Diff(before.facts(), b.holdings().facts()); diff != "" {
				t.Errorf("in moto before, and after the deletion (-want +got):\n%s", diff)
			}
		})
	}
}

// onSimulator are the facts of the same gateway on this project's own simulator.
func onSimulator(t *testing.T, delivery v1alpha1.RegistrationDelivery) (facts []string) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Registration.Delivery = delivery })
		b.create(gw)
		b.untilReady(gw)
		facts = b.holdings().facts()
	})
	return facts
}
