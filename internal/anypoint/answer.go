package anypoint

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	// defaultPause is that of a 429 without a Retry-After.
	defaultPause = 10 * time.Second
	// longestPause is as long as a Retry-After is believed.
	longestPause = 10 * time.Minute
	// longestMessage is how much of Anypoint's sentence is told, in characters.
	longestMessage = 200
)

// pageMessage is what is said of HTML.
const pageMessage = "a page instead of an answer: something between here and Anypoint may have sent it"

// answer is what came back.
type answer struct {
	call     call
	response *http.Response
	body     []byte
	broken   error    // the body ended before its end
	hide     []string // what must not be told
}

// read fills the call's out, or says what kind of error the answer is.
func (a answer) read() error {
	status := a.response.StatusCode
	if status >= 200 && status < 300 {
		return a.readJSON()
	}
	e := &Error{Kind: a.kind(), Status: status, Operation: a.call.operation, RetryAfter: a.retryAfter()}
	switch {
	case status >= 300 && status < 400:
		e.Message = "a redirect to another place is not followed"
	case a.isHTML():
		e.Message = pageMessage
	default:
		said := complaintOf(a.body)
		e.Code, e.Message = a.tellable(said.code), a.tellable(said.message)
		if e.Code == http.StatusText(status) {
			e.Code = "" // some services repeat the status as a name
		}
		if e.Kind == KindInvalid && said.isNotReady() {
			e.Kind, e.Code = KindNotReady, gatewayNotReady
		}
	}
	return e
}

// kind sorts by status. A page instead of an answer says nothing about what was asked
// for, whatever its status: that a thing is not there, or that a scope is missing, is
// believed of Anypoint only.
func (a answer) kind() Kind {
	status := a.response.StatusCode
	switch {
	case status == http.StatusTooManyRequests:
		return KindThrottled
	case status >= 500:
		return KindServer
	case status < 400 || a.isHTML():
		return KindNonsense
	}
	switch status {
	case http.StatusUnauthorized:
		return KindCredentials
	case http.StatusForbidden:
		return KindForbidden
	case http.StatusNotFound:
		return KindNotFound
	case http.StatusConflict:
		return KindConflict
	}
	return KindInvalid
}

func (a answer) isHTML() bool {
	return strings.HasPrefix(a.response.Header.Get("Content-Type"), "text/html") ||
		strings.HasPrefix(strings.TrimSpace(string(a.body[:min(len(a.body), 64)])), "<")
}

// readJSON fills the call's out.
func (a answer) readJSON() error {
	nonsense := &Error{Kind: KindNonsense, Status: a.response.StatusCode, Operation: a.call.operation}
	switch {
	case a.isHTML(): // of a login page of a proxy, say: nothing has been deleted there
		nonsense.Message = pageMessage
	case a.call.out == nil:
		return nil
	case a.broken != nil:
		nonsense.Message = "the answer breaks off"
	case len(a.body) > longestBody:
		nonsense.Message = "the answer is too long"
	case json.Unmarshal(a.body, a.call.out) != nil: // its error would quote the body
		nonsense.Message = "the answer is not the JSON that was expected"
	default:
		return nil
	}
	return nonsense
}

// retryAfter reads the header: seconds, or a date, which is compared with that of the
// answer, as the clocks may disagree.
func (a answer) retryAfter() time.Duration {
	header := a.response.Header.Get("Retry-After")
	if seconds, err := strconv.Atoi(header); err == nil {
		return min(max(time.Duration(seconds)*time.Second, 0), longestPause)
	}
	at, err := http.ParseTime(header)
	if err != nil {
		return 0
	}
	sent, err := http.ParseTime(a.response.Header.Get("Date"))
	if err != nil {
		return 0
	}
	return min(max(at.Sub(sent), 0), longestPause)
}

// tellable is a sentence of Anypoint's in one line, clipped, without secrets.
func (a answer) tellable(sentence string) string {
	for _, secret := range a.hide {
		if secret != "" {
			sentence = strings.ReplaceAll(sentence, secret, "(secret)")
		}
	}
	sentence = bearer.ReplaceAllString(sentence, "$1 (secret)")
	line := []rune(strings.Join(strings.FieldsFunc(sentence, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }), " "))
	if len(line) > longestMessage {
		line = append(line[:longestMessage], '…')
	}
	return string(line)
}
