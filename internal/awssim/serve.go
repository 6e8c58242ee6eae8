package awssim

import (
	"context"
	"errors"
	"io"
	"net/http"
	"reflect"
	"runtime/debug"
	"time"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/wire"
)

// maxBody is the largest request body that is read, in bytes; AWS's own limits
// for these services are lower.
const maxBody = 1 << 20

// exchange is one request and its answer.
type exchange struct {
	record   CallRecord
	response wire.Response
	// latency is how long the answer takes, in the world's time.
	latency time.Duration
	// cut is not empty where there is no answer: the connection is closed.
	cut Cut
}

// serve answers one AWS request. The answer is late by the latency of an API
// call, but what the request does is done at once: a client that dies while it
// waits leaves behind what it asked for, as with AWS.
func (s *Sim) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "awssim: cannot read the request: "+err.Error(), http.StatusBadRequest)
		return
	}
	x := s.perform(r.Context(), &wire.Request{
		Method: r.Method, Path: r.URL.EscapedPath(), Query: r.URL.Query(), Header: r.Header, Body: body,
	}, r.Host)
	s.wait(r.Context(), x.latency)
	x.record.UserAgent = r.UserAgent()
	x.record.Duration = s.world.Clock().Now().Sub(x.record.Time)
	s.log.add(x.record)
	if s.onCall != nil {
		s.onCall(x.record)
	}
	if x.cut != "" {
		panic(http.ErrAbortHandler) // how a handler tells net/http to close the connection
	}
	for name, values := range x.response.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(x.response.Status)
	// The client may be gone; there is nobody to tell.
	_, _ = w.Write(x.response.Body)
}

// wait lets d of the world's time pass, or less where the client gives up.
func (s *Sim) wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(s.world.Clock().Real(d))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// perform finds out what is asked for, by whom, and does it.
func (s *Sim) perform(ctx context.Context, r *wire.Request, host string) exchange {
	who := s.credentialOf(r, host)
	x := exchange{record: CallRecord{Time: s.world.Clock().Now(), Service: who.service, Region: who.region}}
	call := &core.Call{Scope: core.Scope{Region: who.region}, Service: who.service}
	s.world.Do(func() {
		call.RequestID = s.world.RequestID()
		call.Account, call.Principal = s.callerOf(who)
		x.latency = s.world.CallLatency()
	})
	e, known := s.endpoints[who.service]
	codec := wire.Stranger(who.service, r)
	if known {
		codec = e.codec
		call.Service = codec.Model().Name
	}
	op, name, err := codec.Operation(r)
	call.Operation = name
	if err == nil {
		err = x.strike(s.strike(call.Service, call.Operation, x.record.Time))
	}
	if err == nil && x.cut != CutBefore {
		x.response, err = s.answerInTime(ctx, e, op, call, who.signed, r)
	}
	if err != nil {
		refusal := s.refusal(call, err)
		x.record.ErrorCode = refusal.Code
		x.response = codec.EncodeError(op, call.RequestID, refusal)
	}
	x.record.Service, x.record.Operation, x.record.RequestID = call.Service, call.Operation, call.RequestID
	x.record.Account, x.record.Principal, x.record.Status = call.Account, call.Principal, x.response.Status
	if x.cut != "" {
		x.record.ErrorCode, x.record.Status = cutCode(x.cut), 0
	}
	return x
}

// cutCode is what the call log says of a call that was cut.
func cutCode(c Cut) string {
	if c == CutBefore {
		return "CutBefore"
	}
	return "CutAfter"
}

// strike lets faults strike the call; its error is the answer.
func (x *exchange) strike(f stroke) error {
	x.record.Fault, x.cut = f.names, f.cut
	x.latency += f.latency
	if f.refusal != nil {
		return f.refusal
	}
	return nil
}

// answer decodes the request, runs its handler and encodes what it returns.
func (s *Sim) answer(e *endpoint, op *wire.Operation, call *core.Call, signed bool, r *wire.Request) (wire.Response, error) {
	h, ok := e.handlers[op.Name]
	if !ok {
		return wire.Response{}, wire.NotSimulated(call.Service, op.Name)
	}
	if !signed && op.AuthType != "none" {
		return wire.Response{}, core.Errorf("MissingAuthenticationToken", "Request is missing Authentication Token")
	}
	in := reflect.New(h.input)
	if err := e.codec.Decode(op, r, in.Interface()); err != nil {
		return wire.Response{}, err
	}
	var response wire.Response
	var err error
	s.turn.RLock()
	defer s.turn.RUnlock()
	s.world.Do(func() { response, err = s.run(e, h, op, call, in, r) })
	return response, err
}

// run runs the handler with the world locked. A panic is a fault of the
// simulator; it is logged, and the client sees AWS's InternalFailure.
func (s *Sim) run(e *endpoint, h handler, op *wire.Operation, call *core.Call, in reflect.Value, r *wire.Request) (response wire.Response, err error) {
	defer func() {
		if p := recover(); p != nil {
			s.logger.Error("panic in a handler", "service", call.Service, "operation", call.Operation, "panic", p, "stack", string(debug.Stack()))
			err = internalFailure()
		}
	}()
	for _, g := range s.gates {
		if s.replaying || call.Waited {
			break
		}
		if refusal := g.refuse(call, in.Interface()); refusal != nil {
			return wire.Response{}, refusal
		}
	}
	s.reached++
	defer func(before core.Mark) {
		if !isWait(err) {
			s.note(e, call, r, before)
		}
	}(s.world.Mark())
	out, err := h.call(call, in)
	for _, called := range s.called {
		called()
	}
	if err != nil {
		return wire.Response{}, err
	}
	return e.codec.Encode(op, call.RequestID, out), nil
}

// refusal is the error in AWS's terms; one that has none is a fault of the simulator.
func (s *Sim) refusal(call *core.Call, err error) *core.Error {
	if refusal, ok := errors.AsType[*core.Error](err); ok {
		return refusal
	}
	s.logger.Error("a handler failed", "service", call.Service, "operation", call.Operation, "error", err)
	return internalFailure()
}

func internalFailure() *core.Error {
	return core.Errorf("InternalFailure", "The request processing has failed because of an unknown error, exception or failure.").WithStatus(http.StatusInternalServerError)
}
