package anypoint

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// text reads a JSON string, number or truth as text, and anything else as "". Services
// disagree about whether an id is a number.
type text string

// UnmarshalJSON never fails.
func (t *text) UnmarshalJSON(data []byte) error {
	var s string
	switch {
	case json.Unmarshal(data, &s) == nil:
		*t = text(s) // null too
	case len(data) > 0 && data[0] != '{' && data[0] != '[':
		*t = text(data)
	}
	return nil
}

// integer reads a JSON number, or a string of one; anything else is 0.
type integer int

// UnmarshalJSON never fails.
func (n *integer) UnmarshalJSON(data []byte) error {
	if f, err := strconv.ParseFloat(strings.Trim(string(data), `"`), 64); err == nil && f > -1<<53 && f < 1<<53 {
		*n = integer(f)
	}
	return nil
}

// moment reads a time: RFC 3339, the same without a zone (UTC then), or milliseconds since
// 1970. Anything else is the zero time.
type moment struct{ time.Time }

// momentForms are the forms of a time that is written as text.
var momentForms = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04:05.999999999Z0700", "2006-01-02 15:04:05 -0700 MST", "2006-01-02"}

// UnmarshalJSON never fails.
func (m *moment) UnmarshalJSON(data []byte) error {
	written := strings.Trim(string(data), `"`)
	if millis, err := strconv.ParseInt(written, 10, 64); err == nil {
		m.Time = time.UnixMilli(millis).UTC()
		return nil
	}
	for _, form := range momentForms {
		if at, err := time.Parse(form, written); err == nil {
			m.Time = at.UTC()
			return nil
		}
	}
	return nil
}
