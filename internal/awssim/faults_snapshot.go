package awssim

import "fmt"

// restoreFaults puts the faults of a snapshot in force, and no others.
func (s *Sim) restoreFaults(saved *snapshot) error {
	for _, f := range saved.Faults {
		if err := f.Fault.check(); err != nil {
			return fmt.Errorf("the fault %q of the snapshot: %w", f.Fault.Name, err)
		}
	}
	return s.faults.Restore(saved.Faults, saved.FaultsNamed)
}
