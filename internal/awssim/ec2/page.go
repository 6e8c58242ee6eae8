package ec2

import (
	"fmt"

	"flexgw.io/controller/internal/awssim/core"
)

// The sizes of a page that EC2 accepts.
const (
	minPage = 5
	maxPage = 1000
)

// page cuts one page out of a listing. A token holds the sequence number of a resource,
// so a resource that goes away between two pages makes no other one be skipped.
func page[T item](all []T, maxResults *int32, token *string) (shown []T, next *string, err error) {
	size := len(all)
	if maxResults != nil {
		if *maxResults < minPage || *maxResults > maxPage {
			return nil, nil, invalidValue("Value ( %d ) for parameter maxResults is invalid. Expecting a value between %d and %d.",
				*maxResults, minPage, maxPage)
		}
		size = int(*maxResults)
	}
	shown, next, err = core.PageByKey(all, func(x T) string { return fmt.Sprintf("%019d", x.base().seq) }, token, size)
	if err != nil {
		return nil, nil, invalidToken(*token)
	}
	return shown, next, nil
}

func invalidToken(token string) error {
	return core.Errorf("InvalidNextToken", "The token '%s' is invalid", token)
}

// selection is what a Describe operation was asked for.
type selection[T item] struct {
	ids        []string
	notFound   func(id string) error
	match      func(T) bool
	maxResults *int32
	token      *string
}

// pick answers a Describe operation from a table: the resources with the ids, all
// of which must exist, that match the filters, one page of them.
func (t *table[T]) pick(sel selection[T]) ([]T, *string, error) {
	for _, id := range sel.ids {
		if _, ok := t.seen(id); !ok {
			return nil, nil, sel.notFound(id)
		}
	}
	var found []T
	for _, x := range t.order {
		if x.base().Seen() && wanted(sel.ids, x.base().id) && sel.match(x) {
			found = append(found, x)
		}
	}
	return page(found, sel.maxResults, sel.token)
}
