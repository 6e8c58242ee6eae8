package elbv2

import (
	"maps"
	"slices"

	"flexgw.io/controller/internal/awssim/core"
)

// maxPage is the size of a page that asks for no other, and the largest one.
const maxPage = 400

// page cuts one page out of sorted keys and returns the marker of the next.
func page(keys []string, marker *string, size *int32) ([]string, *string, error) {
	limit := maxPage
	if size != nil && *size > 0 {
		limit = min(int(*size), maxPage)
	}
	shown, next, err := core.PageByKey(keys, core.Itself, marker, limit)
	if err != nil {
		return nil, nil, invalid("'%s' is not a valid marker", *marker)
	}
	return shown, next, nil
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
