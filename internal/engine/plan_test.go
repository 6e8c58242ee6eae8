package engine_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/engine"
)

func TestPlanSaysWhatApplyWouldDoAndWritesNothing(t *testing.T) {
	c := newCloud(map[string]string{"same": "new", "different": "old", "unwanted": "new", "external": "old"})
	s := stack(recorded("same"), recorded("different"), recorded("unwanted"), recorded("vanished"))
	external := engine.External()
	add(s, fake{cloud: c, name: "same"})
	different := add(s, fake{cloud: c, name: "different"})
	absent := add(s, fake{cloud: c, name: "absent"})
	add(s, fake{cloud: c, name: "inside absent", needs: []engine.Need{engine.Exists(absent).Inside()}})
	add(s, fake{cloud: c, name: "vanished"})
	add(s, fake{cloud: c, name: "external", owner: &external})
	add(s, fake{cloud: c, name: "unwanted"}, engine.Wanted(false))
	add(s, fake{cloud: c, name: "never made"}, engine.Wanted(false))

	var there []*thing
	r := s.Plan(t.Context(), func() { there = append(there, different.Value(), absent.Value()) })

	wantCalls(t, c.writes())
	if len(there) != 2 || there[0] == nil || there[0].Value != "old" || there[1] != nil {
		t.Errorf("once all was looked at, the values are %v, want what is there", there)
	}
	got := map[string]engine.Action{}
	for _, step := range r.Changes() {
		got[step.Name] = step.Action
	}
	want := map[string]engine.Action{
		"different": engine.ActionUpdate, "absent": engine.ActionCreate, "inside absent": engine.ActionCreate,
		"vanished": engine.ActionCreate, "unwanted": engine.ActionDelete,
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("planned actions (-want +got):\n%s", difference)
	}
	if !step(t, r, "vanished").Missing {
		t.Error("what has vanished is not reported as missing")
	}
	if changes := engine.FieldChanges(step(t, r, "different").Delta); len(changes) != 1 || changes[0].String() != "value: old -> new" {
		t.Errorf("planned changes %v, want the value's", changes)
	}
}

func TestPlanSaysThatAResourceFollowsAnAbsentOne(t *testing.T) {
	c, s := newCloud(map[string]string{"service": "new"}), stack()
	absent := add(s, fake{cloud: c, name: "absent"})
	add(s, fake{cloud: c, name: "service", needs: []engine.Need{engine.Exists(absent)}, fails: failing("wish", errors.New("asked too early"))})
	service := step(t, s.Plan(t.Context()), "service")
	if service.Action != engine.ActionUpdate || service.Reason != "follows Thing/absent" || service.Problem != nil {
		t.Errorf("step %+v, want an update that follows the absent resource", service)
	}
}

func TestPlanPromisesNothingAboutWhatItCouldNotSee(t *testing.T) {
	c, s := newCloud(map[string]string{"content": "new"}), stack(recorded("box"), recorded("content"))
	box := add(s, fake{cloud: c, name: "box", fails: failing("observe", errors.New("no answer"))})
	add(s, fake{cloud: c, name: "content", needs: []engine.Need{engine.Exists(box).Inside()}})
	r := s.Plan(t.Context())
	if changes := r.Changes(); len(changes) != 0 {
		t.Errorf("planned %+v, want nothing", changes)
	}
	wantStates(t, r, map[string]engine.State{"box": engine.StateFailed, "content": engine.StateBlocked})
}

func TestWhatAPlanHasNothingToLookWithIsNoProblemAndAbsentIfItWasNeverRecorded(t *testing.T) {
	c, s := newCloud(map[string]string{"content": "new"}), stack(recorded("box"), recorded("content"))
	blind := failing("observe", &engine.UnseenError{Message: "there are no credentials yet"})
	box := add(s, fake{cloud: c, name: "box", fails: blind})
	add(s, fake{cloud: c, name: "content", needs: []engine.Need{engine.Exists(box).Inside()}})
	add(s, fake{cloud: c, name: "never made", fails: blind})
	r := s.Plan(t.Context())
	if changes := r.Changes(); len(changes) != 1 || changes[0].Name != "never made" || changes[0].Action != engine.ActionCreate {
		t.Errorf("planned %+v, want what was never made", changes)
	}
	for _, name := range []string{"box", "content"} {
		if s := step(t, r, name); !s.Unseen || s.Problem != nil || s.State != engine.StateBlocked {
			t.Errorf("%s: %+v, want it unseen without a problem", name, s)
		}
	}
}

func TestPlanReportsWhatBelongsToSomeoneElse(t *testing.T) {
	c, s := newCloud(map[string]string{"a": "old"}), stack()
	foreign := engine.Foreign("flex/other")
	add(s, fake{cloud: c, name: "a", owner: &foreign})
	r := s.Plan(t.Context())
	if p := step(t, r, "a").Problem; p == nil || !p.Terminal || p.Reason != engine.ReasonForeign {
		t.Errorf("problem %+v, want a terminal one", p)
	}
	if len(r.Changes()) != 0 {
		t.Errorf("planned %+v, want nothing", r.Changes())
	}
}
