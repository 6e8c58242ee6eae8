// Package anypoint is the doorway to the Anypoint Platform: the few calls that the
// controller makes to it, with tokens, pacing, shared lists, the kinds of its errors and
// the count of calls.
//
// It knows HTTP only. What is documented by MuleSoft about each call, and what is
// inferred, stands in openapi.yaml beside this file and in docs/anypoint.md. Answers are
// read tolerantly: fields and states that are not known are no errors.
package anypoint

import (
	"net/http"
	"strings"
	"sync"
	"time"

	"flexgw.io/controller/internal/clock"
)

// The defaults of Options.
const (
	defaultTimeout        = 10 * time.Second
	defaultCallsPerSecond = 5
)

// sessionLife is how long tokens and lists are kept of credentials that nobody uses, so
// that a secret that was rotated does not stay in memory.
const sessionLife = time.Hour

// Options are the settings of a Platform. The zero value is that of production.
type Options struct {
	// Endpoint overrides the URL of every control plane; http is allowed.
	Endpoint string
	// HTTP makes the calls; nil is one with Go's defaults (HTTPS_PROXY is honoured). Its
	// CheckRedirect and cookies are not used.
	HTTP *http.Client
	// Clock tells when tokens expire, lists are old and pauses are over; nil is the real
	// one.
	Clock clock.Clock
	// Metrics counts the calls; nil counts nothing.
	Metrics *Metrics
	// Timeout is how long one call may take, in real time; 0 is 10 seconds.
	Timeout time.Duration
	// CallsPerSecond is the pace of the calls with the same credentials, after a burst of
	// twice as many; 0 is 5.
	CallsPerSecond float64
}

// Platform is the Anypoint Platform as one manager sees it. It holds the tokens, the
// shared lists and the pauses that the control planes have asked for.
type Platform struct {
	endpoint       string
	http           *http.Client
	clock          clock.Clock
	metrics        *Metrics
	timeout        time.Duration
	callsPerSecond float64

	mu       sync.Mutex
	sessions map[sessionKey]*session
	pauses   map[string]*pause
	silences map[string]*silence
}

// NewPlatform makes the only one that a manager needs.
func NewPlatform(o Options) *Platform {
	p := &Platform{
		endpoint: strings.TrimRight(o.Endpoint, "/"), clock: o.Clock, metrics: o.Metrics,
		timeout: o.Timeout, callsPerSecond: o.CallsPerSecond,
		sessions: map[sessionKey]*session{}, pauses: map[string]*pause{}, silences: map[string]*silence{},
	}
	if p.clock == nil {
		p.clock = clock.Real{}
	}
	if p.timeout == 0 {
		p.timeout = defaultTimeout
	}
	if p.callsPerSecond == 0 {
		p.callsPerSecond = defaultCallsPerSecond
	}
	p.http = careful(o.HTTP)
	return p
}

// Client makes the calls of one Connected App to one control plane.
type Client struct{ session *session }

// Client returns the client for a control plane: US, EU, CA, JP, GOV or an https URL.
// Clients of the same plane and credentials share token, pacing and lists. It makes no
// call; that the credentials are wrong shows with the first one.
func (p *Platform) Client(plane string, by Credentials) (*Client, error) {
	url, err := PlaneURL(plane)
	if err != nil {
		return nil, err
	}
	if by.ClientID == "" || by.ClientSecret == "" {
		return nil, &Error{Kind: KindCredentials, Operation: OperationToken, Message: "the client id or the client secret is empty"}
	}
	return &Client{session: p.session(sessionKey{plane: url, by: by})}, nil
}

// session is the one of a key; it forgets those that nobody has asked for in a long time.
func (p *Platform) session(key sessionKey) *session {
	now := p.clock.Now()
	p.mu.Lock()
	defer p.mu.Unlock()
	for other, s := range p.sessions {
		if now.Sub(s.used) > sessionLife {
			delete(p.sessions, other)
		}
	}
	s, ok := p.sessions[key]
	if !ok {
		if p.pauses[key.plane] == nil {
			p.pauses[key.plane], p.silences[key.plane] = &pause{}, &silence{}
		}
		s = newSession(p, key, p.pauses[key.plane], p.silences[key.plane])
		p.sessions[key] = s
	}
	s.used = now
	return s
}
