package anypointsim

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"
)

// faultSet is the faults in force, in the order in which they were set, under a lock of
// its own.
type faultSet struct {
	seed uint64

	mu     sync.Mutex
	list   []*armedFault
	unique int
}

// armedFault is a fault with its chance.
type armedFault struct {
	Fault
	chance *rand.Rand
}

// strikes draws whether the fault, which matches the call, strikes it.
func (a *armedFault) strikes() bool {
	if a.Rate > 0 && a.chance.Float64() >= a.Rate {
		return false
	}
	a.Struck++
	return true
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
	return s.faults.set(f), nil
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
	h := fnv.New64a()
	_, _ = h.Write([]byte(f.Name)) // a hash never fails
	a := &armedFault{Fault: f, chance: rand.New(rand.NewPCG(l.seed, h.Sum64()))}
	if i := l.index(f.Name); i >= 0 {
		l.list[i] = a
	} else {
		l.list = append(l.list, a)
	}
	return f
}

// index finds a fault by name; -1 where there is none. The set must be locked.
func (l *faultSet) index(name string) int {
	return slices.IndexFunc(l.list, func(a *armedFault) bool { return a.Name == name })
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

// Faults are those that were set and not cleared, also where they strike no more.
func (s *Sim) Faults() []Fault {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	list := []Fault{}
	for _, a := range s.faults.list {
		list = append(list, a.Fault)
	}
	return list
}

// strike draws what happens to a call. A platform that is away answers nobody, whatever
// the faults.
func (s *Sim) strike(operation string, now time.Time) stroke {
	if f, away := s.whileAway(); away {
		return f
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	var f stroke
	var names []string
	decided := false
	for _, a := range s.faults.list {
		if decided && !a.late() || !a.matches(operation, now) || !a.strikes() {
			continue
		}
		names = append(names, a.Name)
		f.latency += a.Latency
		if a.late() {
			continue
		}
		decided, f.cut, f.nonsense = true, a.Cut, a.Garble
		if a.Cut == "" && a.Garble == "" {
			f.refusal = a.refusal()
		}
	}
	f.names = strings.Join(names, ",")
	return f
}
