package simfault

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"sync"
)

// Set is the faults in force, in the order in which they were set. It has a lock of its
// own, which is held for no longer than it takes to look. Make one with NewSet.
type Set[F any] struct {
	seed  uint64
	entry func(*F) Entry

	mu    sync.Mutex
	list  []*armed[F]
	named int
}

// armed is a fault with its chance.
type armed[F any] struct {
	fault  F
	chance *rand.PCG
}

// NewSet has no faults. The same seed and the same order of calls give the same strikes.
func NewSet[F any](seed uint64, entry func(*F) Entry) *Set[F] {
	return &Set[F]{seed: seed, entry: entry}
}

// Put puts a fault in force, and returns it as it is kept. A fault of the same name is
// replaced, and its count and its chance start anew.
func (s *Set[F]) Put(f F) F {
	s.mu.Lock()
	defer s.mu.Unlock()
	e := s.entry(&f)
	for *e.Name == "" {
		s.named++
		if name := fmt.Sprintf("fault-%d", s.named); s.index(name) < 0 {
			*e.Name = name
		}
	}
	*e.Struck = 0
	a := &armed[F]{fault: f, chance: chanceOf(*e.Name, s.seed)}
	if i := s.index(*e.Name); i >= 0 {
		s.list[i] = a
	} else {
		s.list = append(s.list, a)
	}
	return f
}

// Clear ends the fault of this name; false where there is none.
func (s *Set[F]) Clear(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.index(name)
	if i < 0 {
		return false
	}
	s.list = slices.Delete(s.list, i, i+1)
	return true
}

// ClearAll ends all faults.
func (s *Set[F]) ClearAll() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = nil
}

// List is the faults that were set and not cleared, also where they strike no more.
func (s *Set[F]) List() []F {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := []F{}
	for _, a := range s.list {
		list = append(list, a.fault)
	}
	return list
}

// Strike draws which of the faults that meet a call strike it, and counts them: each that
// only delays is tried, and of the others the first that strikes is the only one.
func (s *Set[F]) Strike(meets func(F) bool) []F {
	s.mu.Lock()
	defer s.mu.Unlock()
	var struck []F
	decided := false
	for _, a := range s.list {
		e := s.entry(&a.fault)
		if decided && !e.Late || !meets(a.fault) || !a.draw(e.Rate) {
			continue
		}
		*e.Struck++
		decided = decided || !e.Late
		struck = append(struck, a.fault)
	}
	return struck
}

// index finds a fault by name; -1 where there is none. The set must be locked.
func (s *Set[F]) index(name string) int {
	return slices.IndexFunc(s.list, func(a *armed[F]) bool { return *s.entry(&a.fault).Name == name })
}

func (a *armed[F]) draw(rate float64) bool {
	return rate == 0 || rand.New(a.chance).Float64() < rate
}

// chanceOf is a fault's own source of chance. It depends on seed and name alone: other
// faults do not disturb it.
func chanceOf(name string, seed uint64) *rand.PCG {
	h := fnv.New64a()
	_, _ = h.Write([]byte(name)) // a hash never fails
	return rand.NewPCG(seed, h.Sum64())
}
