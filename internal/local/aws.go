package local

import (
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"sync"

	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/clock"
)

// simulatedAWS is the AWS simulator on a port of this machine, with a log of the calls.
type simulatedAWS struct {
	*server
	host *awssim.Host
	log  *os.File
}

// startAWS serves a new, empty AWS on a free port of 127.0.0.1. The log gets one JSON
// object a line, an awssim.CallRecord, for each call. Its containers reach the simulated
// Anypoint Platform, where there is one.
func startAWS(c clock.Clock, o Options, anypoint *simulatedAnypoint, log *os.File) (*simulatedAWS, error) {
	options := awssim.Options{
		Clock:   c,
		Seed:    o.Seed,
		Traffic: o.Traffic,
		OnCall:  callLogger(log),
		Logger:  slog.New(slog.NewTextHandler(log, nil)),
	}
	if anypoint != nil {
		options.Anypoint = anypoint.sim
	}
	host, err := awssim.NewHost(options)
	if err != nil {
		return nil, err
	}
	if anypoint != nil {
		anypoint.clock.follow(func() clock.Clock { return host.Sim().World().Clock() })
	}
	s, err := serve(host, "AWS calls")
	if err != nil {
		host.Close()
		return nil, err
	}
	return &simulatedAWS{server: s, host: host, log: log}, nil
}

// callLogger writes calls to the log, whole lines one after the other.
func callLogger(log *os.File) func(awssim.CallRecord) {
	var mu sync.Mutex
	lines := json.NewEncoder(log)
	return func(r awssim.CallRecord) {
		mu.Lock()
		defer mu.Unlock()
		// A full disk must not stop the simulation.
		_ = lines.Encode(r)
	}
}

func (a *simulatedAWS) stop() error {
	err := a.server.stop()
	a.host.Close()
	return errors.Join(err, a.log.Close())
}
