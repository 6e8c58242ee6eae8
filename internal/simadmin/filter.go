package simadmin

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// CallFilter chooses calls of a log:
//
//	operation=Describe*    a name or a pattern in the form of path.Match
//	failed=true            only those that failed; false: only those that did not
//	limit=20               the latest so many of the rest
type CallFilter struct {
	Operation string
	Failed    *bool
	Limit     int
	// Others are filters that this log alone has, by name.
	Others map[string]string
}

// ParseCallFilter reads a filter from a query, where others are names of filters that this
// log alone has. An error names the filter that cannot be.
func ParseCallFilter(values url.Values, others ...string) (CallFilter, error) {
	f := CallFilter{Others: map[string]string{}}
	for name := range values {
		value, err := values.Get(name), error(nil)
		switch {
		case slices.Contains(others, name):
			f.Others[name] = value
		case name == "operation":
			f.Operation = value
		case name == "failed":
			var failed bool
			failed, err = strconv.ParseBool(value)
			f.Failed = &failed
		case name == "limit":
			if f.Limit, err = strconv.Atoi(value); err == nil && f.Limit < 1 {
				err = strconv.ErrRange
			}
		default:
			all := strings.Join(append(slices.Clone(others), "operation", "failed"), ", ")
			return f, fmt.Errorf("there is no filter %q: the filters are %s and limit", name, all)
		}
		if err != nil {
			return f, fmt.Errorf("%s: %q cannot be: %w", name, value, err)
		}
	}
	return f, nil
}

// Latest are the latest calls that are admitted, at most limit of them where it is not 0,
// the oldest first.
func Latest[Call any](calls []Call, limit int, admits func(Call) bool) []Call {
	list := []Call{}
	for _, c := range calls {
		if admits(c) {
			list = append(list, c)
		}
	}
	if limit > 0 && len(list) > limit {
		return list[len(list)-limit:]
	}
	return list
}
