package awssim

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strings"

	"flexgw.io/controller/internal/awssim/ecs"
)

// demandOf is the work of one ECS service. In a change, the service is named by the end
// of its ARN, such as its name.
type demandOf struct {
	Service string `json:"service"`
	ecs.Demand
}

// demandRoutes serves the work of ECS services, which their autoscaling goes by.
func (s *Sim) demandRoutes(handle func(method, page string, h http.HandlerFunc)) {
	handle("GET", "demand", func(w http.ResponseWriter, _ *http.Request) { s.admin.Answer(w, s.demand()) })
	handle("PUT", "demand", s.putDemand)
}

func (s *Sim) demand() []demandOf {
	list := []demandOf{}
	s.world.Do(func() {
		all := s.ECS.Demands()
		for _, arn := range slices.Sorted(maps.Keys(all)) {
			list = append(list, demandOf{Service: arn, Demand: all[arn]})
		}
	})
	return list
}

// putDemand gives a service other work, and answers with that of all.
func (s *Sim) putDemand(w http.ResponseWriter, r *http.Request) {
	var d demandOf
	decoder := json.NewDecoder(r.Body)
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		s.admin.Refuse(w, http.StatusBadRequest, "the body is not the work of a service: %v", err)
		return
	}
	if d.CPU < 0 || d.Memory < 0 {
		s.admin.Refuse(w, http.StatusBadRequest, "no service has less than no work")
		return
	}
	found := false
	for _, resource := range s.Inventory() {
		if resource.Service == "ecs" && resource.Kind == "Service" && (resource.ID == d.Service || strings.HasSuffix(resource.ID, "/"+d.Service)) {
			s.world.Do(func() { found = s.ECS.SetDemand(resource.ID, d.Demand) || found })
		}
	}
	if !found {
		s.admin.Refuse(w, http.StatusNotFound, "there is no service %q that is active", d.Service)
		return
	}
	s.admin.Answer(w, s.demand())
}
