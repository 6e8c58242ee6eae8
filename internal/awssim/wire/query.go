package wire

import (
	"net/http"
	"reflect"
)

// query is the Query protocol of IAM, STS and Elastic Load Balancing: a form in, XML out.
type query struct{ model *Model }

func (p query) operation(r *Request) (name, description string) { return actionOf(p.model, r) }

// decode ignores parameters that the model does not know, as these services do.
func (p query) decode(op *Operation, r *Request, in reflect.Value) error {
	values, err := parseForm(r)
	if err != nil {
		return err
	}
	d := formDecoder{
		memberName: func(member string, ref *Ref) string { return ref.wireName(member) },
		listLevel: func(ref *Ref) string {
			if ref.Flattened || ref.Shape.Flattened {
				return ""
			}
			return ref.Shape.Member.wireName("member")
		},
	}
	return d.structure(op.Input.Shape, formTree(values), in)
}

func (p query) encode(op *Operation, requestID string, out reflect.Value) Response {
	var x xmlWriter
	x.open(op.Name+"Response", p.model.Metadata.XMLNamespace)
	if op.Output != nil {
		x.open(op.Output.ResultWrapper, "")
		x.members(op.Output.Shape, out)
		x.close(op.Output.ResultWrapper)
	}
	x.open("ResponseMetadata", "")
	x.leaf("RequestId", requestID)
	x.close("ResponseMetadata")
	x.close(op.Name + "Response")
	return Response{Status: http.StatusOK, Header: xmlHeader(requestID), Body: x.bytes()}
}

func (p query) encodeError(e wireError, requestID string) Response {
	kind := "Sender"
	if e.fault() {
		kind = "Receiver"
	}
	var x xmlWriter
	x.open("ErrorResponse", p.model.Metadata.XMLNamespace)
	x.open("Error", "")
	x.leaf("Type", kind)
	x.leaf("Code", e.code)
	x.leaf("Message", e.message)
	x.fields(e.fields)
	x.close("Error")
	x.leaf("RequestId", requestID)
	x.close("ErrorResponse")
	return Response{Status: e.status, Header: xmlHeader(requestID), Body: x.bytes()}
}

func xmlHeader(requestID string) http.Header {
	return http.Header{"Content-Type": {"text/xml;charset=UTF-8"}, "X-Amzn-Requestid": {requestID}}
}
