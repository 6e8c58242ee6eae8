package awssim

import (
	"encoding/json"
	"net"
	"net/http"
	"net/netip"
	"time"
)

// adminPrefix is the part of the URL space that is not AWS's but the person's who
// runs the simulator.
const adminPrefix = "/_awssim/"

// adminHandler serves the window for people, to this machine only:
//
//	GET /_awssim/inventory   what users have made
//	GET /_awssim/calls       the latest AWS calls
//	GET /_awssim/settings    the clock and the latencies in force
func (s *Sim) adminHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+adminPrefix+"inventory", func(w http.ResponseWriter, _ *http.Request) { s.writeJSON(w, s.Inventory()) })
	mux.HandleFunc("GET "+adminPrefix+"calls", func(w http.ResponseWriter, _ *http.Request) { s.writeJSON(w, s.Calls()) })
	mux.HandleFunc("GET "+adminPrefix+"settings", func(w http.ResponseWriter, _ *http.Request) { s.writeJSON(w, s.settings()) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !fromLoopback(r) {
			http.Error(w, "awssim: this page is for the machine that the simulator runs on", http.StatusForbidden)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func fromLoopback(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return false
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.Unmap().IsLoopback()
}

func (s *Sim) writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		s.logger.Warn("cannot answer", "error", err)
	}
}

// settingsPage is what GET /_awssim/settings answers.
type settingsPage struct {
	Now       time.Time             `json:"now"`
	Jitter    bool                  `json:"jitter"`
	Latencies map[string]spreadPage `json:"latencies"`
}

type spreadPage struct {
	P50 string `json:"p50"`
	P95 string `json:"p95"`
}

func (s *Sim) settings() settingsPage {
	page := settingsPage{Latencies: map[string]spreadPage{}}
	s.world.Do(func() {
		page.Now, page.Jitter = s.world.Now(), s.world.Settings.Jitter
		for name, spread := range s.world.Settings.Latencies {
			page.Latencies[string(name)] = spreadPage{P50: spread.P50.String(), P95: spread.P95.String()}
		}
	})
	return page
}
