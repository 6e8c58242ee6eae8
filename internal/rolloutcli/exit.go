package rolloutcli

import "errors"

// The exit codes of "flexgw rollout status", which scripts may rely on. All other
// commands end with 0 or CodeError.
const (
	// CodeServed: what the spec asks for is served.
	CodeServed = 0
	// CodeError: it is not known, because of wrong usage, no cluster, no such gateway, or
	// an interrupt; or the gateway is being deleted.
	CodeError = 1
	// CodeFailed: the rollout was rolled back or given up, or a person must act.
	CodeFailed = 2
	// CodeUnfinished: not served yet when the timeout was over, or at once where nothing
	// was to be waited for.
	CodeUnfinished = 3
)

// ExitError is an error with an exit code of its own.
type ExitError struct {
	// Code is the exit code.
	Code int
	// Sentence is for the person.
	Sentence string
}

// Error is the sentence.
func (e *ExitError) Error() string { return e.Sentence }

// ExitCode is the exit code of a program that ends with err.
func ExitCode(err error) int {
	var exit *ExitError
	switch {
	case err == nil:
		return CodeServed
	case errors.As(err, &exit):
		return exit.Code
	default:
		return CodeError
	}
}
