package engine_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"flexgw.io/controller/internal/engine"
)

// chain is a stack of three things, each inside or on top of the one before.
func chain(c *cloud, fails map[string]map[string]error) *engine.Stack {
	s := stack(recorded("base"), recorded("middle"), recorded("top"))
	base := add(s, fake{cloud: c, name: "base", fails: fails["base"]})
	middle := add(s, fake{cloud: c, name: "middle", fails: fails["middle"], needs: []engine.Need{engine.Exists(base)}})
	add(s, fake{cloud: c, name: "top", fails: fails["top"], needs: []engine.Need{engine.Settled(middle).Inside()}})
	return s
}

func all() *cloud { return newCloud(map[string]string{"base": "new", "middle": "new", "top": "new"}) }

func TestDeleteGoesAgainstTheOrderOfTheNeeds(t *testing.T) {
	c := all()
	r := chain(c, nil).Delete(t.Context())
	wantCalls(t, c.writes(), "delete top", "delete middle", "delete base")
	if !r.Done() || len(r.Changes()) != 3 {
		t.Errorf("Done() = %v with %d changes, want three deletions", r.Done(), len(r.Changes()))
	}
	if got := r.Records(); got != nil {
		t.Errorf("records %+v, want none", got)
	}

	r = chain(c, nil).Delete(t.Context())
	if !r.Done() || len(r.Changes()) != 0 {
		t.Errorf("the second walk: Done() = %v with changes %v, want a proof that nothing is left", r.Done(), r.Changes())
	}
}

func TestDeleteWaitsForWhatIsOnItsWayOut(t *testing.T) {
	c := all()
	r := chain(c, map[string]map[string]error{"top": failing("delete", engine.WaitFor(7*time.Second, "top is draining"))}).Delete(t.Context())
	wantCalls(t, c.writes(), "delete top")
	wantStates(t, r, map[string]engine.State{"top": engine.StateDeleting, "middle": engine.StateBlocked, "base": engine.StateBlocked})
	if got := step(t, r, "base").Reason; got != "Thing/middle must go first" {
		t.Errorf("reason %q, want what must go first", got)
	}
	if r.Done() || r.LookAgain() != 7*time.Second {
		t.Errorf("Done() = %v, LookAgain() = %v, want the wait", r.Done(), r.LookAgain())
	}
}

func TestDeleteGoesOnBesideAFailure(t *testing.T) {
	c := newCloud(map[string]string{"a": "new", "b": "new"})
	s := stack()
	add(s, fake{cloud: c, name: "a", fails: failing("delete", errors.New("no"))})
	add(s, fake{cloud: c, name: "b"})
	wantStates(t, s.Delete(t.Context()), map[string]engine.State{"a": engine.StateFailed, "b": engine.StateGone})
}

func TestDeleteTakesNothingAsGoneThatItCouldNotSee(t *testing.T) {
	c := all()
	r := chain(c, map[string]map[string]error{"middle": failing("observe", errors.New("no answer"))}).Delete(t.Context())
	wantStates(t, r, map[string]engine.State{"top": engine.StateGone, "middle": engine.StateFailed, "base": engine.StateBlocked})
	if got := len(r.Records()); got != 2 {
		t.Errorf("%d records, want what may still be there", got)
	}
}

func TestDeleteDoesNotTakeAsGoneWhatItLooksForInAnUnseenContainer(t *testing.T) {
	c, memory := newCloud(map[string]string{"base": "new", "middle": "new"}), engine.NewMemory()
	s := chain(c, map[string]map[string]error{"middle": failing("observe", errors.New("no answer"))})
	s.Remember(memory)
	r := s.Delete(t.Context())
	wantStates(t, r, map[string]engine.State{"top": engine.StateWaiting, "middle": engine.StateFailed, "base": engine.StateBlocked})
	if got, want := step(t, r, "top").Reason, "Thing/middle could not be looked at"; got != want {
		t.Errorf("reason %q, want %q", got, want)
	}

	c.things["top"] = "new" // it had been there, and can be seen now
	s = chain(c, nil)
	s.Remember(memory)
	if r := s.Delete(t.Context()); !r.Done() {
		t.Errorf("not done: %+v", r.Steps)
	}
	wantCalls(t, c.writes(), "delete top", "delete middle", "delete base")
}

func TestDeleteDoesNotLookIntoAContainerThatIsGone(t *testing.T) {
	c := newCloud(map[string]string{"base": "new"})
	r := chain(c, nil).Delete(t.Context())
	wantCalls(t, c.calls, "observe base", "observe middle", "delete base")
	wantStates(t, r, map[string]engine.State{"top": engine.StateGone, "middle": engine.StateGone, "base": engine.StateGone})
}

func TestDeleteNeedsNoWish(t *testing.T) {
	c := all()
	r := chain(c, map[string]map[string]error{"middle": failing("wish", errors.New("the Secret is gone"))}).Delete(t.Context())
	if !r.Done() {
		t.Errorf("steps %+v, want all gone", r.Steps)
	}
}

func TestDeleteLeavesWhatOthersShare(t *testing.T) {
	c := all()
	shared := fmt.Errorf("%w: 2 services", engine.ErrStillShared)
	r := chain(c, map[string]map[string]error{"base": failing("delete", shared)}).Delete(t.Context())
	wantStates(t, r, map[string]engine.State{"top": engine.StateGone, "middle": engine.StateGone, "base": engine.StateRetained})
	base := step(t, r, "base")
	if !r.Done() || base.Action != engine.ActionNone || base.Problem != nil {
		t.Errorf("Done() = %v, step %+v, want it left without a change or a problem", r.Done(), base)
	}
}

func TestDeleteNeverTouchesWhatIsSomeoneElses(t *testing.T) {
	c, s := newCloud(map[string]string{"a": "old"}), stack()
	foreign := engine.Foreign("flex/other")
	add(s, fake{cloud: c, name: "a", owner: &foreign})
	r := s.Delete(t.Context())
	wantCalls(t, c.writes())
	if !r.Done() || r.Err() != nil {
		t.Errorf("Done() = %v, Err() = %v, want nothing of ours to be left", r.Done(), r.Err())
	}
}

func TestReleaseLeavesEverythingAndTakesTheMarksAway(t *testing.T) {
	c := all()
	r := chain(c, nil).Release(t.Context())
	wantCalls(t, c.writes(), "release top", "release middle", "release base")
	wantStates(t, r, map[string]engine.State{"top": engine.StateRetained, "middle": engine.StateRetained, "base": engine.StateRetained})
	if !r.Done() || len(c.things) != 3 {
		t.Errorf("Done() = %v with %d things, want all three left behind", r.Done(), len(c.things))
	}
}

func TestAReleaseThatFailsIsTriedAgain(t *testing.T) {
	c := all()
	r := chain(c, map[string]map[string]error{"middle": failing("release", errors.New("no"))}).Release(t.Context())
	wantStates(t, r, map[string]engine.State{"top": engine.StateRetained, "middle": engine.StateFailed, "base": engine.StateRetained})
	if r.Done() {
		t.Error("Done() = true, want another walk")
	}
}
