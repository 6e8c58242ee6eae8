package controllers

import (
	"maps"
	"sync"
	"time"

	"flexgw.io/controller/internal/anypoint"
)

// silence is how long an environment that did not answer is not waited for in looks. The
// watch asks it all the same.
const silence = 30 * time.Second

// silences are the environments that did not answer a moment ago. Without them each look
// at each gateway would wait for a platform that is away. The zero value is ready for use.
type silences struct {
	mu    sync.Mutex
	until map[environment]time.Time
}

func (s *silences) begin(env environment, now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.until == nil {
		s.until = map[environment]time.Time{}
	}
	// Credentials that nobody uses any more do not stay in memory.
	maps.DeleteFunc(s.until, func(_ environment, until time.Time) bool { return now.After(until) })
	s.until[env] = now.Add(silence)
}

func (s *silences) end(env environment) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.until, env)
}

func (s *silences) isSilent(env environment, now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return now.Before(s.until[env])
}

// isAway is true where there was no answer within the time; answers of whatever kind come
// soon enough.
func isAway(err error) bool {
	kind := anypoint.KindOf(err)
	return kind == anypoint.KindUnreachable || kind == 0
}
