package logs

import (
	"encoding/base64"
	"slices"

	"flexgw.io/controller/internal/awssim/core"
)

// maxPage is the size of a page that asks for no other, and the largest one.
const maxPage = 50

// page cuts one page out of names, and returns the token of the one that follows.
// A token is the next name, so it stays good while others come and go.
func page(names []string, token *string, limit int32) ([]string, *string, error) {
	if token != nil {
		next, err := base64.RawURLEncoding.DecodeString(*token)
		if err != nil {
			return nil, nil, core.Errorf(invalidParameter, "The specified nextToken is invalid.")
		}
		from := slices.Index(names, string(next))
		if from < 0 {
			from = slices.IndexFunc(names, func(name string) bool { return name > string(next) })
		}
		if from < 0 {
			return nil, nil, nil
		}
		names = names[from:]
	}
	size := int(limit)
	if size <= 0 || size > maxPage {
		size = maxPage
	}
	if len(names) <= size {
		return names, nil, nil
	}
	next := base64.RawURLEncoding.EncodeToString([]byte(names[size]))
	return names[:size], &next, nil
}
