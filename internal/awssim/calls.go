package awssim

import (
	"maps"
	"slices"
	"sync"
	"time"
)

// keptCalls is how many of the latest calls are remembered one by one. Counts
// are kept of all.
const keptCalls = 50_000

// CallRecord is one AWS call.
type CallRecord struct {
	// Time is when the call arrived, and Duration how long its answer took, both in
	// the world's time.
	Time     time.Time     `json:"time"`
	Duration time.Duration `json:"durationNanoseconds"`
	// Service is botocore's name of the service, such as "elbv2".
	Service   string `json:"service"`
	Operation string `json:"operation"`
	Account   string `json:"account"`
	Region    string `json:"region"`
	Principal string `json:"principal,omitempty"`
	UserAgent string `json:"userAgent,omitempty"`
	RequestID string `json:"requestId"`
	// ErrorCode is empty for a call that succeeded. It is CutBefore or CutAfter, which
	// no AWS has, for one whose connection a fault cut.
	ErrorCode string `json:"errorCode,omitempty"`
	// Status is the HTTP status, 0 where the connection was cut.
	Status int `json:"status"`
	// Fault is the name of the fault that struck; several have commas between them.
	Fault string `json:"fault,omitempty"`
}

// CallKey is what calls are counted by.
type CallKey struct {
	Service, Operation, ErrorCode string
}

// callLog remembers calls. It has a lock of its own, so that a look at it does
// not hold up the world.
type callLog struct {
	mu     sync.Mutex
	latest []CallRecord
	// next is where the next record goes once latest is full.
	next   int
	counts map[CallKey]int
}

func (l *callLog) add(r CallRecord) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.counts == nil {
		l.counts = map[CallKey]int{}
	}
	l.counts[CallKey{r.Service, r.Operation, r.ErrorCode}]++
	if len(l.latest) < keptCalls {
		l.latest = append(l.latest, r)
		return
	}
	l.latest[l.next] = r
	l.next = (l.next + 1) % keptCalls
}

// Calls are the latest calls, the oldest first, at most 50,000 of them.
func (s *Sim) Calls() []CallRecord {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return slices.Concat(s.log.latest[s.log.next:], s.log.latest[:s.log.next])
}

// CallCounts counts all calls since the start.
func (s *Sim) CallCounts() map[CallKey]int {
	s.log.mu.Lock()
	defer s.log.mu.Unlock()
	return maps.Clone(s.log.counts)
}
