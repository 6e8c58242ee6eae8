package awssim

import (
	"strings"
	"time"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/simfault"
)

// stroke is what faults do to one call.
type stroke struct {
	// names are those of the faults that struck, with commas.
	names   string
	latency time.Duration
	cut     Cut
	refusal *core.Error
}

// newFaults has no faults in force.
func newFaults(seed uint64) *simfault.Set[Fault] {
	return simfault.NewSet(seed, func(f *Fault) simfault.Entry {
		return simfault.Entry{Name: &f.Name, Rate: f.Rate, Struck: &f.Struck, Late: f.late()}
	})
}

// SetFault puts a fault in force and returns it as it is kept. A fault of the same
// name is replaced, and its count and its chance start anew. Errors name the field
// that is wrong.
//
// The same seed and the same order of calls give the same faults. Of several that
// match a call, each that only delays is tried, and of the others the first that
// strikes is the only one.
func (s *Sim) SetFault(f Fault) (Fault, error) {
	if err := f.check(); err != nil {
		return Fault{}, err
	}
	if err := s.checkTarget(f); err != nil {
		return Fault{}, err
	}
	return s.faults.Put(f), nil
}

// ClearFault ends the fault of this name; false where there is none.
func (s *Sim) ClearFault(name string) bool { return s.faults.Clear(name) }

// ClearFaults ends all faults.
func (s *Sim) ClearFaults() { s.faults.ClearAll() }

// Faults are those that were set and not cleared, in the order in which they were
// set, also where they strike no more.
func (s *Sim) Faults() []Fault { return s.faults.List() }

// strike draws what happens to a call.
func (s *Sim) strike(service, operation string, now time.Time) stroke {
	var hit stroke
	var names []string
	for _, f := range s.faults.Strike(func(f Fault) bool { return f.matches(service, operation, now) }) {
		names = append(names, f.Name)
		hit.latency += f.Latency
		if f.late() {
			continue
		}
		if hit.cut = f.Cut; f.Cut == "" {
			hit.refusal = f.refusal()
		}
	}
	hit.names = strings.Join(names, ",")
	return hit
}
