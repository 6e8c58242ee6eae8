package anypoint

import (
	"encoding/json"
	"regexp"
)

// bearer finds tokens other than our own in a sentence.
var bearer = regexp.MustCompile(`(?i)\b(bearer)\s+[^\s"',]+`)

// complaint is what an error's body says.
type complaint struct{ code, message string }

// errorBody has the fields in which Anypoint's services put the error. OAuth's are error
// and error_description; the others differ from service to service.
type errorBody struct {
	Error       any         `json:"error"`
	Description text        `json:"error_description"`
	Name        text        `json:"name"`
	Type        text        `json:"type"`
	Code        text        `json:"code"`
	ErrorCode   text        `json:"errorCode"`
	Message     text        `json:"message"`
	Detail      text        `json:"detail"`
	Errors      []errorBody `json:"errors"`
}

// complaintOf finds code and message in a body; both are empty where it has none that are
// known. The body itself is never told.
func complaintOf(body []byte) complaint {
	var b errorBody
	if json.Unmarshal(body, &b) != nil {
		return complaint{}
	}
	return b.complaint(2)
}

// complaint looks into the nested errors no deeper than depth.
func (b errorBody) complaint(depth int) complaint {
	c := complaint{message: first(b.Message, b.Description, b.Detail)}
	var ofError text
	if word, ok := b.Error.(string); ok {
		ofError = text(word)
	}
	c.code = first(b.Name, b.ErrorCode, ofError, b.Code, b.Type)
	if depth == 0 || len(b.Errors) == 0 {
		return c
	}
	inner := b.Errors[0].complaint(depth - 1)
	for _, other := range b.Errors {
		if o := other.complaint(depth - 1); o.code == gatewayNotReady {
			inner = o
		}
	}
	if inner.message != "" {
		c.message = inner.message
	}
	if inner.code != "" && (c.code == "" || inner.code == gatewayNotReady) {
		c.code = inner.code
	}
	return c
}

// first is the first that is not empty.
func first(texts ...text) string {
	for _, t := range texts {
		if t != "" {
			return string(t)
		}
	}
	return ""
}
