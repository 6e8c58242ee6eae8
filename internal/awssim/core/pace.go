package core

import (
	"fmt"
	"math"
	"sync"
	"time"

	"flexgw.io/controller/internal/clock"
)

// MaxStep is the longest step that a world takes at once: 30 days.
const MaxStep = 30 * 24 * time.Hour

// Pace is how a world's time passes.
type Pace struct {
	// Speed is the number of the world's seconds in a real one; more than 0.
	Speed float64
	// Paused is true while the world's time stands still.
	Paused bool
}

// worldClock is the clock of a world. It follows the clock that the world was made
// with until somebody changes its pace or takes a step. From then on it is alone.
//
// Its moments have no monotonic reading and are in UTC: they compare in the same way
// after they have been written down and read again.
type worldClock struct {
	base clock.Clock

	mu sync.Mutex
	// began is when the clock showed moment: a time of base or, once the clock is
	// alone, a real one.
	began, moment time.Time
	alone         bool
	pace          Pace
	// held is what the clock shows while it is held, zero while it is not.
	held time.Time
}

func newWorldClock(base clock.Clock) *worldClock {
	now := base.Now()
	speed := float64(time.Hour) / float64(base.Real(time.Hour))
	return &worldClock{base: base, began: now, moment: plain(now), pace: Pace{Speed: math.Round(speed*1e6) / 1e6}}
}

// plain is the moment without a monotonic reading, in UTC.
func plain(t time.Time) time.Time { return t.Round(0).UTC() }

// Now implements clock.Clock.
func (c *worldClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now()
}

func (c *worldClock) now() time.Time {
	switch {
	case !c.held.IsZero():
		return c.held
	case !c.alone:
		return c.moment.Add(c.base.Now().Sub(c.began))
	case c.pace.Paused:
		return c.moment
	}
	return c.moment.Add(time.Duration(float64(time.Since(c.began)) * c.pace.Speed))
}

// Real implements clock.Clock. While the clock is paused it is 0: nothing that waits
// for this clock alone, such as the answer to a call, waits for a person.
func (c *worldClock) Real(d time.Duration) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case !c.alone:
		return c.base.Real(d)
	case c.pace.Paused:
		return 0
	}
	return time.Duration(float64(d) / c.pace.Speed)
}

// set makes the clock show the moment and go on from there at the pace.
func (c *worldClock) set(moment time.Time, p Pace) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.alone, c.began, c.moment, c.pace = true, time.Now(), plain(moment), p
}

// hold stops the clock until release.
func (c *worldClock) hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = c.now()
}

// release lets the clock show what it would have shown without hold.
func (c *worldClock) release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.held = time.Time{}
}

// state is what the clock shows, its pace, and whether it follows its base no more.
func (c *worldClock) state() (now time.Time, p Pace, alone bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now(), c.pace, c.alone
}

// Pace is how the world's time passes at present.
func (w *World) Pace() Pace {
	_, p, _ := w.clock.state()
	return p
}

// Ahead is how far the world's time is ahead of the clock that the world was made
// with, less than 0 where it is behind; 0 until the pace is changed or a step taken.
func (w *World) Ahead() time.Duration {
	now, _, alone := w.clock.state()
	if !alone {
		return 0
	}
	return now.Sub(w.clock.base.Now())
}

// IsAlone is true once the pace has been changed or a step taken: the world follows
// the clock that it was made with no more.
func (w *World) IsAlone() bool {
	_, _, alone := w.clock.state()
	return alone
}

// SetPace makes time pass as p says from now on. What is due has happened before.
func (w *World) SetPace(p Pace) error {
	if !(p.Speed > 0) || math.IsInf(p.Speed, 0) {
		return fmt.Errorf("speed: %g is not a number of simulated seconds in a real one, more than 0", p.Speed)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.clock.Now()
	w.timeline.run(now)
	w.clock.set(now, p)
	w.timeline.arm()
	return nil
}

// Step lets d of the world's time pass at once, at most MaxStep. What is due happens
// in order, each thing at its own moment. Afterwards time passes as before.
func (w *World) Step(d time.Duration) error {
	if d <= 0 || d > MaxStep {
		return fmt.Errorf("step: %v is not more than 0 and at most %v", d, MaxStep)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	now, pace, _ := w.clock.state()
	w.stepTo(now.Add(d), pace)
	return nil
}

// StepTo pauses time at the moment, after all that is due until then has happened.
// A moment that has passed does not come again.
func (w *World) StepTo(moment time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now, pace, _ := w.clock.state()
	pace.Paused = true
	if now.After(moment) {
		moment = now
	}
	w.stepTo(moment, pace)
}

func (w *World) stepTo(moment time.Time, p Pace) {
	w.timeline.run(moment)
	if now := w.clock.Now(); now.After(moment) { // while what was due happened
		moment = now
	}
	w.clock.set(moment, p)
	w.timeline.arm()
}

// StartAt is for a world in which nothing has happened yet: it pauses it at the moment.
func (w *World) StartAt(moment time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, pace, _ := w.clock.state()
	pace.Paused = true
	w.clock.set(moment, pace)
}

// TakeTimeFrom is for a world in which nothing has happened yet, made with the same
// clock as the other: its time is the other's and passes as the other's does.
func (w *World) TakeTimeFrom(other *World) {
	now, pace, alone := other.clock.state()
	if !alone {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock.set(now, pace)
}

// Hold makes time stand still until release is called, so that several calls of Do
// happen at one moment. The caller keeps others from calling Do in between.
func (w *World) Hold() (release func()) {
	w.clock.hold()
	return func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.clock.release()
		w.timeline.arm()
	}
}
