// Package clock lets the controller and the local simulators agree on a time
// that runs faster than life.
//
// Production uses Real. The demo and the end-to-end tests give the manager and
// the simulators the same Scaled clock, so that a mount target that takes 85
// seconds of AWS's time takes four seconds of the viewer's, and every wait of
// the controller shrinks with it.
package clock

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Clock tells the time and translates a span of that time into the span of real
// time that a timer has to wait.
type Clock interface {
	// Now is the present moment of this clock.
	Now() time.Time
	// Real is how long d of this clock lasts in real time.
	Real(d time.Duration) time.Duration
}

// Real is the machine's own clock.
type Real struct{}

// Now returns time.Now.
func (Real) Now() time.Time { return time.Now() }

// Real returns d unchanged.
func (Real) Real(d time.Duration) time.Duration { return d }

// At is what c shows at a moment of real time, such as one that an API server wrote.
func At(c Clock, moment time.Time) time.Time {
	const span = time.Hour
	return c.Now().Add(-time.Duration(float64(time.Since(moment)) * float64(span) / float64(c.Real(span))))
}

// Scaled shows Anchor at the real moment Anchor, and from there on runs Speed
// times as fast as life.
type Scaled struct {
	// Anchor is the moment at which both clocks agree.
	Anchor time.Time
	// Speed is the number of this clock's seconds in a real one; at least 1.
	Speed float64
}

// Now returns the accelerated time.
func (s Scaled) Now() time.Time {
	return s.Anchor.Add(time.Duration(float64(time.Since(s.Anchor)) * s.Speed))
}

// Real divides d by the speed.
func (s Scaled) Real(d time.Duration) time.Duration {
	return time.Duration(float64(d) / s.Speed)
}

// String is the form that Parse reads, for example "2026-11-22T10:00:00Z@30".
func (s Scaled) String() string {
	return fmt.Sprintf("%s@%g", s.Anchor.UTC().Format(time.RFC3339Nano), s.Speed)
}

// Parse reads "ANCHOR@SPEED" (see Scaled.String). The empty string is the real
// clock.
func Parse(text string) (Clock, error) {
	if text == "" {
		return Real{}, nil
	}
	anchor, speed, found := strings.Cut(text, "@")
	if !found {
		return nil, fmt.Errorf("clock %q: want ANCHOR@SPEED, such as 2026-11-22T10:00:00Z@30", text)
	}
	at, err := time.Parse(time.RFC3339Nano, anchor)
	if err != nil {
		return nil, fmt.Errorf("clock %q: the anchor is not an RFC 3339 time: %w", text, err)
	}
	n, err := strconv.ParseFloat(speed, 64)
	if err != nil || n < 1 {
		return nil, fmt.Errorf("clock %q: the speed must be a number of at least 1", text)
	}
	return Scaled{Anchor: at, Speed: n}, nil
}
