package anypoint_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"

	"flexgw.io/controller/internal/anypoint"
)

// process is a control plane in the process, without sockets, as sockets and simulated
// time do not go together. It issues tokens, and has calls counted without those.
type process struct {
	answer http.HandlerFunc
	calls  atomic.Int32
}

func inProcess(answer http.HandlerFunc) *process { return &process{answer: answer} }

func (p *process) client() *http.Client { return &http.Client{Transport: p} }

// RoundTrip implements http.RoundTripper.
func (p *process) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	if strings.HasSuffix(r.URL.Path, "/oauth2/token") {
		_, _ = io.WriteString(w, `{"access_token":"t","expires_in":3600}`)
		return w.Result(), nil
	}
	p.calls.Add(1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		p.answer(w, r)
	}()
	select {
	case <-done:
		return w.Result(), nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// hurried is a platform with a clock of real time and few calls in a second.
func hurried(p *process, perSecond float64) *anypoint.Platform {
	return anypoint.NewPlatform(anypoint.Options{HTTP: p.client(), CallsPerSecond: perSecond})
}
