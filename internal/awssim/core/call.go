package core

import (
	"fmt"
	"strings"
	"time"
)

// Call is one request as a handler sees it: who asks, where, and under which id.
type Call struct {
	Scope
	// Service is the SDK's name of the service in lower case, such as "ecs".
	Service string
	// Operation is AWS's name of the operation, such as "CreateService".
	Operation string
	// RequestID is the id that the answer carries.
	RequestID string
	// Principal is the ARN of the caller.
	Principal string
	// Since is when the call came, zero for one that cannot wait; see Wait.
	Since time.Time
	// Waited is true for a call that is made again.
	Waited bool
}

// Error is a refusal in AWS's own terms.
type Error struct {
	// Code is the error code on the wire, such as "InvalidGroup.Duplicate".
	Code string
	// Message is AWS's sentence.
	Message string
	// Status is the HTTP status; 0 means the one in the service model, else 400.
	Status int
	// Fields are further members of a modelled error shape, such as EFS's FileSystemId.
	Fields map[string]any
}

// Error implements error.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// Errorf returns an Error with the code and the formatted message.
func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// With adds a member to the error and returns it.
func (e *Error) With(field string, value any) *Error {
	if e.Fields == nil {
		e.Fields = map[string]any{}
	}
	e.Fields[field] = value
	return e
}

// WithStatus sets the HTTP status and returns the error.
func (e *Error) WithStatus(status int) *Error {
	e.Status = status
	return e
}

func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	default:
		return "aws"
	}
}
