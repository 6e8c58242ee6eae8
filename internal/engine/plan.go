package engine

import (
	"context"
	"errors"
	"fmt"
)

// Plan is the report of what Apply would do by and by, found by reading only, and without
// the stack's memory. First everything is looked at as it is. Then the wishes are compared
// with it in their order; what a resource will be like once it is made or changed is taken
// from what it can foresee of it, so that what depends on it can be planned, too. Looked is
// called in between: then, and not any more once Plan returns, the values are what is there.
func (s *Stack) Plan(ctx context.Context, looked ...func()) *Report {
	s.begin()
	s.walk(ctx, needed, func(ctx context.Context, n *node) {
		if n.wanted || n.record.ID != "" {
			s.lookToPlan(ctx, n)
		}
	})
	for _, look := range looked {
		look()
	}
	s.walk(ctx, needed, func(_ context.Context, n *node) {
		if n.wanted {
			s.plan(n)
			return
		}
		s.planRemoval(n, ActionDelete)
	})
	s.rank()
	return s.report()
}

// PlanDelete is the report of what Delete would do by and by, found by reading only.
func (s *Stack) PlanDelete(ctx context.Context) *Report { return s.planEnd(ctx, ActionDelete) }

// PlanRelease is the report of what Release would do by and by, found by reading only.
func (s *Stack) PlanRelease(ctx context.Context) *Report { return s.planEnd(ctx, ActionRelease) }

func (s *Stack) planEnd(ctx context.Context, action Action) *Report {
	s.begin()
	s.walk(ctx, needed, s.lookToPlan)
	s.walk(ctx, needed, func(_ context.Context, n *node) { s.planRemoval(n, action) })
	s.rankRemovals(0, func(*node) bool { return true })
	return s.report()
}

// lookToPlan observes a node. What nobody could look at, and what is looked for through it,
// is unseen: nothing is promised of it.
func (s *Stack) lookToPlan(ctx context.Context, n *node) {
	for _, need := range n.needs {
		if !need.order && need.node.unseen {
			n.unseen, n.step.Unseen = true, need.node.step.Unseen
			n.step.State, n.step.Reason = StateBlocked, fmt.Sprintf("needs %s", need.node.Identity)
			return
		}
	}
	for _, need := range n.needs {
		if need.inside && need.node.value == nil {
			return // nothing can be in what is not there
		}
	}
	observed, err := n.verbs.observe(ctx, n.record)
	var unseen *UnseenError
	if errors.As(err, &unseen) {
		n.cannotBeSeen(unseen)
		return
	}
	if err != nil {
		n.unseen = true
		s.fail(n, err)
		return
	}
	n.found(observed)
}

// cannotBeSeen notes that there is nothing to look with. What was never recorded is taken as
// not there: nothing was made.
func (n *node) cannotBeSeen(why *UnseenError) {
	if n.record.ID == "" {
		return
	}
	n.unseen, n.step.Unseen = true, true
	n.step.State, n.step.Reason = StateBlocked, why.Message
}

// plan finds out what apply would do to one wanted resource.
func (s *Stack) plan(n *node) {
	switch {
	case n.unseen:
	case n.value == nil:
		s.planCreation(n)
	default:
		s.planChange(n)
	}
}

// planCreation notes that the resource will be made, and what can be foreseen of it. A wish
// that cannot be had yet is no obstacle to a plan; one that has a problem will be.
func (s *Stack) planCreation(n *node) {
	n.step.Missing = n.record.ID != ""
	if err := n.verbs.absent(); err != nil {
		s.fail(n, err)
		n.unseen = n.step.Problem != nil
		return
	}
	n.step.Action, n.step.State = ActionCreate, StatePending
	if blocker := absentNeed(n); blocker != nil {
		n.step.Reason = fmt.Sprintf("details are known after %s", blocker.Identity)
		return
	}
	wish, err := n.verbs.wish()
	if err != nil {
		s.fail(n, err)
		return
	}
	n.value = n.verbs.foresee(wish, nil)
}

// planChange notes what will change about a resource that is there.
func (s *Stack) planChange(n *node) {
	n.step.State = StateReady
	switch owner := n.verbs.owner(n.value); owner.kind {
	case foreign:
		s.fail(n, &Problem{Reason: ReasonForeign, Terminal: true, Message: fmt.Sprintf("%s %s belongs to %s", n.Kind, n.step.ID, owner.owner)})
		return
	case external:
		n.step.State = StateExternal
		return
	}
	if blocker := absentNeed(n); blocker != nil {
		n.step.Action = ActionUpdate
		n.step.Reason = fmt.Sprintf("follows %s", blocker.Identity)
		return
	}
	wish, err := n.verbs.wish()
	if err != nil {
		s.fail(n, err)
		return
	}
	delta := n.verbs.diff(wish, n.value)
	if same(delta) {
		if err := n.verbs.settled(n.value); err != nil {
			s.fail(n, err)
		}
		return
	}
	n.step.Action, n.step.Delta = ActionUpdate, n.verbs.explain(wish, n.value, delta)
	n.step.Replaces = n.verbs.replaces(delta)
	if foreseen := n.verbs.foresee(wish, n.value); foreseen != nil {
		n.value = foreseen
	}
}

// planRemoval notes that the resource will go, where it is there and ours.
func (s *Stack) planRemoval(n *node, action Action) {
	switch {
	case n.unseen:
	case n.value == nil:
		n.step.State, n.step.ID = StateGone, ""
	case n.verbs.owner(n.value).kind != ours:
		n.step.State = StateExternal // used as it was, and left
	case action == ActionRelease:
		n.step.Action, n.step.State = action, StateReady
	default:
		if n.step.Reason = n.verbs.lasts(n.value); n.step.Reason != "" {
			n.step.Action, n.step.State = ActionRelease, StateReady
			return
		}
		n.step.Action, n.step.State = action, StateReady
	}
}

// absentNeed is the first needed node that is not there, and of which nothing can be
// foreseen.
func absentNeed(n *node) *node {
	for _, need := range n.needs {
		if need.isAbsent() {
			return need.node
		}
	}
	return nil
}

// rank gives every step its stage: what is removed first, then what is made and changed
// after all that it needs, then what is removed at the end.
func (s *Stack) rank() {
	early := s.rankRemovals(0, func(n *node) bool { return !n.wanted && n.early })
	last := early
	for _, n := range s.nodes {
		if !n.wanted {
			continue
		}
		n.step.Stage = early
		for _, need := range n.needs {
			n.step.Stage = max(n.step.Stage, need.node.step.Stage)
		}
		if n.step.Action != ActionNone {
			n.step.Stage++
		}
		last = max(last, n.step.Stage)
	}
	s.rankRemovals(last, func(n *node) bool { return !n.wanted && !n.early })
}

// rankRemovals gives those that match stages after a stage, dependents first, and returns
// the last one.
func (s *Stack) rankRemovals(after int, matches func(*node) bool) int {
	last, dependents := after, s.dependents()
	for i := range s.nodes {
		n := s.nodes[len(s.nodes)-1-i]
		if !matches(n) {
			continue
		}
		n.step.Stage = after
		for _, d := range dependents(n) {
			if matches(d) {
				n.step.Stage = max(n.step.Stage, d.step.Stage)
			}
		}
		if n.step.Action != ActionNone {
			n.step.Stage++
		}
		last = max(last, n.step.Stage)
	}
	return last
}
