package engine_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"flexgw.io/controller/internal/engine"
)

func TestADiamondIsMadeInTheOrderOfItsNeeds(t *testing.T) {
	c, s := newCloud(nil), stack()
	top := add(s, fake{cloud: c, name: "top"})
	left := add(s, fake{cloud: c, name: "left", needs: []engine.Need{engine.Settled(top)}})
	right := add(s, fake{cloud: c, name: "right", needs: []engine.Need{engine.Settled(top)}})
	add(s, fake{cloud: c, name: "bottom", needs: []engine.Need{engine.Settled(left), engine.Exists(right)}})

	r := s.Apply(t.Context())

	if !r.Done() || r.Err() != nil {
		t.Errorf("Done() = %v, Err() = %v, want a complete walk", r.Done(), r.Err())
	}
	made := c.writes()
	if len(made) != 4 || made[0] != "create top" || made[3] != "create bottom" {
		t.Errorf("made %q, want top first, bottom last and both others between", made)
	}
	if left.Value().Value != "new" {
		t.Errorf("the reference holds %+v, want what was made", left.Value())
	}
}

func TestIndependentResourcesAreMadeAtTheSameTime(t *testing.T) {
	c, s := newCloud(nil), stack()
	here, there := make(chan struct{}), make(chan struct{})
	// Each enters its create and waits for the other: one after the other would never end.
	meet := func(arrive chan<- struct{}, other <-chan struct{}) func(string) {
		return func(verb string) {
			if verb != "create" {
				return
			}
			close(arrive)
			select {
			case <-other:
			case <-t.Context().Done():
			case <-time.After(10 * time.Second):
				t.Error("the other resource was not worked on at the same time")
			}
		}
	}
	add(s, fake{cloud: c, name: "left", during: meet(here, there)})
	add(s, fake{cloud: c, name: "right", during: meet(there, here)})

	if r := s.Apply(t.Context()); !r.Done() {
		t.Errorf("steps %+v, want all ready", r.Steps)
	}
}

func TestWhatIsNotSettledHoldsUpOnlyWhoNeedsItSettled(t *testing.T) {
	c, s := newCloud(nil), stack()
	slow := add(s, fake{cloud: c, name: "slow", fails: failing("settled", engine.WaitFor(time.Minute, "slow is being made"))})
	add(s, fake{cloud: c, name: "needs it there", needs: []engine.Need{engine.Exists(slow)}})
	add(s, fake{cloud: c, name: "needs it ready", needs: []engine.Need{engine.Settled(slow)}})

	r := s.Apply(t.Context())

	wantStates(t, r, map[string]engine.State{"slow": engine.StateWaiting, "needs it there": engine.StateReady, "needs it ready": engine.StateBlocked})
	if got := step(t, r, "needs it ready").Reason; got != "needs Thing/slow" {
		t.Errorf("reason %q, want the name of what is needed", got)
	}
	if got := r.LookAgain(); got != time.Minute {
		t.Errorf("LookAgain() = %v, want the wait's minute", got)
	}
}

func TestAFailedBranchDoesNotStopTheOthers(t *testing.T) {
	c, s := newCloud(nil), stack()
	broken := add(s, fake{cloud: c, name: "broken", fails: failing("create", errors.New("no"))})
	behind := add(s, fake{cloud: c, name: "behind", needs: []engine.Need{engine.Exists(broken)}})
	add(s, fake{cloud: c, name: "far behind", needs: []engine.Need{engine.Exists(behind)}})
	other := add(s, fake{cloud: c, name: "other"})
	add(s, fake{cloud: c, name: "behind other", needs: []engine.Need{engine.Settled(other)}})

	r := s.Apply(t.Context())

	wantStates(t, r, map[string]engine.State{
		"broken": engine.StateFailed, "behind": engine.StateBlocked, "far behind": engine.StateBlocked,
		"other": engine.StateReady, "behind other": engine.StateReady,
	})
	if r.Done() || len(r.Problems()) != 1 {
		t.Errorf("Done() = %v with problems %v, want one problem", r.Done(), r.Problems())
	}
}

func TestAResourceThatFailsAfterItWasMadeIsRemembered(t *testing.T) {
	c, s := newCloud(nil), stack()
	add(s, fake{cloud: c, name: "half", fails: failing("settled", errors.New("it broke"))})
	r := s.Apply(t.Context())
	if got := r.Records(); len(got) != 1 || got[0].ID != "id-half" || got[0].State != engine.StateFailed {
		t.Errorf("records %+v, want the id of the failed resource", got)
	}
}

func TestADifferenceIsUpdatedWithItsDelta(t *testing.T) {
	c, s := newCloud(map[string]string{"a": "old", "b": "new"}), stack(recorded("a"), recorded("b"))
	changed := add(s, fake{cloud: c, name: "a"})
	add(s, fake{cloud: c, name: "b"})

	r := s.Apply(t.Context())

	wantCalls(t, c.writes(), "update a")
	a := step(t, r, "a")
	if changes := engine.FieldChanges(a.Delta); a.Action != engine.ActionUpdate || len(changes) != 1 || changes[0].String() != "value: old -> new" {
		t.Errorf("action %s with %v, want an update of the value", a.Action, changes)
	}
	if got := len(r.Changes()); got != 1 || changed.Value().Value != "new" {
		t.Errorf("%d changes and the value %q, want one change and the new value", got, changed.Value().Value)
	}
}

func TestAResourceOfSomeoneElseIsATerminalProblemAndNeverTouched(t *testing.T) {
	c, s := newCloud(map[string]string{"a": "old"}), stack()
	foreign := engine.Foreign("flex/other")
	a := add(s, fake{cloud: c, name: "a", owner: &foreign})
	add(s, fake{cloud: c, name: "b", needs: []engine.Need{engine.Exists(a)}})

	r := s.Apply(t.Context())

	wantCalls(t, c.writes())
	problem := step(t, r, "a").Problem
	if problem == nil || !problem.Terminal || problem.Reason != engine.ReasonForeign || !strings.Contains(problem.Message, "flex/other") {
		t.Errorf("problem %+v, want a terminal one that names the owner", problem)
	}
	wantStates(t, r, map[string]engine.State{"a": engine.StateFailed, "b": engine.StateBlocked})
}

func TestAResourceThatWasThereBeforeIsUsedAndNeverTouched(t *testing.T) {
	external := engine.External()
	build := func(c *cloud) *engine.Stack {
		s := stack()
		a := add(s, fake{cloud: c, name: "a", owner: &external})
		add(s, fake{cloud: c, name: "b", needs: []engine.Need{engine.Settled(a)}})
		return s
	}
	c := newCloud(map[string]string{"a": "old"})

	r := build(c).Apply(t.Context())
	wantStates(t, r, map[string]engine.State{"a": engine.StateExternal, "b": engine.StateReady})
	if !r.Done() {
		t.Error("Done() = false, want true: what is used is done")
	}
	r = build(c).Delete(t.Context())
	wantStates(t, r, map[string]engine.State{"a": engine.StateGone, "b": engine.StateGone})
	build(c).Release(t.Context())
	wantCalls(t, c.writes(), "create b", "delete b")
}

func TestWhatTheCloudRefusesToMakeTwiceIsMadeWithoutLooking(t *testing.T) {
	for _, test := range []struct {
		name    string
		there   map[string]string
		records []engine.Record
		want    []string
	}{
		{"nothing is recorded", nil, nil, []string{"create a"}},
		{"nothing is recorded, but it is there", map[string]string{"a": "new"}, nil, []string{"create a", "observe a"}},
		{"nothing is recorded, but another is there", map[string]string{"a": "old"}, nil, []string{"create a", "observe a", "update a"}},
		{"it is recorded", map[string]string{"a": "new"}, []engine.Record{recorded("a")}, []string{"observe a"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, s := newCloud(test.there), stack(test.records...)
			add(s, fake{cloud: c, name: "a", first: true})
			if r := s.Apply(t.Context()); !r.Done() {
				t.Errorf("steps %+v, want the resource ready", r.Steps)
			}
			wantCalls(t, c.calls, test.want...)
		})
	}
}

func TestInANewContainerNothingIsLookedFor(t *testing.T) {
	for _, test := range []struct {
		name  string
		there map[string]string
		want  []string
	}{
		{"the container is new", nil, []string{"observe box", "create box", "create content"}},
		{"the container was there", map[string]string{"box": "new"}, []string{"observe box", "observe content", "create content"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, s := newCloud(test.there), stack()
			box := add(s, fake{cloud: c, name: "box"})
			add(s, fake{cloud: c, name: "content", needs: []engine.Need{engine.Exists(box).Inside()}})
			s.Apply(t.Context())
			wantCalls(t, c.calls, test.want...)
		})
	}
}

func TestARecordedResourceThatVanishedIsMadeAnewAndReportedAsMissing(t *testing.T) {
	c, s := newCloud(nil), stack(recorded("a"))
	add(s, fake{cloud: c, name: "a", first: true})
	add(s, fake{cloud: c, name: "b"})
	r := s.Apply(t.Context())
	if a := step(t, r, "a"); !a.Missing || a.Action != engine.ActionCreate {
		t.Errorf("step %+v, want it missing and made", a)
	}
	if step(t, r, "b").Missing {
		t.Error("a resource that was never there is reported as missing")
	}
}

func TestAWishThatCannotBeMadeIsAProblemBeforeAnyCall(t *testing.T) {
	c, s := newCloud(nil), stack()
	add(s, fake{cloud: c, name: "a", fails: failing("wish", &engine.Problem{Reason: "Bad", Terminal: true, Message: "no wish"})})
	r := s.Apply(t.Context())
	if p := step(t, r, "a").Problem; p == nil || p.Reason != "Bad" {
		t.Errorf("problem %+v, want the wish's own", p)
	}
	wantCalls(t, c.calls)
}

func TestWhatIsNoLongerWantedGoesOnceTheRestIsReady(t *testing.T) {
	build := func(c *cloud, wait error) *engine.Stack {
		s := stack(recorded("kept"), recorded("old box"), recorded("old content"))
		add(s, fake{cloud: c, name: "kept", fails: failing("settled", wait)})
		box := add(s, fake{cloud: c, name: "old box"}, engine.Wanted(false))
		add(s, fake{cloud: c, name: "old content", needs: []engine.Need{engine.Exists(box).Inside()}}, engine.Wanted(false))
		add(s, fake{cloud: c, name: "never made"}, engine.Wanted(false))
		return s
	}
	there := map[string]string{"kept": "new", "old box": "new", "old content": "new"}
	c := newCloud(there)

	r := build(c, engine.WaitFor(time.Second, "not yet")).Apply(t.Context())
	wantCalls(t, c.writes())
	wantStates(t, r, map[string]engine.State{
		"kept": engine.StateWaiting, "old box": engine.StatePending, "old content": engine.StatePending, "never made": engine.StateGone,
	})
	if got := len(r.Records()); got != 3 {
		t.Errorf("%d records, want what is still there to be remembered", got)
	}

	r = build(c, nil).Apply(t.Context())
	wantCalls(t, c.writes(), "delete old content", "delete old box")
	wantStates(t, r, map[string]engine.State{
		"kept": engine.StateReady, "old box": engine.StateGone, "old content": engine.StateGone, "never made": engine.StateGone,
	})
	if got := r.Records(); len(got) != 1 || got[0].Name != "kept" {
		t.Errorf("records %+v, want only what is there", got)
	}
	if slices.Contains(c.calls, "observe never made") {
		t.Error("what was never made was looked for")
	}
}

func TestWhatIsSeenIsEnoughForWhoOnlyLooks(t *testing.T) {
	c := newCloud(map[string]string{"service": "new", "replicas": "new", "listener": "new"})
	s := engine.NewStack(nil, nil, func() time.Time { return start })
	service := engine.Add(s, "phase", fake{cloud: c, name: "service", fails: map[string]error{"settled": &engine.Problem{Reason: "RolledBack", Message: "given up"}}})
	engine.Add(s, "phase", fake{cloud: c, name: "replicas", needs: []engine.Need{engine.Seen(service)}})
	engine.Add(s, "phase", fake{cloud: c, name: "listener", needs: []engine.Need{engine.Exists(service)}})
	report := s.Apply(context.Background())
	for name, want := range map[string]engine.State{"service": engine.StateFailed, "replicas": engine.StateReady, "listener": engine.StateBlocked} {
		if step, _ := report.Step("Thing", name); step.State != want {
			t.Errorf("%s is %s, want %s", name, step.State, want)
		}
	}
}

func TestWhatWasChangedIsAwaitedAnew(t *testing.T) {
	c := newCloud(map[string]string{"a": "old"})
	long := start.Add(-time.Hour)
	records := []engine.Record{{Identity: engine.Identity{Kind: "Thing", Name: "a"}, ID: "a", State: engine.StateWaiting, Since: long}}
	for _, test := range []struct {
		wish string
		want time.Time
	}{{"old", long}, {"other", start}} {
		s := engine.NewStack(records, nil, func() time.Time { return start })
		engine.Add(s, "phase", fake{cloud: c, name: "a", wish: test.wish, fails: map[string]error{"settled": engine.WaitFor(time.Minute, "on its way")}})
		if step, _ := s.Apply(context.Background()).Step("Thing", "a"); !step.Since.Equal(test.want) {
			t.Errorf("with the wish %q it waits since %v, want %v", test.wish, step.Since, test.want)
		}
	}
}

func TestWhatWouldWorkAgainstTheRestGoesFirst(t *testing.T) {
	build := func(c *cloud, fails map[string]error) *engine.Stack {
		s := stack(recorded("kept"), recorded("old box"), recorded("old content"))
		kept := add(s, fake{cloud: c, name: "kept", wish: "changed"})
		box := add(s, fake{cloud: c, name: "old box", needs: []engine.Need{engine.Exists(kept)}, fails: fails}, engine.Wanted(false), engine.RemovedFirst())
		inside := []engine.Need{engine.Exists(box).Inside()}
		add(s, fake{cloud: c, name: "old content", needs: inside}, engine.Wanted(false), engine.RemovedFirst())
		add(s, fake{cloud: c, name: "never made", needs: inside}, engine.Wanted(false), engine.RemovedFirst())
		return s
	}
	there := func() *cloud {
		return newCloud(map[string]string{"kept": "new", "old box": "new", "old content": "new"})
	}

	c := there()
	r := build(c, nil).Apply(t.Context())
	wantCalls(t, c.writes(), "delete old content", "delete old box", "update kept")
	wantStates(t, r, map[string]engine.State{
		"kept": engine.StateReady, "old box": engine.StateGone, "old content": engine.StateGone, "never made": engine.StateGone,
	})
	if slices.Contains(c.calls, "observe never made") {
		t.Error("what was never made was looked for")
	}

	c = there()
	r = build(c, failing("delete", errors.New("not today"))).Apply(t.Context())
	wantStates(t, r, map[string]engine.State{
		"kept": engine.StateReady, "old box": engine.StateFailed, "old content": engine.StateGone, "never made": engine.StateGone,
	})
	if r.Done() {
		t.Error("done, though something could not be removed")
	}
	if got := r.Records(); len(got) != 2 {
		t.Errorf("records %+v, want what is still there", got)
	}
}
