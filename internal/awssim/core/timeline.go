package core

import (
	"container/heap"
	"time"
)

// timeline is the list of things that will happen in the world. Its due
// callbacks run one at a time, in order, with the world locked.
type timeline struct {
	world  *World
	queue  eventQueue
	seq    uint64
	timer  *time.Timer
	closed bool
}

// Event is something that will happen; Cancel keeps it from happening.
type Event struct {
	at        time.Time
	seq       uint64
	fn        func()
	cancelled bool
}

// Cancel keeps the event from happening. Cancelling nil, or what has already
// happened, does nothing. The world must be locked.
func (e *Event) Cancel() {
	if e != nil {
		e.cancelled = true
	}
}

// After arranges for fn to run, with the world locked, once d of the world's time
// has passed. The world must be locked.
func (w *World) After(d time.Duration, fn func()) *Event {
	t := &w.timeline
	t.seq++
	e := &Event{at: w.Now().Add(d), seq: t.seq, fn: fn}
	heap.Push(&t.queue, e)
	t.arm()
	return e
}

// NextEvent is the time of the next thing that will happen, if anything will.
// The world must be locked.
func (w *World) NextEvent() (time.Time, bool) {
	t := &w.timeline
	for len(t.queue) > 0 && t.queue[0].cancelled {
		heap.Pop(&t.queue)
	}
	if len(t.queue) == 0 {
		return time.Time{}, false
	}
	return t.queue[0].at, true
}

// arm sets the timer for the first event.
func (t *timeline) arm() {
	at, ok := t.world.NextEvent()
	if !ok || t.closed {
		return
	}
	var wait time.Duration
	if now := t.world.clock.Now(); at.After(now) {
		if t.world.Pace().Paused {
			return // time does not come to it by itself
		}
		// Less than a nanosecond is not nothing: it would be waited for again and again.
		wait = max(t.world.clock.Real(at.Sub(now)), time.Nanosecond)
	}
	if t.timer == nil {
		t.timer = time.AfterFunc(wait, t.fire)
		return
	}
	t.timer.Reset(wait)
}

// fire runs everything that is due.
func (t *timeline) fire() {
	t.world.mu.Lock()
	defer t.world.mu.Unlock()
	t.run(t.world.clock.Now())
	t.arm()
}

// run runs everything that is due until the moment, in order.
func (t *timeline) run(until time.Time) {
	for !t.closed {
		at, ok := t.world.NextEvent()
		if !ok || at.After(until) {
			return
		}
		if e, ok := heap.Pop(&t.queue).(*Event); ok {
			t.happen(e)
		}
	}
}

func (t *timeline) happen(e *Event) {
	t.world.moment = e.at
	defer func() { t.world.moment = time.Time{} }()
	e.fn()
}

func (t *timeline) close() {
	t.closed = true
	if t.timer != nil {
		t.timer.Stop()
	}
}

// eventQueue is a heap ordered by time, then by the order of scheduling.
type eventQueue []*Event

func (q eventQueue) Len() int { return len(q) }
func (q eventQueue) Less(i, j int) bool {
	if q[i].at.Equal(q[j].at) {
		return q[i].seq < q[j].seq
	}
	return q[i].at.Before(q[j].at)
}
func (q eventQueue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }

// Push implements heap.Interface.
func (q *eventQueue) Push(x any) {
	if e, ok := x.(*Event); ok {
		*q = append(*q, e)
	}
}

// Pop implements heap.Interface.
func (q *eventQueue) Pop() any {
	old := *q
	last := old[len(old)-1]
	*q = old[:len(old)-1]
	return last
}
