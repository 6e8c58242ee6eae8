package engine

import (
	"errors"
	"fmt"
	"time"
)

// Wait is a reason to look again later. It is not a failure.
type Wait struct {
	// After is when to look again. Where Typically is set, the engine fills it in.
	After time.Duration
	// Typically is how long the awaited thing takes as a rule, counted from its
	// beginning. The engine looks when that time is over and then more and more
	// rarely, so that a long wait does not cost a call every few seconds.
	Typically time.Duration
	// Reason says what is awaited, for people.
	Reason string
	// Code is a CamelCase word for a condition, where the wait is of a kind of its own.
	Code string
}

// Error implements error.
func (w *Wait) Error() string { return w.Reason }

// isSame is true where an error is a wait for the same thing.
func (w *Wait) isSame(err error) bool {
	var other *Wait
	return errors.As(err, &other) && other.Reason == w.Reason && other.Code == w.Code
}

// WaitFor returns a Wait with a formatted reason.
func WaitFor(after time.Duration, format string, args ...any) *Wait {
	return &Wait{After: after, Reason: fmt.Sprintf(format, args...)}
}

// WaitTypically returns a Wait for something of which the usual duration is known.
func WaitTypically(typically time.Duration, format string, args ...any) *Wait {
	return &Wait{Typically: typically, Reason: fmt.Sprintf(format, args...)}
}

// The limits of the pause between two looks at something that takes longer than
// usual.
const (
	shortestPause = 4 * time.Second
	longestPause  = 30 * time.Second
)

// pause is how long to wait before the next look, when the wait has lasted elapsed.
func (w *Wait) pause(elapsed time.Duration) time.Duration {
	if w.Typically == 0 {
		return w.After
	}
	if left := w.Typically - elapsed; left > 0 {
		return max(left, shortestPause)
	}
	return min(max((elapsed-w.Typically)/4, shortestPause), longestPause)
}

// ErrAlreadyExists is wrapped by a Create that met a resource of the same name.
var ErrAlreadyExists = errors.New("already exists")

// ErrStillShared is wrapped by a Delete that left a shared resource to its other
// users; the last of them removes it.
var ErrStillShared = errors.New("still used by others")

// Left is returned by a Delete that leaves the resource where it is: on purpose, or
// because there is no other way. What the resource needs is removed all the same.
type Left struct {
	// Reason is a CamelCase word for an event.
	Reason string
	// Message says what is left and what a person may do with it.
	Message string
	// Unwanted is true where it should have been removed.
	Unwanted bool
}

// Error implements error.
func (l *Left) Error() string { return l.Message }

// Problem is a failure with a reason for a condition, such as one that a person
// has to put right.
type Problem struct {
	// Reason is a CamelCase word for a condition.
	Reason string
	// Message says what is wrong and what to do.
	Message string
	// Terminal is true where repeating does not help until a person changes
	// something. The engine's user still looks again, but rarely.
	Terminal bool
	// RetryAfter is when another try makes sense; 0 leaves it to the engine's user.
	RetryAfter time.Duration
	// Err is the cause, if there is one.
	Err error
}

// Error implements error.
func (p *Problem) Error() string {
	if p.Err == nil {
		return p.Message
	}
	if p.Message == "" {
		return p.Err.Error()
	}
	return p.Message + ": " + p.Err.Error()
}

// Unwrap returns the cause.
func (p *Problem) Unwrap() error { return p.Err }

// Classify turns any error of a verb into a *Wait or a *Problem. The cloud's
// doorway provides it.
type Classify func(error) error

// outcome sorts an error into what the engine acts on.
func outcome(err error, classify Classify) (wait *Wait, problem *Problem) {
	if errors.As(err, &wait) {
		return wait, nil
	}
	if errors.As(err, &problem) {
		return nil, problem
	}
	if classify != nil {
		classified := classify(err)
		if errors.As(classified, &wait) {
			return wait, nil
		}
		if errors.As(classified, &problem) {
			return nil, problem
		}
	}
	return nil, &Problem{Reason: "Error", Err: err}
}
