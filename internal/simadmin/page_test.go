package simadmin

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

var page = Page{Simulator: "sim", Logger: slog.New(slog.DiscardHandler)}

func TestOnlyThisMachineAndNoOtherSiteIsServed(t *testing.T) {
	for name, test := range map[string]struct {
		method, remote, origin string
		want                   bool
	}{
		"curl":                                   {"POST", "127.0.0.1:5000", "", true},
		"curl by IPv6":                           {"POST", "[::1]:5000", "", true},
		"another machine":                        {"GET", "192.0.2.1:5000", "", false},
		"the simulator's own page":               {"POST", "127.0.0.1:5000", "http://127.0.0.1:8080", true},
		"another site":                           {"POST", "127.0.0.1:5000", "https://example.com", false},
		"another site reads":                     {"GET", "127.0.0.1:5000", "https://example.com", true},
		"a name of someone else that leads here": {"POST", "127.0.0.1:5000", "http://rebound.example.com:8080", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest(test.method, "http://127.0.0.1:8080/_sim/faults", nil)
			if test.origin != "" {
				r.Host = strings.TrimPrefix(strings.TrimPrefix(test.origin, "http://"), "https://")
				r.Header.Set("Origin", test.origin)
			}
			r.RemoteAddr = test.remote
			w := httptest.NewRecorder()
			if got := page.Admits(w, r); got != test.want || got == (w.Code == http.StatusForbidden) {
				t.Errorf("admitted: %v, with %d", got, w.Code)
			}
		})
	}
}

func TestABodyIsReadStrictly(t *testing.T) {
	for _, test := range []struct{ name, body, refusal string }{
		{"as it should be", `{"name":"x"}`, ""},
		{"a misspelt field", `{"nmae":"x"}`, `sim: the body is not a thing: json: unknown field \"nmae\"`},
		{"too large", `{"name":"` + strings.Repeat("x", MaxBody) + `"}`, "request body too large"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var in struct {
				Name string `json:"name"`
			}
			w := httptest.NewRecorder()
			ok := page.Read(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader(test.body)), "a thing", &in)
			if ok != (test.refusal == "") || !strings.Contains(w.Body.String(), test.refusal) {
				t.Errorf("read: %v, %q", ok, w.Body)
			}
		})
	}
}

func TestADeleteSaysWhatIsNotThere(t *testing.T) {
	w := httptest.NewRecorder()
	page.Removed(w, false, "fault", "x")
	if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), `there is no fault \"x\"`) {
		t.Errorf("it answers %d %q", w.Code, w.Body)
	}
	w = httptest.NewRecorder()
	if page.Removed(w, true, "fault", "x"); w.Code != http.StatusNoContent {
		t.Errorf("it answers %d", w.Code)
	}
}
