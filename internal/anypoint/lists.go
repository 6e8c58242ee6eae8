package anypoint

import (
	"context"
	"errors"
	"slices"
	"time"
)

const (
	// listTime is how long a list of all pages may take.
	listTime = time.Minute
	// failureLife is how long a list that could not be read is not read again.
	failureLife = 10 * time.Second
)

// list is the last list of an environment's gateways.
type list struct {
	gateways []Gateway
	// read is when the reading began; zero where there was none.
	read time.Time
	// changes counts what we have changed; seen is its value when the reading began.
	changes, seen int

	failure error
	again   time.Time // when it is read again after the failure
}

// GatewaysSince is Gateways from a list that all callers share: it is read once for all
// who ask at the same time, and not read at all where the last one is not older than
// maxAge. It returns also when the list was read.
//
// After a failure it returns the last list with its time and the error; the error stays
// for 10 seconds, or as long as Anypoint asks for a pause, before it is tried again. The
// time is zero where the list was never read.
func (c *Client) GatewaysSince(ctx context.Context, env Environment, maxAge time.Duration) ([]Gateway, time.Time, error) {
	s := c.session
	if last, ok := s.lastList(env, maxAge); ok && (last.failure == nil || !asksAnyway(ctx)) {
		return slices.Clone(last.gateways), last.read, last.failure
	}
	began := time.Now()
	last, err := shared(ctx, &s.flights, "gateways "+env.Organization+" "+env.ID, listTime, func(ctx context.Context) (list, error) {
		// Another flight may have ended between the look above and this one.
		if last, ok := s.lastList(env, maxAge); ok && maxAge > 0 && last.failure == nil {
			return last, nil
		}
		return s.readList(ctx, env), nil
	})
	if err != nil { // the caller gave up
		if errors.Is(err, context.DeadlineExceeded) && time.Since(began) >= givenUp {
			s.quiet.begin(serviceOf(gatewaysPath(env)), s.clock.Now())
		}
		last, _ = s.lastList(env, 0)
		last.failure = err
	}
	return slices.Clone(last.gateways), last.read, last.failure
}

// lastList is the last list, and whether it will do: it is young enough, or has failed a
// moment ago.
func (s *session) lastList(env Environment, maxAge time.Duration) (list, bool) {
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	l, ok := s.lists[env]
	if !ok {
		return list{}, false
	}
	if l.changes == l.seen && !l.read.IsZero() && now.Sub(l.read) <= maxAge {
		last := *l
		last.failure = nil
		return last, true
	}
	return *l, l.failure != nil && now.Before(l.again)
}

// readList reads the list and remembers it, or the failure beside the one before.
func (s *session) readList(ctx context.Context, env Environment) list {
	began, changes := s.clock.Now(), s.changes(env)
	gateways, err := s.gateways(ctx, env)
	now := s.clock.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	l := s.lists[env]
	if err != nil {
		var e *Error
		l.failure, l.again = err, now.Add(failureLife)
		if errors.As(err, &e) && e.RetryAfter > 0 {
			l.again = now.Add(e.RetryAfter)
		}
		return *l
	}
	*l = list{gateways: gateways, read: began, changes: l.changes, seen: changes}
	return *l
}

// changes makes the list, if it is the first time, and counts what was changed before.
func (s *session) changes(env Environment) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lists[env] == nil {
		s.lists[env] = &list{}
	}
	return s.lists[env].changes
}

// outdate has the list read again by the next who asks.
func (s *session) outdate(env Environment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if l, ok := s.lists[env]; ok {
		l.changes++
	}
}
