package anypointsim

import (
	"slices"
	"sync"
	"time"
)

// keptCalls is how many of the latest calls are remembered.
const keptCalls = 20_000

// CallRecord is one call: a request at the wire, or what flexctl or an agent of a gateway
// has asked for.
type CallRecord struct {
	// Time is when it arrived.
	Time time.Time `json:"time"`
	// Operation is the simulator's name of it, empty for a path or a method that the platform
	// does not have.
	Operation string `json:"operation,omitempty"`
	// Method is HTTP's, or "flexctl" or "agent".
	Method string `json:"method"`
	// Path is the pattern of the path, such as ".../gateways/{gateway}", or flexctl's command.
	Path         string `json:"path"`
	Organization string `json:"organization,omitempty"`
	ClientID     string `json:"clientId,omitempty"`
	// Status is HTTP's, 0 where the connection was cut and where none is HTTP's.
	Status int `json:"status,omitempty"`
	// Error is what flexctl or the agent heard instead of success.
	Error string `json:"error,omitempty"`
	// Fault is the names of the faults that struck, with commas.
	Fault string `json:"fault,omitempty"`
}

// callLog remembers calls, under a lock of its own.
type callLog struct {
	mu     sync.Mutex
	latest []CallRecord
}

func (l *callLog) add(r CallRecord) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.latest) == keptCalls {
		l.latest = slices.Delete(l.latest, 0, keptCalls/2)
	}
	l.latest = append(l.latest, r)
}

func (l *callLog) clear() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.latest = nil
}

// Calls are the latest calls, the oldest first, at most 20,000 of them.
func (s *Sim) Calls() []CallRecord {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return slices.Clone(s.log.latest)
}

// CallCounts counts the calls that are remembered by operation.
func (s *Sim) CallCounts() map[string]int {
	counts := map[string]int{}
	for _, r := range s.Calls() {
		counts[r.Operation]++
	}
	return counts
}
