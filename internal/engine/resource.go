// Package engine walks a graph of resources with one of three targets: to print
// what would be done (Plan), to do it (Apply), or to take it all down (Delete).
//
// It knows neither AWS nor Kubernetes. A resource says what it is, what it needs
// and how it is observed, compared, created, updated and deleted; the engine finds
// the order, runs what is independent in parallel, and reports. It never waits:
// what takes time says when to look again, and the soonest of these moments is the
// report's.
package engine

import (
	"context"
	"time"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"
)

// Resource is one thing in the cloud. W is the wish, what should be there; O is
// what was observed.
//
// The verbs stand in this order in every file that implements them.
type Resource[W, O any] interface {
	// Identity names the resource within its stack.
	Identity() Identity
	// Needs are the resources that must be there first.
	Needs() []Need
	// Wish is what should be there. It is pure, and asked only once all needs are met.
	Wish() (W, error)

	// Observe finds the resource and changes nothing: by the recorded id, else by
	// its natural name. Nil means that it is absent. It does not take the wish, so
	// that deletion needs no valid spec.
	Observe(ctx context.Context, recorded Record) (*O, error)
	// Owner says whose the observed resource is.
	Owner(observed *O) Ownership
	// Diff is what would have to change. It is pure and compares only what the
	// wish declares.
	Diff(wish W, observed *O) *compare.Delta
	// Create makes the resource and returns it as AWS answered.
	Create(ctx context.Context, wish W) (*O, error)
	// Update changes the observed resource as the delta says.
	Update(ctx context.Context, wish W, observed *O, delta *compare.Delta) (*O, error)
	// Delete removes the observed resource. It returns nil where the resource is
	// gone, and a Wait where it is going.
	Delete(ctx context.Context, observed *O) error
	// Settled is nil where the resource is in the state that its dependents need,
	// else a Wait that says on what and when to look again, or another error.
	Settled(observed *O) error
	// ID is the resource's ARN or id, for the inventory.
	ID(observed *O) string
}

// CreatesFirst is implemented by a resource of which the cloud itself refuses to
// make a second one (with an error that is ErrAlreadyExists). Such a resource is
// created without looking first when nothing of it has been recorded, which saves
// a call for each resource of a new stack.
type CreatesFirst interface {
	CreatesFirst() bool
}

// Releaser is implemented by resources that carry owner marks: Release removes
// the marks from a resource that outlives its owner.
type Releaser[O any] interface {
	Release(ctx context.Context, observed *O) error
}

// Identity names a resource within its stack: the kind, such as SecurityGroup,
// and a name that tells two of a kind apart, such as storage.
type Identity struct {
	Kind string
	Name string
}

// String is Kind/Name.
func (i Identity) String() string { return i.Kind + "/" + i.Name }

// Record is what is remembered of a resource between two walks.
type Record struct {
	Identity
	// ID is the resource's ARN or id, if it has been seen.
	ID string
	// State is where the resource stood.
	State State
	// Reason says why it was not ready.
	Reason string
	// Since is when the state began.
	Since time.Time
}

// Ownership says whose a resource is.
type Ownership struct {
	kind  ownershipKind
	owner string
}

type ownershipKind int

const (
	ours ownershipKind = iota
	external
	foreign
)

// Ours is a resource that this stack made: it may be changed and deleted.
func Ours() Ownership { return Ownership{kind: ours} }

// External is a resource that was there before: it is used as it is, never
// changed, never deleted.
func External() Ownership { return Ownership{kind: external} }

// Foreign is a resource that belongs to someone else and must not be used; owner
// says to whom.
func Foreign(owner string) Ownership { return Ownership{kind: foreign, owner: owner} }
