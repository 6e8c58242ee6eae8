package wire

import (
	"fmt"
	"net/http"
	"net/url"
	"reflect"
	"strings"

	"flexgw.io/controller/internal/awssim/core"
)

// Request is what a codec needs to know of an HTTP request.
type Request struct {
	Method string
	// Path is the path as it was sent, still escaped.
	Path   string
	Query  url.Values
	Header http.Header
	Body   []byte
}

// Response is an encoded answer.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Codec speaks the protocol of one service.
type Codec struct {
	model    *Model
	protocol protocol
}

// protocol is one of AWS's protocols. The values that it is given are structs
// of the SDK.
type protocol interface {
	// operation is the name of the operation that the request asks for, or "" and a
	// description of the request for the reader of an error.
	operation(r *Request) (name, description string)
	decode(op *Operation, r *Request, in reflect.Value) error
	encode(op *Operation, requestID string, out reflect.Value) Response
	encodeError(e wireError, requestID string) Response
}

// NewCodec returns the codec of the service with this model.
func NewCodec(m *Model) (*Codec, error) {
	c := &Codec{model: m}
	switch m.Metadata.Protocol {
	case "json":
		c.protocol = jsonRPC{model: m}
	case "rest-json":
		c.protocol = newRESTJSON(m)
	case "query":
		c.protocol = query{model: m}
	case "ec2":
		c.protocol = ec2Query{model: m}
	default:
		return nil, fmt.Errorf("%s: no codec for protocol %q", m.Name, m.Metadata.Protocol)
	}
	return c, nil
}

// Model is the table that the codec follows.
func (c *Codec) Model() *Model { return c.model }

// Operation finds the operation that the request asks for. One that is not in
// the table is refused with NotSimulated; the name is returned even then, where
// the request has one.
func (c *Codec) Operation(r *Request) (*Operation, string, error) {
	name, description := c.protocol.operation(r)
	op, ok := c.model.Operations[name]
	if !ok {
		return nil, name, NotSimulated(c.model.Name, description)
	}
	return op, name, nil
}

// NotSimulated is the answer to an operation that AWS may well have, but that the
// simulator does not: HTTP 501, so that no SDK tries again, and a sentence that
// names the operation.
func NotSimulated(service, operation string) *core.Error {
	return core.Errorf("NotImplemented", "awssim: %s.%s is not simulated", service, operation).WithStatus(http.StatusNotImplemented)
}

// Decode reads the request into in, a pointer to the operation's input struct of
// the SDK, and validates it. Errors are *core.Error.
func (c *Codec) Decode(op *Operation, r *Request, in any) error {
	if op.Input == nil {
		return nil
	}
	v := reflect.ValueOf(in).Elem()
	if err := c.protocol.decode(op, r, v); err != nil {
		return err
	}
	return c.validate(op, v)
}

// Encode answers with out, a pointer to the operation's output struct of the SDK.
// A nil pointer, slice or map and an empty enum are left out; an empty slice is
// encoded as the empty list that it is.
func (c *Codec) Encode(op *Operation, requestID string, out any) Response {
	v := reflect.ValueOf(out)
	if v.IsNil() {
		v = reflect.New(v.Type().Elem())
	}
	return c.protocol.encode(op, requestID, v.Elem())
}

// EncodeError answers with an error. op is nil where the operation is not known.
func (c *Codec) EncodeError(op *Operation, requestID string, err *core.Error) Response {
	return c.protocol.encodeError(c.resolve(op, err), requestID)
}

// Stranger returns a codec for a service that has no table. It can only refuse:
// every operation is NotSimulated, in the protocol that the request seems to speak.
func Stranger(service string, r *Request) *Codec {
	m := &Model{Name: service}
	target, _, isJSON := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	switch {
	case isJSON:
		m.Metadata.TargetPrefix, m.Metadata.JSONVersion = target, "1.1"
		return &Codec{model: m, protocol: jsonRPC{model: m}}
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		if values, err := parseForm(r); err == nil {
			m.Metadata.APIVersion = values.Get("Version")
		}
		return &Codec{model: m, protocol: query{model: m}}
	default:
		return &Codec{model: m, protocol: restJSON{model: m}}
	}
}
