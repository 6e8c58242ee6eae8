package contract

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
)

// Checked wraps a server: every request that it gets and every answer that it gives is
// checked, and fails the test where it is not as described. Wrap only what is meant to
// be right.
type Checked struct {
	t        testing.TB
	contract *Contract
	next     http.Handler

	mu   sync.Mutex
	seen map[string]int
}

// Handler wraps a server.
func Handler(t testing.TB, next http.Handler) *Checked {
	t.Helper()
	contract, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return &Checked{t: t, contract: contract, next: next, seen: map[string]int{}}
}

// ServeHTTP implements http.Handler.
func (c *Checked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		c.t.Errorf("read the request: %v", err)
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	recorder := httptest.NewRecorder()
	c.next.ServeHTTP(recorder, r)
	answer := recorder.Result()
	defer answer.Body.Close()
	c.check(Exchange{Request: r, RequestBody: body, Status: answer.StatusCode, Header: answer.Header, Body: recorder.Body.Bytes()})
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.StatusCode)
	_, _ = w.Write(recorder.Body.Bytes()) // the client may have gone
}

func (c *Checked) check(e Exchange) {
	operation, err := c.contract.Check(e.Request.Context(), e)
	if err != nil {
		c.t.Errorf("not as in openapi.yaml: %v", err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seen[operation]++
}

// Seen counts the exchanges of an operation.
func (c *Checked) Seen(operation string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seen[operation]
}
