package engine

import (
	"context"
	"fmt"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
)

// Phase names the part of the work that a resource belongs to, for reports.
type Phase string

// Stack is the graph of the resources of one owner, in the order in which they
// were added. A resource may need only resources that were added before it.
type Stack struct {
	nodes    []*node
	byID     map[Identity]*node
	records  map[Identity]Record
	classify Classify
	now      func() time.Time
	memory   *Memory
}

// NewStack returns an empty stack. Records are what the last walk remembered; now
// tells the time by which waits are measured.
func NewStack(records []Record, classify Classify, now func() time.Time) *Stack {
	s := &Stack{byID: map[Identity]*node{}, records: map[Identity]Record{}, classify: classify, now: now}
	for _, r := range records {
		s.records[r.Identity] = r
	}
	return s
}

// Option changes how a resource is added.
type Option func(*node)

// Wanted keeps a resource in the graph that should not be there if wanted is
// false: Apply removes it if it was made earlier.
func Wanted(wanted bool) Option {
	return func(n *node) { n.wanted = wanted }
}

// RemovedFirst removes a resource that is no longer wanted before anything else is done,
// and not once the rest is ready: it would work against the rest. What needs it must be
// removed first, too.
func RemovedFirst() Option {
	return func(n *node) { n.early = true }
}

// Add puts a resource into the stack.
func Add[W, O any](s *Stack, phase Phase, r Resource[W, O], options ...Option) *Ref[O] {
	n := &node{Identity: r.Identity(), phase: phase, wanted: true, needs: r.Needs(), verbs: erased[W, O]{r}}
	for _, option := range options {
		option(n)
	}
	if s.byID[n.Identity] != nil {
		// Two resources of one name are a mistake in the stack's code, found by any test.
		panic(fmt.Sprintf("engine: two resources are called %s", n.Identity))
	}
	n.record = s.records[n.Identity]
	n.record.Identity = n.Identity
	s.byID[n.Identity] = n
	s.nodes = append(s.nodes, n)
	return &Ref[O]{node: n}
}

// Need is an edge of the graph.
type Need struct {
	node       *node
	settled    bool
	evenFailed bool
	inside     bool
	older      bool
	order      bool
	holds      func() bool
}

// Exists needs the resource to be there, in whatever state but with no problem.
func Exists[O any](r *Ref[O]) Need { return Need{node: r.node} }

// Seen needs the resource to be there, even where it has a problem.
func Seen[O any](r *Ref[O]) Need { return Need{node: r.node, evenFailed: true} }

// Settled needs the resource to be there and ready.
func Settled[O any](r *Ref[O]) Need { return Need{node: r.node, settled: true} }

// After is no need but an order: the resource is looked at after the other one, however
// that stands, and removed before it.
func After[O any](r *Ref[O]) Need { return Need{node: r.node, order: true} }

// If adds a condition on what is there: where it does not hold, the need is not met.
func (n Need) If(holds func() bool) Need {
	n.holds = holds
	return n
}

// Inside says that the need contains the resource: where the container was made a
// moment ago, nothing can be in it yet, and where it is gone, so is its content.
func (n Need) Inside() Need {
	n.inside = true
	return n
}

// Older says that the resource is never made before what it needs: where the latter was
// made a moment ago, the resource cannot be there yet.
func (n Need) Older() Need {
	n.older = true
	return n
}

// node is a resource in the graph with all that one walk finds out about it.
type node struct {
	Identity
	phase  Phase
	wanted bool
	early  bool // removed first where it is not wanted
	needs  []Need
	verbs  verbs
	record Record

	value      any // *O, nil where absent
	observeErr error
	created    bool      // made in this walk
	made       bool      // made in this walk, or in an earlier one of the same memory
	failed     bool      // a verb other than Settled returned an error
	notDue     bool      // awaited, and remembered as it was seen last
	unseen     bool      // a plan could not look at it
	visited    time.Time // when this walk came to the node
	step       Step
}

// isReady is true where the resource is there, as wished or as it was before.
func (n *node) isReady() bool { return n.step.State == StateReady || n.step.State == StateExternal }

// verbs is Resource without its type parameters.
type verbs interface {
	wish() (any, error)
	observe(context.Context, Record) (any, error)
	owner(any) Ownership
	diff(wish, observed any) *compare.Delta
	create(context.Context, any) (any, error)
	update(context.Context, any, any, *compare.Delta) (any, error)
	delete(context.Context, any) error
	release(context.Context, any) error
	settled(any) error
	id(any) string
	poll(context.Context, any) (any, error)
	createsFirst() bool
	isUnchanging() bool
	isVolatile() bool
	foresee(wish, before any) any
	explain(wish, observed any, delta *compare.Delta) *compare.Delta
	replaces(delta *compare.Delta) bool
	absent() error
	lasts(observed any) string
}

// erased adapts a Resource to verbs. The type assertions cannot fail: each value
// came from the same resource.
type erased[W, O any] struct {
	r Resource[W, O]
}

func (e erased[W, O]) wish() (any, error) { return e.r.Wish() }

func (e erased[W, O]) observe(ctx context.Context, rec Record) (any, error) {
	return untyped(e.r.Observe(ctx, rec))
}

func (e erased[W, O]) owner(o any) Ownership { return e.r.Owner(o.(*O)) }

func (e erased[W, O]) diff(w, o any) *compare.Delta { return e.r.Diff(w.(W), o.(*O)) }

func (e erased[W, O]) create(ctx context.Context, w any) (any, error) {
	return untyped(e.r.Create(ctx, w.(W)))
}

func (e erased[W, O]) update(ctx context.Context, w, o any, d *compare.Delta) (any, error) {
	return untyped(e.r.Update(ctx, w.(W), o.(*O), d))
}

func (e erased[W, O]) delete(ctx context.Context, o any) error { return e.r.Delete(ctx, o.(*O)) }

func (e erased[W, O]) release(ctx context.Context, o any) error {
	if releaser, ok := e.r.(Releaser[O]); ok {
		return releaser.Release(ctx, o.(*O))
	}
	return nil
}

func (e erased[W, O]) settled(o any) error { return e.r.Settled(o.(*O)) }

func (e erased[W, O]) id(o any) string { return e.r.ID(o.(*O)) }

func (e erased[W, O]) createsFirst() bool {
	first, ok := e.r.(CreatesFirst)
	return ok && first.CreatesFirst()
}

// poll falls back to nil, and so to Observe, where the resource has no cheaper way.
func (e erased[W, O]) poll(ctx context.Context, before any) (any, error) {
	if poller, ok := e.r.(Poller[O]); ok {
		return untyped(poller.Poll(ctx, before.(*O)))
	}
	return nil, nil
}

func (e erased[W, O]) isUnchanging() bool {
	unchanging, ok := e.r.(Unchanging)
	return ok && unchanging.Unchanging()
}

func (e erased[W, O]) isVolatile() bool {
	volatile, ok := e.r.(Volatile)
	return ok && volatile.Volatile()
}

// untyped turns a nil *O into a nil any.
func untyped[O any](o *O, err error) (any, error) {
	if o == nil {
		return nil, err
	}
	return o, err
}
