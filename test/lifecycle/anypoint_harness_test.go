package lifecycle

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/clock"
)

// newAnypointBench is a bench with an Anypoint Platform, in which a person deploys an API to
// each gateway that connects: without one a gateway listens on no port.
func newAnypointBench(t *testing.T) *bench {
	t.Helper()
	platform, err := anypointsim.New(anypointsim.Options{Clock: clock.Real{}, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(platform.Close)
	b := newBenchOf(t, 1, func(o *awssim.Options) { o.Anypoint = platform })
	b.anypoint = platform
	b.person = &person{b: b, deployed: map[string]int{}}
	b.start() // with a way to the platform
	return b
}

// benchFor is a bench with an Anypoint Platform where the gateway needs one.
func benchFor(t *testing.T, gw *v1alpha1.FlexGatewayDeployment) *bench {
	t.Helper()
	if gw.Spec.Registration.Create != nil {
		return newAnypointBench(t)
	}
	return newBench(t)
}

// inProcess is the way to a handler without a network.
type inProcess struct{ handler http.Handler }

// RoundTrip implements http.RoundTripper.
func (p inProcess) RoundTrip(r *http.Request) (response *http.Response, err error) {
	in := r.Clone(r.Context())
	in.RequestURI, in.RemoteAddr, in.Host = r.URL.RequestURI(), "127.0.0.1:0", r.URL.Host
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer func() {
		if cut, ok := recover().(error); ok && errors.Is(cut, http.ErrAbortHandler) {
			response, err = nil, io.EOF
		}
	}()
	recorder := httptest.NewRecorder()
	p.handler.ServeHTTP(recorder, in)
	return recorder.Result(), nil
}

// anypointWire is the controller's way to the Anypoint Platform. It can be killed there, as
// on its way to AWS.
type anypointWire struct {
	wire  *wire
	next  http.RoundTripper
	doubt *anypointDoubt
}

// RoundTrip implements http.RoundTripper.
func (w anypointWire) RoundTrip(r *http.Request) (response *http.Response, err error) {
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	name := "Anypoint " + r.Method + " " + parts[len(parts)-1]
	if r.Method == http.MethodDelete {
		name = "Anypoint DELETE " + parts[max(len(parts)-2, 0)]
	}
	if w.doubt.isCut() {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	if died := w.wire.pass(name, func() { response, err = w.next.RoundTrip(r) }); died != nil {
		return nil, died
	}
	return w.doubt.withoutTheLate(response), err
}

// platformVia is the doorway to the simulated platform.
func (b *bench) platformVia(way http.RoundTripper) *anypoint.Platform {
	return anypoint.NewPlatform(anypoint.Options{Endpoint: "http://anypoint.test", Clock: clock.Real{}, HTTP: &http.Client{Transport: way}})
}

// controllersPlatform is the controller's.
func (b *bench) controllersPlatform() *anypoint.Platform {
	if b.anypoint == nil {
		return anypoint.NewPlatform(anypoint.Options{Endpoint: "http://anypoint.test", HTTP: &http.Client{Transport: noPlatform{}}})
	}
	return b.platformVia(anypointWire{b.wire, inProcess{b.anypoint.Handler()}, &b.doubt})
}

// noPlatform is the way to a platform that a bench does not have.
type noPlatform struct{}

var errNoPlatform = errors.New("this bench has no Anypoint Platform")

// RoundTrip implements http.RoundTripper.
func (noPlatform) RoundTrip(*http.Request) (*http.Response, error) { return nil, errNoPlatform }

// credentialsName is the Secret of the Connected App.
const credentialsName = "anypoint"

// registering makes the controller register the gateway.
func registering(s *v1alpha1.FlexGatewayDeploymentSpec) {
	s.Registration = v1alpha1.RegistrationSpec{Create: &v1alpha1.RegistrationCreate{KeeperImage: "public.ecr.aws/aws-cli/aws-cli:2.31.0"}}
	s.Anypoint = &v1alpha1.AnypointSpec{
		OrganizationID: anypointsim.DemoOrganization, EnvironmentID: anypointsim.DemoEnvironment,
		CredentialsSecretRef: v1alpha1.CredentialsSecretReference{Name: credentialsName},
	}
}

// and joins changes of a spec.
func and(edits ...func(*v1alpha1.FlexGatewayDeploymentSpec)) func(*v1alpha1.FlexGatewayDeploymentSpec) {
	return func(s *v1alpha1.FlexGatewayDeploymentSpec) {
		for _, edit := range edits {
			edit(s)
		}
	}
}

// writeCredentials writes the Secret of the Connected App.
func (b *bench) writeCredentials(id, secret string) {
	b.t.Helper()
	object := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: credentialsName},
		Data:       map[string][]byte{"clientID": []byte(id), "clientSecret": []byte(secret)},
	}
	err := b.kube.Create(b.t.Context(), object.DeepCopy())
	if apierrors.IsAlreadyExists(err) {
		err = b.kube.Update(b.t.Context(), object)
	}
	b.must(err)
}

// person is a user of API Manager.
type person struct {
	b        *bench
	deployed map[string]int // instances by gateway
	// absent is a person who leaves it to the controller.
	absent bool
}

var demoEnvironment = anypoint.Environment{Organization: anypointsim.DemoOrganization, ID: anypointsim.DemoEnvironment}

func (p *person) client() *anypoint.Client {
	by := anypoint.Credentials{ClientID: anypointsim.DemoClientID, ClientSecret: anypointsim.DemoClientSecret}
	client, err := p.b.platformVia(inProcess{p.b.anypoint.Handler()}).Client("US", by)
	p.b.must(err)
	return client
}

// deploy deploys an API to the gateway once it has connected.
func (p *person) deploy(gw *v1alpha1.FlexGatewayDeployment) {
	current := p.b.get(gw)
	if p.absent || current == nil || current.Status.Anypoint == nil || current.Spec.Mode == v1alpha1.ModeLocal || !current.DeletionTimestamp.IsZero() {
		return
	}
	id := current.Status.Anypoint.GatewayID
	if _, done := p.deployed[id]; done || id == "" {
		return
	}
	ctx := context.Background()
	asset := anypoint.AssetRef{Group: anypointsim.DemoOrganization, Asset: "health", Version: "1.0.0"}
	if found, err := p.client().Asset(ctx, asset); err == nil && found == nil {
		if err := p.client().PublishAsset(ctx, asset, "health", "http://status.example.com", "v1"); err != nil {
			return // the platform is away
		}
	}
	made, err := p.client().CreateAPIInstance(ctx, demoEnvironment, anypoint.APIInstanceSpec{
		Asset: asset, Label: gw.Name, Port: 8081, BasePath: "/health", Upstream: "http://127.0.0.1:9000",
		GatewayID: id, GatewayName: current.Status.Anypoint.GatewayName, GatewayVersion: "1.12.3",
	})
	if err == nil { // a gateway that has just connected cannot take an API yet
		p.deployed[id] = made.ID
	}
}

// undeploy takes all APIs away again.
func (p *person) undeploy() {
	for gateway, id := range p.deployed {
		if id != 0 {
			p.b.must(p.client().DeleteAPIInstance(context.Background(), demoEnvironment, id))
		}
		p.deployed[gateway] = 0
	}
}

// registeredGateways are the gateways that the platform has, by name.
func (b *bench) registeredGateways() map[string]anypoint.Gateway {
	b.t.Helper()
	list, err := b.person.client().Gateways(b.t.Context(), demoEnvironment)
	b.must(err)
	gateways := map[string]anypoint.Gateway{}
	for _, g := range list {
		gateways[g.Name] = g
	}
	return gateways
}
