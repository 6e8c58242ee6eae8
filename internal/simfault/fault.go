package simfault

import "path"

// Cut says when a connection is closed without an answer.
type Cut string

const (
	// CutBefore closes the connection before anything has happened.
	CutBefore Cut = "before"
	// CutAfter closes it after what was asked for is done: the caller never hears of it.
	CutAfter Cut = "after"
)

// Entry is what a Set has to know of a fault.
type Entry struct {
	// Name tells faults apart; where it points to nothing, the Set gives one.
	Name *string
	// Rate is the part of the calls that it strikes, from 0 to 1; 0 means all.
	Rate float64
	// Struck counts the calls that it has struck since it was set.
	Struck *int
	// Late is true for a fault that does nothing but delay.
	Late bool
}

// Matches is true where the pattern, in the form of path.Match, is empty or matches the
// operation. One that is malformed matches nothing.
func Matches(pattern, operation string) bool {
	if pattern == "" {
		return true
	}
	ok, err := path.Match(pattern, operation)
	return ok && err == nil
}
