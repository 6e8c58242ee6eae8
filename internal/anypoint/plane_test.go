package anypoint_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"flexgw.io/controller/internal/anypoint"
)

// The ids of the tests.
const (
	org       = "11111111-aaaa"
	envID     = "22222222-bbbb"
	gatewayID = "33333333-cccc"
	secret    = "s3cr3t-of-the-app"

	inEnvironment = "/organizations/" + org + "/environments/" + envID
	gatewaysPath  = "/standalone/api/v1" + inEnvironment + "/gateways"
	apisPath      = "/apimanager/api/v1" + inEnvironment + "/apis"
	xapisPath     = "/apimanager/xapi/v1" + inEnvironment + "/apis"
)

var (
	env = anypoint.Environment{Organization: org, ID: envID}
	app = anypoint.Credentials{ClientID: "app", ClientSecret: secret}
)

// plane is a control plane whose answers a test writes. It issues the tokens token-1,
// token-2 and so on.
type plane struct {
	*httptest.Server
	mux   *http.ServeMux
	clock *stepClock

	mu     sync.Mutex
	tokens int
	calls  map[string]int // by pattern
}

func newPlane(t *testing.T) *plane {
	t.Helper()
	p := &plane{mux: http.NewServeMux(), clock: &stepClock{now: time.Date(2026, 11, 25, 10, 0, 0, 0, time.UTC)}, calls: map[string]int{}}
	p.Server = httptest.NewServer(p.mux)
	t.Cleanup(p.Close)
	return p
}

// issuesTokens has it issue tokens.
func (p *plane) issuesTokens() *plane {
	p.on("POST /accounts/api/v2/oauth2/token", func(w http.ResponseWriter, _ *http.Request) {
		p.mu.Lock()
		p.tokens++
		token := fmt.Sprintf("token-%d", p.tokens)
		p.mu.Unlock()
		reply(w, http.StatusOK, map[string]any{"access_token": token, "token_type": "bearer", "expires_in": 3600})
	})
	return p
}

// on answers the requests of a pattern, and counts them.
func (p *plane) on(pattern string, answer http.HandlerFunc) *plane {
	p.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.calls[pattern]++
		p.mu.Unlock()
		answer(w, r)
	})
	return p
}

// says answers with a status and a body of JSON.
func (p *plane) says(pattern string, status int, body any) *plane {
	return p.on(pattern, func(w http.ResponseWriter, _ *http.Request) { reply(w, status, body) })
}

func (p *plane) count(pattern string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[pattern]
}

func (p *plane) tokenCount() int { return p.count("POST /accounts/api/v2/oauth2/token") }

// platform is a manager's Platform before this control plane, without a pace.
func (p *plane) platform(change ...func(*anypoint.Options)) *anypoint.Platform {
	o := anypoint.Options{Endpoint: p.URL, Clock: p.clock, CallsPerSecond: 1e6}
	for _, fn := range change {
		fn(&o)
	}
	return anypoint.NewPlatform(o)
}

// client is one of a Platform of its own.
func (p *plane) client(t *testing.T, change ...func(*anypoint.Options)) *anypoint.Client {
	t.Helper()
	return clientOf(t, p.platform(change...), "US", app)
}

func clientOf(t *testing.T, p *anypoint.Platform, plane string, by anypoint.Credentials) *anypoint.Client {
	t.Helper()
	client, err := p.Client(plane, by)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

func reply(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if body != nil {
		_ = json.NewEncoder(w).Encode(body)
	}
}

// page is a page of a list of Runtime Manager's.
func page(content ...any) map[string]any {
	if content == nil {
		content = []any{}
	}
	return map[string]any{"content": content, "totalElements": len(content), "pageNumber": 0, "pageSize": 100}
}

// wireGateway is a gateway as Runtime Manager sends it.
func wireGateway(id, name, status string) map[string]any {
	return map[string]any{"organizationId": org, "id": id, "name": name, "status": status, "tags": []string{}, "lastUpdate": "2026-07-21T14:29:07.69Z", "replicas": []any{
		map[string]any{"status": "CONNECTED", "count": 2, "certificateExpirationDates": []string{"2028-11-25T10:00:00Z", "2028-11-24T10:00:00Z"}},
		map[string]any{"status": "DISCONNECTED", "count": 1, "certificateExpirationDates": []string{"2026-01-01T00:00:00Z"}},
	}}
}

// stepClock stands still until a test moves it.
type stepClock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *stepClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *stepClock) Real(d time.Duration) time.Duration { return d }

func (c *stepClock) step(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// wantKind fails where an error is of another kind.
func wantKind(t *testing.T, err error, kind anypoint.Kind) {
	t.Helper()
	if anypoint.KindOf(err) != kind {
		t.Errorf("the error is %v (%v), want one of kind %v", err, anypoint.KindOf(err), kind)
	}
}
