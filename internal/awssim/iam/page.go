package iam

import (
	"encoding/base64"
	"slices"

	"flexgw.io/controller/internal/awssim/core"
)

// maxPage is the size of a page that asks for no other.
const maxPage = 100

// page cuts one page out of sorted names and returns the marker of the next.
// A marker is the next name, so it stays good while others come and go.
func page(names []string, marker *string, maxItems *int32) ([]string, *string, error) {
	if marker != nil {
		next, err := base64.RawURLEncoding.DecodeString(*marker)
		if err != nil {
			return nil, nil, core.Errorf("ValidationError", "Invalid Marker.")
		}
		from, _ := slices.BinarySearch(names, string(next))
		names = names[from:]
	}
	size := maxPage
	if maxItems != nil && *maxItems > 0 {
		size = int(*maxItems)
	}
	if len(names) <= size {
		return names, nil, nil
	}
	next := base64.RawURLEncoding.EncodeToString([]byte(names[size]))
	return names[:size], &next, nil
}
