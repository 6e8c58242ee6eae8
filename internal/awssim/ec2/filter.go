package ec2

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// maxFilterValues is how many values one call may filter by (EC2 API reference).
const maxFilterValues = 200

// filterTable says, for each filter of a Describe operation, which values of a
// resource it looks at.
type filterTable[T any] map[string]func(T) []string

// compile turns a call's filters into one predicate: a resource must match every
// filter, by any of its values. The tag filters are known for every kind of
// resource for which tags is not nil.
func (t filterTable[T]) compile(filters []types.Filter, tags func(T) tagSet) (func(T) bool, error) {
	total := 0
	var conditions []func(T) bool
	for _, f := range filters {
		name := aws.ToString(f.Name)
		values, ok := t.reader(name, tags)
		if !ok {
			return nil, invalidValue("The filter '%s' is invalid", name)
		}
		if total += len(f.Values); total > maxFilterValues {
			return nil, core.Errorf("FilterLimitExceeded", "The maximum number of filter values specified on a single call is %d", maxFilterValues)
		}
		conditions = append(conditions, func(x T) bool {
			return slices.ContainsFunc(values(x), func(v string) bool {
				return slices.ContainsFunc(f.Values, func(pattern string) bool { return matches(pattern, v) })
			})
		})
	}
	return func(x T) bool {
		return !slices.ContainsFunc(conditions, func(holds func(T) bool) bool { return !holds(x) })
	}, nil
}

// reader finds what a filter looks at.
func (t filterTable[T]) reader(name string, tags func(T) tagSet) (func(T) []string, bool) {
	if values, ok := t[name]; ok {
		return values, true
	}
	if tags == nil {
		return nil, false
	}
	if name == "tag-key" {
		return func(x T) []string { return tags(x).keys() }, true
	}
	if key, ok := strings.CutPrefix(name, "tag:"); ok && key != "" {
		return func(x T) []string { return tags(x).valuesOf(key) }, true
	}
	return nil, false
}

// matches compares as EC2's filters do: case counts, * stands for any number of
// characters, ? for one, and a backslash takes the meaning from the next.
func matches(pattern, value string) bool {
	if pattern == "" {
		return value == ""
	}
	switch pattern[0] {
	case '*':
		for i := 0; i <= len(value); i++ {
			if matches(pattern[1:], value[i:]) {
				return true
			}
		}
		return false
	case '?':
		return value != "" && matches(pattern[1:], value[1:])
	case '\\':
		if len(pattern) > 1 {
			pattern = pattern[1:]
		}
	}
	return value != "" && pattern[0] == value[0] && matches(pattern[1:], value[1:])
}

func tagsOf[T item](x T) tagSet { return x.base().tags }
