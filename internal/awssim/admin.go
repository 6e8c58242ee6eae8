package awssim

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
)

// adminPrefix is the part of the URL space that is not AWS's but the person's who
// runs the simulator.
const adminPrefix = "/_awssim/"

// maxAdminBody is the largest body of a request to the admin API, in bytes.
const maxAdminBody = 64 << 10

// adminHandler serves the window for people, in JSON and to this machine only:
//
//	GET    /_awssim/inventory       what users have made
//	GET    /_awssim/calls           the latest AWS calls; filters: see callFilter
//	GET    /_awssim/settings        the clock, and the settings in force
//	PATCH  /_awssim/settings        change settings; see settingsPatch
//	GET    /_awssim/faults          the faults in force
//	POST   /_awssim/faults          set a Fault
//	DELETE /_awssim/faults          clear all faults
//	DELETE /_awssim/faults/{name}   clear one
//	GET    /_awssim/troubles        the troubles of Fargate; see ecs.Troubles
//	PUT    /_awssim/troubles        replace them
//	DELETE /_awssim/troubles        end them
//	POST   /_awssim/tasks/{id}/kill lose a task
//	POST   /_awssim/tasks/{id}/interrupt
//	                                take the capacity of a task on Fargate Spot back
//	GET    /_awssim/demand          the work of ECS services; see demandOf
//	PUT    /_awssim/demand          change that of one service
//	GET    /_awssim/clock           the time and its pace
//	PATCH  /_awssim/clock           change the pace, or step; see clockPatch
//	GET    /_awssim/snapshot        see Save; Host has the PUT, and reset
//
// An error is {"error": "a sentence"}.
func (s *Sim) adminHandler() http.Handler {
	mux := http.NewServeMux()
	handle := func(method, page string, h http.HandlerFunc) { mux.HandleFunc(method+" "+adminPrefix+page, h) }
	handle("GET", "inventory", func(w http.ResponseWriter, _ *http.Request) { s.writeJSON(w, s.Inventory()) })
	handle("GET", "calls", s.getCalls)
	handle("GET", "settings", func(w http.ResponseWriter, _ *http.Request) { s.writeJSON(w, s.settings()) })
	handle("PATCH", "settings", s.patchSettings)
	handle("GET", "faults", func(w http.ResponseWriter, _ *http.Request) { s.writeJSON(w, s.Faults()) })
	handle("POST", "faults", s.postFault)
	handle("DELETE", "faults", s.deleteFaults)
	handle("DELETE", "faults/{name}", s.deleteFault)
	handle("GET", "clock", func(w http.ResponseWriter, _ *http.Request) { s.writeJSON(w, s.clock()) })
	handle("PATCH", "clock", s.patchClock)
	handle("GET", "snapshot", s.getSnapshot)
	handle("PUT", "snapshot", s.needsHost)
	handle("POST", "reset", s.needsHost)
	handle("DELETE", "reset", s.needsHost)
	s.troubleRoutes(handle)
	s.demandRoutes(handle)
	s.pageRoutes(mux)
	pages := s.journaled(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.admits(w, r) {
			r.Body = http.MaxBytesReader(w, r.Body, maxAdminBody)
			pages.ServeHTTP(w, r)
		}
	})
}

// admits tells whether the request may be served; if not, it has refused it.
func (s *Sim) admits(w http.ResponseWriter, r *http.Request) bool {
	if !fromLoopback(r) {
		s.writeError(w, http.StatusForbidden, "this page is for the machine that the simulator runs on")
		return false
	}
	if fromAnotherSite(r) {
		s.writeError(w, http.StatusForbidden, "another site's page may change nothing here")
		return false
	}
	return true
}

func fromLoopback(r *http.Request) bool {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	return err == nil && isLoopback(host)
}

// fromAnotherSite is true where a browser sends a request that would change
// something on behalf of a page from elsewhere. A browser on this machine can come
// from anywhere; curl, which names no origin, cannot.
func fromAnotherSite(r *http.Request) bool {
	if http.NewCrossOriginProtection().Check(r) != nil {
		return true
	}
	origin := r.Header.Get("Origin")
	if origin == "" || r.Method == http.MethodGet || r.Method == http.MethodHead {
		return false
	}
	// A name that somebody else's DNS leads here is its own origin's host.
	u, err := url.Parse(origin)
	return err != nil || u.Hostname() != "localhost" && !isLoopback(u.Hostname())
}

func isLoopback(host string) bool {
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

// writeError refuses a request of the admin API with a sentence.
func (s *Sim) writeError(w http.ResponseWriter, status int, format string, args ...any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	s.writeJSON(w, map[string]string{"error": "awssim: " + fmt.Sprintf(format, args...)})
}
