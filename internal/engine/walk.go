package engine

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// concurrency is how many resources of one stack are worked on at once. AWS's
// buckets allow bursts of 20 and more; a stack is rarely wider than this.
const concurrency = 10

// begin forgets what an earlier walk found out.
func (s *Stack) begin() {
	for _, n := range s.nodes {
		n.value, n.observeErr = nil, nil
		n.created, n.made, n.failed, n.notDue, n.unseen = false, false, false, false, false
		n.step = Step{Identity: n.Identity, Phase: n.phase, Wanted: n.wanted, Action: ActionNone, State: StatePending, ID: n.record.ID}
	}
}

// PanicError is what a walk panics with, on its caller's goroutine, where a visit panicked on
// one of the walk's own: there nobody could recover it, and one gateway's fault would end
// the controller for all.
type PanicError struct {
	Identity Identity
	// Value is what the visit panicked with, and Stack where.
	Value any
	Stack []byte
}

// Error implements error, so that whoever recovers it may return it. It does not have
// the Value, which may come from anywhere; String has.
func (p *PanicError) Error() string {
	return fmt.Sprintf("%s: a fault of the controller itself; its log has the place", p.Identity)
}

// String is for the log.
func (p *PanicError) String() string { return fmt.Sprintf("%s: %v\n%s", p.Identity, p.Value, p.Stack) }

// walk visits every node once, each after all nodes that first names for it, and
// independent ones in parallel. After a panic it begins no further visit.
func (s *Stack) walk(ctx context.Context, first func(*node) []*node, visit func(context.Context, *node)) {
	slots := make(chan struct{}, concurrency)
	done := map[*node]chan struct{}{}
	for _, n := range s.nodes {
		done[n] = make(chan struct{})
	}
	var running sync.WaitGroup
	var panicked atomic.Pointer[PanicError]
	for _, n := range s.nodes {
		running.Go(func() {
			defer close(done[n])
			for _, earlier := range first(n) {
				<-done[earlier]
			}
			slots <- struct{}{}
			defer func() { <-slots }()
			if panicked.Load() != nil {
				return
			}
			defer func() {
				if v := recover(); v != nil {
					panicked.CompareAndSwap(nil, &PanicError{n.Identity, v, debug.Stack()})
				}
			}()
			start := time.Now()
			visit(ctx, n)
			n.step.Took += time.Since(start)
			n.visited = s.now()
		})
	}
	running.Wait()
	if p := panicked.Load(); p != nil {
		panic(p)
	}
}

// report gathers the steps in the stack's order.
func (s *Stack) report() *Report {
	r := &Report{}
	now := s.now()
	for _, n := range s.nodes {
		n.step.Since = n.since()
		if wait := n.step.Wait; wait != nil && wait.Typically > 0 {
			wait.After = max(wait.pause(n.visited.Sub(n.step.Since))-now.Sub(n.visited), time.Millisecond)
		}
		r.Steps = append(r.Steps, n.step)
	}
	return r
}

// since is when the node's state began: earlier, where the last walk left it in the same
// state. What was made in this walk was in none before, and what was changed is awaited
// anew; what could not be changed has failed since it first could not.
func (n *node) since() time.Time {
	isChanged := n.created || n.step.Action == ActionUpdate && n.step.State != StateFailed
	if !isChanged && n.step.State == n.record.State && !n.record.Since.IsZero() {
		return n.record.Since
	}
	return n.visited
}

// needed are the nodes that a node needs: the order of making.
func needed(n *node) []*node {
	var nodes []*node
	for _, need := range n.needs {
		nodes = append(nodes, need.node)
	}
	return nodes
}

// dependents are, for each node, the nodes that need it: the order of removing.
func (s *Stack) dependents() func(*node) []*node {
	byNode := map[*node][]*node{}
	for _, n := range s.nodes {
		for _, need := range n.needs {
			byNode[need.node] = append(byNode[need.node], n)
		}
	}
	return func(n *node) []*node { return byNode[n] }
}

// fail notes the error of a verb in the node's step.
func (s *Stack) fail(n *node, err error) {
	wait, problem := outcome(err, s.classify)
	if wait != nil {
		n.step.Wait, n.step.State, n.step.Reason = wait, StateWaiting, wait.Reason
		return
	}
	n.step.Problem, n.step.State, n.step.Reason = problem, StateFailed, problem.Error()
}

// found notes what was observed or made.
func (n *node) found(value any) {
	n.value = value
	if value != nil {
		n.step.ID = n.verbs.id(value)
	}
}
