package awssim

import "net/http"

// postFault sets a fault and answers with it as it is kept.
func (s *Sim) postFault(w http.ResponseWriter, r *http.Request) {
	var f Fault
	if !s.admin.Read(w, r, "a fault", &f) {
		return
	}
	kept, err := s.SetFault(f)
	if err != nil {
		s.admin.Refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	s.admin.Answer(w, kept)
}

func (s *Sim) deleteFaults(w http.ResponseWriter, _ *http.Request) {
	s.ClearFaults()
	w.WriteHeader(http.StatusNoContent)
}

func (s *Sim) deleteFault(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("name")
	s.admin.Removed(w, s.ClearFault(name), "fault", name)
}
