package awssim

import (
	"bytes"
	"io"
	"net/http"
	"strings"
)

// journaled keeps what requests to the admin API change in the world. All of such a
// request happens at one moment, and no AWS call in between.
func (s *Sim) journaled(admin http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !changesWorld(r) {
			admin.ServeHTTP(w, r)
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			s.admin.Refuse(w, http.StatusBadRequest, "cannot read the request: %v", err)
			return
		}
		answer := s.change(admin, r, body)
		for name, values := range answer.header {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.status)
		_, _ = w.Write(answer.body.Bytes()) // the client may be gone; there is nobody to tell
	})
}

// change serves a request that may change the world, and keeps one that was not refused.
func (s *Sim) change(admin http.Handler, r *http.Request, body []byte) *responseBuffer {
	s.turn.Lock()
	defer s.turn.Unlock()
	defer s.world.Hold()()
	r.Body = io.NopCloser(bytes.NewReader(body))
	answer := &responseBuffer{header: http.Header{}, status: http.StatusOK}
	admin.ServeHTTP(answer, r)
	if answer.status < http.StatusBadRequest {
		s.world.Do(func() {
			e := &journalAdmin{Method: r.Method, Path: r.URL.RequestURI(), Body: body}
			s.journal.add(journalEntry{At: s.world.Now(), Admin: e}, len(body))
		})
	}
	return answer
}

// changesWorld is true for requests that a journal has to keep. Faults are not of the
// world but of the wire, and the pages of time and snapshots are about the journal.
func changesWorld(r *http.Request) bool {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return false
	}
	page, _, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, adminPrefix), "/")
	switch page {
	case "clock", "faults", "reset", "snapshot":
		return false
	}
	return true
}
