package elbv2

import (
	"encoding/base64"
	"maps"
	"slices"
)

// maxPage is the size of a page that asks for no other, and the largest one.
const maxPage = 400

// page cuts one page out of sorted keys and returns the marker of the next.
// A marker is the next key, so it stays good while others come and go.
func page(keys []string, marker *string, size *int32) ([]string, *string, error) {
	if marker != nil {
		next, err := base64.RawURLEncoding.DecodeString(*marker)
		if err != nil {
			return nil, nil, invalid("'%s' is not a valid marker", *marker)
		}
		from, _ := slices.BinarySearch(keys, string(next))
		keys = keys[from:]
	}
	limit := maxPage
	if size != nil && *size > 0 {
		limit = min(int(*size), maxPage)
	}
	if len(keys) <= limit {
		return keys, nil, nil
	}
	next := base64.RawURLEncoding.EncodeToString([]byte(keys[limit]))
	return keys[:limit], &next, nil
}

// sortedKeys returns the keys of a map in order.
func sortedKeys[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }
