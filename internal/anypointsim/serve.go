package anypointsim

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxBody is the largest request body that is read, in bytes.
const maxBody = 1 << 20

// call is one request while it is served.
type call struct {
	*http.Request
	now time.Time
	// body is what the caller sent.
	body []byte
	// app is who calls, nil where the operation asks nobody.
	app *App
	org string
	env string
}

// answer is what a call that succeeds gets. A nil body is an empty one.
type answer struct {
	status int
	body   any
}

// outcome is what goes over the wire.
type outcome struct {
	status      int
	contentType string
	body        []byte
	retryAfter  int
}

// serve answers one request. What it does is done at once; faults may make the answer late,
// or keep it from arriving.
func (s *Sim) serve(w http.ResponseWriter, r *http.Request, op operation) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, `{"message":"Request Entity Too Large"}`, http.StatusRequestEntityTooLarge)
		return
	}
	now := s.clock.Now()
	record := CallRecord{Time: now, Operation: op.name, Method: r.Method, Path: op.pattern, Organization: r.PathValue("org")}
	f := s.strike(op.name, now)
	record.Fault = f.names
	s.wait(r.Context(), f.latency)
	out := f.instead(r.URL.Path)
	if out == nil && f.cut != CutBefore {
		out = s.perform(&call{Request: r, now: s.clock.Now(), body: body}, op, &record)
		out = f.garble(out)
	}
	if f.cut == "" {
		record.Status = out.status
	}
	s.log.add(record)
	if f.cut != "" {
		panic(http.ErrAbortHandler) // how a handler tells net/http to close the connection
	}
	if out.contentType != "" {
		w.Header().Set("Content-Type", out.contentType)
	}
	if out.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(out.retryAfter))
	}
	w.WriteHeader(out.status)
	_, _ = w.Write(out.body) // the client may be gone; there is nobody to tell
}

// perform checks who calls, and runs the operation.
func (s *Sim) perform(c *call, op operation, record *CallRecord) (out *outcome) {
	defer func() {
		if p := recover(); p != nil {
			s.logger.Error("panic in an operation", "operation", op.name, "panic", p, "stack", string(debug.Stack()))
			out = refused(refusef(http.StatusInternalServerError, "InternalServerError", "Internal Server Error"), c.URL.Path)
		}
	}()
	var a answer
	var no *refusal
	s.do(c.now, func() {
		if no = s.admit(c, op); no == nil {
			a, no = op.serve(c)
		}
	})
	if c.app != nil {
		record.ClientID, record.Organization = c.app.ClientID, c.app.Organization
	}
	if no != nil {
		return refused(no, c.URL.Path)
	}
	out = &outcome{status: a.status}
	if a.body == nil {
		return out
	}
	text, err := json.Marshal(a.body)
	if err != nil {
		panic("anypointsim: an answer that cannot be written: " + err.Error())
	}
	out.contentType, out.body = "application/json", text
	return out
}

func refused(no *refusal, path string) *outcome {
	return &outcome{status: no.status, contentType: "application/json", body: no.encode(path), retryAfter: no.retryAfter}
}

// admit finds out who calls, and whether they may. Assumption: a token is checked before the
// organization, the throttle, the environment and the scopes, in this order.
func (s *Sim) admit(c *call, op operation) *refusal {
	if op.open {
		return nil
	}
	scheme, token, _ := strings.Cut(c.Header.Get("Authorization"), " ")
	b, ok := s.state.Bearers[token]
	if !ok || !strings.EqualFold(scheme, "bearer") || !c.now.Before(b.Expires) {
		return unauthorized()
	}
	app, ok := s.state.Apps[b.ClientID]
	if !ok {
		return unauthorized()
	}
	c.app, c.org, c.env = app, c.PathValue("org"), c.PathValue("env")
	if c.org == "" {
		c.org = app.Organization // assets are asked for without one
	}
	if c.org != app.Organization {
		return refusef(http.StatusForbidden, "ForbiddenError", "Forbidden: the organization %s is not that of the Connected App", c.org)
	}
	if no := s.admitRate(c.org, c.now); no != nil {
		return no
	}
	if c.env != "" && !slices.Contains(s.state.Organizations[c.org], c.env) {
		return refusef(http.StatusNotFound, "NotFoundError", "Environment not found")
	}
	if scope := app.lacks(c.env, op.needs...); scope != "" {
		return forbidden(scope)
	}
	return nil
}

// wait lets d of the clock's time pass, or less where the client gives up.
func (s *Sim) wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(s.clock.Real(d))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
