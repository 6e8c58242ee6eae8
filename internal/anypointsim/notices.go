package anypointsim

import (
	"slices"
	"sync"
	"time"
)

// longestNap is after how long of real time the clock is looked at again while something is
// under way: a person may have changed its pace.
const longestNap = time.Second

// shortestNap keeps a clock that stands still, for which every wait is over at once, from
// being looked at without a pause.
const shortestNap = 10 * time.Millisecond

// notices tell those who asked of gateways whose APIs have changed. It is guarded by the
// Sim's lock, but for telling.
type notices struct {
	listeners []func(gateway string)
	// changed are the gateways of which nobody has been told yet.
	changed []string
	timer   *time.Timer
	closed  bool
	// telling is held while listeners are told, so that they hear one thing after the other.
	telling sync.Mutex
}

// OnDeployment implements platform.Platform.
func (s *Sim) OnDeployment(fn func(gateway string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notices.listeners = append(s.notices.listeners, fn)
}

func (n *notices) change(gateway string) {
	if gateway != "" && !slices.Contains(n.changed, gateway) {
		n.changed = append(n.changed, gateway)
	}
}

func (n *notices) close() {
	n.closed = true
	if n.timer != nil {
		n.timer.Stop()
	}
}

// arm sets the timer for what is to be told or to happen next. The Sim must be locked.
func (s *Sim) arm(now time.Time) {
	n := &s.notices
	due, waiting := s.nextDeployment()
	if n.closed || !waiting && len(n.changed) == 0 {
		return
	}
	var nap time.Duration
	if len(n.changed) == 0 {
		nap = min(max(s.clock.Real(due.Sub(now)), shortestNap), longestNap)
	}
	if n.timer == nil {
		n.timer = time.AfterFunc(nap, s.tell)
		return
	}
	n.timer.Reset(nap)
}

// tell does what is due and tells the listeners, with nothing locked that they could need.
func (s *Sim) tell() {
	s.notices.telling.Lock()
	defer s.notices.telling.Unlock()
	var changed []string
	var listeners []func(string)
	s.do(s.clock.Now(), func() {
		if s.notices.closed {
			return
		}
		changed, listeners = s.notices.changed, slices.Clone(s.notices.listeners)
		s.notices.changed = nil
	})
	for _, gateway := range changed {
		for _, fn := range listeners {
			fn(gateway)
		}
	}
}
