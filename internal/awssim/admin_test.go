package awssim

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestTheWindowForPeopleIsOpenToThisMachineOnly(t *testing.T) {
	s, _ := newFake(t, Options{})
	get := func(remote, path string) *http.Response {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.RemoteAddr = remote
		w := httptest.NewRecorder()
		s.Handler().ServeHTTP(w, r)
		return w.Result()
	}
	if got := get("192.0.2.1:1234", "/_awssim/inventory").StatusCode; got != http.StatusForbidden {
		t.Errorf("from outside: status %d, want 403", got)
	}
	for _, path := range []string{"inventory", "calls", "settings"} {
		response := get("[::1]:1234", "/_awssim/"+path)
		body, err := io.ReadAll(response.Body)
		if err != nil || response.StatusCode != http.StatusOK || !json.Valid(body) {
			t.Errorf("%s: status %d, body %s, error %v", path, response.StatusCode, body, err)
		}
		if path == "inventory" && !strings.Contains(string(body), `"kind": "Cluster"`) {
			t.Errorf("inventory = %s, want the cluster", body)
		}
	}
	if len(s.Calls()) != 0 {
		t.Error("looking through the window counted as an AWS call")
	}
}
