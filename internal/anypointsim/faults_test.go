package anypointsim

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/anypointsim/platform"
)

func (l *lab) set(f Fault) {
	l.Helper()
	if _, err := l.sim.SetFault(f); err != nil {
		l.Fatal(err)
	}
}

// raw sends a request with the token, whatever comes back.
func (l *lab) raw(method, path string) (status int, header map[string][]string, body string, err error) {
	l.Helper()
	response, body, err := l.send(method, path, "", map[string]string{"Authorization": "Bearer " + l.token})
	if err != nil {
		return 0, nil, "", err
	}
	return response.StatusCode, response.Header, body, nil
}

func TestAFaultAnswersInsteadOfThePlatform(t *testing.T) {
	tests := []struct {
		name       string
		fault      Fault
		status     int
		says       string
		retryAfter string
	}{
		{"nothing more is said", Fault{}, 500, "Internal Server Error", ""},
		{"a status", Fault{Status: 503}, 503, "Service Unavailable", ""},
		{"with a sentence", Fault{Status: 502, Message: "upstream gone"}, 502, "upstream gone", ""},
		{"too many requests", Fault{Status: 429, RetryAfter: 90 * time.Second}, 429, "Too Many Requests", "90"},
		{"for a pattern", Fault{Operation: "List*", Status: 504}, 504, "Gateway Timeout", ""},
		{"a web page", Fault{Garble: GarbleHTML}, 200, "<!DOCTYPE html>", ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			l := newLab(t)
			l.set(test.fault)
			status, header, body, err := l.raw("GET", gatewaysPath)
			if err != nil || status != test.status || !strings.Contains(body, test.says) {
				t.Errorf("status %d, body %s, error %v", status, body, err)
			}
			if got := strings.Join(header["Retry-After"], ""); got != test.retryAfter {
				t.Errorf("Retry-After %q, want %q", got, test.retryAfter)
			}
			calls := l.sim.Calls()
			if last := calls[len(calls)-1]; last.Operation != "ListGateways" || last.Status != test.status || last.Fault != "fault-1" {
				t.Errorf("logged %+v", last)
			}
		})
	}
}

func TestAFaultStrikesOnlyWhatItIsFor(t *testing.T) {
	l := newLab(t)
	l.set(Fault{Name: "deletes", Operation: "Delete*", Status: 500})
	l.set(Fault{Name: "twice", Status: 503, Times: 2})
	l.set(Fault{Name: "until", Status: 502, Until: l.clock.Now().Add(time.Minute)})
	var got []int
	for range 3 {
		status, _ := l.ask("GET", gatewaysPath, "")
		got = append(got, status)
	}
	l.clock.step(time.Minute)
	status, _ := l.ask("GET", gatewaysPath, "")
	if diff := cmp.Diff([]int{503, 503, 502, 200}, append(got, status)); diff != "" {
		t.Errorf("statuses (-want +got):\n%s", diff)
	}
	if struck := l.sim.Faults()[1].Struck; struck != 2 {
		t.Errorf("it says that it struck %d times, want 2", struck)
	}
	if !l.sim.ClearFault("until") || l.sim.ClearFault("until") || len(l.sim.Faults()) != 2 {
		t.Errorf("after clearing one: %v", l.sim.Faults())
	}
}

func TestALostConnectionLeavesDoneWhatWasDone(t *testing.T) {
	for _, test := range []struct {
		cut  Cut
		want string
	}{{CutBefore, statusDisconnected}, {CutAfter, statusDeleted}} {
		l := newLab(t)
		id, _ := l.register("gw")
		l.set(Fault{Operation: "DeleteGateway", Cut: test.cut, Times: 1})
		if _, _, _, err := l.raw("DELETE", gatewaysPath+"/"+id); err == nil {
			t.Errorf("cut %s: an answer", test.cut)
		}
		l.clock.step(DefaultDelays().Delete)
		if o := l.want(200, "GET", gatewaysPath+"/"+id, ""); o.text("status") != test.want {
			t.Errorf("cut %s: the gateway is %s, want %s", test.cut, o.text("status"), test.want)
		}
	}
}

func TestNonsenseIsNoJSONOrStrangeJSON(t *testing.T) {
	l := newLab(t)
	l.register("gw")
	l.set(Fault{Operation: "ListGateways", Garble: GarbleTruncated, Times: 1})
	if _, _, body, err := l.raw("GET", gatewaysPath); err != nil || json.Valid([]byte(body)) || !strings.HasPrefix(body, "{") {
		t.Errorf("body %s, error %v; want half of JSON", body, err)
	}
	l.set(Fault{Operation: "ListGateways", Garble: GarbleUnknown})
	o := l.want(200, "GET", gatewaysPath, "")
	if o.text("content", 0, "status") != "HIBERNATING" || o.at("content", 0, "addedByAnotherRelease") == nil || o.text("content", 0, "name") != "gw" {
		t.Errorf("answer %v", o)
	}
}

func TestFaultsStrikeContainersToo(t *testing.T) {
	l := newLab(t)
	_, file := l.register("gw")
	l.set(Fault{Operation: "Renew", Status: 502, Times: 1})
	if _, err := l.sim.Renew(l.clock.Now(), "", demoCredentials(), file); err == nil || !strings.Contains(err.Error(), "502 Bad Gateway") {
		t.Errorf("renewing: %v", err)
	}
	l.set(Fault{Operation: "Connect", Cut: CutBefore, Times: 1})
	if err := l.sim.Connect(l.clock.Now(), file, platform.Replica{ID: "a"}); err == nil {
		t.Error("connected")
	}
	l.connect(file, "a")
	last := l.sim.Calls()[len(l.sim.Calls())-2]
	if last.Method != "agent" || last.Error == "" || !last.Failed() {
		t.Errorf("logged %+v", last)
	}
}

func TestAPlatformThatIsAwayAnswersNobody(t *testing.T) {
	l := newLab(t)
	_, file := l.register("gw")
	l.connect(file, "a")
	if err := l.sim.SetAway(AwayRefused); err != nil {
		t.Fatal(err)
	}
	if _, _, _, err := l.raw("GET", gatewaysPath); err == nil {
		t.Error("an answer")
	}
	if err := l.sim.Connect(l.clock.Now(), file, platform.Replica{ID: "b"}); err == nil {
		t.Error("connected")
	}
	if err := l.sim.SetAway(AwayUnavailable); err != nil {
		t.Fatal(err)
	}
	l.want(503, "GET", gatewaysPath, "")
	l.want(503, "POST", "/accounts/api/v2/oauth2/token", "{}")
	if err := l.sim.SetAway("on holiday"); err == nil {
		t.Error("away in a way that nobody knows")
	}
	if err := l.sim.SetAway(AwayNot); err != nil {
		t.Fatal(err)
	}
	if o := l.want(200, "GET", gatewaysPath, ""); o.at("content", 0, "replicas", 0, "count") != 1.0 {
		t.Errorf("back again: %v", o)
	}
}

func TestAnOrganizationThatAsksTooOftenIsThrottled(t *testing.T) {
	l := newLab(t, func(o *Options) { o.Throttle = &Throttle{Requests: 2, Window: time.Minute} })
	l.sim.PutOrganization("other", "e")
	if err := l.sim.PutApp(App{ClientID: "o", ClientSecret: "s", Organization: "other", Grants: GrantAll("e")}); err != nil {
		t.Fatal(err)
	}
	l.want(200, "GET", gatewaysPath, "")
	l.clock.step(20 * time.Second)
	l.want(200, "GET", gatewaysPath, "")
	status, header, _, err := l.raw("GET", gatewaysPath)
	if err != nil || status != 429 || strings.Join(header["Retry-After"], "") != "40" {
		t.Errorf("status %d, headers %v, error %v; want 429 and 40 seconds", status, header, err)
	}
	demo := l.token
	l.token = l.login("o", "s")
	l.want(200, "GET", "/standalone/api/v1/organizations/other/environments/e/gateways", "")
	l.token = demo
	l.clock.step(40 * time.Second)
	l.want(200, "GET", gatewaysPath, "")
}

func TestAFaultThatCannotBeIsRefusedByTheNameOfItsField(t *testing.T) {
	l := newLab(t)
	for _, test := range []struct{ field, text string }{
		{"name", `{"name": "a b"}`},
		{"operation", `{"operation": "DescribeVpcs"}`},
		{"rate", `{"rate": 1.5}`},
		{"latency", `{"latency": "soon"}`},
		{"retryAfter", `{"retryAfter": "-1s"}`},
		{"times", `{"times": -1}`},
		{"cut", `{"cut": "during"}`},
		{"cut", `{"cut": "after", "status": 500}`},
		{"garble", `{"garble": "french"}`},
		{"status", `{"status": 200}`},
		{"until", `{"until": "tomorrow"}`},
		{"rats", `{"rats": 0.3}`},
	} {
		if o := l.want(400, "POST", adminPrefix+"faults", test.text); !strings.Contains(o.text("error"), test.field) {
			t.Errorf("%s: %v, want an error about %s", test.text, o, test.field)
		}
	}
	if left := l.sim.Faults(); len(left) != 0 {
		t.Errorf("faults = %v, want none", left)
	}
}

func TestAFaultSurvivesJSON(t *testing.T) {
	want := Fault{
		Name: "n", Operation: "List*", Rate: 0.25, Status: 429, Message: "m", RetryAfter: time.Minute, Latency: 90 * time.Second,
		Cut: CutAfter, Garble: GarbleHTML, Times: 3, Until: time.Date(2030, 1, 2, 3, 4, 5, 0, time.UTC), Struck: 2,
	}
	text, err := json.Marshal(want)
	if err != nil {
		t.Fatal(err)
	}
	var got Fault
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", text, diff)
	}
}
