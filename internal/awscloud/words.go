package awscloud

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Plain is an error of a call in a person's words: what was called, AWS's code and AWS's
// sentence, without the SDK's frame and without the id of the request. Each try has
// another id, and a message that is another at each look would be an event and a write of
// the status at each look. Errors that are no call's are returned as they are.
func Plain(err error) error {
	var call *smithy.OperationError
	if !errors.As(err, &call) {
		return err
	}
	return &plain{text: words(call), cause: err}
}

// plain is an error with a text of its own; what it wraps has the rest, for the log.
type plain struct {
	text  string
	cause error
}

func (p *plain) Error() string { return p.text }
func (p *plain) Unwrap() error { return p.cause }

// words describe a call that failed. A call within a call is one for the credentials.
func words(call *smithy.OperationError) string {
	frame := ""
	if inner := innermost(call); inner != call {
		frame, call = "the manager has no credentials for AWS: ", inner
	}
	what := frame + call.ServiceID + " " + call.OperationName + ": "
	var answer smithy.APIError
	if errors.As(call.Err, &answer) {
		return what + answer.ErrorCode() + ": " + withoutCode(answer.ErrorMessage())
	}
	if isUnanswered(call) {
		return what + "no answer: " + network(call.Err)
	}
	return what + call.Err.Error()
}

// innermost is the call that really failed.
func innermost(call *smithy.OperationError) *smithy.OperationError {
	var inner *smithy.OperationError
	if errors.As(call.Err, &inner) {
		return innermost(inner)
	}
	return call
}

// withoutCode leaves out what only AWS can read, which is another in each answer.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html
func withoutCode(sentence string) string {
	sentence, _, _ = strings.Cut(sentence, "Encoded authorization failure message:")
	return strings.TrimSpace(sentence)
}

// isUnanswered is true for a call that AWS did not answer.
func isUnanswered(err error) bool {
	var unsent *smithyhttp.RequestSendError
	return Code(err) == "" && errors.As(err, &unsent)
}

// network is why there was no answer, without addresses and ports, which change.
func network(err error) string {
	var unsent *smithyhttp.RequestSendError
	if errors.As(err, &unsent) {
		err = unsent.Err
	}
	var framed *url.Error
	if errors.As(err, &framed) {
		err = framed.Err
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return fmt.Sprintf("%s: %v", op.Op, op.Err)
	}
	return err.Error()
}

// RequestID is AWS's id of the request that failed, by which AWS's support finds it; empty
// where there is none.
func RequestID(err error) string {
	var answer interface{ ServiceRequestID() string }
	if errors.As(err, &answer) {
		return answer.ServiceRequestID()
	}
	return ""
}
