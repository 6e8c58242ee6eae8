package awssim

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/ecs"
	"flexgw.io/controller/internal/simfault"
)

const (
	snapshotFormat = "flexgw-simulated-aws"
	// snapshotVersion is raised whenever a file of the version before cannot be read.
	snapshotVersion = 1
)

// Errors of Sim.Save.
var (
	// ErrJournalFull says that too much has happened since the start to be saved.
	ErrJournalFull = fmt.Errorf("more has happened since the start than a snapshot can hold (%d calls, or %d MiB of requests); a reset begins anew",
		maxEntries, maxJournalBytes>>20)
	// ErrNotRepeatable says that what was done through calls does not make this world.
	ErrNotRepeatable = errors.New("this world cannot be saved: the same calls do not make it again. " +
		"Something in it was changed from Go, which a snapshot cannot repeat, or the simulator has a fault")
)

// snapshot is a world in a file: what was done to it, and what it had become.
type snapshot struct {
	Format   string                  `json:"format"`
	Version  int                     `json:"version"`
	Seed     uint64                  `json:"seed"`
	Accounts map[string]string       `json:"accounts,omitempty"`
	Start    time.Time               `json:"start"`
	Now      time.Time               `json:"now"`
	Settings worldSettings           `json:"settings"`
	Journal  []journalEntry          `json:"journal"`
	Faults   []simfault.Saved[Fault] `json:"faults,omitempty"`
	// FaultsNamed is how many faults have been given a name.
	FaultsNamed int `json:"faultsNamed,omitempty"`
	// Policies are those of Enforce.
	Policies []string `json:"policies,omitempty"`
	// Anypoint are the answers of the Anypoint Platform, nil without one.
	Anypoint *[]reply `json:"anypoint,omitempty"`
	// Calls is the chance of request ids and of how long answers take.
	Calls []byte `json:"calls"`
	// Fingerprint tells whether the journal has made the same world.
	Fingerprint string `json:"fingerprint"`
}

// Save writes the world down, for Load. It holds everything that calls and the admin
// API have made, secrets among it, with the time, the settings, the faults and the
// policies of Enforce. It does not hold the call log and how far calls are throttled,
// nor what was changed from Go apart from the settings and ReadLag: a change that it
// notices is ErrNotRepeatable.
//
// Save makes the world a second time to be sure that Load can; that takes about as
// long as all calls together took the simulator.
func (s *Sim) Save() ([]byte, error) {
	saved, err := s.snapshot()
	if err != nil {
		return nil, err
	}
	again, err := restore(Options{Logger: slog.New(slog.DiscardHandler)}, saved)
	if err != nil {
		return nil, fmt.Errorf("%w (%w)", ErrNotRepeatable, err)
	}
	again.Close()
	return json.Marshal(saved)
}

// snapshot is what there is to save at this moment.
func (s *Sim) snapshot() (*snapshot, error) {
	saved := &snapshot{Format: snapshotFormat, Version: snapshotVersion, Seed: s.seed, Accounts: s.accounts}
	var err error
	s.world.Do(func() {
		if s.journal.full {
			err = ErrJournalFull
			return
		}
		saved.Start, saved.Now, saved.Settings = s.journal.start, s.world.Now(), s.journal.first
		saved.Journal, saved.Calls = slices.Clone(s.journal.entries), s.world.CallState()
		saved.Policies = s.policies()
		if s.anypoint != nil {
			heard := append([]reply{}, s.anypoint.heard...)
			saved.Anypoint = &heard
		}
		saved.Faults, saved.FaultsNamed = s.faults.Save()
		saved.Fingerprint, err = s.fingerprint()
	})
	return saved, err
}

// fingerprint is a hash of what users have made, of what will happen and of what
// chance will bring. The world must be locked.
func (s *Sim) fingerprint() (string, error) {
	all := struct {
		Inventory []core.Resource
		State     string
		Settings  worldSettings
		Troubles  []ecs.Troubles
		Alarms    map[string]ecs.AlarmState `json:",omitempty"`
		// Services are their exported fields, such as quotas.
		Services map[string]any
	}{Inventory: s.inventory(), State: s.world.State(), Settings: settingsOf(s.world), Alarms: s.ECS.Alarms(), Services: map[string]any{}}
	for name, e := range s.endpoints {
		all.Services[name] = e.service
		if troubled, ok := e.service.(interface{ Troubles() ecs.Troubles }); ok {
			all.Troubles = append(all.Troubles, troubled.Troubles())
		}
	}
	text, err := json.Marshal(all)
	if err != nil {
		return "", fmt.Errorf("awssim: describe the world: %w", err)
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), nil
}

// parseSnapshot reads a file that Save has written.
func parseSnapshot(data []byte) (*snapshot, error) {
	var head struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, fmt.Errorf("this is not a whole snapshot: %w", err)
	}
	if head.Format != snapshotFormat {
		return nil, errors.New("this is not a snapshot of a simulated AWS")
	}
	if head.Version != snapshotVersion {
		return nil, fmt.Errorf("the snapshot has version %d of the format, and this program reads version %d", head.Version, snapshotVersion)
	}
	saved := &snapshot{}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(saved); err != nil {
		return nil, fmt.Errorf("the snapshot has what this program does not know: %w", err)
	}
	return saved, nil
}
