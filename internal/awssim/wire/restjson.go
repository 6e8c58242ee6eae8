package wire

import (
	"net/http"
	"net/url"
	"reflect"
	"strings"
)

// restJSON is REST-JSON: the operation is the method and the path, members are in
// the path, the query string, headers and the JSON body.
type restJSON struct {
	model  *Model
	routes []route
}

// route is the path of an operation, split at its slashes.
type route struct {
	method, operation string
	segments          []string
}

func newRESTJSON(m *Model) restJSON {
	p := restJSON{model: m}
	for name, op := range m.Operations {
		p.routes = append(p.routes, route{op.HTTP.Method, name, segments(op.HTTP.RequestURI)})
	}
	return p
}

func segments(path string) []string { return strings.Split(strings.Trim(path, "/"), "/") }

// label is the name in a "{Name}" segment.
func label(segment string) (string, bool) {
	if strings.HasPrefix(segment, "{") && strings.HasSuffix(segment, "}") {
		return segment[1 : len(segment)-1], true
	}
	return "", false
}

func (p restJSON) operation(r *Request) (name, description string) {
	got := segments(r.Path)
	for _, each := range p.routes {
		if each.method == r.Method && each.matches(got) {
			return each.operation, each.operation
		}
	}
	return "", r.Method + " " + r.Path
}

func (r route) matches(got []string) bool {
	if len(got) != len(r.segments) {
		return false
	}
	for i, want := range r.segments {
		if _, isLabel := label(want); want != got[i] && (!isLabel || got[i] == "") {
			return false
		}
	}
	return true
}

func (p restJSON) decode(op *Operation, r *Request, in reflect.Value) error {
	object, err := parseJSON(r.Body)
	if err != nil {
		return err
	}
	shape := op.Input.Shape
	if err := decodeMembers(shape, object, in); err != nil {
		return err
	}
	labels, err := pathLabels(op, r.Path)
	if err != nil {
		return err
	}
	for name, ref := range shape.Members {
		var values []string
		switch ref.Location {
		case "uri":
			values = labels[ref.wireName(name)]
		case "querystring":
			values = r.Query[ref.wireName(name)]
		case "header":
			values = r.Header.Values(ref.wireName(name))
		}
		f, ok := field(in, name)
		if len(values) == 0 || !ok {
			continue
		}
		if err := setTexts(ref.Shape, f, values); err != nil {
			return err
		}
	}
	return nil
}

func pathLabels(op *Operation, path string) (map[string][]string, error) {
	labels := map[string][]string{}
	got := segments(path)
	for i, segment := range segments(op.HTTP.RequestURI) {
		name, ok := label(segment)
		if !ok {
			continue
		}
		value, err := url.PathUnescape(got[i])
		if err != nil {
			return nil, malformed("the path %q is not well escaped", path)
		}
		labels[name] = []string{value}
	}
	return labels, nil
}

// setTexts writes a scalar, or a list of scalars that was sent as repeated texts.
func setTexts(s *Shape, v reflect.Value, values []string) error {
	if s.Type != "list" {
		return asMalformed(setText(s, v, values[0]))
	}
	list := reflect.MakeSlice(v.Type(), len(values), len(values))
	for i, value := range values {
		if err := setText(s.Member.Shape, list.Index(i), value); err != nil {
			return asMalformed(err)
		}
	}
	v.Set(list)
	return nil
}

func (p restJSON) encode(op *Operation, requestID string, out reflect.Value) Response {
	response := Response{Status: op.HTTP.ResponseCode, Header: p.header(requestID)}
	if response.Status == 0 {
		response.Status = http.StatusOK
	}
	if op.Output != nil {
		response.Body = marshal(encodeMembers(op.Output.Shape, out))
	}
	return response
}

func (p restJSON) encodeError(e wireError, requestID string) Response {
	object := map[string]any{e.messageName(): e.message}
	if e.shape != nil && e.shape.Members["ErrorCode"] != nil {
		object["ErrorCode"] = e.code // EFS repeats the code in the body
	}
	for name, value := range e.fields {
		object[name] = value
	}
	header := p.header(requestID)
	header.Set("X-Amzn-Errortype", e.code+":")
	return Response{Status: e.status, Header: header, Body: marshal(object)}
}

func (p restJSON) header(requestID string) http.Header {
	return http.Header{"Content-Type": {"application/json"}, "X-Amzn-Requestid": {requestID}}
}
