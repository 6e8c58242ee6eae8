package anypoint

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Kind says what an error means for the controller.
type Kind int

// The kinds. The zero Kind is that of an error that does not come from Anypoint, such as
// a context that was cancelled.
const (
	KindUnreachable Kind = iota + 1 // no answer: network, TLS, time ran out
	KindThrottled                   // 429, or a pause that a 429 has asked for
	KindCredentials                 // 401, invalid_client
	KindForbidden                   // 403: the Connected App lacks a scope
	KindNotFound                    // 404
	KindConflict                    // 409: there already, or still in use
	KindNotReady                    // GatewayNotReadyError: the gateway cannot take an API yet
	KindInvalid                     // any other 4xx
	KindServer                      // 5xx
	KindNonsense                    // an answer that cannot be read
)

// kindNames are the names of the kinds in metrics and logs.
var kindNames = map[Kind]string{
	KindUnreachable: "unreachable", KindThrottled: "throttled", KindCredentials: "credentials",
	KindForbidden: "forbidden", KindNotFound: "not-found", KindConflict: "conflict", KindNotReady: "not-ready",
	KindInvalid: "invalid", KindServer: "server", KindNonsense: "nonsense",
}

// String is the kind's name in metrics.
func (k Kind) String() string {
	if name, ok := kindNames[k]; ok {
		return name
	}
	return "other"
}

// Error is a call that failed. It never holds a secret, a token or a body as it came.
type Error struct {
	Kind Kind
	// Status is the HTTP status; 0 where there was no answer.
	Status int
	// Operation is one of the Operation constants.
	Operation string
	// Code is Anypoint's name of the error, where it gave one.
	Code string
	// Message is Anypoint's own sentence, clipped, or ours where it gave none.
	Message string
	// RetryAfter is when Anypoint asks to call again; 0 where it does not say.
	RetryAfter time.Duration
	// Err is the cause, if there is one.
	Err error
}

// Error implements error.
func (e *Error) Error() string {
	parts := []string{"anypoint: " + e.Operation}
	if e.Status != 0 {
		parts = append(parts, strings.TrimSpace(fmt.Sprintf("%d %s", e.Status, http.StatusText(e.Status))))
	}
	for _, part := range []string{e.Code, e.Message} {
		if part != "" {
			parts = append(parts, part)
		}
	}
	if e.Err != nil {
		parts = append(parts, e.Err.Error())
	}
	return strings.Join(parts, ": ")
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// KindOf is the kind of an error; 0 for one that does not come from Anypoint.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

// isKind is true where an error is of one of the kinds.
func isKind(err error, kinds ...Kind) bool {
	of := KindOf(err)
	for _, kind := range kinds {
		if of == kind {
			return true
		}
	}
	return false
}
