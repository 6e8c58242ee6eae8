package awssim

import (
	"context"
	"errors"
	"time"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/wire"
)

// longestNap is after how long of real time a call that waits looks at the world's
// clock again: a person may have changed its pace.
const longestNap = time.Second

// statusClientGone is what others log for a request whose client did not stay.
const statusClientGone = 499

// answerInTime is answer for a call that may have to wait for its answer: its handler
// says until when, and the world goes on meanwhile.
func (s *Sim) answerInTime(ctx context.Context, e *endpoint, op *wire.Operation, call *core.Call, signed bool, r *wire.Request) (wire.Response, error) {
	call.Since = s.world.Clock().Now()
	for {
		response, err := s.answer(e, op, call, signed, r)
		wait, waits := errors.AsType[*core.Wait](err)
		if !waits {
			return response, err
		}
		if !s.nap(ctx, wait) {
			return wire.Response{}, core.Errorf("RequestAborted", "The client closed the connection while its call waited.").WithStatus(statusClientGone)
		}
		call.Waited = true
	}
}

// nap waits until it is worth while to make the call again; false where the client
// is gone.
func (s *Sim) nap(ctx context.Context, w *core.Wait) bool {
	clock := s.world.Clock()
	d := longestNap
	if !s.world.Pace().Paused {
		d = min(max(clock.Real(w.Until.Sub(clock.Now())), 0), d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-w.Changed:
		return ctx.Err() == nil
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func isWait(err error) bool {
	_, waits := errors.AsType[*core.Wait](err)
	return waits
}
