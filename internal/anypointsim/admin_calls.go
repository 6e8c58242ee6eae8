package anypointsim

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// callFilter chooses calls:
//
//	operation=List*    a name or a pattern in the form of path.Match
//	failed=true        only those that failed; false: only those that did not
//	limit=20           the latest so many of the rest
type callFilter struct {
	operation string
	failed    *bool
	limit     int
}

func parseCallFilter(values url.Values) (callFilter, error) {
	var f callFilter
	for name := range values {
		value, err := values.Get(name), error(nil)
		switch name {
		case "operation":
			f.operation = value
		case "failed":
			var failed bool
			failed, err = strconv.ParseBool(value)
			f.failed = &failed
		case "limit":
			if f.limit, err = strconv.Atoi(value); err == nil && f.limit < 1 {
				err = strconv.ErrRange
			}
		default:
			return f, fmt.Errorf("there is no filter %q: the filters are operation, failed and limit", name)
		}
		if err != nil {
			return f, fmt.Errorf("%s: %q cannot be: %w", name, value, err)
		}
	}
	return f, nil
}

// Failed is true for a call that was refused, cut, or answered with an error.
func (r CallRecord) Failed() bool {
	return r.Error != "" || r.Status >= http.StatusBadRequest || r.Status == 0 && r.Fault != ""
}

// filter keeps the order, the oldest first.
func (f callFilter) filter(calls []CallRecord) []CallRecord {
	list := []CallRecord{}
	for _, r := range calls {
		if matchOperation(f.operation, r.Operation) && (f.failed == nil || *f.failed == r.Failed()) {
			list = append(list, r)
		}
	}
	if f.limit > 0 && len(list) > f.limit {
		return list[len(list)-f.limit:]
	}
	return list
}

func (s *Sim) getCalls(w http.ResponseWriter, r *http.Request) {
	f, err := parseCallFilter(r.URL.Query())
	if err != nil {
		s.writeError(w, http.StatusBadRequest, "%v", err)
		return
	}
	s.writeJSON(w, f.filter(s.Calls()))
}
