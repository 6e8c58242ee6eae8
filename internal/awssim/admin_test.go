package awssim

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
)

// ask sends a request to the simulator's handler as this machine would.
func ask(s *Sim, method, path, body string, change ...func(*http.Request)) (status int, answer string) {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.RemoteAddr = "[::1]:1234"
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	s.Handler().ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestTheWindowForPeopleIsOpenToThisMachineOnly(t *testing.T) {
	s, _ := newFake(t, Options{})
	outside := func(r *http.Request) { r.RemoteAddr = "192.0.2.1:1234" }
	for _, page := range []string{"GET inventory", "GET calls", "GET settings", "GET faults", "POST faults", "PATCH settings"} {
		method, path, _ := strings.Cut(page, " ")
		if status, _ := ask(s, method, adminPrefix+path, "{}", outside); status != http.StatusForbidden {
			t.Errorf("%s from outside: status %d, want 403", page, status)
		}
		status, body := ask(s, method, adminPrefix+path, "{}")
		if status != http.StatusOK || !json.Valid([]byte(body)) {
			t.Errorf("%s: status %d, body %s", page, status, body)
		}
		if path == "inventory" && !strings.Contains(body, `"kind": "Cluster"`) {
			t.Errorf("inventory = %s, want the cluster", body)
		}
	}
	if len(s.Calls()) != 0 {
		t.Error("looking through the window counted as an AWS call")
	}
}

func TestAPageOfAnotherSiteCanChangeNothing(t *testing.T) {
	s, _ := newFake(t, Options{})
	header := func(host, name, value string) func(*http.Request) {
		return func(r *http.Request) {
			r.Host = host
			r.Header.Set(name, value)
		}
	}
	tests := []struct {
		name    string
		request func(*http.Request)
		status  int
	}{
		{"a page of the simulator", header("127.0.0.1:4566", "Origin", "http://127.0.0.1:4566"), http.StatusOK},
		{"a page of the simulator by name", header("localhost:4566", "Origin", "http://localhost:4566"), http.StatusOK},
		{"a page of another server here", header("127.0.0.1:4566", "Origin", "http://127.0.0.1:8080"), http.StatusForbidden},
		{"a page from elsewhere", header("127.0.0.1:4566", "Origin", "https://example.com"), http.StatusForbidden},
		{"a page without an origin", header("127.0.0.1:4566", "Origin", "null"), http.StatusForbidden},
		{"a page whose name leads here", header("rebound.example.com", "Origin", "http://rebound.example.com"), http.StatusForbidden},
		{"a browser that says so itself", header("127.0.0.1:4566", "Sec-Fetch-Site", "cross-site"), http.StatusForbidden},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			defer s.ClearFaults()
			status, body := ask(s, http.MethodPost, "/_awssim/faults", `{}`, test.request)
			if set := len(s.Faults()) == 1; status != test.status || set != (test.status == http.StatusOK) {
				t.Errorf("status %d, want %d; set: %t; %s", status, test.status, set, body)
			}
		})
	}
}

func TestFaultsAreSetListedAndClearedFromOutside(t *testing.T) {
	s, _ := newFake(t, Options{Settings: instant()})
	status, body := ask(s, http.MethodPost, "/_awssim/faults", `{"operation": "List*", "rate": 1, "latency": "1m30s", "code": "Unavailable"}`)
	var kept Fault
	if err := json.Unmarshal([]byte(body), &kept); status != http.StatusOK || err != nil {
		t.Fatalf("status %d, error %v: %s", status, err, body)
	}
	want := Fault{Name: "fault-1", Operation: "List*", Rate: 1, Latency: 90 * time.Second, Code: "Unavailable"}
	if diff := cmp.Diff(want, kept); diff != "" {
		t.Errorf("kept (-want +got):\n%s", diff)
	}
	tests := []struct {
		name, method, path, body string
		status                   int
		says                     string
	}{
		{"a second one", "POST", "faults", `{"name": "second"}`, 200, `"name": "second"`},
		{"the list", "GET", "faults", "", 200, `"latency": "1m30s"`},
		{"one that cannot be", "POST", "faults", `{"rate": 7}`, 400, "rate: 7 is not between 0 and 1"},
		{"a misspelt one", "POST", "faults", `{"opration": "x"}`, 400, "opration"},
		{"what is not JSON", "POST", "faults", `rate=1`, 400, "not a fault"},
		{"clearing one", "DELETE", "faults/fault-1", "", 204, ""},
		{"clearing it again", "DELETE", "faults/fault-1", "", 404, "fault-1"},
		{"the other is left", "GET", "faults", "", 200, "second"},
		{"clearing all", "DELETE", "faults", "", 204, ""},
		{"none is left", "GET", "faults", "", 200, "[]"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			status, body := ask(s, test.method, adminPrefix+test.path, test.body)
			if status != test.status || !strings.Contains(body, test.says) {
				t.Errorf("status %d, want %d: %s", status, test.status, body)
			}
		})
	}
}

func TestCallsAreFiltered(t *testing.T) {
	s, _ := newFake(t, Options{Settings: instant()})
	c := config(s, "us-east-1", "test")
	for range 3 {
		listClusters(t, c)
	}
	ecs.NewFromConfig(c).CreateCluster(t.Context(), &ecs.CreateClusterInput{})
	mustSet(t, s, Fault{Name: "cut", Cut: CutBefore, Times: 1})
	listClusters(t, c)
	tests := []struct {
		query string
		want  []string
	}{
		{"", []string{"ListClusters", "ListClusters", "ListClusters", "CreateCluster", "ListClusters"}},
		{"?limit=2", []string{"CreateCluster", "ListClusters"}},
		{"?failed=true", []string{"CreateCluster", "ListClusters"}},
		{"?failed=false&limit=1", []string{"ListClusters"}},
		{"?operation=Create*", []string{"CreateCluster"}},
		{"?service=ecs&operation=ListClusters&failed=true", []string{"ListClusters"}},
		{"?service=sts", nil},
	}
	for _, test := range tests {
		t.Run(test.query, func(t *testing.T) {
			_, body := ask(s, http.MethodGet, "/_awssim/calls"+test.query, "")
			var calls []CallRecord
			if err := json.Unmarshal([]byte(body), &calls); err != nil {
				t.Fatalf("%v: %s", err, body)
			}
			var got []string
			for _, r := range calls {
				got = append(got, r.Operation)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("calls (-want +got):\n%s", diff)
			}
		})
	}
	for _, query := range []string{"limit=0", "limit=x", "failed=perhaps", "sevice=ecs"} {
		name, _, _ := strings.Cut(query, "=")
		if status, body := ask(s, http.MethodGet, "/_awssim/calls?"+query, ""); status != http.StatusBadRequest || !strings.Contains(body, name) {
			t.Errorf("%s: status %d, %s", query, status, body)
		}
	}
}

func TestSettingsAreChangedWhileItRuns(t *testing.T) {
	defaults := core.DefaultSettings()
	own := core.DefaultSettings()
	s, _ := newFake(t, Options{Settings: &own})
	status, body := ask(s, http.MethodPatch, "/_awssim/settings",
		`{"jitter": true, "throttleScale": 0.1, "readLag": {"p50": "1s", "p95": "3s"}, "eventDelay": {"p50": "5s", "p95": "3m"}, "eventDuplicates": 0.5, "quotas": {"elbv2.LoadBalancers": 1}, "latencies": {"api.call": {"p50": "2s"}, "ecs.Task.pull": {"p50": "1m", "p95": "2m"}, "efs.MountTarget.create": {"p95": "10m"}}}`)
	if status != http.StatusOK || !strings.Contains(body, `"p50": "1m0s"`) {
		t.Fatalf("status %d: %s", status, body)
	}
	want := core.DefaultSettings()
	want.Jitter, want.ThrottleScale, want.Events = true, 0.1, core.RoughEvents()
	want.Quotas[core.LoadBalancers] = 1
	want.Latencies[core.APICall] = core.Spread{P50: 2 * time.Second, P95: 2 * time.Second}
	want.Latencies[core.TaskPull] = core.Spread{P50: time.Minute, P95: 2 * time.Minute}
	want.Latencies[core.MountTargetCreate] = core.Spread{P50: defaults.Latencies[core.MountTargetCreate].P50, P95: 10 * time.Minute}
	if diff := cmp.Diff(want, s.World().Settings); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
	if got, want := s.World().ReadLag, (core.Spread{P50: time.Second, P95: 3 * time.Second}); got != want {
		t.Errorf("read lag %v, want %v", got, want)
	}
	if diff := cmp.Diff(defaults, own); diff != "" {
		t.Errorf("the settings that New was given have changed (-want +got):\n%s", diff)
	}
}

func TestASettingThatCannotBeChangesNothing(t *testing.T) {
	s, _ := newFake(t, Options{})
	tests := []struct{ body, says string }{
		{`[]`, "JSON"},
		{`{"jiter": true}`, "the settings are eventDelay, eventDuplicates, jitter, latencies, quotas, readLag, throttleScale"},
		{`{"jitter": "yes"}`, "jitter"},
		{`{"jitter": true, "throttleScale": -1}`, "throttleScale"},
		{`{"jitter": true, "readLag": {"p50": "3s", "p95": "1s"}}`, "readLag: p95"},
		{`{"jitter": true, "eventDuplicates": 1.5}`, "eventDuplicates: 1.5 is not between 0 and 1"},
		{`{"jitter": true, "eventDelay": {"p50": "soon"}}`, "eventDelay: p50"},
		{`{"jitter": true, "quotas": {"elbv2.LoadBalancer": 1}}`, "elbv2.LoadBalancers, elbv2"},
		{`{"jitter": true, "quotas": {"elbv2.LoadBalancers": -1}}`, "0 is no limit"},
		{`{"jitter": true, "latencies": {"api.cal": {"p50": "2s"}}}`, "api.call, ecs.Service.alarm-bake"},
		{`{"jitter": true, "latencies": {"api.call": {"p50": "fast"}}}`, "api.call: p50"},
		{`{"jitter": true, "latencies": {"api.call": {"p50": "-1s"}}}`, "api.call: p50"},
		{`{"jitter": true, "latencies": {"api.call": {"p50": "2s", "p95": "1s"}}}`, "api.call: p95"},
		{`{"jitter": true, "latencies": {"api.call": {"p99": "2s"}}}`, "p99"},
	}
	for _, test := range tests {
		t.Run(test.body, func(t *testing.T) {
			status, body := ask(s, http.MethodPatch, "/_awssim/settings", test.body)
			if status != http.StatusBadRequest || !strings.Contains(body, test.says) {
				t.Errorf("status %d, want 400 and %q: %s", status, test.says, body)
			}
		})
	}
	if diff := cmp.Diff(core.DefaultSettings(), s.World().Settings); diff != "" {
		t.Errorf("settings (-want +got):\n%s", diff)
	}
}
