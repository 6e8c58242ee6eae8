package anypointsim

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// snapshotVersion is the form of snapshots that this simulator writes, and the only one that
// it reads.
const snapshotVersion = 1

// maxSnapshot is the largest snapshot that is read over HTTP, in bytes.
const maxSnapshot = 64 << 20

// snapshot is what Save writes.
type snapshot struct {
	Version int       `json:"anypointsim"`
	Saved   time.Time `json:"saved"`
	State   state     `json:"state"`
	Delays  Delays    `json:"delays"`
	Chance  []byte    `json:"chance"`
	// The platform's own certificates and key, without which no gateway would be known.
	Root, Intermediate, Key []byte
}

// Save writes everything that was made and is under way, in JSON. It holds secrets: those of
// Connected Apps, tokens, and the key that signs certificates. Faults, throttle and the log
// of calls are left out.
func (s *Sim) Save() ([]byte, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	shot := snapshot{Version: snapshotVersion, Saved: s.clock.Now(), State: s.state, Delays: s.delays, Root: s.ca.root.Raw, Intermediate: s.ca.intermediate.Raw}
	var err error
	if shot.Chance, err = s.chance.source.MarshalBinary(); err != nil {
		return nil, err
	}
	if shot.Key, err = x509.MarshalPKCS8PrivateKey(s.ca.key); err != nil {
		return nil, err
	}
	return json.MarshalIndent(shot, "", " ")
}

// Load puts what Save has written in the place of what is there. All times move with the
// clock, as if none had passed since; but certificates, which say themselves until when they
// are valid, do not.
func (s *Sim) Load(data []byte) error {
	shot := snapshot{State: newState()}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(&shot); err != nil {
		return fmt.Errorf("this is no snapshot: %w", err)
	}
	if shot.Version != snapshotVersion {
		return fmt.Errorf("this is a snapshot of version %d, and the simulator reads version %d", shot.Version, snapshotVersion)
	}
	ca, err := shot.authority()
	if err != nil {
		return fmt.Errorf("the certificates of the snapshot: %w", err)
	}
	chance := newChance(0)
	if err := chance.source.UnmarshalBinary(shot.Chance); err != nil {
		return fmt.Errorf("the chance of the snapshot: %w", err)
	}
	now := s.clock.Now()
	shot.State.move(now.Sub(shot.Saved))
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, list := range [][]*api{s.state.APIs, shot.State.APIs} {
		for _, a := range list {
			s.notices.change(a.Target)
		}
	}
	s.state, s.delays, s.ca, s.chance = shot.State, shot.Delays, ca, chance
	s.settle(now)
	s.arm(now)
	return nil
}

func (shot snapshot) authority() (*authority, error) {
	root, err := x509.ParseCertificate(shot.Root)
	if err != nil {
		return nil, err
	}
	intermediate, err := x509.ParseCertificate(shot.Intermediate)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(shot.Key)
	if err != nil {
		return nil, err
	}
	signer, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("the key is of another kind")
	}
	return &authority{root: root, intermediate: intermediate, key: signer}, nil
}

// move lets all times be later by d, but for those of certificates.
func (s *state) move(d time.Duration) {
	later := func(times ...*time.Time) {
		for _, t := range times {
			if !t.IsZero() {
				*t = t.Add(d)
			}
		}
	}
	for token, b := range s.Bearers {
		later(&b.Expires)
		s.Bearers[token] = b
	}
	for _, t := range s.Registrations {
		later(&t.Expires)
	}
	for _, g := range s.Gateways {
		later(&g.Updated, &g.Deleted, &g.FirstConnected)
		for _, r := range g.Replicas {
			later(&r.Connected, &r.Gone)
		}
	}
	for _, a := range s.APIs {
		later(&a.Created, &a.Updated, &a.Due)
		if a.Deployment != nil {
			later(&a.Deployment.Updated)
		}
	}
	for _, a := range s.Assets {
		later(&a.Published)
	}
	for _, p := range s.Publications {
		later(&p.Done)
	}
}

func (s *Sim) getSnapshot(w http.ResponseWriter, _ *http.Request) {
	data, err := s.Save()
	if err != nil {
		s.admin.Refuse(w, http.StatusInternalServerError, "%v", err)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(data) // the client may be gone; there is nobody to tell
}

func (s *Sim) putSnapshot(w http.ResponseWriter, r *http.Request) {
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxSnapshot))
	if err == nil {
		err = s.Load(data)
	}
	if err != nil {
		s.admin.Refuse(w, http.StatusBadRequest, "%v", err)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}
