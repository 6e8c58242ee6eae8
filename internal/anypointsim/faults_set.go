package anypointsim

import (
	"strings"
	"time"

	"flexgw.io/controller/internal/simfault"
)

// newFaults has no faults in force.
func newFaults(seed uint64) *simfault.Set[Fault] {
	return simfault.NewSet(seed, func(f *Fault) simfault.Entry {
		return simfault.Entry{Name: &f.Name, Rate: f.Rate, Struck: &f.Struck, Late: f.late()}
	})
}

// SetFault puts a fault in force and returns it as it is kept. A fault of the same name is
// replaced, and its count begins anew. Errors name the field that is wrong.
//
// Of several that match a call, each that only delays is tried, and of the others the first
// that strikes is the only one.
func (s *Sim) SetFault(f Fault) (Fault, error) {
	if err := f.check(s.operationNames()); err != nil {
		return Fault{}, err
	}
	return s.faults.Put(f), nil
}

// ClearFault ends the fault of this name; false where there is none.
func (s *Sim) ClearFault(name string) bool { return s.faults.Clear(name) }

// ClearFaults ends all faults.
func (s *Sim) ClearFaults() { s.faults.ClearAll() }

// Faults are those that were set and not cleared, also where they strike no more.
func (s *Sim) Faults() []Fault { return s.faults.List() }

// strike draws what happens to a call. A platform that is away answers nobody, whatever
// the faults.
func (s *Sim) strike(operation string, now time.Time) stroke {
	if hit, away := s.whileAway(); away {
		return hit
	}
	var hit stroke
	var names []string
	for _, f := range s.faults.Strike(func(f Fault) bool { return f.matches(operation, now) }) {
		names = append(names, f.Name)
		hit.latency += f.Latency
		if f.late() {
			continue
		}
		if hit.cut, hit.nonsense = f.Cut, f.Garble; f.Cut == "" && f.Garble == "" {
			hit.refusal = f.refusal()
		}
	}
	hit.names = strings.Join(names, ",")
	return hit
}
