package lifecycle

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/anypointsim/platform"
)

// anypointWay is the controller's way to a simulated Anypoint Platform. Where it is cut,
// calls hang, as behind a firewall that drops packets. Nil is no platform at all.
type anypointWay struct {
	sim *anypointsim.Sim

	mu   sync.Mutex
	cut  bool
	late int // of how many connected replicas the controller does not hear
}

// longestCall is how long the controller's doorway tries to read a list.
const longestCall = time.Minute

// newConnectedBench is a bench whose gateways are registered by hand and connect to a
// simulated Anypoint Platform, to which the controller's way can be cut.
func newConnectedBench(t *testing.T) *bench {
	t.Helper()
	t.Cleanup(func() { time.Sleep(longestCall) }) // calls that hang end before the bubble does
	b := newAnypointBench(t)
	b.person = nil
	b.way = &anypointWay{sim: b.anypoint}
	b.start()
	b.writeCredentials(anypointsim.DemoClientID, anypointsim.DemoClientSecret)
	return b
}

// ofDemo has a gateway belong to the demo's environment.
func ofDemo(s *v1alpha1.FlexGatewayDeploymentSpec) {
	s.Anypoint = &v1alpha1.AnypointSpec{
		OrganizationID: anypointsim.DemoOrganization, EnvironmentID: anypointsim.DemoEnvironment,
		CredentialsSecretRef: v1alpha1.CredentialsSecretReference{Name: credentialsName},
	}
}

// RoundTrip implements http.RoundTripper.
func (w *anypointWay) RoundTrip(r *http.Request) (response *http.Response, err error) {
	if w.isCut() {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	response, err = inProcess{w.sim.Handler()}.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	return w.withoutTheLate(response), nil
}

// connectLate hides some connected replicas of each gateway from the controller. Simulated
// replicas are healthy only after they are connected; real ones may be before.
func (w *anypointWay) connectLate(n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.late = n
}

// connectedCount finds the count in a list of gateways.
var connectedCount = regexp.MustCompile(`"status":"CONNECTED","count":(\d+)`)

func (w *anypointWay) withoutTheLate(response *http.Response) *http.Response {
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

func (w *anypointWay) isCut() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.cut
}

// cutOff takes the platform away from the controller, or gives it back. Gateways reach it.
func (w *anypointWay) cutOff(away bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.cut = away
}

// registration registers a gateway by hand, where there is a platform, and deploys an API
// to it.
func (w *anypointWay) registration(t *testing.T, gw *v1alpha1.FlexGatewayDeployment) string {
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
func (w *anypointWay) client(t *testing.T) *anypoint.Client {
	t.Helper()
	local := anypoint.NewPlatform(anypoint.Options{HTTP: &http.Client{Transport: &anypointWay{sim: w.sim}}})
	client, err := local.Client("US", anypoint.Credentials{ClientID: anypointsim.DemoClientID, ClientSecret: anypointsim.DemoClientSecret})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// gateway is what Runtime Manager has under a name.
func (w *anypointWay) gateway(t *testing.T, name string) anypoint.Gateway {
	t.Helper()
	list, err := w.client(t).Gateways(t.Context(), demoEnvironment)
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

func (w *anypointWay) deploy(t *testing.T, id string, gw *v1alpha1.FlexGatewayDeployment) {
	t.Helper()
	asset := anypoint.AssetRef{Group: anypointsim.DemoOrganization, Asset: gw.Name, Version: "1.0.0"}
	client := w.client(t)
	if err := client.PublishAsset(t.Context(), asset, gw.Name, "http://upstream.test", "v1"); err != nil {
		t.Fatal(err)
	}
	_, err := client.CreateAPIInstance(t.Context(), demoEnvironment, anypoint.APIInstanceSpec{
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
