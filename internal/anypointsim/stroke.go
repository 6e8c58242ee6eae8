package anypointsim

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"
)

// Away is how the whole platform is not there.
type Away string

const (
	// AwayNot is a platform that answers.
	AwayNot Away = ""
	// AwayRefused closes every connection without an answer.
	AwayRefused Away = "refused"
	// AwayUnavailable answers everything with 503.
	AwayUnavailable Away = "503"
)

// SetAway takes the platform away from everybody, or brings it back. Gateways that run keep
// the APIs that they have.
func (s *Sim) SetAway(a Away) error {
	if a != AwayNot && a != AwayRefused && a != AwayUnavailable {
		return errors.New(`a platform is away as "refused" or as "503", or not at all`)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.away = a
	return nil
}

// whileAway is what happens to every call while the platform is away.
func (s *Sim) whileAway() (stroke, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch s.away {
	case AwayRefused:
		return stroke{names: "away", cut: CutBefore}, true
	case AwayUnavailable:
		return stroke{names: "away", refusal: Fault{Status: http.StatusServiceUnavailable}.refusal()}, true
	default:
		return stroke{}, false
	}
}

// errLost is how Go's HTTP client, in which flexctl is written, names a connection that was
// closed without an answer; errNonsense how its JSON does a web page.
var (
	errLost     = errors.New(`reg facade call failed: Post "/amc/registration-facade/api/v1": EOF`)
	errNonsense = errors.New("reg facade call failed: invalid character '<' looking for beginning of value")
)

// webPage is what a proxy or a login page answers with.
const webPage = "<!DOCTYPE html>\n<html><head><title>Anypoint Platform</title></head><body>We'll be back soon.</body></html>\n"

// refuses is why a container's call does not reach the platform, if it does not.
func (f stroke) refuses() error {
	switch {
	case f.refusal != nil:
		return facadeError(f.refusal.status, f.refusal.message)
	case f.cut == CutBefore:
		return errLost
	default:
		return nil
	}
}

// loses is why a container does not hear of its call's success, if it does not.
func (f stroke) loses() error {
	switch {
	case f.cut == CutAfter:
		return errLost
	case f.nonsense != "":
		return errNonsense
	default:
		return nil
	}
}

// stroke is what faults do to one call.
type stroke struct {
	// names are those of the faults that struck, with commas.
	names    string
	latency  time.Duration
	cut      Cut
	nonsense Garble
	refusal  *refusal
}

// instead is the answer of a call that does not reach its operation, nil where it does.
func (f stroke) instead(path string) *outcome {
	if f.refusal == nil {
		return nil
	}
	return refused(f.refusal, path)
}

// garble makes nonsense of an answer, where the stroke asks for it. An error stays as it is.
func (f stroke) garble(out *outcome) *outcome {
	if f.nonsense == "" || out.status >= http.StatusBadRequest {
		return out
	}
	switch f.nonsense {
	case GarbleHTML:
		return &outcome{status: http.StatusOK, contentType: "text/html; charset=utf-8", body: []byte(webPage)}
	case GarbleTruncated:
		return &outcome{status: out.status, contentType: out.contentType, body: out.body[:len(out.body)/2]}
	default:
		return &outcome{status: out.status, contentType: out.contentType, body: strange(out.body)}
	}
}

// strange adds members to all objects and changes all states.
func strange(text []byte) []byte {
	var v any
	if json.Unmarshal(text, &v) != nil {
		return text
	}
	estrange(v)
	changed, err := json.Marshal(v)
	if err != nil {
		return text
	}
	return changed
}

func estrange(v any) {
	switch v := v.(type) {
	case []any:
		for _, element := range v {
			estrange(element)
		}
	case map[string]any:
		for name, member := range v {
			if _, text := member.(string); text && (name == "status" || name == "apiVersionStatus") {
				v[name] = "HIBERNATING"
			}
			estrange(member)
		}
		v["addedByAnotherRelease"] = map[string]any{"value": 1}
	}
}
