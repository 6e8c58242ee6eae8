package awssim

import (
	"encoding/json"
	"net/http"
)

// postFault sets a fault and answers with it as it is kept.
func (s *Sim) postFault(w http.ResponseWriter, r *http.Request) {
	var f Fault
	if err := json.NewDecoder(r.Body).Decode(&f); err != nil {
		s.writeError(w, http.StatusBadRequest, "the body is not a fault: %v", err)
		return
	}
	kept, err := s.SetFault(f)
	if err != nil {
		s.writeError(w, http.StatusBadRequest, "%v", err)
		return
	}
	s.writeJSON(w, kept)
}

func (s *Sim) deleteFaults(w http.ResponseWriter, _ *http.Request) {
	s.ClearFaults()
	w.WriteHeader(http.StatusNoContent)
}

func (s *Sim) deleteFault(w http.ResponseWriter, r *http.Request) {
	if name := r.PathValue("name"); !s.ClearFault(name) {
		s.writeError(w, http.StatusNotFound, "there is no fault %q", name)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
