package awssim

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"flexgw.io/controller/internal/awssim/core"
)

// ErrOtherWorld is the error of Load where this program makes another world than the
// one that was saved.
var ErrOtherWorld = errors.New("what was done in the snapshot makes another world here than the one that was saved; " +
	"it was written by another version of the simulator, or changed")

// Load makes the world that Save has written down, and lets its time go on from the
// moment at which it was saved, at the speed of the options' clock. The options'
// seed, accounts and settings do not count: those of the snapshot do. A world that was saved
// without an Anypoint Platform goes on without one.
func Load(o Options, data []byte) (*Sim, error) {
	saved, err := parseSnapshot(data)
	if err != nil {
		return nil, err
	}
	s, err := restore(o, saved)
	if err != nil {
		return nil, err
	}
	pace := s.world.Pace()
	pace.Paused = false
	return s, s.world.SetPace(pace)
}

// restore makes the saved world. Its time stands still.
func restore(o Options, saved *snapshot) (*Sim, error) {
	o.Seed, o.Accounts, o.Settings = saved.Seed, saved.Accounts, &saved.Settings.Settings
	if saved.Anypoint == nil {
		o.Anypoint = nil
	} else {
		o.heard = *saved.Anypoint
	}
	s, err := New(o)
	if err != nil {
		return nil, err
	}
	if err := s.become(saved); err != nil {
		s.Close()
		return nil, err
	}
	s.goLive()
	return s, nil
}

// become lets everything happen that happened to the saved world.
func (s *Sim) become(saved *snapshot) error {
	s.world.StartAt(saved.Start)
	s.beginJournal(saved.Settings)
	s.replaying = true
	for i, e := range saved.Journal {
		if e.At.Before(saved.Start) || e.At.After(saved.Now) {
			return fmt.Errorf("entry %d of the journal is not of the snapshot's time", i+1)
		}
		s.world.StepTo(e.At)
		if err := s.repeat(e); err != nil {
			return fmt.Errorf("entry %d of the journal: %w", i+1, err)
		}
	}
	s.replaying = false
	s.world.StepTo(saved.Now)
	if err := s.restoreFaults(saved); err != nil {
		return err
	}
	if len(saved.Policies) > 0 {
		if err := s.Enforce(saved.Policies...); err != nil {
			return fmt.Errorf("the policies of the snapshot: %w", err)
		}
	}
	var err error
	var found string
	s.world.Do(func() {
		if err = s.world.SetCallState(saved.Calls); err == nil {
			found, err = s.fingerprint()
		}
	})
	if err == nil && found != saved.Fingerprint {
		err = ErrOtherWorld
	}
	return err
}

// beginJournal begins a journal at the present moment. Nothing has happened yet.
func (s *Sim) beginJournal(first worldSettings) {
	s.world.Do(func() {
		s.world.Settings, s.world.ReadLag = first.Settings.Clone(), first.ReadLag
		s.journal = journal{start: s.world.Now(), first: settingsOf(s.world), known: settingsOf(s.world)}
	})
}

// repeat does once more what an entry says.
func (s *Sim) repeat(e journalEntry) error {
	switch {
	case e.Call != nil:
		return s.repeatCall(e.Call)
	case e.Admin != nil:
		return s.repeatAdmin(e.Admin)
	case e.Settings != nil:
		s.world.Do(func() { s.world.Settings, s.world.ReadLag = e.Settings.Settings.Clone(), e.Settings.ReadLag })
		return nil
	case e.Deployed != "" && s.anypoint != nil:
		s.deployed(e.Deployed)
		return nil
	}
	return errors.New("it says nothing")
}

// repeatCall makes a call reach its handler again, whatever comes of it there.
func (s *Sim) repeatCall(c *journalCall) error {
	e, ok := s.endpoints[c.Service]
	if !ok {
		return fmt.Errorf("the service %s is not simulated here", c.Service)
	}
	op, described := e.codec.Model().Operations[c.Operation]
	if _, ok := e.handlers[c.Operation]; !ok || !described {
		return fmt.Errorf("%s.%s is not simulated here", e.codec.Model().Name, c.Operation)
	}
	r, err := c.request()
	if err != nil {
		return err
	}
	call := &core.Call{
		Scope:   core.Scope{Account: c.Account, Region: c.Region},
		Service: e.codec.Model().Name, Operation: c.Operation, RequestID: c.RequestID, Principal: c.Principal,
	}
	before := s.reached
	_, err = s.answer(e, op, call, true, r)
	if s.reached == before {
		return fmt.Errorf("%s.%s does not understand its request: %w", e.codec.Model().Name, c.Operation, err)
	}
	return nil
}

// repeatAdmin serves a request to the admin API again.
func (s *Sim) repeatAdmin(a *journalAdmin) error {
	r, err := http.NewRequestWithContext(context.Background(), a.Method, a.Path, io.NopCloser(bytes.NewReader(a.Body)))
	if err != nil {
		return err
	}
	r.RemoteAddr = "127.0.0.1:0"
	answer := &responseBuffer{header: http.Header{}, status: http.StatusOK}
	s.adminHandler().ServeHTTP(answer, r)
	if answer.status >= http.StatusBadRequest {
		return fmt.Errorf("%s %s is refused here: %s", a.Method, a.Path, bytes.TrimSpace(answer.body.Bytes()))
	}
	return nil
}
