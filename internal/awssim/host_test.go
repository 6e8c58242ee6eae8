package awssim

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/clock"
)

func newTestHost(t *testing.T, o Options) *Host {
	t.Helper()
	h, err := NewHost(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(h.Close)
	return h
}

// askHost sends a request to the host as this machine would.
func askHost(h *Host, method, page, body string, change ...func(*http.Request)) (status int, answer string) {
	r := httptest.NewRequest(method, adminPrefix+page, strings.NewReader(body))
	r.RemoteAddr = "[::1]:1234"
	for _, c := range change {
		c(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Code, w.Body.String()
}

func TestAResetBringsTheFirstDayBack(t *testing.T) {
	for _, method := range []string{http.MethodPost, http.MethodDelete} {
		synctest.Test(t, func(t *testing.T) {
			h := newTestHost(t, Options{Settings: instant(), Seed: 1})
			old := h.Sim()
			makeCluster(t, old, "one")
			mustSet(t, old, Fault{Name: "x"})
			old.World().Do(func() { old.World().Settings.Latencies = map[core.Latency]core.Spread{core.APICall: {P50: time.Hour}} })
			if err := old.World().Step(time.Hour); err != nil {
				t.Fatal(err)
			}
			was := old.World().Clock().Now()
			if status, answer := askHost(h, method, "reset", ""); status != http.StatusNoContent {
				t.Fatalf("status %d: %s", status, answer)
			}
			s := h.Sim()
			if n := len(s.Inventory()) + len(s.Calls()) + len(s.CallCounts()) + len(s.Faults()) + len(s.settings().Latencies); n != 0 || s == old {
				t.Errorf("left: %v, %v, %v, %v", s.Inventory(), s.Calls(), s.Faults(), s.settings())
			}
			if now := s.World().Clock().Now(); !now.Equal(was) {
				t.Errorf("it is %v, want %v as before", now, was)
			}
			makeCluster(t, s, "one")
			again := loaded(t, saved(t, s)) // the journal began anew
			if diff := cmp.Diff(s.Inventory(), again.Inventory()); diff != "" {
				t.Errorf("inventory (-saved +loaded):\n%s", diff)
			}
		})
	}
}

func TestAWorldThatTakesThePlaceOfAPausedOneIsPaused(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTestHost(t, Options{Settings: instant()})
		old := h.Sim()
		data := saved(t, old)
		if err := old.World().SetPace(core.Pace{Speed: 7, Paused: true}); err != nil {
			t.Fatal(err)
		}
		for name, replace := range map[string]func() error{"reset": h.Reset, "load": func() error { return h.Load(data) }} {
			if err := replace(); err != nil {
				t.Fatal(err)
			}
			if pace := h.Sim().World().Pace(); pace != (core.Pace{Speed: 7, Paused: true}) {
				t.Errorf("%s: the pace is %v", name, pace)
			}
		}
		if old.World().Pace().Paused {
			t.Error("who waits in the world that was will wait forever")
		}
	})
}

func TestASnapshotIsSavedAndLoadedFromOutside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTestHost(t, Options{Clock: clock.Scaled{Anchor: time.Now(), Speed: 20}, Seed: 1, Settings: lively()})
		client := efs.NewFromConfig(aws.Config{Region: "us-east-1", HTTPClient: &http.Client{Transport: h.RoundTripper()}, Credentials: config(h.Sim(), "", "test").Credentials})
		done[*efs.CreateFileSystemOutput](t)(client.CreateFileSystem(t.Context(), &efs.CreateFileSystemInput{CreationToken: aws.String("t")}))
		status, snapshot := askHost(h, "GET", "snapshot", "")
		if status != http.StatusOK {
			t.Fatalf("status %d: %s", status, snapshot)
		}
		before, moment := h.Sim().Inventory(), h.Sim().World().Clock().Now()
		if status, answer := askHost(h, "POST", "reset", ""); status != http.StatusNoContent {
			t.Fatalf("status %d: %s", status, answer)
		}
		time.Sleep(time.Minute)
		if status, answer := askHost(h, "PATCH", "clock", `{"speed": 60}`); status != http.StatusOK {
			t.Fatalf("status %d: %s", status, answer)
		}
		if status, answer := askHost(h, "PUT", "snapshot", snapshot); status != http.StatusNoContent {
			t.Fatalf("status %d: %s", status, answer)
		}
		if diff := cmp.Diff(before, h.Sim().Inventory()); diff != "" || before[0].State != "creating" {
			t.Errorf("inventory (-saved +loaded):\n%s", diff)
		}
		if now := h.Sim().World().Clock().Now(); !now.Equal(moment) {
			t.Errorf("it is %v, want the moment of the snapshot, %v", now, moment)
		}
		time.Sleep(time.Second) // a minute of the world's
		if got := h.Sim().Inventory(); got[0].State != "available" || h.Sim().World().Clock().Now().Sub(moment) != time.Minute {
			t.Errorf("after a minute, at %v: %v", h.Sim().World().Clock().Now(), got)
		}
	})
}

func TestWhatCannotTakeItsPlaceLeavesTheOneThatRuns(t *testing.T) {
	h := newTestHost(t, Options{Settings: instant()})
	makeCluster(t, h.Sim(), "one")
	running := h.Sim()
	tests := []struct {
		name, method, page, body string
		request                  func(*http.Request)
		status                   int
		says                     string
	}{
		{"a broken snapshot", "PUT", "snapshot", "{", nil, 400, "not a whole snapshot"},
		{"a reset from outside", "POST", "reset", "", func(r *http.Request) { r.RemoteAddr = "192.0.2.1:1" }, 403, "for the machine"},
		{"a snapshot from outside", "PUT", "snapshot", "", func(r *http.Request) { r.RemoteAddr = "192.0.2.1:1" }, 403, "for the machine"},
		{"a reset of another site's page", "DELETE", "reset", "", func(r *http.Request) { r.Header.Set("Origin", "https://example.com") }, 403, "another site"},
		{"a reset by a look", "GET", "reset", "", nil, 405, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if test.request == nil {
				test.request = func(*http.Request) {}
			}
			status, answer := askHost(h, test.method, test.page, test.body, test.request)
			if status != test.status || !strings.Contains(answer, test.says) {
				t.Errorf("status %d, want %d: %s", status, test.status, answer)
			}
			if h.Sim() != running || len(running.Inventory()) != 1 {
				t.Error("the one that ran has been replaced")
			}
		})
	}
	for _, page := range []string{"POST reset", "DELETE reset", "PUT snapshot"} {
		method, path, _ := strings.Cut(page, " ")
		if status, answer := ask(running, method, adminPrefix+path, ""); status != http.StatusNotImplemented || !strings.Contains(answer, "flexgw up") {
			t.Errorf("%s without a host: status %d: %s", page, status, answer)
		}
	}
}

func TestTheClockIsShownAndChangedFromOutside(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		h := newTestHost(t, Options{Clock: clock.Scaled{Anchor: start, Speed: 20}, Settings: instant()})
		tests := []struct {
			name, method, body string
			status             int
			want               clockPage
			says               string
		}{
			{"at the start", "GET", "", 200, clockPage{Now: start.UTC(), Speed: 20, Ahead: "0s"}, ""},
			{"a step", "PATCH", `{"step": "10m"}`, 200, clockPage{Now: start.Add(10 * time.Minute).UTC(), Speed: 20, Ahead: "10m0s", Note: aloneNote}, ""},
			{"a pause and a speed", "PATCH", `{"paused": true, "speed": 60.5}`, 200, clockPage{Now: start.Add(10 * time.Minute).UTC(), Speed: 60.5, Paused: true, Ahead: "10m0s", Note: aloneNote}, ""},
			{"a step while paused", "PATCH", `{"step": "1s"}`, 200, clockPage{Now: start.Add(10*time.Minute + time.Second).UTC(), Speed: 60.5, Paused: true, Ahead: "10m1s", Note: aloneNote}, ""},
			{"going on", "PATCH", `{"paused": false}`, 200, clockPage{Now: start.Add(10*time.Minute + time.Second).UTC(), Speed: 60.5, Ahead: "10m1s", Note: aloneNote}, ""},
			{"nothing", "PATCH", `{}`, 400, clockPage{}, "nothing to change"},
			{"backwards", "PATCH", `{"step": "-1s"}`, 400, clockPage{}, "more than 0"},
			{"too far", "PATCH", `{"step": "721h"}`, 400, clockPage{}, "at most 720h0m0s"},
			{"standing by speed", "PATCH", `{"speed": 0}`, 400, clockPage{}, "speed: 0"},
			{"misspelt", "PATCH", `{"sped": 1}`, 400, clockPage{}, "sped"},
		}
		for _, test := range tests {
			status, answer := askHost(h, test.method, "clock", test.body)
			if status != test.status || !strings.Contains(answer, test.says) {
				t.Errorf("%s: status %d, want %d: %s", test.name, status, test.status, answer)
			}
			var got clockPage
			if err := json.Unmarshal([]byte(answer), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", test.name, diff)
			}
		}
	})
}
