package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/engine"
)

// remembering is a stack of one thing that uses a memory.
func remembering(c *cloud, memory *engine.Memory, before *engine.Report, now time.Time, thing fake, options ...engine.Option) *engine.Stack {
	var records []engine.Record
	if before != nil {
		records = before.Records()
	}
	thing.cloud = c
	s := engine.NewStack(records, nil, func() time.Time { return now })
	s.Remember(memory)
	engine.Add(s, "phase", thing, options...)
	return s
}

// callsOf are the calls that fn makes.
func callsOf(c *cloud, fn func()) []string {
	before := len(c.calls)
	fn()
	return c.calls[before:]
}

func TestWhatIsAsWishedIsNotReadAgainUntilALookAfresh(t *testing.T) {
	c, memory := newCloud(nil), engine.NewMemory()
	first := remembering(c, memory, nil, start, fake{name: "a"}).Apply(context.Background())
	again := func() { remembering(c, memory, first, start, fake{name: "a"}).Apply(context.Background()) }
	if calls := callsOf(c, again); len(calls) != 0 {
		t.Errorf("calls of a walk that remembers: %v", calls)
	}
	memory.LookAfresh()
	if diff := cmp.Diff([]string{"observe a"}, callsOf(c, again)); diff != "" {
		t.Errorf("calls after LookAfresh (-want +got):\n%s", diff)
	}
}

func TestWhatMustChangeIsObservedBeforeItIsUpdated(t *testing.T) {
	c, memory := newCloud(nil), engine.NewMemory()
	first := remembering(c, memory, nil, start, fake{name: "a"}).Apply(context.Background())
	calls := callsOf(c, func() {
		remembering(c, memory, first, start, fake{name: "a", wish: "other"}).Apply(context.Background())
	})
	if diff := cmp.Diff([]string{"observe a", "update a"}, calls); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
}

func TestWhatIsAwaitedIsNotAskedBeforeItIsDue(t *testing.T) {
	c, memory := newCloud(nil), engine.NewMemory()
	waiting := fake{name: "a", fails: map[string]error{"settled": engine.WaitFor(time.Minute, "it is being made")}}
	first := remembering(c, memory, nil, start, waiting).Apply(context.Background())
	for _, test := range []struct {
		after time.Duration
		want  int
	}{{30 * time.Second, 0}, {time.Minute, 1}} {
		var report *engine.Report
		calls := callsOf(c, func() {
			report = remembering(c, memory, first, start.Add(test.after), waiting).Apply(context.Background())
		})
		if len(calls) != test.want {
			t.Errorf("calls after %v: %v, want %d", test.after, calls, test.want)
		}
		if report.Steps[0].State != engine.StateWaiting || report.LookAgain() <= 0 {
			t.Errorf("after %v the step is %+v", test.after, report.Steps[0])
		}
	}
}

func TestWhatWasRemovedIsNotRememberedWhenItIsWantedAgain(t *testing.T) {
	c, memory := newCloud(nil), engine.NewMemory()
	report := remembering(c, memory, nil, start, fake{name: "a"}).Apply(context.Background())
	report = remembering(c, memory, report, start, fake{name: "a"}, engine.Wanted(false)).Apply(context.Background())
	if len(c.things) != 0 {
		t.Fatalf("still there: %v", c.things)
	}
	remembering(c, memory, report, start, fake{name: "a"}).Apply(context.Background())
	if len(c.things) != 1 {
		t.Error("it was taken for there and not made anew")
	}
}

func TestAFailureIsNotRemembered(t *testing.T) {
	c, memory := newCloud(map[string]string{"a": "old"}), engine.NewMemory()
	failing := fake{name: "a", fails: map[string]error{"update": errors.New("no")}}
	first := remembering(c, memory, nil, start, failing).Apply(context.Background())
	if !memory.Empty() {
		t.Error("a resource that failed is remembered")
	}
	calls := callsOf(c, func() { remembering(c, memory, first, start, fake{name: "a"}).Apply(context.Background()) })
	if diff := cmp.Diff([]string{"observe a", "update a"}, calls); diff != "" {
		t.Errorf("calls of the next walk (-want +got):\n%s", diff)
	}
}

func TestADeletionReadsOnlyOnceWhatHasToStayForNow(t *testing.T) {
	c, memory := newCloud(map[string]string{"base": "new", "top": "new"}), engine.NewMemory()
	walk := func(going bool) (report *engine.Report) {
		s := engine.NewStack(nil, nil, func() time.Time { return start })
		s.Remember(memory)
		base := engine.Add(s, "phase", fake{cloud: c, name: "base"})
		top := fake{cloud: c, name: "top", needs: []engine.Need{engine.Exists(base)}}
		if going {
			top.fails = map[string]error{"delete": engine.WaitFor(time.Minute, "draining")}
		}
		engine.Add(s, "phase", top)
		return s.Delete(context.Background())
	}
	walk(true)
	if diff := cmp.Diff([]string{"observe top", "delete top"}, callsOf(c, func() { walk(true) })); diff != "" {
		t.Errorf("calls while the top drains (-want +got):\n%s", diff)
	}
	if report := walk(false); !report.Done() || len(c.things) != 0 {
		t.Errorf("left: %v, steps %+v", c.things, report.Steps)
	}
}

func TestAWaitThatIsNotDueKeepsItsCode(t *testing.T) {
	c, memory := newCloud(nil), engine.NewMemory()
	waiting := fake{name: "a", fails: map[string]error{"settled": &engine.Wait{After: time.Minute, Reason: "held back", Code: "Paused"}}}
	first := remembering(c, memory, nil, start, waiting).Apply(context.Background())
	second := remembering(c, memory, first, start.Add(time.Second), waiting).Apply(context.Background())
	step, _ := second.Step("Thing", "a")
	if step.Wait == nil || step.Wait.Code != "Paused" || step.Wait.After != 59*time.Second {
		t.Errorf("the second walk waits %+v, want 59 s for the same code", step.Wait)
	}
}

func TestAWaitIsForgottenWhereTheSpecAwaitsSomethingElse(t *testing.T) {
	for name, settled := range map[string]error{
		"nothing":        nil,
		"something else": &engine.Wait{After: time.Minute, Reason: "more is held back", Code: "Paused"},
	} {
		t.Run(name, func(t *testing.T) {
			c, memory := newCloud(nil), engine.NewMemory()
			held := map[string]error{"settled": &engine.Wait{After: time.Minute, Reason: "held back", Code: "Paused"}}
			first := remembering(c, memory, nil, start, fake{name: "a", fails: held}).Apply(context.Background())
			second := remembering(c, memory, first, start.Add(time.Second), fake{name: "a", fails: map[string]error{"settled": settled}}).Apply(context.Background())
			step, _ := second.Step("Thing", "a")
			if step.Reason == "held back" || (step.State == engine.StateReady) != (settled == nil) {
				t.Errorf("a second later it is %s: %q", step.State, step.Reason)
			}
		})
	}
}
