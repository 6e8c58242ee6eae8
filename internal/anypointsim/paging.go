package anypointsim

import (
	"net/http"
	"strconv"
)

// How the standalone service pages: as MuleSoft's Terraform provider has seen it in
// production in July 2026.
const (
	defaultPage = 30
	largestPage = 100
	// wrongPage is the size from which the service refuses. Assumption: sizes between are
	// taken for the largest.
	wrongPage = 200
)

// page is one page of a list of the standalone service.
type page[T any] struct {
	Content       []T `json:"content"`
	TotalElements int `json:"totalElements"`
	PageNumber    int `json:"pageNumber"`
	PageSize      int `json:"pageSize"`
}

// pageOf cuts the page that the caller asks for out of a list. A page behind the last one
// is empty, and says that there are no elements at all.
func pageOf[T any](c *call, list []T) (page[T], *refusal) {
	size, no := number(c, "pageSize", defaultPage)
	if no != nil {
		return page[T]{}, no
	}
	at, no := number(c, "pageNumber", 0)
	if no != nil {
		return page[T]{}, no
	}
	if size < 1 || size >= wrongPage {
		return page[T]{}, refusef(http.StatusBadRequest, "BadRequest", "Wrong page size")
	}
	size = min(size, largestPage)
	p := page[T]{Content: []T{}, PageNumber: at, PageSize: size}
	if start := at * size; start < len(list) {
		p.Content, p.TotalElements = list[start:min(start+size, len(list))], len(list)
	}
	return p, nil
}

// number is a query parameter that is a number of at least 0.
func number(c *call, name string, otherwise int) (int, *refusal) {
	text := c.URL.Query().Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, refusef(http.StatusBadRequest, "BadRequest", "%s: %q is not a number of at least 0", name, text)
	}
	return n, nil
}
