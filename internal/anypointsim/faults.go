package anypointsim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"flexgw.io/controller/internal/simfault"
)

// Cut says when a connection is closed without an answer.
type Cut = simfault.Cut

// When it is closed: before anything has happened, or after what was asked for is done.
const (
	CutBefore = simfault.CutBefore
	CutAfter  = simfault.CutAfter
)

// Garble says how an answer that should be fine is nonsense.
type Garble string

const (
	// GarbleHTML answers 200 with a web page instead of JSON.
	GarbleHTML Garble = "html"
	// GarbleTruncated ends the JSON in its midst.
	GarbleTruncated Garble = "truncated"
	// GarbleUnknown is valid JSON with members that nobody knows, in which every status is
	// one that nobody knows either.
	GarbleUnknown Garble = "unknown"
)

// Fault is something that goes wrong on purpose. A call that it strikes is refused, loses
// its connection, is answered with nonsense, or is late. With none of them named it is
// refused with 500.
type Fault struct {
	// Name tells faults apart; one that is set without a name is given one.
	Name string
	// Operation is the simulator's name of an operation, such as "ListGateways", or a pattern
	// in the form of path.Match; all where empty. "Register", "Renew", "Unregister" and
	// "Connect" are what containers ask for.
	Operation string
	// Rate is the part of the calls that it strikes, from 0 to 1; 0 means all.
	Rate float64
	// Status is that of the refusal, 400 to 599, and Message its sentence.
	Status  int
	Message string
	// RetryAfter goes with the refusal, in whole seconds of the header; 0 for none.
	RetryAfter time.Duration
	// Latency is by how much the answer is late, in the clock's time.
	Latency time.Duration
	Cut     Cut
	Garble  Garble
	// Times is how many calls it strikes at most; 0 means no limit.
	Times int
	// Until is when it ends; zero means never.
	Until time.Time
	// Struck is how many calls it has struck. It is only read.
	Struck int
}

// late is true for a fault that does nothing but delay.
func (f Fault) late() bool {
	return f.Latency > 0 && f.Cut == "" && f.Garble == "" && f.Status == 0 && f.Message == ""
}

// refusal is the answer of a fault that neither cuts, garbles nor only delays.
func (f Fault) refusal() *refusal {
	status := f.Status
	if status == 0 {
		status = http.StatusInternalServerError
	}
	no := refusef(status, strings.ReplaceAll(http.StatusText(status), " ", "")+"Error", "%s", http.StatusText(status))
	if f.Message != "" {
		no.message = f.Message
	}
	if f.RetryAfter > 0 {
		no.retryAfter = tooMany(f.RetryAfter).retryAfter
	}
	return no
}

// matches is true for a call that the fault is for, at this time.
func (f Fault) matches(operation string, now time.Time) bool {
	if f.Times > 0 && f.Struck >= f.Times || !f.Until.IsZero() && !now.Before(f.Until) {
		return false
	}
	return simfault.Matches(f.Operation, operation)
}

// check returns an error that names the field that cannot be.
func (f Fault) check(operations []string) error {
	answers := 0
	for _, set := range []bool{f.Cut != "", f.Garble != "", f.Status != 0 || f.Message != "" || f.RetryAfter != 0} {
		if set {
			answers++
		}
	}
	switch {
	case strings.ContainsAny(f.Name, "/?#, \t\n"):
		return fmt.Errorf("name: %q has a blank, a comma or one of / ? #", f.Name)
	case !slices.ContainsFunc(operations, func(name string) bool { return simfault.Matches(f.Operation, name) }):
		return fmt.Errorf("operation: %q is none of %s", f.Operation, strings.Join(operations, ", "))
	case !(f.Rate >= 0 && f.Rate <= 1): // NaN is refused too
		return fmt.Errorf("rate: %g is not between 0 and 1", f.Rate)
	case f.Latency < 0:
		return fmt.Errorf("latency: %v is less than nothing", f.Latency)
	case f.RetryAfter < 0:
		return fmt.Errorf("retryAfter: %v is less than nothing", f.RetryAfter)
	case f.Times < 0:
		return fmt.Errorf("times: %d is less than nothing", f.Times)
	case f.Cut != "" && f.Cut != CutBefore && f.Cut != CutAfter:
		return fmt.Errorf("cut: %q is neither %q nor %q", f.Cut, CutBefore, CutAfter)
	case f.Garble != "" && f.Garble != GarbleHTML && f.Garble != GarbleTruncated && f.Garble != GarbleUnknown:
		return fmt.Errorf("garble: %q is none of %q, %q and %q", f.Garble, GarbleHTML, GarbleTruncated, GarbleUnknown)
	case f.Status != 0 && (f.Status < 400 || f.Status > 599):
		return fmt.Errorf("status: %d is not that of an error (400 to 599)", f.Status)
	case answers > 1:
		return fmt.Errorf("cut: a call is cut, garbled or refused, and only one of them")
	}
	return nil
}
