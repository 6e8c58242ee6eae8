package ecs

import "flexgw.io/controller/internal/awssim/core"

// page cuts one page out of a list. size nil means most. An empty page is an empty list.
func page[T any](all []T, token *string, size *int32, most int32) (part []T, next *string, err error) {
	limit := most
	if size != nil && *size > 0 {
		limit = min(*size, most)
	}
	part, next, err = core.PageByOffset(all, token, int(limit))
	if err != nil {
		return nil, nil, invalidParameter("Invalid token in request.")
	}
	return append([]T{}, part...), next, nil
}
