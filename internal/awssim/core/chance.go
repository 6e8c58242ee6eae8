package core

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// chance is a source of randomness whose state can be written down.
type chance struct {
	*rand.Rand
	source *rand.PCG
	// drawn counts what has been drawn.
	drawn uint64
}

// The streams of chance are apart from each other: with lag or without it, however
// often somebody looks, a world makes the same ids.
const (
	lagStream   = 0x1a9
	callStream  = 0xca11
	eventStream = 0xe4e27
)

func newChance(seed, stream uint64) *chance {
	c := &chance{source: rand.NewPCG(seed, stream)}
	c.Rand = rand.New(c)
	return c
}

func newLags(seed uint64) *chance { return newChance(seed, lagStream) }

// Uint64 implements rand.Source.
func (c *chance) Uint64() uint64 {
	c.drawn++
	return c.source.Uint64()
}

// state is what decides all that will be drawn.
func (c *chance) state() []byte {
	b, err := c.source.MarshalBinary()
	if err != nil {
		panic("core: a PCG that cannot be written: " + err.Error()) // its documentation has no such error
	}
	return b
}

// RequestID draws the id of a request. It does not disturb the ids of what is made.
// The world must be locked.
func (w *World) RequestID() string { return uuid(w.calls) }

// CallLatency draws how long the answer to a call takes. It does not disturb the
// latencies of what happens in the world. The world must be locked.
func (w *World) CallLatency() time.Duration { return w.delay(APICall, w.calls) }

// CallState is what RequestID and CallLatency will draw, for SetCallState. The world
// must be locked.
func (w *World) CallState() []byte { return w.calls.state() }

// SetCallState makes RequestID and CallLatency draw what they would have drawn when
// CallState was called. The world must be locked.
func (w *World) SetCallState(b []byte) error { return w.calls.source.UnmarshalBinary(b) }

// Mark changes with everything that draws on chance or puts something on the
// timeline: where two marks are equal, neither has happened in between.
type Mark struct{ drawn, lags, events, scheduled uint64 }

// Mark is the present one. The world must be locked.
func (w *World) Mark() Mark {
	return Mark{drawn: w.rand.drawn, lags: w.lags.drawn, events: w.events.drawn, scheduled: w.timeline.seq}
}

// State tells one world from another by what chance will bring and when something
// will happen. The world must be locked.
func (w *World) State() string {
	var pending []int64
	for _, e := range w.timeline.queue {
		if !e.cancelled {
			pending = append(pending, e.at.UnixNano())
		}
	}
	slices.Sort(pending)
	return fmt.Sprintf("%x %x %x %d", w.rand.state(), w.lags.state(), w.events.state(), pending)
}
