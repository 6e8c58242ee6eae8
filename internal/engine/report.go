package engine

import (
	"errors"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
)

// Action is what a walk did, or would do, to a resource.
type Action string

// The actions.
const (
	ActionNone    Action = "none"
	ActionCreate  Action = "create"
	ActionUpdate  Action = "update"
	ActionDelete  Action = "delete"
	ActionRelease Action = "release"
)

// State is where a resource stands after a walk.
type State string

// The states.
const (
	StatePending  State = "Pending"  // not made yet
	StateReady    State = "Ready"    // there, as wished
	StateWaiting  State = "Waiting"  // the cloud is working on it
	StateFailed   State = "Failed"   // a verb failed
	StateBlocked  State = "Blocked"  // something that it needs is not ready
	StateExternal State = "External" // there before, used as it is
	StateDeleting State = "Deleting" // on its way out
	StateGone     State = "Gone"     // proved absent
	StateRetained State = "Retained" // left behind on purpose
)

// Step is what a walk found and did at one resource.
type Step struct {
	Identity
	// Phase is the part of the work that the resource belongs to.
	Phase Phase
	// Wanted is false where the resource should not be there (any more).
	Wanted bool
	// Action is what was done, or would be done.
	Action Action
	// State is where the resource stands now.
	State State
	// ID is the ARN or id, where there is one.
	ID string
	// Reason says why the resource is not ready.
	Reason string
	// Blocker is what a resource that is blocked waits for.
	Blocker Identity
	// Delta is what was, or would be, changed.
	Delta *compare.Delta
	// Replaces is true where a planned change makes another resource that takes the place
	// of the one that is there.
	Replaces bool
	// Stage is, in a plan, the step's place in the order: it comes after the steps of lower
	// stages that it hangs on. Steps of one stage do not wait for each other.
	Stage int
	// Missing is true where a recorded resource was found to be gone.
	Missing bool
	// Wait is set where the cloud is working.
	Wait *Wait
	// Problem is set where a verb failed.
	Problem *Problem
	// Unseen is true where a plan had nothing to look with, for what it takes for granted.
	Unseen bool
	// Left is set where a removal left the resource where it is.
	Left *Left
	// Since is when the state began.
	Since time.Time
	// Took is how long the verbs took.
	Took time.Duration
}

// Report is the outcome of a walk: a step for each resource, in the stack's order.
type Report struct {
	Steps []Step
}

// Done is true where every resource is ready, used, gone or retained.
func (r *Report) Done() bool {
	for _, s := range r.Steps {
		switch s.State {
		case StateReady, StateExternal, StateGone, StateRetained:
		default:
			return false
		}
	}
	return true
}

// Changes are the steps with an action, done or planned.
func (r *Report) Changes() []Step {
	var changes []Step
	for _, s := range r.Steps {
		if s.Action != ActionNone {
			changes = append(changes, s)
		}
	}
	return changes
}

// failurePause is how long a failure waits at most for another try, where something else
// is awaited too.
const failurePause = 10 * time.Second

// LookAgain is the soonest moment at which a wait or the pause before another try is
// over, 0 where there is none. A failure that may pass by itself does not wait for the
// end of a long wait for something else.
func (r *Report) LookAgain() time.Duration {
	var soonest time.Duration
	sooner := func(after time.Duration) {
		if after > 0 && (soonest == 0 || after < soonest) {
			soonest = after
		}
	}
	failed := false
	for _, s := range r.Steps {
		if s.Wait != nil {
			sooner(s.Wait.After)
		}
		if s.Problem != nil {
			sooner(s.Problem.RetryAfter)
			failed = failed || !s.Problem.Terminal && s.Problem.RetryAfter == 0
		}
	}
	if failed && soonest > failurePause {
		return failurePause
	}
	return soonest
}

// Problems are the failures of the walk.
func (r *Report) Problems() []*Problem {
	var problems []*Problem
	for _, s := range r.Steps {
		if s.Problem != nil {
			problems = append(problems, s.Problem)
		}
	}
	return problems
}

// Err joins the problems; nil where there are none.
func (r *Report) Err() error {
	var errs []error
	for _, p := range r.Problems() {
		errs = append(errs, p)
	}
	return errors.Join(errs...)
}

// Step is the step of a resource.
func (r *Report) Step(kind, name string) (Step, bool) {
	for _, s := range r.Steps {
		if s.Kind == kind && s.Name == name {
			return s, true
		}
	}
	return Step{}, false
}

// Records is what to remember for the next walk. What is proved gone is forgotten.
func (r *Report) Records() []Record {
	var records []Record
	for _, s := range r.Steps {
		if s.State == StateGone || (!s.Wanted && s.ID == "") {
			continue
		}
		records = append(records, Record{Identity: s.Identity, ID: s.ID, State: s.State, Reason: s.Reason, Since: s.Since})
	}
	return records
}
