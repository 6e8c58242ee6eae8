package local

import (
	"errors"
	"log/slog"
	"os"
	"sync/atomic"
	"time"

	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/clock"
)

// simulatedAnypoint is the Anypoint simulator on a port of this machine.
type simulatedAnypoint struct {
	*server
	sim   *anypointsim.Sim
	clock *followingClock
	log   *os.File
}

// startAnypoint serves an Anypoint Platform with the organization and the Connected App
// of the demonstration, on a free port of 127.0.0.1.
func startAnypoint(c clock.Clock, o Options, log *os.File) (*simulatedAnypoint, error) {
	followed := &followingClock{}
	followed.follow(func() clock.Clock { return c })
	sim, err := anypointsim.New(anypointsim.Options{Clock: followed, Seed: o.Seed, Logger: slog.New(slog.NewTextHandler(log, nil))})
	if err != nil {
		return nil, err
	}
	s, err := serve(sim.Handler(), "calls of Anypoint")
	if err != nil {
		sim.Close()
		return nil, err
	}
	return &simulatedAnypoint{server: s, sim: sim, clock: followed, log: log}, nil
}

func (a *simulatedAnypoint) stop() error {
	err := a.server.stop()
	a.sim.Close()
	return errors.Join(err, a.log.Close())
}

// followingClock is the clock of whichever simulated AWS runs: a person may change its
// pace, let it step, or put another world in its place.
type followingClock struct {
	followed atomic.Pointer[func() clock.Clock]
}

func (f *followingClock) follow(other func() clock.Clock) { f.followed.Store(&other) }

func (f *followingClock) clock() clock.Clock { return (*f.followed.Load())() }

// Now implements clock.Clock.
func (f *followingClock) Now() time.Time { return f.clock().Now() }

// Real implements clock.Clock.
func (f *followingClock) Real(d time.Duration) time.Duration { return f.clock().Real(d) }
