package controllers

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/clock"
)

// runtimeManager answers as Runtime Manager does, counts, and goes away.
type runtimeManager struct {
	mu       sync.Mutex
	gateways map[string][]record // by environment
	away     map[string]bool     // environments whose calls hang
	delay    time.Duration       // how late a list is
	lists    int                 // lists, whatever their number of pages
	looks    int                 // lists of replicas
	secrets  int                 // Secrets that were read
}

// record is a gateway in Runtime Manager.
type record struct {
	id        string
	connected int
}

func (m *runtimeManager) RoundTrip(r *http.Request) (*http.Response, error) {
	path := strings.Split(r.URL.Path, "/")
	switch {
	case strings.HasSuffix(r.URL.Path, "/oauth2/token"):
		return reply(map[string]any{"access_token": "token", "expires_in": 3600}), nil
	case path[len(path)-1] == "replicas":
		m.mu.Lock()
		defer m.mu.Unlock()
		m.looks++
		return reply(map[string]any{"content": []any{map[string]any{"name": "ip-10-0-0-1.ec2.internal.default", "status": "CONNECTED"}}}), nil
	}
	environment := path[len(path)-2]
	if m.isAway(environment) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	time.Sleep(m.lateness())
	return m.list(environment, r), nil
}

func (m *runtimeManager) lateness() time.Duration {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.delay
}

func (m *runtimeManager) isAway(environment string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.away[environment]
}

func (m *runtimeManager) list(environment string, r *http.Request) *http.Response {
	m.mu.Lock()
	defer m.mu.Unlock()
	number, _ := strconv.Atoi(r.URL.Query().Get("pageNumber"))
	size, _ := strconv.Atoi(r.URL.Query().Get("pageSize"))
	if number == 0 {
		m.lists++
	}
	content := []any{}
	for i, g := range m.gateways[environment] {
		if i/size == number {
			content = append(content, map[string]any{
				"id": g.id, "name": "a-name", "status": "CONNECTED", "replicas": []any{map[string]any{"status": "CONNECTED", "count": g.connected}},
			})
		}
	}
	return reply(map[string]any{"content": content})
}

// set changes something of the platform.
func (m *runtimeManager) set(change func()) {
	m.mu.Lock()
	defer m.mu.Unlock()
	change()
}

// counts are the lists, and the looks at replicas.
func (m *runtimeManager) counts() (lists, looks int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.lists, m.looks
}

func reply(body any) *http.Response {
	text, err := json.Marshal(body)
	if err != nil {
		panic(err)
	}
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader(text)),
	}
}

// connectedTo is a reconciler of these gateways with this platform.
func connectedTo(t *testing.T, m *runtimeManager, gateways ...*v1alpha1.FlexGatewayDeployment) *Reconciler {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := clientgoscheme.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	app := &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: "app"},
		Data:       map[string][]byte{"clientID": []byte("id"), "clientSecret": []byte("secret")},
	}
	objects := []client.Object{app}
	for _, gw := range gateways {
		objects = append(objects, gw)
	}
	kube := fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).Build()
	counted := interceptor.NewClient(kube, interceptor.Funcs{
		Get: func(ctx context.Context, c client.WithWatch, key client.ObjectKey, o client.Object, options ...client.GetOption) error {
			if _, isSecret := o.(*corev1.Secret); isSecret {
				m.set(func() { m.secrets++ })
			}
			return c.Get(ctx, key, o, options...)
		},
	})
	return &Reconciler{
		Client: counted, Reader: counted, Clock: clock.Real{}, AnypointEvery: watchTimeout,
		Anypoint: anypoint.NewPlatform(anypoint.Options{HTTP: &http.Client{Transport: m}}),
	}
}

// readyIn is a ready gateway of an environment, all of whose replicas are connected.
func readyIn(environment string, n int, connected int32) *v1alpha1.FlexGatewayDeployment {
	id := fmt.Sprintf("%s-%d", environment, n)
	gw := &v1alpha1.FlexGatewayDeployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: id, UID: types.UID(id), Generation: 1},
		Spec: v1alpha1.FlexGatewayDeploymentSpec{Anypoint: &v1alpha1.AnypointSpec{
			OrganizationID: "org", EnvironmentID: environment, ControlPlane: "US",
			CredentialsSecretRef: v1alpha1.CredentialsSecretReference{Name: "app", ClientIDKey: "clientID", ClientSecretKey: "clientSecret"},
		}},
	}
	gw.Status.Phase, gw.Status.ObservedGeneration = v1alpha1.PhaseReady, 1
	gw.Status.Anypoint = &v1alpha1.AnypointStatus{GatewayID: id, Status: "CONNECTED", ConnectedReplicas: &connected}
	gw.Status.Conditions = []metav1.Condition{{Type: v1alpha1.ConditionAnypointConnected, Status: metav1.ConditionTrue, Reason: v1alpha1.ReasonSucceeded}}
	return gw
}
