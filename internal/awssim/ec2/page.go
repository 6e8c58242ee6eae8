package ec2

import (
	"encoding/base64"
	"strconv"

	"flexgw.io/controller/internal/awssim/core"
)

// The sizes of a page that EC2 accepts.
const (
	minPage = 5
	maxPage = 1000
)

// page cuts one page out of a listing. A token holds the sequence number of the
// last resource shown, so a resource that goes away between two pages makes no
// other one be skipped.
func page[T item](all []T, maxResults *int32, token *string) (shown []T, next *string, err error) {
	if maxResults != nil && (*maxResults < minPage || *maxResults > maxPage) {
		return nil, nil, invalidValue("Value ( %d ) for parameter maxResults is invalid. Expecting a value between %d and %d.",
			*maxResults, minPage, maxPage)
	}
	last, err := readToken(token)
	if err != nil {
		return nil, nil, err
	}
	for _, x := range all {
		if x.base().seq <= last {
			continue
		}
		if maxResults != nil && len(shown) == int(*maxResults) {
			text := base64.RawURLEncoding.EncodeToString([]byte(strconv.Itoa(shown[len(shown)-1].base().seq)))
			return shown, &text, nil
		}
		shown = append(shown, x)
	}
	return shown, nil, nil
}

func readToken(token *string) (int, error) {
	if token == nil || *token == "" {
		return 0, nil
	}
	text, err := base64.RawURLEncoding.DecodeString(*token)
	if err != nil {
		return 0, invalidToken(*token)
	}
	last, err := strconv.Atoi(string(text))
	if err != nil {
		return 0, invalidToken(*token)
	}
	return last, nil
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
