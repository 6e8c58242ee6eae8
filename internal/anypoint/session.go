package anypoint

import (
	"context"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
	"golang.org/x/time/rate"
)

// sessionKey is what clients have in common that share token, pacing and lists.
type sessionKey struct {
	plane string
	by    Credentials
}

// session is one Connected App at one control plane.
type session struct {
	*Platform
	base  string
	plane string
	by    Credentials
	pace  *rate.Limiter
	pause *pause
	quiet *silence
	used  time.Time // guarded by Platform.mu

	flights singleflight.Group

	mu      sync.Mutex
	token   token
	refused refusal
	lists   map[Environment]*list
}

func newSession(p *Platform, key sessionKey, planesPause *pause, quiet *silence) *session {
	s := &session{
		Platform: p, base: key.plane, plane: key.plane, by: key.by, pause: planesPause, quiet: quiet,
		pace:  rate.NewLimiter(rate.Limit(p.callsPerSecond), max(1, int(2*p.callsPerSecond))),
		lists: map[Environment]*list{},
	}
	if p.endpoint != "" {
		s.base = p.endpoint
	}
	return s
}

// longestPace is how long a call waits for its turn. What would take longer fails, and
// the reconciler comes back.
const longestPace = 5 * time.Second

// noAnswer is what an error says of a service that does not answer. While it is not asked,
// that stays as it was: another sentence would be news of the same trouble.
const noAnswer = "no answer"

// turn waits until the pace allows another call. It fails at once where the plane has
// asked everybody for a pause, or where the service did not answer a moment ago.
func (s *session) turn(ctx context.Context, operation, service string) error {
	now := s.clock.Now()
	if left := s.quiet.left(service, now); left > 0 && !asksAnyway(ctx) {
		return &Error{Kind: KindUnreachable, Operation: operation, RetryAfter: left, Message: noAnswer, Err: context.DeadlineExceeded}
	}
	if left := s.pause.left(now); left > 0 {
		return &Error{Kind: KindThrottled, Operation: operation, RetryAfter: left, Message: "waiting, as Anypoint has asked for fewer calls"}
	}
	reservation := s.pace.ReserveN(now, 1)
	delay := reservation.DelayFrom(now)
	if delay > longestPace {
		reservation.CancelAt(now)
		return &Error{Kind: KindThrottled, Operation: operation, RetryAfter: delay, Message: "too many calls of our own are waiting"}
	}
	s.metrics.waited(delay)
	if delay <= 0 {
		return nil
	}
	timer := time.NewTimer(s.clock.Real(delay))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		reservation.CancelAt(s.clock.Now())
		return fmt.Errorf("anypoint: %s: %w", operation, ctx.Err())
	}
}

// pause is until when a control plane wants to hear nothing.
type pause struct {
	mu    sync.Mutex
	until time.Time
}

// extend asks for silence until a moment; the latest wish counts.
func (p *pause) extend(until time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if until.After(p.until) {
		p.until = until
	}
}

// left is how much of it is left; 0 or less where it is over.
func (p *pause) left(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.until.Sub(now)
}
