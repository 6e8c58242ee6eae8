package anypointsim

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
)

// adminPrefix is the part of the URL space that is not the platform's but the person's who
// runs the simulator.
const adminPrefix = "/_anypointsim/"

// maxAdminBody is the largest body of a request to the admin API, in bytes; a snapshot may
// have more.
const maxAdminBody = 64 << 10

// adminHandler serves the window for people, in JSON and to this machine only:
//
//	GET    /_anypointsim/inventory            what users have made; ?tombstones=true: what they have deleted
//	GET    /_anypointsim/calls                the latest calls; filters: operation, failed, limit
//	GET    /_anypointsim/settings             the clock, and the settings in force
//	PATCH  /_anypointsim/settings             change settings; see settingsPatch
//	GET    /_anypointsim/faults               the faults in force
//	POST   /_anypointsim/faults               set a Fault
//	DELETE /_anypointsim/faults               clear all
//	DELETE /_anypointsim/faults/{name}        clear one
//	PUT    /_anypointsim/organizations/{id}   make one, or add {"environments": [...]}
//	PUT    /_anypointsim/apps/{id}            make or replace a Connected App; see App
//	DELETE /_anypointsim/apps/{id}            delete it
//	DELETE /_anypointsim/tokens               revoke all access tokens
//	POST   /_anypointsim/reset                see Reset
//	GET    /_anypointsim/snapshot             see Save
//	PUT    /_anypointsim/snapshot             see Load
//
// An error is {"error": "a sentence"}.
func (s *Sim) adminHandler() http.Handler {
	mux := http.NewServeMux()
	handle := func(method, page string, h http.HandlerFunc) { mux.HandleFunc(method+" "+adminPrefix+page, h) }
	handle("GET", "inventory", s.getInventory)
	handle("GET", "calls", s.getCalls)
	handle("GET", "settings", func(w http.ResponseWriter, _ *http.Request) { s.writeJSON(w, s.settings()) })
	handle("PATCH", "settings", s.patchSettings)
	handle("GET", "faults", func(w http.ResponseWriter, _ *http.Request) { s.writeJSON(w, s.Faults()) })
	handle("POST", "faults", s.postFault)
	handle("DELETE", "faults", func(w http.ResponseWriter, _ *http.Request) { s.ClearFaults(); w.WriteHeader(http.StatusNoContent) })
	handle("DELETE", "faults/{name}", func(w http.ResponseWriter, r *http.Request) {
		s.removed(w, s.ClearFault(r.PathValue("name")), "fault", r.PathValue("name"))
	})
	handle("PUT", "organizations/{id}", s.putOrganization)
	handle("PUT", "apps/{id}", s.putApp)
	handle("DELETE", "apps/{id}", func(w http.ResponseWriter, r *http.Request) {
		s.removed(w, s.DeleteApp(r.PathValue("id")), "Connected App", r.PathValue("id"))
	})
	handle("DELETE", "tokens", func(w http.ResponseWriter, _ *http.Request) { s.RevokeTokens(); w.WriteHeader(http.StatusNoContent) })
	handle("POST", "reset", func(w http.ResponseWriter, _ *http.Request) { s.Reset(); w.WriteHeader(http.StatusNoContent) })
	handle("GET", "snapshot", s.getSnapshot)
	handle("PUT", "snapshot", s.putSnapshot)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.admits(w, r) {
			mux.ServeHTTP(w, r)
		}
	})
}

// admits tells whether the request may be served; if not, it has refused it.
func (s *Sim) admits(w http.ResponseWriter, r *http.Request) bool {
	if host, _, err := net.SplitHostPort(r.RemoteAddr); err != nil || !isLoopback(host) {
		s.writeError(w, http.StatusForbidden, "this page is for the machine that the simulator runs on")
		return false
	}
	if fromAnotherSite(r) {
		s.writeError(w, http.StatusForbidden, "another site's page may change nothing here")
		return false
	}
	return true
}

// fromAnotherSite is true where a browser sends a request that would change something on
// behalf of a page from elsewhere.
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

func (s *Sim) getInventory(w http.ResponseWriter, r *http.Request) {
	if tombstones, err := strconv.ParseBool(r.URL.Query().Get("tombstones")); err == nil && tombstones {
		s.writeJSON(w, s.Tombstones())
		return
	}
	s.writeJSON(w, s.Inventory())
}

// read decodes the body of a request to the admin API, or refuses it.
func (s *Sim) read(w http.ResponseWriter, r *http.Request, what string, in any) bool {
	d := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAdminBody))
	d.DisallowUnknownFields()
	if err := d.Decode(in); err != nil {
		s.writeError(w, http.StatusBadRequest, "the body is not %s: %v", what, err)
		return false
	}
	return true
}

// removed answers a DELETE.
func (s *Sim) removed(w http.ResponseWriter, found bool, kind, name string) {
	if !found {
		s.writeError(w, http.StatusNotFound, "there is no %s %q", kind, name)
		return
	}
	w.WriteHeader(http.StatusNoContent)
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
	s.writeJSON(w, map[string]string{"error": "anypointsim: " + fmt.Sprintf(format, args...)})
}
