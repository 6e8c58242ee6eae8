package logs

import "flexgw.io/controller/internal/awssim/core"

// maxPage is the size of a page that asks for no other, and the largest one.
const maxPage = 50

// page cuts one page out of sorted names, and returns the token of the one that follows.
func page(names []string, token *string, limit int32) ([]string, *string, error) {
	size := int(limit)
	if size <= 0 || size > maxPage {
		size = maxPage
	}
	shown, next, err := core.PageByKey(names, core.Itself, token, size)
	if err != nil {
		return nil, nil, core.Errorf(invalidParameter, "The specified nextToken is invalid.")
	}
	return shown, next, nil
}
