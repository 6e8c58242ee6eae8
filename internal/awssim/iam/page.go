package iam

import "flexgw.io/controller/internal/awssim/core"

// maxPage is the size of a page that asks for no other.
const maxPage = 100

// page cuts one page out of sorted names and returns the marker of the next.
func page(names []string, marker *string, maxItems *int32) ([]string, *string, error) {
	size := maxPage
	if maxItems != nil && *maxItems > 0 {
		size = int(*maxItems)
	}
	shown, next, err := core.PageByKey(names, core.Itself, marker, size)
	if err != nil {
		return nil, nil, core.Errorf("ValidationError", "Invalid Marker.")
	}
	return shown, next, nil
}
