package lifecycle

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/anypointsim/platform"
	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/clock"
)

// anypointWire is the controller's way to a simulated Anypoint Platform. Where it is cut,
// calls hang, as behind a firewall that drops packets. Nil is no platform at all.
type anypointWire struct {
	sim *anypointsim.Sim

	mu   sync.Mutex
	cut  bool
	late int // of how many connected replicas the controller does not hear
}

// longestCall is how long the controller's doorway tries to read a list.
const longestCall = time.Minute

// environmentOfDemo is what the simulated platform has from the beginning.
var environmentOfDemo = anypoint.Environment{Organization: anypointsim.DemoOrganization, ID: anypointsim.DemoEnvironment}

// newAnypointBench is a bench whose gateways connect to a simulated Anypoint Platform.
func newAnypointBench(t *testing.T) *bench {
	t.Helper()
	sim, err := anypointsim.New(anypointsim.Options{Clock: clock.Real{}, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	t.Cleanup(func() { time.Sleep(longestCall) }) // calls that hang end before the bubble does
	b := newBenchWith(t, awssim.Options{Clock: clock.Real{}, Seed: 1, Anypoint: sim}, &anypointWire{sim: sim})
	b.must(b.kube.Create(t.Context(), &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: "anypoint"},
		Data:       map[string][]byte{"clientID": []byte(anypointsim.DemoClientID), "clientSecret": []byte(anypointsim.DemoClientSecret)},
	}))
	return b
}

// ofDemo has a gateway belong to the demo's environment.
func ofDemo(s *v1alpha1.FlexGatewayDeploymentSpec) {
	s.Anypoint = &v1alpha1.AnypointSpec{
		OrganizationID: anypointsim.DemoOrganization, EnvironmentID: anypointsim.DemoEnvironment,
		CredentialsSecretRef: v1alpha1.CredentialsSecretReference{Name: "anypoint"},
	}
}

// RoundTrip implements http.RoundTripper.
func (w *anypointWire) RoundTrip(r *http.Request) (response *http.Response, err error) {
	if w.isCut() {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	in := r.Clone(r.Context())
	if in.Body == nil {
		in.Body = http.NoBody
	}
	recorder := httptest.NewRecorder()
	defer func() {
		if p, ok := recover().(error); ok && errors.Is(p, http.ErrAbortHandler) {
			response, err = nil, io.EOF // what net/http's own transport returns for a closed connection
		}
	}()
	w.sim.Handler().ServeHTTP(recorder, in)
	return w.withoutTheLate(recorder.Result()), nil
}

// connectLate hides some connected replicas of each gateway from the controller. Simulated
// replicas are healthy only after they are connected; real ones may be before.
func (w *anypointWire) connectLate(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.late = n
}

// connectedCount finds the count in a list of gateways.
var connectedCount = regexp.MustCompile(`"status":"CONNECTED","count":(\d+)`)

func (w *anypointWire) withoutTheLate(response *http.Response) *http.Response {
	w.mu.Lock()
	defer w.mu.Unlock()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err) // a recorder's body
	}
	text = connectedCount.ReplaceAllFunc(text, func(match []byte) []byte {
		n, _ := strconv.Atoi(string(connectedCount.FindSubmatch(match)[1]))
		return fmt.Appendf(nil, `"status":"CONNECTED","count":%d`, max(n-w.late, 0))
	})
	response.Body = io.NopCloser(bytes.NewReader(text))
	return response
}

func (w *anypointWire) isCut() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cut
}

// cutOff takes the platform away from the controller, or gives it back. Gateways reach it.
func (w *anypointWire) cutOff(away bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = away
}

// platform is the controller's doorway; nil where there is no platform.
func (w *anypointWire) platform() *anypoint.Platform {
	if w == nil {
		return nil
	}
	return anypoint.NewPlatform(anypoint.Options{HTTP: &http.Client{Transport: w}})
}

// registration registers a gateway by hand, where there is a platform, and deploys an API
// to it.
func (w *anypointWire) registration(t *testing.T, gw *v1alpha1.FlexGatewayDeployment) string {
	t.Helper()
	if w == nil {
		return registration
	}
	file, err := w.sim.Create(time.Now(), platform.Registration{
		By:           platform.Credentials{ClientID: anypointsim.DemoClientID, ClientSecret: anypointsim.DemoClientSecret},
		Organization: anypointsim.DemoOrganization, Environment: anypointsim.DemoEnvironment, Name: gw.Name, Connected: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	id := w.gateway(t, gw.Name).ID
	// The platform takes APIs once a replica has been connected.
	if err := w.sim.Connect(time.Now(), file, platform.Replica{ID: "by-hand", Name: "laptop.default"}); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Minute)
	w.deploy(t, id, gw)
	w.sim.Disconnect(time.Now(), id, "by-hand")
	return string(file)
}

// client makes calls as a person would.
func (w *anypointWire) client(t *testing.T) *anypoint.Client {
	t.Helper()
	local := anypoint.NewPlatform(anypoint.Options{HTTP: &http.Client{Transport: &anypointWire{sim: w.sim}}})
	client, err := local.Client("US", anypoint.Credentials{ClientID: anypointsim.DemoClientID, ClientSecret: anypointsim.DemoClientSecret})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// gateway is what Runtime Manager has under a name.
func (w *anypointWire) gateway(t *testing.T, name string) anypoint.Gateway {
	t.Helper()
	list, err := w.client(t).Gateways(t.Context(), environmentOfDemo)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range list {
		if g.Name == name {
			return g
		}
	}
	t.Fatalf("no gateway %s among %v", name, list)
	return anypoint.Gateway{}
}

func (w *anypointWire) deploy(t *testing.T, id string, gw *v1alpha1.FlexGatewayDeployment) {
	t.Helper()
	asset := anypoint.AssetRef{Group: anypointsim.DemoOrganization, Asset: gw.Name, Version: "1.0.0"}
	client := w.client(t)
	if err := client.PublishAsset(t.Context(), asset, gw.Name, "http://upstream.test", "v1"); err != nil {
		t.Fatal(err)
	}
	_, err := client.CreateAPIInstance(t.Context(), environmentOfDemo, anypoint.APIInstanceSpec{
		Asset: asset, Label: gw.Name, Port: gw.Spec.Ports[0].Port, BasePath: "/health", Upstream: "http://upstream.test",
		GatewayID: id, GatewayName: gw.Name, GatewayVersion: "1.12.3",
	})
	if err != nil {
		t.Fatal(err)
	}
}

// says is the condition AnypointConnected as "status reason".
func says(gw *v1alpha1.FlexGatewayDeployment) string {
	c := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionAnypointConnected)
	if c == nil {
		return ""
	}
	return string(c.Status) + " " + c.Reason
}

// untilSays looks at the gateway until AnypointConnected is so.
func (b *bench) untilSays(gw *v1alpha1.FlexGatewayDeployment, what string) {
	b.t.Helper()
	b.until(gw, what, func(gw *v1alpha1.FlexGatewayDeployment) bool { return says(gw) == what })
}
