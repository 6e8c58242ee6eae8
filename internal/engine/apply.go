package engine

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
)

// Apply makes the cloud as the stack wishes and, once that is done, removes what is
// no longer wanted. It goes as far as one walk can: what must wait, waits in the
// report.
func (s *Stack) Apply(ctx context.Context) *Report {
	s.begin()
	s.pruneEarly(ctx)
	s.walk(ctx, needed, func(ctx context.Context, n *node) {
		if n.wanted {
			s.apply(ctx, n)
			n.visited = s.now()
			s.memorize(n)
			return
		}
		s.forget(n)
		if n.early {
			return
		}
		n.step.State = StateGone
		if n.record.ID != "" {
			n.step.State, n.step.Reason = StatePending, "will be removed once the rest is ready"
		}
	})
	if s.wantedAreReady() {
		s.prune(ctx)
	}
	return s.report()
}

// apply brings one wanted resource to what its wish says.
func (s *Stack) apply(ctx context.Context, n *node) {
	if blocker := unmetNeed(n); blocker != nil {
		n.step.State, n.step.Blocker = StateBlocked, blocker.Identity
		n.step.Reason = fmt.Sprintf("needs %s", blocker.Identity)
		return
	}
	wish, err := n.verbs.wish()
	if err != nil {
		s.fail(n, err)
		return
	}
	observed, err := s.observeOrCreate(ctx, n, wish)
	n.found(observed)
	if err == nil && !n.created {
		err = s.adjust(ctx, n, wish)
	}
	if err != nil {
		n.failed = !n.notDue
		s.fail(n, err)
		return
	}
	s.settle(n)
}

// observeOrCreate returns the resource, made if it was absent.
func (s *Stack) observeOrCreate(ctx context.Context, n *node, wish any) (any, error) {
	known, wait, err := s.fromMemory(ctx, n, wish)
	if wait != nil {
		n.notDue = true
		return known, wait
	}
	if known != nil || err != nil {
		return known, err
	}
	if s.nothingToObserve(n) {
		made, err := s.create(ctx, n, wish)
		if !errors.Is(err, ErrAlreadyExists) {
			return made, err
		}
	}
	n.made = false
	observed, err := n.verbs.observe(ctx, n.record)
	if err != nil || observed != nil {
		return observed, err
	}
	n.step.Missing = n.record.ID != ""
	return s.create(ctx, n, wish)
}

// nothingToObserve is true where the resource cannot be there, or where the cloud
// itself refuses to make a second one.
func (s *Stack) nothingToObserve(n *node) bool {
	if n.record.ID != "" {
		return false
	}
	for _, need := range n.needs {
		if (need.inside || need.older) && need.node.made {
			return true
		}
	}
	return n.verbs.createsFirst()
}

func (s *Stack) create(ctx context.Context, n *node, wish any) (any, error) {
	made, err := n.verbs.create(ctx, wish)
	if made != nil || err == nil {
		n.step.Action = ActionCreate
		n.created, n.made = true, true
	}
	return made, err
}

// adjust changes what differs from the wish, if the resource is ours.
func (s *Stack) adjust(ctx context.Context, n *node, wish any) error {
	switch owner := n.verbs.owner(n.value); owner.kind {
	case foreign:
		return &Problem{Reason: ReasonForeign, Terminal: true,
			Message: fmt.Sprintf("%s exists already and belongs to %s: rename or remove one of the two", n.step.ID, owner.owner)}
	case external:
		n.step.State = StateExternal
		return nil
	}
	delta := n.verbs.diff(wish, n.value)
	if same(delta) {
		return nil
	}
	n.step.Delta = delta
	updated, err := n.verbs.update(ctx, wish, n.value, delta)
	if err != nil {
		return err
	}
	n.step.Action = ActionUpdate
	n.found(updated)
	return nil
}

// ReasonForeign is the reason of the problem that a resource belongs to someone else.
const ReasonForeign = "OwnedBySomeoneElse"

func (s *Stack) settle(n *node) {
	if err := n.verbs.settled(n.value); err != nil {
		s.fail(n, err)
		return
	}
	if n.step.State != StateExternal {
		n.step.State = StateReady
	}
}

// unmetNeed is the first node that is not as the node needs it.
func unmetNeed(n *node) *node {
	for _, need := range n.needs {
		failed := need.node.step.State == StateFailed
		if need.isAbsent() || !need.order && (failed && !need.evenFailed || need.settled && !need.node.isReady()) {
			return need.node
		}
	}
	return nil
}

// isAbsent is true where what is needed is not there, or not good enough.
func (n Need) isAbsent() bool {
	return !n.order && (n.node.value == nil || n.holds != nil && !n.holds())
}

// wantedAreReady is true where nothing that is wanted is outstanding.
func (s *Stack) wantedAreReady() bool {
	for _, n := range s.nodes {
		if n.wanted && !n.isReady() {
			return false
		}
	}
	return true
}

func same(d *compare.Delta) bool { return d == nil || len(d.Differences) == 0 }
