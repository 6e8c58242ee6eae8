package engine_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/engine"
)

// start is the time at which the tests' walks begin.
var start = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// cloud is where fakes live: what is there by name, and the calls in their order.
type cloud struct {
	mu     sync.Mutex
	things map[string]string
	calls  []string
}

func newCloud(things map[string]string) *cloud {
	if things == nil {
		things = map[string]string{}
	}
	return &cloud{things: things}
}

// called notes a call and runs its part with the cloud locked.
func (c *cloud) called(verb, name string, do func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.calls = append(c.calls, verb+" "+name)
	do()
}

// writes are the calls that are no reads.
func (c *cloud) writes() []string {
	return slices.DeleteFunc(slices.Clone(c.calls), func(call string) bool { return strings.HasPrefix(call, "observe ") })
}

// thing is what a fake observes.
type thing struct{ Value string }

// fake is a resource whose value is a word.
type fake struct {
	cloud *cloud
	name  string
	needs []engine.Need
	// wish is the wanted value; "new" if it is empty.
	wish string
	// owner is whose an observed thing is; ours if it is nil.
	owner *engine.Ownership
	// first makes it CreatesFirst, as a cloud that refuses a second one allows.
	first bool
	// fails are the errors of verbs.
	fails map[string]error
	// during is called inside of a verb, before it does anything.
	during func(verb string)
}

func (f fake) enter(verb string) error {
	if f.during != nil {
		f.during(verb)
	}
	return f.fails[verb]
}

func (f fake) Identity() engine.Identity { return engine.Identity{Kind: "Thing", Name: f.name} }
func (f fake) Needs() []engine.Need      { return f.needs }
func (f fake) CreatesFirst() bool        { return f.first }

func (f fake) Wish() (string, error) {
	if f.wish == "" {
		return "new", f.fails["wish"]
	}
	return f.wish, f.fails["wish"]
}

func (f fake) Observe(_ context.Context, _ engine.Record) (found *thing, err error) {
	err = f.enter("observe")
	f.cloud.called("observe", f.name, func() {
		if value, ok := f.cloud.things[f.name]; ok && err == nil {
			found = &thing{value}
		}
	})
	return found, err
}

func (f fake) Owner(*thing) engine.Ownership {
	if f.owner != nil {
		return *f.owner
	}
	return engine.Ours()
}

func (f fake) Diff(wish string, observed *thing) *compare.Delta {
	delta := compare.NewDelta()
	if wish != observed.Value {
		delta.Add("value", wish, observed.Value)
	}
	return delta
}

func (f fake) Create(_ context.Context, wish string) (made *thing, err error) {
	err = f.enter("create")
	f.cloud.called("create", f.name, func() {
		if _, there := f.cloud.things[f.name]; there && err == nil {
			err = errors.Join(errors.New("a thing of this name is there"), engine.ErrAlreadyExists)
		}
		if err == nil {
			f.cloud.things[f.name], made = wish, &thing{wish}
		}
	})
	return made, err
}

func (f fake) Update(_ context.Context, wish string, _ *thing, _ *compare.Delta) (updated *thing, err error) {
	err = f.enter("update")
	f.cloud.called("update", f.name, func() {
		if err == nil {
			f.cloud.things[f.name], updated = wish, &thing{wish}
		}
	})
	return updated, err
}

func (f fake) Delete(context.Context, *thing) error {
	err := f.enter("delete")
	f.cloud.called("delete", f.name, func() {
		if err == nil {
			delete(f.cloud.things, f.name)
		}
	})
	return err
}

func (f fake) Release(context.Context, *thing) error {
	err := f.enter("release")
	f.cloud.called("release", f.name, func() {})
	return err
}

func (f fake) Settled(*thing) error { return f.fails["settled"] }
func (f fake) ID(*thing) string     { return "id-" + f.name }

// failing are the errors of one verb.
func failing(verb string, err error) map[string]error { return map[string]error{verb: err} }

// stack is a new stack at the start time.
func stack(records ...engine.Record) *engine.Stack {
	return engine.NewStack(records, nil, func() time.Time { return start })
}

// recorded is the record of a ready thing.
func recorded(name string) engine.Record {
	return engine.Record{Identity: engine.Identity{Kind: "Thing", Name: name}, ID: "id-" + name, State: engine.StateReady, Since: start.Add(-time.Hour)}
}

// add adds a fake.
func add(s *engine.Stack, f fake, options ...engine.Option) *engine.Ref[thing] {
	return engine.Add(s, "Phase", f, options...)
}

// step is the step of a thing, which must be there.
func step(t *testing.T, r *engine.Report, name string) engine.Step {
	t.Helper()
	s, ok := r.Step("Thing", name)
	if !ok {
		t.Fatalf("no step of %s in the report", name)
	}
	return s
}

// wantStates fails unless the things are in these states.
func wantStates(t *testing.T, r *engine.Report, want map[string]engine.State) {
	t.Helper()
	got := map[string]engine.State{}
	for _, s := range r.Steps {
		got[s.Name] = s.State
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("states (-want +got):\n%s", difference)
	}
}

// wantCalls fails unless these were the calls, in this order.
func wantCalls(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("calls %q, want %q", got, want)
	}
}
