package controllers

import (
	"sync"
	"time"

	"k8s.io/apimachinery/pkg/types"

	"flexgw.io/controller/internal/engine"
)

// memories keeps a memory for each gateway that is being worked on.
type memories struct {
	mu  sync.Mutex
	all map[types.UID]*memory
}

// memory is what was seen of one gateway, and when everything was looked at last.
type memory struct {
	*engine.Memory
	lookedAt time.Time
	// unproved is true in a deletion that has changed something since its memory began.
	unproved bool
}

// proves takes the outcome of one walk of a deletion. It is true once everything has been
// seen to be gone by walks that remember nothing from before the last change and have
// changed nothing themselves. It need not be one walk: where calls fail at random, one
// walk may never get through.
func (m *memory) proves(report *engine.Report) bool {
	if len(report.Changes()) > 0 {
		m.unproved = true
	}
	if !report.Done() {
		return false
	}
	if m.unproved {
		m.Memory, m.unproved = engine.NewMemory(), false
		return false
	}
	return true
}

// of returns the gateway's memory. What is in it is cleared for a look at everything: when a gateway
// that was ready is looked at again, and when the last such look is too long ago.
func (m *memories) of(uid types.UID, now time.Time, every time.Duration, ready bool) *memory {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.all == nil {
		m.all = map[types.UID]*memory{}
	}
	known, ok := m.all[uid]
	if !ok {
		known = &memory{Memory: engine.NewMemory(), lookedAt: now}
		m.all[uid] = known
	}
	if ready || now.Sub(known.lookedAt) >= every {
		known.LookAfresh()
		known.lookedAt = now
	}
	return known
}

// ofDeletion returns the memory of the gateway's deletion; it is never cleared, only
// dropped.
func (m *memories) ofDeletion(uid types.UID) *memory {
	return m.of(uid, time.Time{}, time.Hour, false)
}

// drop forgets a gateway.
func (m *memories) drop(uid types.UID) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.all, uid)
}
