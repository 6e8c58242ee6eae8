package awssim

import (
	"io"
	"net/http"
	"strings"
	"sync"
)

// maxSnapshot is the largest snapshot that is read over HTTP, in bytes: more than
// the largest that is written.
const maxSnapshot = 256 << 20

// Host serves one Sim after the other at the same address: a new one on the first
// day, or one from a snapshot, takes the place of the one that runs.
type Host struct {
	options Options

	// replace is held while a Sim is made that takes the place of another.
	replace sync.Mutex
	mu      sync.RWMutex
	sim     *Sim
	handler http.Handler
}

// NewHost returns a Host whose Sim, and each after a reset, is New's of the options.
func NewHost(o Options) (*Host, error) {
	h := &Host{options: o}
	s, err := New(o)
	if err != nil {
		return nil, err
	}
	h.host(s)
	return h, nil
}

// Sim is the one that runs. After Reset and Load it is another.
func (h *Host) Sim() *Sim {
	h.mu.RLock()
	defer h.mu.RUnlock()
	return h.sim
}

// Close stops the world: nothing more happens in it.
func (h *Host) Close() { h.Sim().Close() }

// Reset makes everything as it was on the first day: no resources, no calls in the
// log, no faults and no policies, and the settings of the options. Time alone goes
// on as it did.
//
// Calls that are under way are answered by the world that was.
func (h *Host) Reset() error {
	h.replace.Lock()
	defer h.replace.Unlock()
	s, err := New(h.options)
	if err != nil {
		return err
	}
	s.world.TakeTimeFrom(h.Sim().world)
	s.beginJournal(s.journal.first)
	h.host(s)
	return nil
}

// Load puts the world that Sim.Save has written down in the place of the one that
// runs. Its time goes on from the moment at which it was saved, at the pace of the
// one that runs. The call log is empty. When it fails, the one that runs stays.
func (h *Host) Load(data []byte) error {
	h.replace.Lock()
	defer h.replace.Unlock()
	saved, err := parseSnapshot(data)
	if err != nil {
		return err
	}
	s, err := restore(h.options, saved)
	if err != nil {
		return err
	}
	if err := s.world.SetPace(h.Sim().world.Pace()); err != nil {
		return err
	}
	h.host(s)
	return nil
}

// host puts s in the place of the Sim that runs.
func (h *Host) host(s *Sim) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.sim != nil {
		h.sim.retire()
	}
	h.sim, h.handler = s, s.Handler()
}

// retire stops the world, and lets its clock run on for the calls that wait for it.
func (s *Sim) retire() {
	s.Close()
	if pace := s.world.Pace(); pace.Paused {
		pace.Paused = false
		if err := s.world.SetPace(pace); err != nil { // it has been accepted before
			s.logger.Error("the clock of a world that was replaced does not go on", "error", err)
		}
	}
}

// ServeHTTP serves AWS and the admin API of the Sim that runs, and besides
//
//	POST or DELETE /_awssim/reset      see Reset
//	PUT            /_awssim/snapshot   see Load
func (h *Host) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.mu.RLock()
	s, handler := h.sim, h.handler
	h.mu.RUnlock()
	switch page := strings.TrimPrefix(r.URL.Path, adminPrefix); {
	case page == "reset" && (r.Method == http.MethodPost || r.Method == http.MethodDelete):
		h.serveReplacement(w, r, s, func() error { return h.Reset() })
	case page == "snapshot" && r.Method == http.MethodPut:
		h.serveReplacement(w, r, s, func() error { return h.loadFrom(w, r) })
	default:
		handler.ServeHTTP(w, r)
	}
}

// serveReplacement answers 204, or why the Sim that runs was not replaced.
func (h *Host) serveReplacement(w http.ResponseWriter, r *http.Request, s *Sim, replace func() error) {
	if !s.admin.Admits(w, r) {
		return
	}
	if err := replace(); err != nil {
		s.admin.Refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (h *Host) loadFrom(w http.ResponseWriter, r *http.Request) error {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxSnapshot))
	if err != nil {
		return err
	}
	return h.Load(data)
}
