package awssim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"flexgw.io/controller/internal/awssim/core"
)

// faultSet is the faults in force, in the order in which they were set. It has a
// lock of its own, which is held for no longer than it takes to look.
type faultSet struct {
	seed uint64

	mu     sync.Mutex
	list   []*armedFault
	unique int
}

// armedFault is a fault with its chance.
type armedFault struct {
	Fault
	chance *rand.PCG
}

// strikes draws whether the fault, which matches the call, strikes it.
func (a *armedFault) strikes() bool {
	if a.Rate > 0 && rand.New(a.chance).Float64() >= a.Rate {
		return false
	}
	a.Struck++
	return true
}

// stroke is what faults do to one call.
type stroke struct {
	// names are those of the faults that struck, with commas.
	names   string
	latency time.Duration
	cut     Cut
	refusal *core.Error
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
	return s.faults.set(f), nil
}

// ClearFault ends the fault of this name; false where there is none.
func (s *Sim) ClearFault(name string) bool {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	i := s.faults.index(name)
	if i < 0 {
		return false
	}
	s.faults.list = slices.Delete(s.faults.list, i, i+1)
	return true
}

// ClearFaults ends all faults.
func (s *Sim) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = nil
}

// Faults are those that were set and not cleared, in the order in which they were
// set, also where they strike no more.
func (s *Sim) Faults() []Fault {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	list := []Fault{}
	for _, a := range s.faults.list {
		list = append(list, a.Fault)
	}
	return list
}

// index finds a fault by name; -1 where there is none. The set must be locked.
func (l *faultSet) index(name string) int {
	return slices.IndexFunc(l.list, func(a *armedFault) bool { return a.Name == name })
}

func (l *faultSet) set(f Fault) Fault {
	l.mu.Lock()
	defer l.mu.Unlock()
	for f.Name == "" {
		l.unique++
		if name := fmt.Sprintf("fault-%d", l.unique); l.index(name) < 0 {
			f.Name = name
		}
	}
	f.Struck = 0
	a := &armedFault{Fault: f, chance: f.seeded(l.seed)}
	if i := l.index(f.Name); i >= 0 {
		l.list[i] = a
	} else {
		l.list = append(l.list, a)
	}
	return f
}

// strike draws what happens to a call.
func (l *faultSet) strike(service, operation string, now time.Time) stroke {
	l.mu.Lock()
	defer l.mu.Unlock()
	var s stroke
	var names []string
	decided := false
	for _, a := range l.list {
		if decided && !a.late() || !a.matches(service, operation, now) || !a.strikes() {
			continue
		}
		names = append(names, a.Name)
		s.latency += a.Latency
		if a.late() {
			continue
		}
		decided, s.cut = true, a.Cut
		if a.Cut == "" {
			s.refusal = a.refusal()
		}
	}
	s.names = strings.Join(names, ",")
	return s
}
