package anypoint

import (
	"encoding/json"
	"regexp"
	"strings"
)

// bearer finds tokens other than our own in a sentence.
var bearer = regexp.MustCompile(`(?i)\b(bearer)\s+[^\s"',]+`)

// gatewayNotReady is the name of API Manager's error while a gateway cannot take an API.
const gatewayNotReady = "GatewayNotReadyError"

// complaint is what an error's body says.
type complaint struct{ code, message string }

// isNotReady is true for a gateway that cannot take an API yet. The name of the error is
// known, the field that it stands in is not.
func (c complaint) isNotReady() bool {
	return strings.Contains(c.code, gatewayNotReady) || strings.Contains(c.message, gatewayNotReady)
}

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
		if o := other.complaint(depth - 1); o.isNotReady() {
			inner = o
		}
	}
	if inner.message != "" {
		c.message = inner.message
	}
	if inner.code != "" && (c.code == "" || inner.isNotReady()) {
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
