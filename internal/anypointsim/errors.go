package anypointsim

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
)

// refusal is an error as a client of the platform gets it.
type refusal struct {
	status int
	// name is the error's name where the service has names.
	name    string
	message string
	// path is the member of the body that is wrong, for API Manager.
	path string
	// retryAfter is the header of that name in seconds, 0 for none.
	retryAfter int
}

func refusef(status int, name, format string, args ...any) *refusal {
	return &refusal{status: status, name: name, message: fmt.Sprintf(format, args...)}
}

// invalid refuses a member of a body that is sent to API Manager.
func invalid(path, format string, args ...any) *refusal {
	r := refusef(http.StatusBadRequest, "ValidationError", format, args...)
	r.path = path
	return r
}

// forbidden refuses a call for which a scope is missing. Assumption: the platform does not
// say which one; the simulator does, for whoever debugs with it.
func forbidden(scope Scope) *refusal {
	return refusef(http.StatusForbidden, "ForbiddenError", "Forbidden: the scope %s is missing", scope)
}

func unauthorized() *refusal {
	return refusef(http.StatusUnauthorized, "UnauthorizedError", "Unauthorized")
}

// encode writes the refusal in the way of the service that refuses:
//
//	accounts    {"error": name, "error_description": message}     OAuth 2.0, RFC 6749 5.2
//	exchange    {"status": 404, "code": name, "message": message}  status and message are published; code assumed
//	apimanager  {"errors": [{...}]} for a body that is wrong, {"name", "message"} for the rest (published)
//	standalone  {"message": message}                               the sentence is published; the form assumed
func (r *refusal) encode(path string) []byte {
	var body any
	switch service, _, _ := strings.Cut(strings.TrimPrefix(path, "/"), "/"); {
	case service == "accounts":
		body = map[string]any{"error": r.name, "error_description": r.message}
	case service == "exchange":
		body = map[string]any{"status": r.status, "code": r.name, "message": r.message}
	case service == "standalone":
		body = map[string]any{"status": r.status, "message": r.message}
	case r.path != "":
		body = map[string]any{"errors": []any{map[string]any{"type": "error", "dataPath": r.path, "message": r.message}}}
	default:
		body = map[string]any{"name": r.name, "message": r.message}
	}
	text, err := json.Marshal(body)
	if err != nil {
		panic("anypointsim: a refusal that cannot be written: " + err.Error()) // strings and numbers always can
	}
	return text
}
