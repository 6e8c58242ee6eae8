package engine

import "time"

// Ref is a resource in a stack, as other resources refer to it.
type Ref[O any] struct {
	node *node
}

// Value is what was observed or made in this walk, nil where there is nothing.
func (r *Ref[O]) Value() *O {
	if r == nil || r.node == nil {
		return nil
	}
	value, _ := r.node.value.(*O)
	return value
}

// Ready is true where this walk has found the resource as its dependents need it. Only a
// resource that needs it, or comes after it, may ask.
func (r *Ref[O]) Ready() bool {
	return r != nil && r.node != nil && r.node.value != nil && r.node.isReady()
}

// Since is when this walk made or changed the resource, else since when it has been in the
// state in which the last walk left it; zero where nothing is known of it. Only a resource
// that needs it may ask.
func (r *Ref[O]) Since() time.Time {
	if r == nil || r.node == nil || r.node.value == nil {
		return time.Time{}
	}
	return r.node.since()
}
