package wire

import (
	"net/http"
	"reflect"

	"flexgw.io/controller/internal/awssim/core"
)

// ec2Query is EC2's dialect of Query: names have a capital first letter, lists no
// level of their own, answers no result element.
type ec2Query struct{ model *Model }

func (p ec2Query) operation(r *Request) (name, description string) { return actionOf(p.model, r) }

// decode refuses parameters that the model does not know, as EC2 does.
func (p ec2Query) decode(op *Operation, r *Request, in reflect.Value) error {
	values, err := parseForm(r)
	if err != nil {
		return err
	}
	d := formDecoder{memberName: ec2Name, listLevel: func(*Ref) string { return "" }}
	tree := formTree(values)
	if err := d.structure(op.Input.Shape, tree, in); err != nil {
		return err
	}
	if name, found := tree.unknown(); found {
		return core.Errorf("UnknownParameter", "The parameter %s is not recognized", name)
	}
	return nil
}

// ec2Name is the name of a member in a request.
func ec2Name(member string, ref *Ref) string {
	if ref.QueryName != "" {
		return ref.QueryName
	}
	return capital(ref.wireName(member))
}

func (p ec2Query) encode(op *Operation, requestID string, out reflect.Value) Response {
	var x xmlWriter
	x.open(op.Name+"Response", p.model.Metadata.XMLNamespace+"/")
	x.leaf("requestId", requestID)
	if op.Output != nil {
		x.members(op.Output.Shape, out)
	} else {
		x.leaf("return", "true")
	}
	x.close(op.Name + "Response")
	return Response{Status: http.StatusOK, Header: xmlHeader(requestID), Body: x.bytes()}
}

func (p ec2Query) encodeError(e wireError, requestID string) Response {
	var x xmlWriter
	x.open("Response", "")
	x.open("Errors", "")
	x.open("Error", "")
	x.leaf("Code", e.code)
	x.leaf("Message", e.message)
	x.fields(e.fields)
	x.close("Error")
	x.close("Errors")
	x.leaf("RequestID", requestID)
	x.close("Response")
	return Response{Status: e.status, Header: xmlHeader(requestID), Body: x.bytes()}
}
