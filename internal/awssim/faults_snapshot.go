package awssim

import (
	"fmt"
	"math/rand/v2"
)

// save is the faults in force with their chance, and how many have been given a name.
func (l *faultSet) save() (list []savedFault, named int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, a := range l.list {
		chance, err := a.chance.MarshalBinary()
		if err != nil {
			panic("awssim: a PCG that cannot be written: " + err.Error()) // its documentation has no such error
		}
		list = append(list, savedFault{Fault: a.Fault, Chance: chance})
	}
	return list, l.unique
}

// restore puts saved faults in force, and no others.
func (l *faultSet) restore(list []savedFault, named int) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list, l.unique = nil, named
	for _, saved := range list {
		if err := saved.Fault.check(); err != nil {
			return fmt.Errorf("the fault %q of the snapshot: %w", saved.Fault.Name, err)
		}
		chance := &rand.PCG{}
		if err := chance.UnmarshalBinary(saved.Chance); err != nil {
			return fmt.Errorf("the fault %q of the snapshot: %w", saved.Fault.Name, err)
		}
		l.list = append(l.list, &armedFault{Fault: saved.Fault, chance: chance})
	}
	return nil
}
