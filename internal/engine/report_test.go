package engine_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/engine"
)

func TestTheSoonestWaitWins(t *testing.T) {
	r := &engine.Report{Steps: []engine.Step{
		{Wait: engine.WaitFor(30*time.Second, "slow")},
		{Problem: &engine.Problem{RetryAfter: 4 * time.Second}},
		{Wait: engine.WaitFor(9*time.Second, "quick")},
		{Problem: &engine.Problem{Reason: "Terminal"}},
		{},
	}}
	if got := r.LookAgain(); got != 4*time.Second {
		t.Errorf("LookAgain() = %v, want 4s", got)
	}
	if got := (&engine.Report{Steps: []engine.Step{{}}}).LookAgain(); got != 0 {
		t.Errorf("LookAgain() = %v with nothing to wait for, want 0", got)
	}
}

func TestAFailureDoesNotWaitForTheEndOfALongWait(t *testing.T) {
	for _, test := range []struct {
		name string
		step engine.Step
		wait time.Duration
		want time.Duration
	}{
		{"may pass", engine.Step{Problem: &engine.Problem{Reason: "AWSError"}}, 140 * time.Second, 10 * time.Second},
		{"may pass, and the wait is short", engine.Step{Problem: &engine.Problem{Reason: "AWSError"}}, 6 * time.Second, 6 * time.Second},
		{"needs a person", engine.Step{Problem: &engine.Problem{Terminal: true}}, 140 * time.Second, 140 * time.Second},
		{"has its own pause", engine.Step{Problem: &engine.Problem{RetryAfter: 20 * time.Second}}, 140 * time.Second, 20 * time.Second},
		{"no failure", engine.Step{}, 140 * time.Second, 140 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			r := &engine.Report{Steps: []engine.Step{{Wait: engine.WaitFor(test.wait, "slow")}, test.step}}
			if got := r.LookAgain(); got != test.want {
				t.Errorf("LookAgain() = %v, want %v", got, test.want)
			}
		})
	}
}

func TestALongWaitLooksWhenItIsUsuallyOverAndThenMoreAndMoreRarely(t *testing.T) {
	for _, test := range []struct {
		name           string
		waited, expect time.Duration
	}{
		{"at its beginning", 0, 100 * time.Second},
		{"in its middle", 40 * time.Second, 60 * time.Second},
		{"shortly before its end", 99 * time.Second, 4 * time.Second},
		{"at its end", 100 * time.Second, 4 * time.Second},
		{"a while after it", 140 * time.Second, 10 * time.Second},
		{"long after it", time.Hour, 30 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := newCloud(map[string]string{"slow": "new"})
			before := engine.Record{Identity: engine.Identity{Kind: "Thing", Name: "slow"}, ID: "id-slow", State: engine.StateWaiting, Since: start.Add(-test.waited)}
			s := stack(before)
			add(s, fake{cloud: c, name: "slow", fails: failing("settled", engine.WaitTypically(100*time.Second, "slow is being made"))})
			if got := s.Apply(t.Context()).LookAgain(); got != test.expect {
				t.Errorf("LookAgain() = %v, want %v", got, test.expect)
			}
		})
	}
}

func TestAStateKeepsItsBeginningUntilItChanges(t *testing.T) {
	hourAgo := start.Add(-time.Hour)
	for _, test := range []struct {
		name   string
		before engine.State
		want   time.Time
	}{
		{"the state is as before", engine.StateReady, hourAgo},
		{"the state has changed", engine.StateWaiting, start},
	} {
		t.Run(test.name, func(t *testing.T) {
			record := recorded("a")
			record.State = test.before
			s := stack(record)
			add(s, fake{cloud: newCloud(map[string]string{"a": "new"}), name: "a"})
			want := []engine.Record{{Identity: record.Identity, ID: "id-a", State: engine.StateReady, Since: test.want}}
			if difference := cmp.Diff(want, s.Apply(t.Context()).Records()); difference != "" {
				t.Errorf("records (-want +got):\n%s", difference)
			}
		})
	}
}

func TestErrorsBecomeWaitsAndProblems(t *testing.T) {
	classify := func(err error) error {
		if err.Error() == "busy" {
			return engine.WaitFor(5*time.Second, "the cloud is busy")
		}
		if err.Error() == "denied" {
			return &engine.Problem{Reason: "AccessDenied", Err: err}
		}
		return err
	}
	for _, test := range []struct {
		name   string
		err    error
		state  engine.State
		reason string
	}{
		{"a wait", errors.Join(errors.New("frame"), engine.WaitFor(time.Second, "soon")), engine.StateWaiting, ""},
		{"a problem", &engine.Problem{Reason: "Own"}, engine.StateFailed, "Own"},
		{"an error that the classes know as a wait", errors.New("busy"), engine.StateWaiting, ""},
		{"an error that the classes know as a problem", errors.New("denied"), engine.StateFailed, "AccessDenied"},
		{"an error that nobody knows", errors.New("surprise"), engine.StateFailed, "Error"},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := engine.NewStack(nil, classify, func() time.Time { return start })
			add(s, fake{cloud: newCloud(nil), name: "a", fails: failing("create", test.err)})
			a := step(t, s.Apply(t.Context()), "a")
			if a.State != test.state {
				t.Errorf("state %s, want %s", a.State, test.state)
			}
			if (a.Problem == nil) != (test.reason == "") || a.Problem != nil && a.Problem.Reason != test.reason {
				t.Errorf("problem %+v, want reason %q", a.Problem, test.reason)
			}
		})
	}
}

func TestTwoResourcesOfOneNameAreAMistake(t *testing.T) {
	s := stack()
	add(s, fake{name: "a"})
	defer func() {
		if recover() == nil {
			t.Error("the second resource of the name was taken")
		}
	}()
	add(s, fake{name: "a"})
}
