package anypointsim

import (
	"net/http"
	"time"
)

// Throttle is how many requests each organization may send in a window of time. MuleSoft
// publishes no figures. The zero Throttle has no limit.
type Throttle struct {
	Requests int
	Window   time.Duration
}

// DefaultThrottle is generous: 1,000 requests a minute.
func DefaultThrottle() Throttle { return Throttle{Requests: 1000, Window: time.Minute} }

// window counts the requests of an organization since a moment.
type window struct {
	since time.Time
	count int
}

// SetThrottle replaces the limit; windows begin anew.
func (s *Sim) SetThrottle(t Throttle) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.throttle = t
	clear(s.windows)
}

// admitRate counts a request, and refuses what is too much. A refused request counts for
// nothing.
func (s *Sim) admitRate(organization string, now time.Time) *refusal {
	if s.throttle.Requests <= 0 || s.throttle.Window <= 0 {
		return nil
	}
	w, ok := s.windows[organization]
	if !ok || now.Sub(w.since) >= s.throttle.Window {
		w = &window{since: now}
		s.windows[organization] = w
	}
	if w.count >= s.throttle.Requests {
		return tooMany(w.since.Add(s.throttle.Window).Sub(now))
	}
	w.count++
	return nil
}

// tooMany tells when to come again, in whole seconds.
func tooMany(in time.Duration) *refusal {
	no := refusef(http.StatusTooManyRequests, "TooManyRequestsError", "Too Many Requests")
	no.retryAfter = max(1, int((in+time.Second-1)/time.Second))
	return no
}
