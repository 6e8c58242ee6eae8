package efs

import "flexgw.io/controller/internal/awssim/core"

// pageSize is how many resources EFS returns at most and by default.
const pageSize = 100

// page cuts one page out of a listing, starting where the marker says.
func page[T any](all []T, size *int32, marker *string) (shown []T, next *string, err error) {
	limit := pageSize
	if size != nil {
		limit = min(max(int(*size), 1), pageSize)
	}
	shown, next, err = core.PageByOffset(all, marker, limit)
	if err != nil {
		return nil, nil, badRequest("invalid marker: %s", *marker)
	}
	return shown, next, nil
}
