// Package core is what every simulated AWS service shares: the world with its
// clock, lock and timeline, ids, errors, tags and the shape of a handler.
//
// A service is a Go struct in a package of its own. Its operations are its
// exported methods of the form
//
//	func (s *Service) CreateThing(c *core.Call, in *sdk.CreateThingInput) (*sdk.CreateThingOutput, error)
//
// where sdk is the package of the AWS SDK for Go. The request has been decoded
// and validated against AWS's public service model before the method runs, and
// the world is locked while it runs: a handler reads and writes plain structs,
// never sleeps and never starts a goroutine. What happens later goes on the
// timeline (World.After). What it returns is encoded before the lock is let go.
package core

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"flexgw.io/controller/internal/clock"
)

// DefaultAccount is the account of a caller whose access key names no other.
const DefaultAccount = "123456789012"

// World is one simulated AWS: all accounts and regions, under one lock.
//
// One lock, not one for each account and region: IAM is global to an account and
// ECS reaches into five other services, so finer locks would need an order among
// them, and no test has been slow because of this one.
type World struct {
	// Settings are the latencies and limits in force. Read and written under the lock.
	Settings Settings
	// ReadLag is how long what has been made stays hidden from reads; zero is not at
	// all. AWSReadLag is AWS's. Read and written under the lock.
	ReadLag Spread

	mu    sync.Mutex
	clock *worldClock
	// rand is the chance of what happens in the world, lags that of ReadLag, calls that
	// of answers, and events that of the delivery of events.
	rand, lags, calls, events *chance
	timeline                  timeline
	// moment is the time of the event or of the Do that is running, zero outside of one.
	moment time.Time
	// watch is called at the end of each Do.
	watch func()
}

// NewWorld returns an empty world. The same seed gives the same ids and, where
// latencies vary, the same latencies.
func NewWorld(c clock.Clock, seed uint64) *World {
	w := &World{
		Settings: DefaultSettings(), clock: newWorldClock(c),
		rand: newChance(seed, seed), lags: newLags(seed), calls: newChance(seed, callStream), events: newChance(seed, eventStream),
	}
	w.timeline.world = w
	return w
}

// Now is the present moment of the simulated world. In a timeline callback it is
// the moment for which the callback was scheduled, so that a chain of events is
// not stretched by the machine's own delays; within Do it stands still. The world
// must be locked.
func (w *World) Now() time.Time {
	if !w.moment.IsZero() {
		return w.moment
	}
	return w.clock.Now()
}

// Clock is the clock that the world runs on.
func (w *World) Clock() clock.Clock { return w.clock }

// Do runs fn with the world locked, after everything that is due has happened.
// Handlers and timeline callbacks already hold the lock and must not call it.
func (w *World) Do(fn func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := w.clock.Now()
	w.timeline.run(now)
	w.moment = now
	defer func() { w.moment = time.Time{} }()
	fn()
	if w.watch != nil {
		w.watch()
	}
}

// Watch makes the world call fn, locked, at the end of each Do.
func (w *World) Watch(fn func()) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.watch = fn
}

// Close stops the timeline: nothing more happens in this world.
func (w *World) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.timeline.close()
}

// Scope says where a resource lives. IAM's resources have an empty Region.
type Scope struct {
	Account string
	Region  string
}

// Partition is the AWS partition of the scope's region ("aws", "aws-us-gov", "aws-cn").
func (s Scope) Partition() string { return partition(s.Region) }

// ARN builds an Amazon Resource Name in this scope.
func (s Scope) ARN(service, resource string) string {
	return "arn:" + s.Partition() + ":" + service + ":" + s.Region + ":" + s.Account + ":" + resource
}

// Regional keeps one T for each account and region, made on first use.
type Regional[T any] struct {
	// Make builds the T of a scope that is looked at for the first time.
	Make func(Scope) *T
	all  map[Scope]*T
}

// In returns the scope's T.
func (r *Regional[T]) In(s Scope) *T {
	if t, ok := r.all[s]; ok {
		return t
	}
	if r.all == nil {
		r.all = map[Scope]*T{}
	}
	t := r.Make(s)
	r.all[s] = t
	return t
}

// All calls fn for every scope that has been used, in order of account and region.
func (r *Regional[T]) All(fn func(Scope, *T)) {
	order := func(a, b Scope) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Region, b.Region))
	}
	for _, s := range slices.SortedFunc(maps.Keys(r.all), order) {
		fn(s, r.all[s])
	}
}
