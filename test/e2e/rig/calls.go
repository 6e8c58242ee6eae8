package rig

import (
	"strings"

	"flexgw.io/controller/internal/awssim"
)

// AllCalls counts the AWS calls so far.
func (r *Rig) AllCalls() int {
	return r.count(func(awssim.CallKey) bool { return true })
}

// Calls counts the AWS calls so far of one operation, whatever came of them.
func (r *Rig) Calls(operation string) int {
	return r.count(func(key awssim.CallKey) bool { return key.Operation == operation })
}

// Changes counts the AWS calls so far that changed something: refused ones do not count.
func (r *Rig) Changes() int {
	return r.count(func(key awssim.CallKey) bool { return !isRead(key.Operation) && key.ErrorCode == "" })
}

func (r *Rig) count(counts func(awssim.CallKey) bool) int {
	total := 0
	for key, calls := range r.AWS().CallCounts() {
		if counts(key) {
			total += calls
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
