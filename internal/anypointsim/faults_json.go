package anypointsim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// faultPage is a Fault as people write and read it.
type faultPage struct {
	Name       string  `json:"name,omitempty"`
	Operation  string  `json:"operation,omitempty"`
	Rate       float64 `json:"rate,omitempty"`
	Status     int     `json:"status,omitempty"`
	Message    string  `json:"message,omitempty"`
	RetryAfter string  `json:"retryAfter,omitempty"`
	Latency    string  `json:"latency,omitempty"`
	Cut        Cut     `json:"cut,omitempty"`
	Garble     Garble  `json:"garble,omitempty"`
	Times      int     `json:"times,omitempty"`
	Until      string  `json:"until,omitempty"`
	Struck     int     `json:"struck,omitempty"`
}

// MarshalJSON implements json.Marshaler. Spans are written as "1m30s", and the time as in
// RFC 3339.
func (f Fault) MarshalJSON() ([]byte, error) {
	p := faultPage{
		Name: f.Name, Operation: f.Operation, Rate: f.Rate, Status: f.Status, Message: f.Message, Cut: f.Cut, Garble: f.Garble,
		Times: f.Times, Struck: f.Struck,
	}
	if f.Latency != 0 {
		p.Latency = f.Latency.String()
	}
	if f.RetryAfter != 0 {
		p.RetryAfter = f.RetryAfter.String()
	}
	if !f.Until.IsZero() {
		p.Until = f.Until.Format(time.RFC3339Nano)
	}
	return json.Marshal(p)
}

// UnmarshalJSON implements json.Unmarshaler. A field that a Fault does not have is an error:
// a misspelt one would make a fault that strikes everything.
func (f *Fault) UnmarshalJSON(data []byte) error {
	var p faultPage
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return err
	}
	*f = Fault{
		Name: p.Name, Operation: p.Operation, Rate: p.Rate, Status: p.Status, Message: p.Message, Cut: p.Cut, Garble: p.Garble,
		Times: p.Times, Struck: p.Struck,
	}
	for _, span := range []struct {
		name, text string
		to         *time.Duration
	}{{"latency", p.Latency, &f.Latency}, {"retryAfter", p.RetryAfter, &f.RetryAfter}} {
		if span.text == "" {
			continue
		}
		var err error
		if *span.to, err = time.ParseDuration(span.text); err != nil {
			return fmt.Errorf("%s: %w", span.name, err)
		}
	}
	if p.Until == "" {
		return nil
	}
	var err error
	if f.Until, err = time.Parse(time.RFC3339, p.Until); err != nil {
		return fmt.Errorf("until: %w", err)
	}
	return nil
}

// postFault sets a fault and answers with it as it is kept.
func (s *Sim) postFault(w http.ResponseWriter, r *http.Request) {
	var f Fault
	if !s.admin.Read(w, r, "a fault", &f) {
		return
	}
	kept, err := s.SetFault(f)
	if err != nil {
		s.admin.Refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	s.admin.Answer(w, kept)
}
