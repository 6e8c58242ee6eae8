package anypointsim

import (
	"net/http"
	"strconv"
)

// adminPrefix is the part of the URL space that is not the platform's but the person's who
// runs the simulator.
const adminPrefix = "/_anypointsim/"

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
	handle("GET", "settings", func(w http.ResponseWriter, _ *http.Request) { s.admin.Answer(w, s.settings()) })
	handle("PATCH", "settings", s.patchSettings)
	handle("GET", "faults", func(w http.ResponseWriter, _ *http.Request) { s.admin.Answer(w, s.Faults()) })
	handle("POST", "faults", s.postFault)
	handle("DELETE", "faults", func(w http.ResponseWriter, _ *http.Request) { s.ClearFaults(); w.WriteHeader(http.StatusNoContent) })
	handle("DELETE", "faults/{name}", func(w http.ResponseWriter, r *http.Request) {
		s.admin.Removed(w, s.ClearFault(r.PathValue("name")), "fault", r.PathValue("name"))
	})
	handle("PUT", "organizations/{id}", s.putOrganization)
	handle("PUT", "apps/{id}", s.putApp)
	handle("DELETE", "apps/{id}", func(w http.ResponseWriter, r *http.Request) {
		s.admin.Removed(w, s.DeleteApp(r.PathValue("id")), "Connected App", r.PathValue("id"))
	})
	handle("DELETE", "tokens", func(w http.ResponseWriter, _ *http.Request) { s.RevokeTokens(); w.WriteHeader(http.StatusNoContent) })
	handle("POST", "reset", func(w http.ResponseWriter, _ *http.Request) { s.Reset(); w.WriteHeader(http.StatusNoContent) })
	handle("GET", "snapshot", s.getSnapshot)
	handle("PUT", "snapshot", s.putSnapshot)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.admin.Admits(w, r) {
			mux.ServeHTTP(w, r)
		}
	})
}

func (s *Sim) getInventory(w http.ResponseWriter, r *http.Request) {
	if tombstones, err := strconv.ParseBool(r.URL.Query().Get("tombstones")); err == nil && tombstones {
		s.admin.Answer(w, s.Tombstones())
		return
	}
	s.admin.Answer(w, s.Inventory())
}
