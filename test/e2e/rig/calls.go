package rig

import (
	"maps"
	"slices"
	"strings"

	"flexgw.io/controller/internal/awssim"
)

// Calls counts the AWS calls so far of one operation, whatever came of them.
func (r *Rig) Calls(operation string) int {
	return r.count(func(key awssim.CallKey) bool { return key.Operation == operation })
}

// Changes counts the AWS calls so far that changed something: refused ones do not count.
func (r *Rig) Changes() int {
	return r.count(func(key awssim.CallKey) bool { return !isRead(key.Operation) && key.ErrorCode == "" })
}

func (r *Rig) count(counts func(awssim.CallKey) bool) int {
	calls := r.AWS().CallCounts()
	total := 0
	for _, key := range slices.Collect(maps.Keys(calls)) {
		if counts(key) {
			total += calls[key]
		}
	}
	return total
}

func isRead(operation string) bool {
	for _, verb := range []string{"Describe", "List", "Get"} {
		if strings.HasPrefix(operation, verb) {
			return true
		}
	}
	return false
}
