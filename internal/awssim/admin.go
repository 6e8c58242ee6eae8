package awssim

import (
	"net/http"

	"flexgw.io/controller/internal/simadmin"
)

// adminPrefix is the part of the URL space that is not AWS's but the person's who
// runs the simulator.
const adminPrefix = "/_awssim/"

// adminHandler serves the window for people, in JSON and to this machine only:
//
//	GET    /_awssim/inventory       what users have made
//	GET    /_awssim/calls           the latest AWS calls; filters: see simadmin.CallFilter, and service
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
//	GET    /_awssim/alarms          the CloudWatch alarms that somebody has set; see alarmState
//	PUT    /_awssim/alarms          set one
//	GET    /_awssim/clock           the time and its pace
//	PATCH  /_awssim/clock           change the pace, or step; see clockPatch
//	GET    /_awssim/snapshot        see Save; Host has the PUT, and reset
//
// An error is {"error": "a sentence"}.
func (s *Sim) adminHandler() http.Handler {
	mux := http.NewServeMux()
	handle := func(method, page string, h http.HandlerFunc) { mux.HandleFunc(method+" "+adminPrefix+page, h) }
	handle("GET", "inventory", func(w http.ResponseWriter, _ *http.Request) { s.admin.Answer(w, s.Inventory()) })
	handle("GET", "calls", s.getCalls)
	handle("GET", "settings", func(w http.ResponseWriter, _ *http.Request) { s.admin.Answer(w, s.settings()) })
	handle("PATCH", "settings", s.patchSettings)
	handle("GET", "faults", func(w http.ResponseWriter, _ *http.Request) { s.admin.Answer(w, s.Faults()) })
	handle("POST", "faults", s.postFault)
	handle("DELETE", "faults", s.deleteFaults)
	handle("DELETE", "faults/{name}", s.deleteFault)
	handle("GET", "clock", func(w http.ResponseWriter, _ *http.Request) { s.admin.Answer(w, s.clock()) })
	handle("PATCH", "clock", s.patchClock)
	handle("GET", "snapshot", s.getSnapshot)
	handle("PUT", "snapshot", s.needsHost)
	handle("POST", "reset", s.needsHost)
	handle("DELETE", "reset", s.needsHost)
	s.troubleRoutes(handle)
	s.demandRoutes(handle)
	s.alarmRoutes(handle)
	s.pageRoutes(mux)
	pages := s.journaled(mux)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if s.admin.Admits(w, r) {
			r.Body = http.MaxBytesReader(w, r.Body, simadmin.MaxBody)
			pages.ServeHTTP(w, r)
		}
	})
}
