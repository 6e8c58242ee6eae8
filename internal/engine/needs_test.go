package engine_test

import (
	"errors"
	"testing"

	"flexgw.io/controller/internal/engine"
)

func TestWhatOnlyComesAfterAnotherIsNotKeptByItsFailure(t *testing.T) {
	c, s := newCloud(nil), stack()
	broken := add(s, fake{cloud: c, name: "broken", fails: failing("wish", errors.New("no"))})
	add(s, fake{cloud: c, name: "after", needs: []engine.Need{engine.After(broken)}})
	wantStates(t, s.Apply(t.Context()), map[string]engine.State{"broken": engine.StateFailed, "after": engine.StateReady})
}

func TestWhatComesAfterAnotherSeesWhetherThatIsReady(t *testing.T) {
	for name, fails := range map[string]map[string]error{"ready": nil, "awaited": failing("settled", engine.WaitFor(1, "soon"))} {
		c, s := newCloud(nil), stack()
		first := add(s, fake{cloud: c, name: "first", fails: fails})
		var seen bool
		add(s, fake{cloud: c, name: "after", needs: []engine.Need{engine.After(first)}, during: func(verb string) {
			if verb == "create" {
				seen = first.Ready()
			}
		}})
		s.Apply(t.Context())
		if seen != (fails == nil) {
			t.Errorf("where the first one is %s, it is seen to be ready: %v", name, seen)
		}
	}
	if (&engine.Ref[thing]{}).Ready() {
		t.Error("what is in no stack is ready")
	}
}

func TestWhatComesAfterAnotherIsRemovedBeforeIt(t *testing.T) {
	c := newCloud(map[string]string{"first": "new", "after": "new"})
	s := stack(recorded("first"), recorded("after"))
	first := add(s, fake{cloud: c, name: "first"})
	add(s, fake{cloud: c, name: "after", needs: []engine.Need{engine.After(first)}})
	s.Delete(t.Context())
	wantCalls(t, c.writes(), "delete after", "delete first")
}

func TestANeedWithAConditionIsMetWhenItHolds(t *testing.T) {
	for _, holds := range []bool{false, true} {
		c, s := newCloud(map[string]string{"first": "new"}), stack()
		first := add(s, fake{cloud: c, name: "first", fails: failing("settled", errors.New("it has a problem"))})
		add(s, fake{cloud: c, name: "second", needs: []engine.Need{engine.Seen(first).If(func() bool { return holds })}})
		want := engine.StateBlocked
		if holds {
			want = engine.StateReady
		}
		wantStates(t, s.Apply(t.Context()), map[string]engine.State{"first": engine.StateFailed, "second": want})
	}
}

func TestAPlanSaysThatAResourceFollowsOneThatIsNotGoodEnough(t *testing.T) {
	c, s := newCloud(map[string]string{"first": "new", "second": "new"}), stack()
	first := add(s, fake{cloud: c, name: "first"})
	add(s, fake{cloud: c, name: "second", needs: []engine.Need{engine.Exists(first).If(func() bool { return false })}, fails: failing("wish", errors.New("asked too early"))})
	if got := step(t, s.Plan(t.Context()), "second"); got.Action != engine.ActionUpdate || got.Reason != "follows Thing/first" {
		t.Errorf("step %+v, want an update that follows the first one", got)
	}
}

func TestWhatIsLeftDoesNotKeepWhatItNeeds(t *testing.T) {
	c := newCloud(map[string]string{"box": "new", "content": "new"})
	s := stack(recorded("box"), recorded("content"))
	box := add(s, fake{cloud: c, name: "box"})
	add(s, fake{cloud: c, name: "content", needs: []engine.Need{engine.Exists(box)}, fails: failing("delete", &engine.Left{Reason: "Retained", Message: "it stays"})})
	r := s.Delete(t.Context())
	wantStates(t, r, map[string]engine.State{"box": engine.StateGone, "content": engine.StateRetained})
	if content := step(t, r, "content"); content.Left == nil || content.Reason != "it stays" || content.Problem != nil || !r.Done() {
		t.Errorf("step %+v, want one that is left and done", content)
	}
}
