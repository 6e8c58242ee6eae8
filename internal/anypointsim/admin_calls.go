package anypointsim

import (
	"net/http"

	"flexgw.io/controller/internal/simadmin"
	"flexgw.io/controller/internal/simfault"
)

// Failed is true for a call that was refused, cut, or answered with an error.
func (r CallRecord) Failed() bool {
	return r.Error != "" || r.Status >= http.StatusBadRequest || r.Status == 0 && r.Fault != ""
}

func (s *Sim) getCalls(w http.ResponseWriter, r *http.Request) {
	f, err := simadmin.ParseCallFilter(r.URL.Query())
	if err != nil {
		s.admin.Refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	s.admin.Answer(w, simadmin.Latest(s.Calls(), f.Limit, func(c CallRecord) bool {
		return simfault.Matches(f.Operation, c.Operation) && (f.Failed == nil || *f.Failed == c.Failed())
	}))
}
