package anypoint

import (
	"errors"
	"time"

	"flexgw.io/controller/internal/engine"
)

// The reasons of the problems that Classify makes.
const (
	ReasonUnreachable        = "AnypointUnreachable"
	ReasonThrottled          = "AnypointThrottled"
	ReasonCredentialsRefused = "AnypointCredentialsRefused"
	ReasonScopesMissing      = "AnypointScopesMissing"
	ReasonError              = "AnypointError"
)

// CodeGatewayNotReady is the code of the wait for a gateway that cannot take an API yet.
const CodeGatewayNotReady = "GatewayNotReady"

// The pauses after which a kind of errors is worth another try.
const (
	unreachablePause = 30 * time.Second
	errorPause       = time.Minute
	// notReadyPause is that of MuleSoft's own Terraform provider.
	notReadyPause = 20 * time.Second
)

// Classify turns an error of a call into what the engine acts on: a Problem with the
// reason for a condition, or a Wait. It returns nil for an error that does not come from
// Anypoint, so that another Classify can be asked.
func Classify(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return nil
	}
	switch e.Kind {
	case KindUnreachable, KindServer:
		return &engine.Problem{Reason: ReasonUnreachable, Err: err, RetryAfter: max(e.RetryAfter, unreachablePause),
			Message: "the Anypoint Platform does not answer as it should; what runs goes on without it"}
	case KindThrottled:
		return &engine.Problem{Reason: ReasonThrottled, Err: err, RetryAfter: max(e.RetryAfter, defaultPause),
			Message: "the Anypoint Platform asks for fewer calls"}
	case KindCredentials:
		return &engine.Problem{Reason: ReasonCredentialsRefused, Terminal: true, Err: err, Message: refusedMessage(e)}
	case KindForbidden:
		return &engine.Problem{Reason: ReasonScopesMissing, Terminal: true, Err: err,
			Message: "the Connected App may not do this; " + neededScopes(e.Operation)}
	case KindNotReady:
		wait := engine.WaitFor(max(e.RetryAfter, notReadyPause), "API Manager says that the gateway cannot take an API yet")
		wait.Code = CodeGatewayNotReady
		return wait
	default:
		return &engine.Problem{Reason: ReasonError, Err: err, RetryAfter: errorPause}
	}
}

// refusedMessage tells a refused secret from a fresh token that a service refuses, which
// some of them do instead of a 403.
func refusedMessage(e *Error) string {
	if e.Operation == OperationToken {
		return "the Anypoint Platform refuses the client id or secret of the Connected App; correct the Secret"
	}
	return "the Anypoint Platform refuses the token of the Connected App; " + neededScopes(e.Operation)
}
