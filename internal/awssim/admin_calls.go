package awssim

import (
	"net/http"

	"flexgw.io/controller/internal/simadmin"
	"flexgw.io/controller/internal/simfault"
)

// getCalls lists the latest calls. Beside the filters of every log there is service=ecs,
// botocore's name of a service.
func (s *Sim) getCalls(w http.ResponseWriter, r *http.Request) {
	f, err := simadmin.ParseCallFilter(r.URL.Query(), "service")
	if err != nil {
		s.admin.Refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	service := f.Others["service"]
	s.admin.Answer(w, simadmin.Latest(s.Calls(), f.Limit, func(c CallRecord) bool {
		return (service == "" || service == c.Service) && simfault.Matches(f.Operation, c.Operation) &&
			(f.Failed == nil || *f.Failed == (c.ErrorCode != ""))
	}))
}
