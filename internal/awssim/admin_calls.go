package awssim

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
)

// callFilter chooses calls:
//
//	service=ecs            botocore's name of the service
//	operation=Describe*    a name or a pattern in the form of path.Match
//	failed=true            only those that failed; false: only those that did not
//	limit=20               the latest so many of the rest
type callFilter struct {
	service, operation string
	failed             *bool
	limit              int
}

func parseCallFilter(values url.Values) (callFilter, error) {
	var f callFilter
	for name := range values {
		value, err := values.Get(name), error(nil)
		switch name {
		case "service":
			f.service = value
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
			return f, fmt.Errorf("there is no filter %q: the filters are service, operation, failed and limit", name)
		}
		if err != nil {
			return f, fmt.Errorf("%s: %q cannot be: %w", name, value, err)
		}
	}
	return f, nil
}

func (f callFilter) admits(r CallRecord) bool {
	return (f.service == "" || f.service == r.Service) && matchOperation(f.operation, r.Operation) &&
		(f.failed == nil || *f.failed == (r.ErrorCode != ""))
}

// filter keeps the order, the oldest first.
func (f callFilter) filter(calls []CallRecord) []CallRecord {
	list := []CallRecord{}
	for _, r := range calls {
		if f.admits(r) {
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
