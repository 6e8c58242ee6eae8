// Package load sends a steady stream of requests to a gateway and tells what became of
// them: what a client would have noticed of a rollout.
package load

import (
	"context"
	"sync"
	"time"

	"flexgw.io/controller/internal/clock"
)

// Options say what to send. Times are of the clock.
type Options struct {
	// Address is "host:port".
	Address string
	// Path is where an API answers, "/" where it is left out.
	Path string
	// Clock is AWS's.
	Clock clock.Clock
	// Every is the time between two requests over a connection of their own each.
	Every time.Duration
	// Long is how many connections stay open, each with a request every Pause.
	Long  int
	Pause time.Duration
	// Wait is how long an answer takes over the long connections, at the server.
	Wait time.Duration
	// Patience is how long a client waits for an answer.
	Patience time.Duration
}

// withDefaults fills in what was left out: two short requests a second, four long
// connections with a request each second that takes half a second, and 30 s of patience.
func (o Options) withDefaults() Options {
	set := func(d *time.Duration, to time.Duration) {
		if *d == 0 {
			*d = to
		}
	}
	set(&o.Every, 500*time.Millisecond)
	set(&o.Pause, time.Second)
	set(&o.Wait, 500*time.Millisecond)
	set(&o.Patience, 30*time.Second)
	if o.Long == 0 {
		o.Long = 4
	}
	if o.Path == "" {
		o.Path = "/"
	}
	return o
}

// Load is a stream of requests that flows.
type Load struct {
	options Options
	cancel  context.CancelFunc
	flowing sync.WaitGroup
	record  record
}

// Start begins to send. The load flows until Stop, or until the context ends.
func Start(ctx context.Context, o Options) *Load {
	ctx, cancel := context.WithCancel(ctx)
	l := &Load{options: o.withDefaults(), cancel: cancel}
	l.record.start(l.options.Clock.Now())
	l.flowing.Go(func() { l.sendShort(ctx) })
	for range l.options.Long {
		l.flowing.Go(func() { l.sendLong(ctx) })
	}
	return l
}

// Stop ends the load, lets requests that are under way end, and returns what became of
// all since the last Report.
func (l *Load) Stop() Report {
	l.cancel()
	l.flowing.Wait()
	return l.Report()
}

// Report is what became of the requests that have ended since the last Report.
func (l *Load) Report() Report { return l.record.take(l.options.Clock.Now()) }

// sendShort sends a request every so often, whether or not the last one has ended.
func (l *Load) sendShort(ctx context.Context) {
	tick := time.NewTicker(l.options.Clock.Real(l.options.Every))
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			l.flowing.Go(func() {
				c := &connection{load: l}
				c.ask(0)
				c.hangUp()
			})
		}
	}
}

// sendLong keeps one connection open, as a client does that reuses it.
func (l *Load) sendLong(ctx context.Context) {
	c := &connection{load: l}
	defer c.hangUp()
	pause := time.NewTicker(l.options.Clock.Real(l.options.Pause))
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
			c.ask(l.options.Wait)
		}
	}
}
