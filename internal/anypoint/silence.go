package anypoint

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"
)

const (
	// silenceFor is how long a service that did not answer in time is not asked again.
	silenceFor = 30 * time.Second
	// doubtful is how long a service is waited for while another one of the same control
	// plane is silent: most often all are.
	doubtful = 3 * time.Second
	// givenUp is how long somebody has to have waited for a list, who then gives up, for
	// that to count as no answer.
	givenUp = 5 * time.Second
)

// silence are the services of a control plane, by the first element of their paths, that
// did not answer a moment ago. Without it each look at each gateway would wait for each call
// to a platform that hangs, and hold a worker meanwhile. An error is an answer; that nobody
// listens is known at once and costs no time.
type silence struct {
	mu    sync.Mutex
	until map[string]time.Time
}

// begin notes that a service did not answer.
func (s *silence) begin(service string, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.until == nil {
		s.until = map[string]time.Time{}
	}
	s.until[service] = now.Add(silenceFor)
}

// end notes that it did.
func (s *silence) end(service string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.until, service)
}

// left is how much of a service's silence is left; 0 or less where it may be asked. After a
// silence, the first who comes asks, and the others wait for what becomes of that.
func (s *silence) left(service string, now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	until, silent := s.until[service]
	left := until.Sub(now)
	if silent && left <= 0 {
		s.until[service] = now.Add(silenceFor)
	}
	return left
}

// isDoubtful is true while any service is silent.
func (s *silence) isDoubtful(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, until := range s.until {
		if now.Before(until) {
			return true
		}
	}
	return false
}

// heard notes what became of a call to a service.
func (s *silence) heard(service string, err error, now time.Time) {
	switch {
	case isTimeout(err):
		s.begin(service, now)
	case err == nil, !isKind(err, KindUnreachable, 0):
		s.end(service)
	}
}

// isTimeout is true for a call that was not answered in time.
func isTimeout(err error) bool {
	var late net.Error
	return isKind(err, KindUnreachable) && (errors.Is(err, context.DeadlineExceeded) || errors.As(err, &late) && late.Timeout())
}

// askingAnyway marks a context.
type askingAnyway struct{}

// AskAnyway has calls be made to a service that did not answer a moment ago, as somebody has
// to find out that it does again.
func AskAnyway(ctx context.Context) context.Context {
	return context.WithValue(ctx, askingAnyway{}, true)
}

func asksAnyway(ctx context.Context) bool { return ctx.Value(askingAnyway{}) != nil }
