package engine

import (
	"context"
	"slices"
	"sync"
	"time"
)

// Memory keeps what the walks over one stack have seen, so that a walk that only waits
// for one resource does not read all the others again. What is remembered is used
// only where it is as the wish says; whatever must change is observed afresh first.
//
// A Memory may be lost at any time: it saves calls, nothing depends on it.
type Memory struct {
	mu   sync.Mutex
	seen map[Identity]sighting
}

// sighting is a resource as it was seen last.
type sighting struct {
	value any
	// needs are the ids of what the resource needed then: with another container, it is
	// another resource.
	needs []string
	// made is true where this memory's stack made the resource: nothing that lives in
	// it, or that is made after it, can have been there before.
	made bool
	// wait and due are set while the resource is awaited: it is not asked before due.
	wait *Wait
	due  time.Time
	// keep survives LookAfresh.
	keep bool
}

// NewMemory returns an empty memory.
func NewMemory() *Memory { return &Memory{seen: map[Identity]sighting{}} }

// LookAfresh forgets everything that can change behind the stack's back.
func (m *Memory) LookAfresh() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, s := range m.seen {
		if !s.keep {
			delete(m.seen, id)
		}
	}
}

// Unchanging is implemented by a resource that cannot change once it is there, so that
// a sighting of it is good for as long as the memory lasts.
type Unchanging interface {
	Unchanging() bool
}

// Volatile is implemented by a resource that changes by itself, so that every walk has
// to look at it.
type Volatile interface {
	Volatile() bool
}

// Poller is implemented by a resource whose state can be read for less than a whole
// Observe while it is awaited. Nil means that it is gone.
type Poller[O any] interface {
	Poll(ctx context.Context, before *O) (*O, error)
}

// Remember makes the stack use and fill the memory in Apply and Delete. The memory of an
// Apply is of no use to a Delete.
func (s *Stack) Remember(m *Memory) { s.memory = m }

// recall is what was seen of a resource, if it is still of use.
func (s *Stack) recall(n *node) (sighting, bool) {
	if s.memory == nil {
		return sighting{}, false
	}
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	seen, ok := s.memory.seen[n.Identity]
	return seen, ok && slices.Equal(seen.needs, needIDs(n))
}

// memorize keeps what a walk saw of a resource, and forgets a resource that failed
// together with what it needs: one of them may not be what it seemed.
func (s *Stack) memorize(n *node) {
	if s.memory == nil {
		return
	}
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	switch {
	case n.failed:
		delete(s.memory.seen, n.Identity)
		for _, need := range n.needs {
			delete(s.memory.seen, need.node.Identity)
		}
	case n.notDue: // what was seen stays as it was
	case n.value == nil || n.verbs.isVolatile():
		delete(s.memory.seen, n.Identity)
	default:
		s.memory.seen[n.Identity] = sighting{
			value: n.value, needs: needIDs(n), made: n.made, keep: n.verbs.isUnchanging(),
			wait: n.step.Wait, due: s.dueAt(n),
		}
	}
}

// forget drops what was seen of a resource that is not wanted (any more).
func (s *Stack) forget(n *node) {
	if s.memory == nil {
		return
	}
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	delete(s.memory.seen, n.Identity)
}

// Empty is true where nothing is remembered: what a walk with an empty memory found, it
// has seen itself.
func (m *Memory) Empty() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.seen) == 0
}

// sighted is what an earlier walk of a removal saw of a resource that it left alone.
func (s *Stack) sighted(n *node) (any, bool) {
	if s.memory == nil {
		return nil, false
	}
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	seen, ok := s.memory.seen[n.Identity]
	return seen.value, ok
}

// memorizeRemoval keeps, for the next walk of a removal, what is gone, what is not ours
// and what has to stay until something else is gone. The rest is looked at again.
func (s *Stack) memorizeRemoval(n *node) {
	if s.memory == nil {
		return
	}
	if n.step.State != StateGone && n.step.State != StateBlocked {
		s.forget(n)
		return
	}
	value := n.value
	if n.step.Action == ActionDelete {
		value = nil // removed in this walk
	}
	s.memory.mu.Lock()
	defer s.memory.mu.Unlock()
	s.memory.seen[n.Identity] = sighting{value: value}
}

// dueAt is when an awaited resource is worth another look.
func (s *Stack) dueAt(n *node) time.Time {
	if n.step.Wait == nil {
		return time.Time{}
	}
	return n.visited.Add(n.step.Wait.pause(n.visited.Sub(n.since())))
}

func needIDs(n *node) []string {
	var ids []string
	for _, need := range n.needs {
		ids = append(ids, need.node.step.ID)
	}
	return ids
}

// dueTolerance is how much too early a look may be, so that resources that are due at
// nearly the same time share a walk.
const dueTolerance = 500 * time.Millisecond

// fromMemory is the resource without a whole Observe: as it was seen, where that is what
// the wish says, or polled, where it is awaited and due. The wait is set where the same is
// still awaited and not due yet.
func (s *Stack) fromMemory(ctx context.Context, n *node, wish any) (value any, wait *Wait, err error) {
	seen, ok := s.recall(n)
	if !ok {
		return nil, nil, nil
	}
	n.made = seen.made
	if !same(n.verbs.diff(wish, seen.value)) {
		return nil, nil, nil
	}
	if seen.wait != nil {
		if left := seen.due.Sub(s.now()); left > dueTolerance {
			if !seen.wait.isSame(n.verbs.settled(seen.value)) {
				return nil, nil, nil // the spec is another, and with it what is awaited
			}
			return seen.value, &Wait{After: left, Reason: seen.wait.Reason, Code: seen.wait.Code}, nil
		}
		value, err = n.verbs.poll(ctx, seen.value)
		return value, nil, err
	}
	if n.verbs.settled(seen.value) == nil {
		return seen.value, nil, nil
	}
	return nil, nil, nil
}
