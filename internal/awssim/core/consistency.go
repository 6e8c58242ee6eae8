package core

import (
	"math"
	"time"
)

// AWSReadLag is how long AWS's own reads may lag behind its writes, for
// World.ReadLag. AWS promises only that they catch up; as a rule that takes no more
// than 3 s, and once in a hundred times about 10 s. Estimated from what others wait
// for: Terraform repeats for up to 2 minutes what it should see at once.
func AWSReadLag() Spread {
	return Spread{P50: 200 * time.Millisecond, P95: 3 * time.Second}
}

// Appearance is when the rest of AWS begins to see something that has been made. A
// resource that has one is hidden from reads, and from calls that refer to it, until
// then. The call that would make a second one of the same name knows it at once, as
// in AWS, where uniqueness is checked where the write happens. The zero Appearance
// is that of something that has always been seen.
type Appearance struct {
	world *World
	at    time.Time
}

// Appears returns the Appearance of something that is made now: World.ReadLag later,
// drawn anew for each. The world must be locked.
func (w *World) Appears() Appearance {
	if w.ReadLag.P50 <= 0 {
		return Appearance{}
	}
	return Appearance{world: w, at: w.Now().Add(w.ReadLag.draw(w.lags))}
}

// Seen tells whether reads show it. The world must be locked.
func (a Appearance) Seen() bool { return a.world == nil || !a.world.Now().Before(a.at) }

// draw takes a span from a lognormal distribution whose median is P50 and whose 95th
// percentile is P95; from a Spread without width, P50.
func (s Spread) draw(from *chance) time.Duration {
	if s.P95 <= s.P50 {
		return s.P50
	}
	sigma := math.Log(float64(s.P95)/float64(s.P50)) / 1.6449
	return time.Duration(float64(s.P50) * math.Exp(sigma*from.NormFloat64()))
}
