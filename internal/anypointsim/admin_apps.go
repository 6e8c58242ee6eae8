package anypointsim

import "net/http"

// putOrganization makes an organization, or adds environments to one.
func (s *Sim) putOrganization(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Environments []string `json:"environments"`
	}
	if !s.admin.Read(w, r, "the environments of an organization", &in) {
		return
	}
	s.PutOrganization(r.PathValue("id"), in.Environments...)
	w.WriteHeader(http.StatusNoContent)
}

// putApp makes a Connected App, or replaces one.
func (s *Sim) putApp(w http.ResponseWriter, r *http.Request) {
	var in App
	if !s.admin.Read(w, r, "a Connected App", &in) {
		return
	}
	in.ClientID = r.PathValue("id")
	if err := s.PutApp(in); err != nil {
		s.admin.Refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
