package anypointsim

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"flexgw.io/controller/internal/anypointsim/platform"
)

// hands is a clock that tests move.
type hands struct {
	mu  sync.Mutex
	now time.Time
}

func (h *hands) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *hands) Real(d time.Duration) time.Duration { return d }

func (h *hands) step(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// lab is a platform behind a real server, with a caller that has a token.
type lab struct {
	*testing.T
	sim   *Sim
	clock *hands
	url   string
	token string
}

func newLab(t *testing.T, change ...func(*Options)) *lab {
	t.Helper()
	h := &hands{now: time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)}
	o := Options{Clock: h, Seed: 1}
	for _, c := range change {
		c(&o)
	}
	sim, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	t.Cleanup(sim.Close)
	l := &lab{T: t, sim: sim, clock: h, url: server.URL}
	if !o.Bare {
		l.token = l.login(DemoClientID, DemoClientSecret)
	}
	return l
}

// envBase begins the paths of an environment of the demo.
const envBase = "/organizations/" + DemoOrganization + "/environments/" + DemoEnvironment

const (
	gatewaysPath = "/standalone/api/v1" + envBase + "/gateways"
	apisPath     = "/apimanager/api/v1" + envBase + "/apis"
	xapisPath    = "/apimanager/xapi/v1" + envBase + "/apis"
	proxiesPath  = "/proxies/xapi/v1" + envBase + "/apis"
)

// object is an answer in JSON.
type object map[string]any

// at follows names and numbers, such as "content", 0, "status".
func (o object) at(path ...any) any {
	var v any = map[string]any(o)
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, ok := v.(map[string]any)
			if !ok {
				return nil
			}
			v = m[p]
		case int:
			list, ok := v.([]any)
			if !ok || p >= len(list) {
				return nil
			}
			v = list[p]
		}
	}
	return v
}

func (o object) text(path ...any) string {
	text, _ := o.at(path...).(string)
	return text
}

// send sends a request as it is, and returns an error where the connection is lost.
func (l *lab) send(method, path, body string, headers map[string]string) (*http.Response, string, error) {
	l.Helper()
	r, err := http.NewRequestWithContext(l.Context(), method, l.url+path, strings.NewReader(body))
	if err != nil {
		l.Fatal(err)
	}
	for name, value := range headers {
		r.Header.Set(name, value)
	}
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, "", err
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, "", err
	}
	return response, string(text), nil
}

// ask sends a request with the token, and reads the answer.
func (l *lab) ask(method, path, body string) (int, object) {
	l.Helper()
	response, text, err := l.send(method, path, body, map[string]string{"Authorization": "Bearer " + l.token, "Content-Type": "application/json"})
	if err != nil {
		l.Fatal(err)
	}
	var o object
	if text != "" && text[0] == '{' {
		if err := json.Unmarshal([]byte(text), &o); err != nil {
			l.Fatalf("%s %s: %v in %q", method, path, err, text)
		}
	}
	return response.StatusCode, o
}

// want asks, and fails where the status is another.
func (l *lab) want(status int, method, path, body string) object {
	l.Helper()
	got, o := l.ask(method, path, body)
	if got != status {
		l.Fatalf("%s %s: status %d, want %d: %v", method, path, got, status, o)
	}
	return o
}

func (l *lab) login(id, secret string) string {
	l.Helper()
	o := l.want(200, "POST", "/accounts/api/v2/oauth2/token", `{"grant_type":"client_credentials","client_id":"`+id+`","client_secret":"`+secret+`"}`)
	return o.text("access_token")
}

func demoCredentials() platform.Credentials {
	return platform.Credentials{ClientID: DemoClientID, ClientSecret: DemoClientSecret}
}

func registrationOf(name string) platform.Registration {
	return platform.Registration{
		Plane: "https://anypoint.mulesoft.com", By: demoCredentials(), Organization: DemoOrganization, Environment: DemoEnvironment, Name: name, Connected: true,
	}
}

// register makes a gateway.
func (l *lab) register(name string) (id string, file []byte) {
	l.Helper()
	file, err := l.sim.Create(l.clock.Now(), registrationOf(name))
	if err != nil {
		l.Fatal(err)
	}
	id, _, err = readRegistration(file)
	if err != nil {
		l.Fatal(err)
	}
	return id, file
}

// connect connects a replica.
func (l *lab) connect(file []byte, id string) {
	l.Helper()
	if err := l.sim.Connect(l.clock.Now(), file, platform.Replica{ID: id, Name: id + ".default", Version: "1.12.3"}); err != nil {
		l.Fatal(err)
	}
}

// readyGateway makes a gateway with one replica, to which APIs can be deployed.
func (l *lab) readyGateway(name string) (id string, file []byte) {
	l.Helper()
	id, file = l.register(name)
	l.connect(file, name+"-1")
	l.clock.step(DefaultDelays().Ready)
	return id, file
}
