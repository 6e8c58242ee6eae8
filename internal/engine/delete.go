package engine

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Delete removes everything of ours, dependents first, as far as one walk can. The
// stack is proved gone when a walk that remembers nothing has no actions and is Done.
func (s *Stack) Delete(ctx context.Context) *Report { return s.end(ctx, ActionDelete) }

// Release takes the owner's marks off everything of ours and leaves it running.
func (s *Stack) Release(ctx context.Context) *Report { return s.end(ctx, ActionRelease) }

func (s *Stack) end(ctx context.Context, action Action) *Report {
	s.begin()
	everything := func(*node) bool { return true }
	s.observeAll(ctx, everything)
	s.removeAll(ctx, everything, action)
	for _, n := range s.nodes {
		s.memorizeRemoval(n)
	}
	return s.report()
}

// pruneEarly is prune for what has to go before anything else is done.
func (s *Stack) pruneEarly(ctx context.Context) {
	found := false
	for _, n := range s.nodes {
		if n.early && !n.wanted && n.record.ID == "" {
			n.step.State = StateGone
		}
		found = found || n.early && !n.wanted && n.record.ID != ""
	}
	if !found {
		return
	}
	leftovers := func(n *node) bool { return n.early && !n.wanted && n.record.ID != "" }
	s.observeAll(ctx, leftovers)
	s.removeAll(ctx, leftovers, ActionDelete)
}

// prune removes what was made earlier and is no longer wanted.
func (s *Stack) prune(ctx context.Context) {
	leftovers := func(n *node) bool { return !n.wanted && !n.early && n.record.ID != "" }
	s.observeAll(ctx, leftovers)
	s.removeAll(ctx, leftovers, ActionDelete)
}

// observeAll looks for every node that matches, those that are needed first.
func (s *Stack) observeAll(ctx context.Context, matches func(*node) bool) {
	s.walk(ctx, needed, func(ctx context.Context, n *node) {
		if !matches(n) {
			return
		}
		for _, need := range n.needs {
			if need.inside && need.node.value == nil && need.node.observeErr == nil {
				return // its container is gone, and it with it
			}
		}
		if seen, ok := s.sighted(n); ok {
			n.value = seen
			return
		}
		n.value, n.observeErr = n.verbs.observe(ctx, n.record)
		if n.value == nil && n.observeErr == nil {
			n.observeErr = n.unseenThrough()
		}
	})
}

// unseenThrough is the wait for a need that could not be looked at: what is found through
// it is not gone because it was not found. Nil where all needs were seen.
func (n *node) unseenThrough() error {
	for _, need := range n.needs {
		if need.node.observeErr != nil {
			return WaitFor(hiddenPause, "%s could not be looked at", need.node.Identity)
		}
	}
	return nil
}

// removeAll removes every node that matches, those that need others first.
func (s *Stack) removeAll(ctx context.Context, matches func(*node) bool, action Action) {
	s.walk(ctx, s.dependents(), func(ctx context.Context, n *node) {
		if matches(n) {
			s.remove(ctx, n, action)
		}
	})
}

// remove deletes or releases one observed node, once its dependents are gone.
func (s *Stack) remove(ctx context.Context, n *node, action Action) {
	if n.observeErr != nil {
		s.fail(n, n.observeErr)
		return
	}
	if n.value == nil {
		if wait := s.maybeHidden(n); wait != nil {
			s.fail(n, wait)
			return
		}
		n.step.State, n.step.ID, n.step.Reason = StateGone, "", ""
		return
	}
	n.step.Reason = ""
	n.step.ID = n.verbs.id(n.value)
	if n.verbs.owner(n.value).kind != ours {
		n.step.State = StateGone // not ours: nothing of ours is left here
		return
	}
	if action == ActionRelease {
		s.release(ctx, n)
		return
	}
	if blocker := s.remaining(n); blocker != nil {
		n.step.State, n.step.Blocker = StateBlocked, blocker.Identity
		n.step.Reason = fmt.Sprintf("%s must go first", blocker.Identity)
		return
	}
	err := n.verbs.delete(ctx, n.value)
	if errors.As(err, &n.step.Left) || errors.Is(err, ErrStillShared) {
		n.step.State, n.step.Reason = StateRetained, err.Error()
		return
	}
	n.step.Action = ActionDelete
	if err != nil {
		s.fail(n, err)
		if n.step.State == StateWaiting {
			n.step.State = StateDeleting
		}
		return
	}
	n.step.State = StateGone
}

// A cloud's reads lag behind its writes: AWS's as a rule by less than 3 s, and rarely by
// 10 s. What was made less than hiddenFor ago may be there though it is not seen.
const (
	hiddenFor   = 15 * time.Second
	hiddenPause = 3 * time.Second
)

// maybeHidden is the wait for a resource that is not seen, but that was recorded so short
// a time ago that the cloud may not show it yet; nil where it is gone. What a removal has
// begun with was seen by it.
func (s *Stack) maybeHidden(n *node) *Wait {
	switch n.record.State {
	case StateDeleting, StateBlocked, StateExternal, StateRetained:
		return nil
	}
	left := n.record.Since.Add(hiddenFor).Sub(s.now())
	if n.record.ID == "" || left <= 0 {
		return nil
	}
	return WaitFor(min(left, hiddenPause), "it was made a moment ago and may not be visible yet")
}

func (s *Stack) release(ctx context.Context, n *node) {
	if err := n.verbs.release(ctx, n.value); err != nil {
		s.fail(n, err)
		return
	}
	n.step.Action, n.step.State = ActionRelease, StateRetained
}

// remaining is a dependent that is still there.
func (s *Stack) remaining(n *node) *node {
	for _, dependent := range s.dependents()(n) {
		if dependent.step.State != StateGone && dependent.step.Left == nil {
			return dependent
		}
	}
	return nil
}
