package awssim

import (
	"bytes"
	"encoding/json"
	"fmt"
	"time"
)

// faultPage is a Fault as people write and read it.
type faultPage struct {
	Name      string  `json:"name,omitempty"`
	Service   string  `json:"service,omitempty"`
	Operation string  `json:"operation,omitempty"`
	Rate      float64 `json:"rate,omitempty"`
	Code      string  `json:"code,omitempty"`
	Message   string  `json:"message,omitempty"`
	Status    int     `json:"status,omitempty"`
	Latency   string  `json:"latency,omitempty"`
	Cut       Cut     `json:"cut,omitempty"`
	Times     int     `json:"times,omitempty"`
	Until     string  `json:"until,omitempty"`
	Struck    int     `json:"struck,omitempty"`
}

// MarshalJSON implements json.Marshaler. The latency is written as "1m30s", and
// the time as in RFC 3339.
func (f Fault) MarshalJSON() ([]byte, error) {
	p := faultPage{
		Name: f.Name, Service: f.Service, Operation: f.Operation, Rate: f.Rate, Code: f.Code, Message: f.Message,
		Status: f.Status, Cut: f.Cut, Times: f.Times, Struck: f.Struck,
	}
	if f.Latency != 0 {
		p.Latency = f.Latency.String()
	}
	if !f.Until.IsZero() {
		p.Until = f.Until.Format(time.RFC3339Nano)
	}
	return json.Marshal(p)
}

// UnmarshalJSON implements json.Unmarshaler. A field that a Fault does not have is
// an error: a misspelt one would make a fault that strikes everything.
func (f *Fault) UnmarshalJSON(data []byte) error {
	var p faultPage
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&p); err != nil {
		return err
	}
	*f = Fault{
		Name: p.Name, Service: p.Service, Operation: p.Operation, Rate: p.Rate, Code: p.Code, Message: p.Message,
		Status: p.Status, Cut: p.Cut, Times: p.Times, Struck: p.Struck,
	}
	var err error
	if p.Latency != "" {
		if f.Latency, err = time.ParseDuration(p.Latency); err != nil {
			return fmt.Errorf("latency: %w", err)
		}
	}
	if p.Until != "" {
		if f.Until, err = time.Parse(time.RFC3339, p.Until); err != nil {
			return fmt.Errorf("until: %w", err)
		}
	}
	return nil
}
