package argocd_test

import (
	"fmt"
	"time"
)

// story is what an object's state was, and since when.
type story[S comparable] struct {
	// version is the object's, as far as the watch has told.
	version uint64
	// sampled is the version that a look has found, at sampledAt.
	sampled   uint64
	sampledAt time.Time
	chapters  []chapter[S]
	// before are the chapters that forget has put away.
	before []chapter[S]
}

// chapter is a state and when it began.
type chapter[S comparable] struct {
	at    time.Time
	state S
	gone  bool
}

func (c chapter[S]) String() string {
	if c.gone {
		return "gone"
	}
	return fmt.Sprintf("%+v", c.state)
}

// add adds a state of a version of the object, where that is newer and says something new.
func (s *story[S]) add(version uint64, state S, gone bool) {
	if version <= s.version {
		return
	}
	s.version = version
	if n := len(s.chapters); n == 0 || s.chapters[n-1].state != state || s.chapters[n-1].gone != gone {
		s.chapters = append(s.chapters, chapter[S]{time.Now(), state, gone})
	}
}

// sample takes in what a look has found, and says whether the watch has told as much by now,
// or may yet do so.
func (s *story[S]) sample(version uint64) bool {
	if s.version >= s.sampled {
		s.sampled, s.sampledAt = version, time.Now()
	}
	return time.Since(s.sampledAt) < latency
}

// forget puts away all chapters but the last, for those who read on from here.
func (s *story[S]) forget() {
	if n := len(s.chapters); n > 1 {
		s.before = append(s.before, s.chapters[:n-1]...)
		s.chapters = s.chapters[n-1:]
	}
}

// all are all chapters.
func (s *story[S]) all() []chapter[S] {
	return append(s.before[:len(s.before):len(s.before)], s.chapters...)
}

// span is a time in which something held.
type span struct{ from, to time.Time }

// during are the times until end in which something holds of the state. While there is no
// object, there is no state: absent says whether it holds then.
func (s *story[S]) during(begin, end time.Time, absent bool, holds func(S) bool) []span {
	var spans []span
	held, from := absent, begin
	for _, c := range s.all() {
		now := holds(c.state)
		if c.gone {
			now = absent
		}
		if held && !now {
			spans = append(spans, span{from, c.at})
		}
		if !held && now {
			from = c.at
		}
		held = now
	}
	if held {
		spans = append(spans, span{from, end})
	}
	return spans
}

// longest is the longest time in which both lists have a span.
func longest(as, bs []span) (longest time.Duration) {
	for _, a := range as {
		for _, b := range bs {
			from, to := a.from, a.to
			if b.from.After(from) {
				from = b.from
			}
			if b.to.Before(to) {
				to = b.to
			}
			longest = max(longest, to.Sub(from))
		}
	}
	return longest
}
