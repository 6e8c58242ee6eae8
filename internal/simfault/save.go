package simfault

import (
	"fmt"
	"math/rand/v2"
)

// Saved is a fault with its chance as it was.
type Saved[F any] struct {
	Fault  F      `json:"fault"`
	Chance []byte `json:"chance"`
}

// Save is the faults in force, and how many have been given a name.
func (s *Set[F]) Save() (list []Saved[F], named int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.list {
		chance, err := a.chance.MarshalBinary()
		if err != nil {
			panic("simfault: a PCG that cannot be written: " + err.Error()) // its documentation has no such error
		}
		list = append(list, Saved[F]{Fault: a.fault, Chance: chance})
	}
	return list, s.named
}

// Restore puts saved faults in force, and no others. An error names the fault whose chance
// cannot be read; the set is then as it was.
func (s *Set[F]) Restore(list []Saved[F], named int) error {
	var faults []*armed[F]
	for _, saved := range list {
		a := &armed[F]{fault: saved.Fault, chance: &rand.PCG{}}
		if err := a.chance.UnmarshalBinary(saved.Chance); err != nil {
			return fmt.Errorf("the fault %q of the snapshot: %w", *s.entry(&a.fault).Name, err)
		}
		faults = append(faults, a)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list, s.named = faults, named
	return nil
}
