package lifecycle

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/clock"
)

// anypointHost is where the controller finds the simulated Anypoint Platform.
const anypointHost = "anypoint.test"

// switchboard connects the controller with AWS or with the Anypoint Platform.
type switchboard struct {
	aws      http.RoundTripper
	anypoint *anypointsim.Sim
}

// RoundTrip implements http.RoundTripper. A connection that the platform closes without an
// answer is an error.
func (s switchboard) RoundTrip(r *http.Request) (response *http.Response, err error) {
	if r.URL.Host != anypointHost {
		return s.aws.RoundTrip(r)
	}
	if s.anypoint == nil {
		return nil, errors.New("no such host")
	}
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	defer func() {
		if v := recover(); v != nil {
			response, err = nil, fmt.Errorf("the connection was closed: %v", v)
		}
	}()
	answer := httptest.NewRecorder()
	s.anypoint.Handler().ServeHTTP(answer, in)
	response = answer.Result()
	response.Request = r
	return response, nil
}

// newAnypointBench is a bench with both simulated worlds. It must be called inside a
// synctest bubble.
func newAnypointBench(t *testing.T) *bench {
	t.Helper()
	platform, err := anypointsim.New(anypointsim.Options{Clock: clock.Real{}, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	b := newBenchOn(t, awssim.Options{Clock: clock.Real{}, Seed: 1}, platform)
	t.Cleanup(platform.Close)
	return b
}

// doorway is the controller's way to the Anypoint Platform: one that remembers nothing.
func (b *bench) doorway() *anypoint.Platform {
	return anypoint.NewPlatform(anypoint.Options{Endpoint: "http://" + anypointHost, HTTP: b.wire.client(), Clock: clock.Real{}})
}

// onAnypoint is a gateway that the controller registers, changed by edit.
func onAnypoint(t *testing.T, name string, edit func(*v1alpha1.FlexGatewayDeploymentSpec)) *v1alpha1.FlexGatewayDeployment {
	t.Helper()
	return gatewayNamed(t, name, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
		s.Registration = v1alpha1.RegistrationSpec{Create: &v1alpha1.RegistrationCreate{KeeperImage: "public.ecr.aws/aws-cli/aws-cli:2.31.0"}}
		s.Anypoint = &v1alpha1.AnypointSpec{
			OrganizationID: anypointsim.DemoOrganization, EnvironmentID: anypointsim.DemoEnvironment, GatewayName: name,
			CredentialsSecretRef: v1alpha1.CredentialsSecretReference{Name: "connected-app"},
		}
		if edit != nil {
			edit(s)
		}
	})
}

// createOnAnypoint puts the gateway and its credentials into the cluster.
func (b *bench) createOnAnypoint(gw *v1alpha1.FlexGatewayDeployment) {
	b.t.Helper()
	b.writeCredentials(anypointsim.DemoClientSecret)
	b.must(b.kube.Create(b.t.Context(), gw.DeepCopy()))
}

func (b *bench) writeCredentials(secret string) {
	b.t.Helper()
	object := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: "connected-app"}}
	err := b.kube.Create(b.t.Context(), object)
	object.Data = map[string][]byte{"clientID": []byte(anypointsim.DemoClientID), "clientSecret": []byte(secret)}
	if err == nil || strings.Contains(err.Error(), "exists") {
		err = b.kube.Update(b.t.Context(), object)
	}
	b.must(err)
}

// away takes the Anypoint Platform away, or brings it back.
func (b *bench) away(how anypointsim.Away) {
	b.t.Helper()
	b.must(b.anypoint.SetAway(how))
}

// onPlatform is what is in the Anypoint Platform of a kind, by id.
func (b *bench) onPlatform(kind string) []string {
	var ids []string
	for _, r := range b.anypoint.Inventory() {
		if r.Kind == kind {
			ids = append(ids, r.ID)
		}
	}
	slices.Sort(ids)
	return ids
}

// emptyPlatform asserts that nothing but tombstones is left in the Anypoint Platform.
func (b *bench) emptyPlatform() {
	b.t.Helper()
	for _, r := range b.anypoint.Inventory() {
		b.t.Errorf("left in the Anypoint Platform: %s %s (%s, %s)", r.Kind, r.ID, r.Name, r.State)
	}
}
