package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
)

// clusterAPI is as much of a Kubernetes API server as the commands ask for.
type clusterAPI struct {
	gateways map[string]*v1alpha1.FlexGatewayDeployment
	// patches are the bodies of what was patched, and queries what went with them.
	patches []string
	queries []url.Values
	// events are those of the cluster, in any namespace, and selectors what was asked of them.
	events    []corev1.Event
	selectors []string
}

const gatewaysPath = "/apis/flexgw.io/v1alpha1/namespaces/{namespace}/flexgatewaydeployments"

// newClusterAPI serves gateways, each at namespace/name, to the kubeconfig that KUBECONFIG
// names. Its current context is in the namespace default; the context "flex" is in flex.
func newClusterAPI(t *testing.T, gateways ...*v1alpha1.FlexGatewayDeployment) *clusterAPI {
	t.Helper()
	a := &clusterAPI{gateways: map[string]*v1alpha1.FlexGatewayDeployment{}}
	for _, gw := range gateways {
		a.gateways[gw.Namespace+"/"+gw.Name] = gw
	}
	group := metav1.APIGroup{
		TypeMeta: metav1.TypeMeta{Kind: "APIGroup", APIVersion: "v1"}, Name: "flexgw.io",
		Versions: []metav1.GroupVersionForDiscovery{{GroupVersion: "flexgw.io/v1alpha1", Version: "v1alpha1"}},
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, metav1.APIVersions{TypeMeta: metav1.TypeMeta{Kind: "APIVersions", APIVersion: "v1"}})
	})
	mux.HandleFunc("GET /apis", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, metav1.APIGroupList{TypeMeta: metav1.TypeMeta{Kind: "APIGroupList", APIVersion: "v1"}, Groups: []metav1.APIGroup{group}})
	})
	mux.HandleFunc("GET /apis/flexgw.io", func(w http.ResponseWriter, _ *http.Request) { reply(w, http.StatusOK, group) })
	mux.HandleFunc("GET /apis/flexgw.io/v1alpha1", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, metav1.APIResourceList{
			TypeMeta: metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"}, GroupVersion: "flexgw.io/v1alpha1",
			APIResources: []metav1.APIResource{{Name: "flexgatewaydeployments", Namespaced: true, Kind: "FlexGatewayDeployment", Verbs: metav1.Verbs{"get", "list", "patch", "watch"}}},
		})
	})
	mux.HandleFunc("GET "+gatewaysPath, a.list)
	mux.HandleFunc("GET /apis/flexgw.io/v1alpha1/flexgatewaydeployments", a.list)
	mux.HandleFunc("GET /api/v1", func(w http.ResponseWriter, _ *http.Request) {
		reply(w, http.StatusOK, metav1.APIResourceList{
			TypeMeta: metav1.TypeMeta{Kind: "APIResourceList", APIVersion: "v1"}, GroupVersion: "v1",
			APIResources: []metav1.APIResource{{Name: "events", Namespaced: true, Kind: "Event", Verbs: metav1.Verbs{"list", "watch"}}},
		})
	})
	mux.HandleFunc("GET /api/v1/namespaces/{namespace}/events", a.listEvents)
	mux.HandleFunc("GET "+gatewaysPath+"/{name}", a.get)
	mux.HandleFunc("PATCH "+gatewaysPath+"/{name}", a.patch)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	file := filepath.Join(t.TempDir(), "kubeconfig")
	if err := os.WriteFile(file, []byte(`apiVersion: v1
kind: Config
clusters: [{name: c, cluster: {server: "`+server.URL+`"}}]
contexts: [{name: main, context: {cluster: c}}, {name: flex, context: {cluster: c, namespace: flex}}]
current-context: main
`), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("KUBECONFIG", file)
	t.Setenv(clockVariable, "")
	return a
}

func (a *clusterAPI) get(w http.ResponseWriter, r *http.Request) {
	gw, found := a.gateways[r.PathValue("namespace")+"/"+r.PathValue("name")]
	if !found {
		reply(w, http.StatusNotFound, metav1.Status{
			TypeMeta: metav1.TypeMeta{Kind: "Status", APIVersion: "v1"}, Status: metav1.StatusFailure, Code: http.StatusNotFound,
			Reason: metav1.StatusReasonNotFound, Message: "not found: " + r.URL.Path,
		})
		return
	}
	reply(w, http.StatusOK, gw)
}

func (a *clusterAPI) list(w http.ResponseWriter, r *http.Request) {
	list := v1alpha1.FlexGatewayDeploymentList{TypeMeta: metav1.TypeMeta{Kind: "FlexGatewayDeploymentList", APIVersion: "flexgw.io/v1alpha1"}}
	for _, gw := range a.gateways {
		if namespace := r.PathValue("namespace"); namespace == "" || gw.Namespace == namespace {
			list.Items = append(list.Items, *gw)
		}
	}
	reply(w, http.StatusOK, list)
}

func (a *clusterAPI) listEvents(w http.ResponseWriter, r *http.Request) {
	a.selectors = append(a.selectors, r.URL.Query().Get("fieldSelector"))
	reply(w, http.StatusOK, corev1.EventList{TypeMeta: metav1.TypeMeta{Kind: "EventList", APIVersion: "v1"}, Items: a.events})
}

// patch writes down what was sent, and answers with the object as it was.
func (a *clusterAPI) patch(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	a.patches, a.queries = append(a.patches, string(body)), append(a.queries, r.URL.Query())
	a.get(w, r)
}

func reply(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // what fails here shows in the client
}

// inFlight is a gateway in the middle of its change from revision 7 to 8.
func inFlight() *v1alpha1.FlexGatewayDeployment {
	gw := &v1alpha1.FlexGatewayDeployment{TypeMeta: metav1.TypeMeta{Kind: "FlexGatewayDeployment", APIVersion: "flexgw.io/v1alpha1"}}
	gw.Namespace, gw.Name, gw.Generation, gw.ResourceVersion = "flex", "dev", 3, "42"
	gw.Spec.Image = "flex-gateway:1.13.0"
	gw.Status.ObservedGeneration = 3
	gw.Status.Rollout = &v1alpha1.RolloutStatus{TaskDefinition: "arn:aws:ecs:us-east-1:123456789012:task-definition/dev:8", DeploymentID: "ecs-svc/8"}
	gw.Status.History = []v1alpha1.RevisionStatus{
		{Revision: 8, Image: "flex-gateway:1.13.0", Outcome: v1alpha1.OutcomeInProgress},
		{Revision: 7, Image: "flex-gateway:1.12.3", Outcome: v1alpha1.OutcomeServing},
	}
	gw.Status.Tasks = []v1alpha1.TaskStatus{{ID: "1111111111111111", Zone: "us-east-1a", TaskDefinition: "dev:7", Status: "RUNNING", Healthy: true}}
	return gw
}
