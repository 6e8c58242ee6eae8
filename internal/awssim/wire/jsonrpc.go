package wire

import (
	"net/http"
	"reflect"
	"strings"
)

// jsonRPC is AWS JSON 1.x: the operation in a header, everything else in the body.
type jsonRPC struct{ model *Model }

func (p jsonRPC) operation(r *Request) (name, description string) {
	target := r.Header.Get("X-Amz-Target")
	prefix, name, found := strings.Cut(target, ".")
	if !found || prefix != p.model.Metadata.TargetPrefix {
		return "", "X-Amz-Target " + target
	}
	return name, name
}

func (p jsonRPC) decode(op *Operation, r *Request, in reflect.Value) error {
	object, err := parseJSON(r.Body)
	if err != nil {
		return err
	}
	return decodeMembers(op.Input.Shape, object, in)
}

func (p jsonRPC) encode(op *Operation, requestID string, out reflect.Value) Response {
	var body []byte
	if op.Output != nil {
		body = marshal(encodeMembers(op.Output.Shape, out))
	}
	return Response{Status: http.StatusOK, Header: p.header(requestID), Body: body}
}

func (p jsonRPC) encodeError(e wireError, requestID string) Response {
	object := map[string]any{"__type": e.code, e.messageName(): e.message}
	for name, value := range e.fields {
		object[name] = value
	}
	header := p.header(requestID)
	p.addQueryError(header, e)
	return Response{Status: e.status, Header: header, Body: marshal(object)}
}

func (p jsonRPC) header(requestID string) http.Header {
	return http.Header{
		"Content-Type":     {"application/x-amz-json-" + p.model.Metadata.JSONVersion},
		"X-Amzn-Requestid": {requestID},
	}
}
