package packages_test

import (
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"k8s.io/client-go/rest"
)

// witness stands between the manager and the API server, and notes what it asks for.
type witness struct {
	url string
	ca  []byte // of its certificate, PEM

	mu     sync.Mutex
	asked  map[right]int // how often
	denied map[right]bool
	// fails is how many of the next requests of a kind the API server answers with an error
	// of its own.
	fails map[right]int
}

// watched starts a witness for a test. It passes credentials on, and has none itself.
func watched(t *testing.T) *witness {
	t.Helper()
	config := rest.AnonymousClientConfig(stack.Config())
	server, err := url.Parse(config.Host)
	if err != nil {
		t.Fatal(err)
	}
	transport, err := rest.TransportFor(config)
	if err != nil {
		t.Fatal(err)
	}
	w := &witness{asked: map[right]int{}, denied: map[right]bool{}, fails: map[right]int{}}
	proxy := &httputil.ReverseProxy{
		Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(server) },
		Transport:      transport,
		FlushInterval:  -1, // watches
		ModifyResponse: w.note,
		ErrorHandler: func(answer http.ResponseWriter, r *http.Request, err error) {
			if r.Context().Err() == nil {
				t.Errorf("%s %s: %v", r.Method, r.URL, err)
			}
			answer.WriteHeader(http.StatusBadGateway)
		},
	}
	// With TLS: clients send no token without.
	front := httptest.NewTLSServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		if w.fail(r) {
			answer.WriteHeader(http.StatusInternalServerError)
			return
		}
		proxy.ServeHTTP(answer, r)
	}))
	t.Cleanup(front.Close)
	w.url = front.URL
	w.ca = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: front.Certificate().Raw})
	return w
}

// fail is true where the request is one of those that fail.
func (w *witness) fail(request *http.Request) bool {
	r, _ := rightFor(request)
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fails[r] == 0 {
		return false
	}
	w.fails[r]--
	return true
}

func (w *witness) note(answer *http.Response) error {
	r, ok := rightFor(answer.Request)
	if !ok {
		return nil
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked[r]++
	if answer.StatusCode == http.StatusForbidden {
		w.denied[r] = true
	}
	return nil
}

// used are the rights without which the requests so far would not have been answered.
func (w *witness) used() map[right]bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	all := map[right]bool{}
	for r := range w.asked {
		all[r] = true
	}
	return all
}

// wantNothingDenied fails the test where the manager asked for what it may not do.
func (w *witness) wantNothingDenied(t *testing.T, m *runningManager) {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	for r := range w.denied {
		t.Errorf("the manager may not %s", r)
	}
	for line := range strings.Lines(m.said(t)) {
		if strings.Contains(line, "forbidden") {
			t.Errorf("the manager says: %s", line)
		}
	}
}

// verbs are RBAC's words for the methods of HTTP, beside those for reading.
var verbs = map[string]string{
	http.MethodPost: "create", http.MethodPut: "update", http.MethodPatch: "patch", http.MethodDelete: "delete",
}

// rightFor is the right that a request needs, as the API server finds it out
// (https://kubernetes.io/docs/reference/access-authn-authz/authorization/#determine-the-request-verb).
// Discovery needs none.
func rightFor(r *http.Request) (right, bool) {
	path := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	var group string
	switch {
	case len(path) > 2 && path[0] == "api":
		path = path[2:]
	case len(path) > 3 && path[0] == "apis":
		group, path = path[1], path[3:]
	default:
		return right{}, false
	}
	if path[0] == "namespaces" && len(path) > 2 {
		path = path[2:]
	}
	resource := path[0]
	if len(path) > 2 {
		resource += "/" + path[2]
	}
	verb := verbs[r.Method]
	switch {
	case verb != "":
	case len(path) > 1:
		verb = "get"
	case slices.Contains([]string{"1", "true"}, r.URL.Query().Get("watch")):
		verb = "watch"
	default:
		verb = "list"
	}
	return right{verb, group, resource}, true
}
