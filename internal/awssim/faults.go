package awssim

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/simfault"
)

// Cut says when a connection is closed without an answer.
type Cut = simfault.Cut

// When it is closed: before anything has happened, or after what was asked for is done.
const (
	CutBefore = simfault.CutBefore
	CutAfter  = simfault.CutAfter
)

// Fault is something that goes wrong at the wire on purpose. A call that it strikes
// fails with an error, loses its connection or is late.
//
// With neither Cut nor Latency nor an error named, the error is InternalFailure.
// With Latency alone, the call succeeds late.
type Fault struct {
	// Name tells faults apart; one that is set without a name is given one.
	Name string
	// Service is botocore's name of a service, such as "elbv2"; all where empty.
	Service string
	// Operation is AWS's name of an operation or a pattern in the form of path.Match,
	// such as "Describe*"; all where empty.
	Operation string
	// Rate is the part of the calls that it strikes, from 0 to 1; 0 means all.
	Rate float64
	// Code, Message and Status are the error that the caller gets instead of an
	// answer. The message is AWS's where the code is a common one; the status is the
	// service model's, else 400; a status alone can be 500 or 503.
	Code    string
	Message string
	Status  int
	// Latency comes on top of the call's own, in the world's time.
	Latency time.Duration
	// Cut closes the connection without an answer.
	Cut Cut
	// Times is how many calls it strikes at most; 0 means no limit.
	Times int
	// Until is the world's time at which it ends; zero means never.
	Until time.Time
	// Struck is how many calls it has struck since it was set. It is only read.
	Struck int
}

// commonErrors has the sentences of errors that services share, as AWS's API
// references list them under "Common Errors".
var commonErrors = map[string]string{
	"InternalFailure":      "The request processing has failed because of an unknown error, exception or failure.",
	"RequestLimitExceeded": "Request limit exceeded.",
	"ServiceUnavailable":   "The request has failed due to a temporary failure of the server.",
	"Throttling":           "Rate exceeded",
	"ThrottlingException":  "Rate exceeded",
}

// late is true for a fault that does nothing but delay.
func (f Fault) late() bool {
	return f.Latency > 0 && f.Cut == "" && f.Code == "" && f.Message == "" && f.Status == 0
}

// refusal is the error of a fault that neither cuts nor only delays.
func (f Fault) refusal() *core.Error {
	code := f.Code
	if code == "" {
		code = "InternalFailure"
		if f.Status == http.StatusServiceUnavailable {
			code = "ServiceUnavailable"
		}
	}
	message := cmp.Or(f.Message, commonErrors[code], "The fault "+f.Name+" of the simulator.")
	return core.Errorf(code, "%s", message).WithStatus(f.Status)
}

// matches is true for a call that the fault is for, at this time.
func (f Fault) matches(service, operation string, now time.Time) bool {
	if f.Service != "" && f.Service != service || f.Times > 0 && f.Struck >= f.Times {
		return false
	}
	return (f.Until.IsZero() || now.Before(f.Until)) && simfault.Matches(f.Operation, operation)
}

// check returns an error that names the field that cannot be.
func (f Fault) check() error {
	_, pattern := path.Match(f.Operation, "")
	switch {
	case strings.ContainsAny(f.Name, "/?#, \t\n"):
		return fmt.Errorf("name: %q has a blank, a comma or one of / ? #", f.Name)
	case pattern != nil:
		return fmt.Errorf("operation: %q is not a pattern: %w", f.Operation, pattern)
	case !(f.Rate >= 0 && f.Rate <= 1): // NaN is refused too
		return fmt.Errorf("rate: %g is not between 0 and 1", f.Rate)
	case f.Latency < 0:
		return fmt.Errorf("latency: %v is less than nothing", f.Latency)
	case f.Times < 0:
		return fmt.Errorf("times: %d is less than nothing", f.Times)
	case f.Cut != "" && f.Cut != CutBefore && f.Cut != CutAfter:
		return fmt.Errorf("cut: %q is neither %q nor %q", f.Cut, CutBefore, CutAfter)
	case f.Cut != "" && (f.Code != "" || f.Message != "" || f.Status != 0):
		return fmt.Errorf("cut: a call whose connection is cut gets no error, so code, message and status must be empty")
	case f.Status != 0 && (f.Status < 400 || f.Status > 599):
		return fmt.Errorf("status: %d is not that of an error (400 to 599)", f.Status)
	case f.Code == "" && f.Status != 0 && f.Status != http.StatusInternalServerError && f.Status != http.StatusServiceUnavailable:
		return fmt.Errorf("code: needed with status %d", f.Status)
	}
	return nil
}

// checkTarget refuses a fault that no call can meet.
func (s *Sim) checkTarget(f Fault) error {
	known, found := map[string]bool{}, false
	for _, e := range s.endpoints {
		m := e.codec.Model()
		known[m.Name] = true
		if f.Service != "" && f.Service != m.Name {
			continue
		}
		for name := range m.Operations {
			found = found || simfault.Matches(f.Operation, name)
		}
	}
	if f.Service != "" && !known[f.Service] {
		return fmt.Errorf("service: %q is not one of %s", f.Service, strings.Join(slices.Sorted(maps.Keys(known)), ", "))
	}
	if !found {
		return fmt.Errorf("operation: %q is no operation of %s that is simulated", f.Operation, cmp.Or(f.Service, "any service"))
	}
	return nil
}
