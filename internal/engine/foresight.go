package engine

import "github.com/aws-controllers-k8s/runtime/pkg/compare"

// Unknown stands, in what is foreseen, for what only the cloud can say: an id, an ARN.
const Unknown = "(known once it is made)"

// Unread stands for what is yet to be read where it will be. Unlike what is Unknown, it may
// be the same as what is in the cloud: nothing is told to change by it.
const Unread = "(not read)"

// UnseenError is the error of what a plan has nothing to look with: what it needs for that is
// taken for granted, and is not there yet. It is no problem.
type UnseenError struct {
	// Message is for the person.
	Message string
}

// Error is the message.
func (u *UnseenError) Error() string { return u.Message }

// What follows is implemented by resources of which a plan can say more.

// Foreseer is implemented by a resource that others are made from: Foresee is what it will
// be like once it is as wished, as far as that can be known, with Unknown for the rest.
// Before is nil where it is not there. It is pure.
type Foreseer[W, O any] interface {
	Foresee(wish W, before *O) *O
}

// Explainer is implemented by a resource whose Diff says only that it differs: Explain says
// in what. It is pure.
type Explainer[W, O any] interface {
	Explain(wish W, observed *O) *compare.Delta
}

// Replacer is implemented by a resource of which some changes make another one that takes
// its place.
type Replacer interface {
	Replaces(delta *compare.Delta) bool
}

// NeverMade is implemented by a resource that Create does not make: Absent is what follows
// where it is not there, a Wait for someone else to make it or a Problem.
type NeverMade interface {
	Absent() error
}

// Lasting is implemented by a resource that a deletion may leave where it is: Lasts says
// why, and is empty where it goes.
type Lasting[O any] interface {
	Lasts(observed *O) string
}

// foresee is nil where nothing can be foreseen.
func (e erased[W, O]) foresee(w, before any) any {
	foreseer, ok := e.r.(Foreseer[W, O])
	if !ok {
		return nil
	}
	observed, _ := before.(*O)
	if foreseen := foreseer.Foresee(w.(W), observed); foreseen != nil {
		return foreseen
	}
	return nil
}

// explain falls back to the delta itself.
func (e erased[W, O]) explain(w, o any, delta *compare.Delta) *compare.Delta {
	if explainer, ok := e.r.(Explainer[W, O]); ok {
		if explained := explainer.Explain(w.(W), o.(*O)); !same(explained) {
			return explained
		}
	}
	return delta
}

func (e erased[W, O]) replaces(delta *compare.Delta) bool {
	replacer, ok := e.r.(Replacer)
	return ok && replacer.Replaces(delta)
}

func (e erased[W, O]) absent() error {
	if never, ok := e.r.(NeverMade); ok {
		return never.Absent()
	}
	return nil
}

func (e erased[W, O]) lasts(o any) string {
	if lasting, ok := e.r.(Lasting[O]); ok {
		return lasting.Lasts(o.(*O))
	}
	return ""
}
