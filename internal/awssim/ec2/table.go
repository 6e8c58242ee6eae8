package ec2

import (
	"slices"

	"flexgw.io/controller/internal/awssim/core"
)

// resource is what everything that EC2 keeps has in common.
type resource struct {
	core.Appearance
	id string
	// seq grows with every resource of the network; listings are in its order.
	seq  int
	tags tagSet
}

func (r *resource) base() *resource { return r }

// item is a resource of any kind.
type item interface{ base() *resource }

// table keeps resources of one kind by id, in the order of their making.
type table[T item] struct {
	byID  map[string]T
	order []T
}

func (t *table[T]) get(id string) (T, bool) {
	x, ok := t.byID[id]
	return x, ok
}

// seen is get for what refers to the resource: a new one may be hidden from it.
func (t *table[T]) seen(id string) (T, bool) {
	x, ok := t.byID[id]
	return x, ok && x.base().Seen()
}

func (t *table[T]) add(x T) {
	if t.byID == nil {
		t.byID = map[string]T{}
	}
	t.byID[x.base().id] = x
	t.order = append(t.order, x)
}

func (t *table[T]) remove(id string) {
	delete(t.byID, id)
	t.order = slices.DeleteFunc(t.order, func(x T) bool { return x.base().id == id })
}

func (t *table[T]) all() []T { return t.order }
