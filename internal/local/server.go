package local

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// server serves a simulator on a free port of this machine.
type server struct {
	listener net.Listener
	http     *http.Server
	ended    chan error
}

// serve begins to serve; what says for whom, for the error.
func serve(handler http.Handler, what string) (*server, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen for %s: %w", what, err)
	}
	s := &server{listener: l, ended: make(chan error, 1), http: &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}}
	go func() { s.ended <- s.http.Serve(l) }()
	return s, nil
}

// URL is where it answers.
func (s *server) URL() string { return "http://" + s.listener.Addr().String() }

// stop breaks off what is under way: who calls has been stopped before, or is a
// person's client that need not be waited for.
func (s *server) stop() error {
	err := s.http.Close()
	if ended := <-s.ended; !errors.Is(ended, http.ErrServerClosed) {
		err = errors.Join(err, ended)
	}
	return err
}
