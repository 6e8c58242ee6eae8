package local

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/clock"
)

// simulatedAWS is the AWS simulator on a port of this machine, with a log of the calls.
type simulatedAWS struct {
	host     *awssim.Host
	listener net.Listener
	server   *http.Server
	ended    chan error
	log      *os.File
}

// startAWS serves a new, empty AWS on a free port of 127.0.0.1. The log gets one JSON
// object a line, an awssim.CallRecord, for each call.
func startAWS(c clock.Clock, o Options, log *os.File) (*simulatedAWS, error) {
	host, err := awssim.NewHost(awssim.Options{
		Clock:   c,
		Seed:    o.Seed,
		Traffic: o.Traffic,
		OnCall:  callLogger(log),
		Logger:  slog.New(slog.NewTextHandler(log, nil)),
	})
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for AWS calls: %w", err)
	}
	a := &simulatedAWS{
		host: host, listener: l, log: log, ended: make(chan error, 1),
		server: &http.Server{Handler: host, ReadHeaderTimeout: 10 * time.Second},
	}
	go func() { a.ended <- a.server.Serve(l) }()
	return a, nil
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

// URL is the endpoint for all AWS services.
func (a *simulatedAWS) URL() string { return "http://" + a.listener.Addr().String() }

// stop breaks off what is under way: who calls has been stopped before, or is a
// person's client that need not be waited for.
func (a *simulatedAWS) stop() error {
	err := a.server.Close()
	if ended := <-a.ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	a.host.Close()
	return errors.Join(err, a.log.Close())
}
