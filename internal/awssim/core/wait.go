package core

import "time"

// Wait is the error of a handler that has no answer yet, such as a long poll of an
// empty queue. The call is made again, with the same Call, once Changed is closed or
// Until has come; nobody's world is locked in between. A handler that returns it has
// changed nothing and drawn on no chance.
//
// Only a Call whose Since is not zero can wait.
type Wait struct { //nolint:errname // it is no failure
	// Until is the moment of the world at which to try again.
	Until time.Time
	// Changed is closed when trying again may help before that.
	Changed <-chan struct{}
}

// Error implements error.
func (w *Wait) Error() string { return "there is no answer until " + w.Until.Format(time.RFC3339) }
