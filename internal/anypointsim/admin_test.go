package anypointsim

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/anypointsim/platform"
)

func TestTheWindowForPeopleIsOpenToThisMachineOnly(t *testing.T) {
	l := newLab(t)
	tests := []struct {
		name   string
		change func(*http.Request)
		status int
	}{
		{"this machine", func(*http.Request) {}, 200},
		{"another machine", func(r *http.Request) { r.RemoteAddr = "192.0.2.1:1234" }, 403},
		{"another site's page", func(r *http.Request) { r.Header.Set("Origin", "https://example.com") }, 403},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			r := httptest.NewRequest(http.MethodPatch, adminPrefix+"settings", strings.NewReader("{}"))
			r.RemoteAddr = "[::1]:1234"
			test.change(r)
			w := httptest.NewRecorder()
			l.sim.Handler().ServeHTTP(w, r)
			if w.Code != test.status {
				t.Errorf("status %d, want %d: %s", w.Code, test.status, w.Body)
			}
		})
	}
}

func TestThePlatformIsSteeredThroughTheWindow(t *testing.T) {
	l := newLab(t)
	l.want(204, "PUT", adminPrefix+"organizations/o2", `{"environments": ["e2"]}`)
	l.want(204, "PUT", adminPrefix+"apps/c2", `{"clientSecret": "s2", "organization": "o2", "grants": [{"scope": "read:servers", "environment": "e2"}]}`)
	l.want(400, "PUT", adminPrefix+"apps/c3", `{"clientSecret": "s2", "organization": "unknown"}`)
	l.want(400, "PUT", adminPrefix+"apps/c3", `{"clientSecret": "s2", "organization": "o2", "grants": [{"scope": "read:minds"}]}`)
	l.token = l.login("c2", "s2")
	l.want(200, "GET", "/standalone/api/v1/organizations/o2/environments/e2/gateways", "")
	l.want(204, "DELETE", adminPrefix+"apps/c2", "")
	l.want(404, "DELETE", adminPrefix+"apps/c2", "")
	l.want(401, "GET", "/standalone/api/v1/organizations/o2/environments/e2/gateways", "")

	l.want(200, "POST", adminPrefix+"faults", `{"name": "f", "operation": "ListGateways", "status": 503, "times": 1}`)
	l.token = l.login(DemoClientID, DemoClientSecret)
	l.want(503, "GET", gatewaysPath, "")
	l.want(204, "DELETE", adminPrefix+"faults/f", "")
	l.want(404, "DELETE", adminPrefix+"faults/f", "")

	l.want(400, "PATCH", adminPrefix+"settings", `{"delays": {"nap": "1s"}}`)
	l.want(400, "PATCH", adminPrefix+"settings", `{"away": "on holiday"}`)
	l.want(400, "PATCH", adminPrefix+"settings", `{"speed": 1}`)
	o := l.want(200, "PATCH", adminPrefix+"settings", `{"away": "503", "throttle": {"requests": 5, "window": "2m"}, "delays": {"token": "10m"}}`)
	if o.text("away") != "503" || o.at("throttle", "requests") != 5.0 || o.text("delays", "token") != "10m0s" || o.text("delays", "linger") != "1m0s" {
		t.Errorf("settings %v", o)
	}
	l.want(200, "PATCH", adminPrefix+"settings", `{"away": ""}`)
	l.want(204, "DELETE", adminPrefix+"tokens", "")
	l.want(401, "GET", gatewaysPath, "")
}

func TestTheInventoryAndTheCallsAreShown(t *testing.T) {
	l := newLab(t)
	id, _ := l.register("gw")
	l.want(404, "GET", gatewaysPath+"/x", "")
	show := func(page string) string {
		t.Helper()
		status, _, body, err := l.raw("GET", adminPrefix+page)
		if err != nil || status != 200 {
			t.Fatalf("%s: %d %s %v", page, status, body, err)
		}
		return body
	}
	if body := show("inventory"); !strings.Contains(body, id) {
		t.Errorf("inventory %s", body)
	}
	if body := show("inventory?tombstones=true"); strings.TrimSpace(body) != "[]" {
		t.Errorf("tombstones %s", body)
	}
	if body := show("calls?failed=true"); !strings.Contains(body, `"path": "/standalone/api/v1/organizations/{org}/environments/{env}/gateways/{gateway}"`) || strings.Contains(body, "CreateToken") {
		t.Errorf("failed calls %s", body)
	}
	if body := show("calls?operation=Reg*&limit=1"); !strings.Contains(body, `"method": "flexctl"`) {
		t.Errorf("registrations %s", body)
	}
	l.want(400, "GET", adminPrefix+"calls?sort=up", "")
	if diff := cmp.Diff(map[string]int{"CreateToken": 1, "Register": 1, "GetGateway": 1}, l.sim.CallCounts()); diff != "" {
		t.Errorf("counts (-want +got):\n%s", diff)
	}
}

func TestAResetMakesTheFirstDay(t *testing.T) {
	l := newLab(t)
	l.publish("1.0.0", true, httpAPI())
	gateway, file := l.readyGateway("gw")
	l.createAPI(gateway, 8081, "/health")
	l.clock.step(DefaultDelays().Deployment)
	l.set(Fault{Operation: "ListGateways"})
	l.sim.SetThrottle(Throttle{Requests: 1, Window: time.Hour})
	l.want(204, "POST", adminPrefix+"reset", "")
	if got := l.sim.Inventory(); len(got) != 0 || len(l.sim.APIs(gateway)) != 0 || len(l.sim.Calls()) != 0 {
		t.Errorf("left: %v", got)
	}
	l.want(401, "GET", gatewaysPath, "")
	l.token = l.login(DemoClientID, DemoClientSecret)
	l.want(200, "GET", gatewaysPath, "")
	l.want(200, "GET", gatewaysPath, "")
	if err := l.sim.Connect(l.clock.Now(), file, platform.Replica{ID: "a"}); err == nil {
		t.Error("a gateway from before was connected")
	}
}

func TestASlowPlatformIsLateAndAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sim, err := New(Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer sim.Close()
		if _, err := sim.SetFault(Fault{Latency: 20 * time.Second}); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		w := httptest.NewRecorder()
		sim.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/accounts/api/v2/oauth2/token", strings.NewReader(`{}`)))
		if late := time.Since(start); late != 20*time.Second || w.Code != 400 {
			t.Errorf("status %d after %v, want 400 after 20s", w.Code, late)
		}
	})
}
