package engine_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/engine"
)

// versioned is a fake of which every change makes another version, whose id is known only
// then.
type versioned struct{ fake }

func (v versioned) Foresee(string, *thing) *thing { return &thing{engine.Unknown} }
func (v versioned) Replaces(*compare.Delta) bool  { return true }
func (v versioned) Lasts(*thing) string           { return fmt.Sprint(v.fails["lasts"]) }
func (v versioned) Absent() error                 { return v.fails["absent"] }
func (v versioned) Explain(w string, o *thing) *compare.Delta {
	delta := compare.NewDelta()
	delta.Add("colour", w+"ish", o.Value+"ish")
	return delta
}

// user is a fake whose wish is the value of another one.
type user struct {
	fake
	of *engine.Ref[thing]
}

func (u user) Needs() []engine.Need  { return append(u.needs, engine.Exists(u.of)) }
func (u user) Wish() (string, error) { return "uses " + u.of.Value().Value, nil }

// addUser adds what is made from another thing.
func addUser(s *engine.Stack, c *cloud, name string, of *engine.Ref[thing]) {
	engine.Add(s, "Phase", user{fake{cloud: c, name: name}, of})
}

func TestAPlanGoesByWhatAChangeWillHaveMade(t *testing.T) {
	c := newCloud(map[string]string{"version": "old", "user": "uses old", "other": "old"})
	s := stack(recorded("version"), recorded("user"))
	version := engine.Add(s, "Phase", versioned{fake{cloud: c, name: "version"}})
	addUser(s, c, "user", version)
	r := s.Plan(t.Context())
	wantCalls(t, c.writes())
	if v := step(t, r, "version"); !v.Replaces || engine.FieldChanges(v.Delta)[0].String() != "colour: oldish -> newish" {
		t.Errorf("version: replaces %v, %v", v.Replaces, engine.FieldChanges(v.Delta))
	}
	if got := engine.FieldChanges(step(t, r, "user").Delta); len(got) != 1 || got[0].To != "uses "+engine.Unknown {
		t.Errorf("user: %v, want that it follows the new version", got)
	}
}

func TestAPlanOfNothingKnowsWhatCanBeForeseen(t *testing.T) {
	c, s := newCloud(nil), stack()
	version := engine.Add(s, "Phase", versioned{fake{cloud: c, name: "version"}})
	addUser(s, c, "user", version)
	blind := add(s, fake{cloud: c, name: "blind"})
	addUser(s, c, "user of blind", blind)
	r := s.Plan(t.Context())
	for name, reason := range map[string]string{"version": "", "user": "", "blind": "", "user of blind": "details are known after Thing/blind"} {
		if got := step(t, r, name); got.Action != engine.ActionCreate || got.Reason != reason || got.Problem != nil {
			t.Errorf("%s: %s %q, problem %v; want create %q", name, got.Action, got.Reason, got.Problem, reason)
		}
	}
}

func TestWhatCannotBeWishedForIsPlannedWithItsProblem(t *testing.T) {
	c, s := newCloud(nil), stack()
	missing := &engine.Problem{Reason: "SecretMissing", Terminal: true, Message: "there is no Secret"}
	broken := add(s, fake{cloud: c, name: "broken", fails: failing("wish", missing)})
	add(s, fake{cloud: c, name: "next", needs: []engine.Need{engine.Settled(broken)}})
	r := s.Plan(t.Context())
	if got := step(t, r, "broken"); got.Action != engine.ActionCreate || got.Problem != missing {
		t.Errorf("broken: %+v", got)
	}
	if got := step(t, r, "next"); got.Action != engine.ActionCreate || got.Problem != nil {
		t.Errorf("next: %+v, want that it is created", got)
	}
}

func TestWhatNobodyHereMakesIsAwaitedOrAProblem(t *testing.T) {
	c, s := newCloud(nil), stack()
	none := &engine.Problem{Reason: "NoNetwork", Terminal: true, Message: "there is no network"}
	network := engine.Add(s, "Phase", versioned{fake{cloud: c, name: "network", fails: failing("absent", none)}})
	addUser(s, c, "in the network", network)
	engine.Add(s, "Phase", versioned{fake{cloud: c, name: "replicas", fails: failing("absent", engine.WaitFor(1, "ECS makes them"))}})
	r := s.Plan(t.Context())
	if changes := r.Changes(); len(changes) != 1 || changes[0].Name != "in the network" {
		t.Errorf("planned %+v", changes)
	}
	wantStates(t, r, map[string]engine.State{"network": engine.StateFailed, "replicas": engine.StateWaiting, "in the network": engine.StatePending})
}

func TestAPlanRemovesOnlyWhatIsRecordedAsApplyDoes(t *testing.T) {
	c := newCloud(map[string]string{"recorded": "new", "unrecorded": "new", "foreign": "new"})
	s, foreign := stack(recorded("recorded"), recorded("foreign")), engine.Foreign("flex/other")
	for name, owner := range map[string]*engine.Ownership{"recorded": nil, "unrecorded": nil, "foreign": &foreign} {
		add(s, fake{cloud: c, name: name, owner: owner}, engine.Wanted(false))
	}
	r := s.Plan(t.Context())
	if changes := r.Changes(); len(changes) != 1 || changes[0].Name != "recorded" || changes[0].Action != engine.ActionDelete {
		t.Errorf("planned %+v, want that what is recorded goes", changes)
	}
}

func TestStagesAreTheOrderOfApply(t *testing.T) {
	c := newCloud(map[string]string{"early": "new", "same": "new", "leftover": "new", "needs leftover": "new"})
	s := stack(recorded("early"), recorded("leftover"), recorded("needs leftover"))
	add(s, fake{cloud: c, name: "early"}, engine.Wanted(false), engine.RemovedFirst())
	same := add(s, fake{cloud: c, name: "same"})
	first := add(s, fake{cloud: c, name: "first", needs: []engine.Need{engine.Exists(same)}})
	add(s, fake{cloud: c, name: "second", needs: []engine.Need{engine.Settled(first)}})
	leftover := add(s, fake{cloud: c, name: "leftover"}, engine.Wanted(false))
	add(s, fake{cloud: c, name: "needs leftover", needs: []engine.Need{engine.Exists(leftover)}}, engine.Wanted(false))
	got := map[string]int{}
	for _, step := range s.Plan(t.Context()).Changes() {
		got[step.Name] = step.Stage
	}
	want := map[string]int{"early": 1, "first": 2, "second": 3, "needs leftover": 4, "leftover": 5}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("stages (-want +got):\n%s", diff)
	}
}

func TestThePlanOfADeletionHasDependentsFirstAndLeavesWhatIsNotOurs(t *testing.T) {
	c := newCloud(map[string]string{"box": "new", "content": "new", "external": "new", "kept": "new"})
	s, external := stack(), engine.External()
	box := add(s, fake{cloud: c, name: "box"})
	add(s, fake{cloud: c, name: "content", needs: []engine.Need{engine.Exists(box).Inside()}})
	add(s, fake{cloud: c, name: "external", owner: &external})
	engine.Add(s, "Phase", versioned{fake{cloud: c, name: "kept", fails: failing("lasts", errors.New("it is kept"))}})
	add(s, fake{cloud: c, name: "absent", fails: failing("wish", errors.New("a deletion needs no wish"))})
	r := s.PlanDelete(t.Context())
	wantCalls(t, c.writes())
	type planned struct {
		Action engine.Action
		Stage  int
		Reason string
	}
	got := map[string]planned{}
	for _, step := range r.Changes() {
		got[step.Name] = planned{step.Action, step.Stage, step.Reason}
	}
	want := map[string]planned{"content": {engine.ActionDelete, 1, ""}, "box": {engine.ActionDelete, 2, ""}, "kept": {engine.ActionRelease, 1, "it is kept"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("planned (-want +got):\n%s", diff)
	}
	for _, step := range s.PlanRelease(t.Context()).Changes() {
		if step.Action != engine.ActionRelease {
			t.Errorf("a release would %s %s", step.Action, step.Name)
		}
	}
}

func TestAPlanLooksPastTheMemory(t *testing.T) {
	c := newCloud(map[string]string{"a": "new"})
	memory := engine.NewMemory()
	s := stack()
	s.Remember(memory)
	add(s, fake{cloud: c, name: "a"})
	s.Apply(t.Context())
	c.things["a"] = "changed by someone"
	planning := stack(recorded("a"))
	planning.Remember(memory)
	add(planning, fake{cloud: c, name: "a"})
	if changes := planning.Plan(t.Context()).Changes(); len(changes) != 1 {
		t.Errorf("planned %+v, want the change back", changes)
	}
	if memory.Empty() {
		t.Error("the plan has emptied the memory")
	}
}
