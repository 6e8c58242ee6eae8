package plancli

// The exit codes of "flexgw plan" and "flexgw diff", which pipelines may rely on.
const (
	// CodeNothing: there is nothing to do.
	CodeNothing = 0
	// CodeError: there is no plan, or one that would not get through.
	CodeError = 1
	// CodeChanges: something would be done.
	CodeChanges = 2
)

// ExitError is the end of a command with an exit code that is not 0. Without a sentence,
// everything has been said.
type ExitError struct {
	// Code is the exit code.
	Code int
	// Sentence is for the person.
	Sentence string
}

// Error is the sentence.
func (e *ExitError) Error() string { return e.Sentence }
