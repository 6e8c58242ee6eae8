package wire

import (
	"net/http"
	"strings"

	"flexgw.io/controller/internal/awssim/core"
)

// wireError is an error with everything that the model says about it.
type wireError struct {
	code    string
	message string
	status  int
	fields  map[string]any
	// shape is nil for an error that the model does not know.
	shape *Shape
}

// fault is true for an error of the service, false for one of the caller.
func (e wireError) fault() bool { return e.status >= http.StatusInternalServerError }

// messageName is the name of the message's member, which differs in its first letter.
func (e wireError) messageName() string {
	if e.shape != nil {
		for name, ref := range e.shape.Members {
			if strings.EqualFold(name, "message") {
				return ref.wireName(name)
			}
		}
	}
	return "message"
}

// commonStatus has the HTTP statuses of errors that every service shares and no
// model lists (https://docs.aws.amazon.com/AWSEC2/latest/APIReference/CommonErrors.html).
var commonStatus = map[string]int{
	"AccessDenied":               http.StatusForbidden,
	"ExpiredToken":               http.StatusForbidden,
	"InternalError":              http.StatusInternalServerError,
	"InternalFailure":            http.StatusInternalServerError,
	"InvalidClientTokenId":       http.StatusForbidden,
	"MissingAuthenticationToken": http.StatusForbidden,
	"RequestLimitExceeded":       http.StatusServiceUnavailable,
	"ServiceUnavailable":         http.StatusServiceUnavailable,
	"UnauthorizedOperation":      http.StatusForbidden,
	"Unavailable":                http.StatusServiceUnavailable,
}

// resolve looks the error up in the model, by its code or by the name of its shape.
func (c *Codec) resolve(op *Operation, err *core.Error) wireError {
	e := wireError{code: err.Code, message: err.Message, status: err.Status, fields: err.Fields}
	if e.shape = c.errorShape(op, err.Code); e.shape != nil {
		if e.shape.Error != nil && e.shape.Error.Code != "" {
			e.code = e.shape.Error.Code
		}
		if e.status == 0 && e.shape.Error != nil {
			e.status = e.shape.Error.HTTPStatusCode
		}
		if e.status == 0 && e.shape.Fault {
			e.status = http.StatusInternalServerError
		}
	}
	if e.status == 0 {
		e.status = commonStatus[e.code]
	}
	if e.status == 0 {
		e.status = http.StatusBadRequest
	}
	return e
}

// errorShape prefers the operation's own errors: services reuse codes.
func (c *Codec) errorShape(op *Operation, code string) *Shape {
	if op != nil {
		for _, ref := range op.Errors {
			if ref.Shape.hasCode(code) {
				return ref.Shape
			}
		}
	}
	if s, ok := c.model.Shapes[code]; ok && s.Exception {
		return s
	}
	return nil
}

func (s *Shape) hasCode(code string) bool {
	return s.Name == code || s.Error != nil && s.Error.Code == code
}

// malformed is the answer to a body that does not parse, or not as the model says.
func malformed(format string, args ...any) *core.Error {
	return core.Errorf("SerializationException", format, args...)
}
