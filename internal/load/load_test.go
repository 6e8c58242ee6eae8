package load

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"flexgw.io/controller/internal/clock"
)

// server answers as a simulated gateway does, through what may stand in its way.
func server(t *testing.T, before func(w http.ResponseWriter) bool) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		if before(w) {
			_ = json.NewEncoder(w).Encode(answer{Task: "one", Revision: "gw:1"})
		}
	}))
	t.Cleanup(s.Close)
	return strings.TrimPrefix(s.URL, "http://")
}

// until sends until as many requests have ended.
func until(t *testing.T, address string, enough int) Report {
	t.Helper()
	l := Start(t.Context(), Options{Address: address, Clock: clock.Scaled{Anchor: time.Now(), Speed: 100}})
	for l.ended() < enough {
		time.Sleep(time.Millisecond)
	}
	return l.Stop()
}

func (l *Load) ended() int {
	l.record.mu.Lock()
	defer l.record.mu.Unlock()
	return l.record.report.Sent
}

func TestRequestsThatSucceedAreCounted(t *testing.T) {
	r := until(t, server(t, func(http.ResponseWriter) bool { return true }), 20)
	if r.Failed != 0 || r.Sent < 20 || r.Tasks["one"] != r.Sent || r.Revisions["gw:1"] != r.Sent {
		t.Errorf("%v", r)
	}
}

func TestABrokenConnectionAndAWrongAnswerAreFailures(t *testing.T) {
	tests := map[string]func(w http.ResponseWriter) bool{
		"a connection that breaks off": func(http.ResponseWriter) bool { panic(http.ErrAbortHandler) },
		"an error": func(w http.ResponseWriter) bool {
			http.Error(w, "no", http.StatusServiceUnavailable)
			return false
		},
		"no JSON": func(w http.ResponseWriter) bool { _, _ = w.Write([]byte("hello")); return false },
	}
	for name, bad := range tests {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int32
			r := until(t, server(t, func(w http.ResponseWriter) bool { return asked.Add(1)%2 == 0 || bad(w) }), 20)
			if r.Failed == 0 || r.Failed == r.Sent || len(r.Failures) != r.Failed || r.Explain() == "" {
				t.Errorf("%v", r)
			}
		})
	}
}

func TestAClientThatIsAskedToLeaveComesBackWithoutAFailure(t *testing.T) {
	r := until(t, server(t, func(w http.ResponseWriter) bool { w.Header().Set("Connection", "close"); return true }), 20)
	if r.Failed != 0 {
		t.Errorf("%v\n%s", r, r.Explain())
	}
}

func TestTheLongestGapIsBetweenSuccesses(t *testing.T) {
	start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	at := func(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }
	var r record
	r.start(start)
	r.note(outcome{sent: start, ended: at(1)})
	r.note(outcome{sent: at(1), ended: at(3), err: errors.New("lost")})
	r.note(outcome{sent: at(2), ended: at(6)})
	if got := r.take(at(7)); got.LongestGap != 5*time.Second || got.Slowest != 4*time.Second || got.Sent != 3 || got.Failed != 1 {
		t.Errorf("%+v", got)
	}
	if got := r.take(at(20)); got.LongestGap != 14*time.Second || got.Sent != 0 {
		t.Errorf("a new report begins with %+v", got)
	}
}

func TestReportsAddUp(t *testing.T) {
	at := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var r record
	r.start(at)
	note := func(task string, err error) {
		at = at.Add(time.Second)
		r.note(outcome{sent: at, ended: at.Add(time.Second), answer: answer{Task: task, Revision: "gw:1"}, client: "here", err: err})
	}
	note("one", nil)
	note("", errors.New("lost"))
	first := r.take(at)
	note("one", nil)
	note("two", nil)
	sum := first.Plus(r.take(at))
	if sum.Sent != 4 || sum.Failed != 1 || sum.Failures[0].Client != "here" || sum.Tasks["one"] != 2 || sum.Tasks["two"] != 1 || sum.Revisions["gw:1"] != 3 {
		t.Errorf("%+v", sum)
	}
	if sum.LongestGap != 2*time.Second || sum.Slowest != time.Second {
		t.Errorf("gap %v, slowest %v; want 2 s and 1 s", sum.LongestGap, sum.Slowest)
	}
}
