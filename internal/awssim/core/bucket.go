package core

import "time"

// Limit is the size of a token bucket.
type Limit struct {
	// Burst is how many tokens a full bucket holds.
	Burst float64
	// Refill is how many tokens come back in a second of the world's time. AWS has
	// fractions here (0.1 is one in ten seconds).
	Refill float64
}

// Scale returns the limit of an AWS that is as much smaller or larger as factor
// says. A burst never falls under 1: a bucket that cannot hold one token would
// refuse every call for ever.
func (l Limit) Scale(factor float64) Limit {
	return Limit{Burst: max(1, l.Burst*factor), Refill: l.Refill * factor}
}

// FargateLaunches is how fast an account may launch Fargate tasks on demand in a
// region: AWS Fargate throttling quotas, 100 at once and 20 more each second.
func FargateLaunches() Limit { return Limit{Burst: 100, Refill: 20} }

// Bucket is a token bucket; the zero Bucket is full. Like everything in a World it
// is used under the world's lock.
type Bucket struct {
	// missing is how many tokens the bucket lacked at the time of at.
	missing float64
	at      time.Time
}

// grain is the part of a token that rounding may lose: 10 times a tenth of a token
// are one token.
const grain = 1e-9

// Has tells whether there is a token at the time of now, and takes none.
func (b *Bucket) Has(l Limit, now time.Time) bool {
	b.fill(l, now)
	return l.Burst-b.missing >= 1-grain
}

// Take takes a token, if there is one at the time of now. The limit may change from
// one call to the next; what has been taken stays taken.
func (b *Bucket) Take(l Limit, now time.Time) bool {
	if !b.Has(l, now) {
		return false
	}
	b.missing++
	return true
}

// fill puts back what has come since the last look. A time before that, which a
// delayed event of the timeline may have, changes nothing.
func (b *Bucket) fill(l Limit, now time.Time) {
	if elapsed := now.Sub(b.at); elapsed > 0 {
		b.missing = max(0, b.missing-l.Refill*elapsed.Seconds())
		b.at = now
	}
	// A bucket that became smaller meanwhile is empty at worst, not in debt.
	b.missing = min(b.missing, l.Burst)
}
