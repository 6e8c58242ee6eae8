package local

import (
	"context"
	"errors"
	"fmt"
)

// ErrManagerRuns says that a Stack has a manager already.
var ErrManagerRuns = errors.New("the manager runs already")

// StartManager starts the manager and returns when it is ready. Up has done so, unless
// Options.Manager was empty; it is for after StopManager or KillManager.
func (s *Stack) StartManager(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.manager != nil {
		return ErrManagerRuns
	}
	m, err := s.startManager(ctx)
	if err != nil {
		return err
	}
	s.manager = m
	go s.watchManager(m)
	return nil
}

// watchManager reports the end of a manager that nobody has stopped.
func (s *Stack) watchManager(m *manager) {
	<-m.Done()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.manager != m {
		return
	}
	how := m.Err()
	if how == nil {
		how = errors.New("exit code 0")
	}
	s.fail(fmt.Errorf("the manager ended; %s says why: %w", s.folder.path(managerLog), how))
}

// StopManager stops the manager in good order. Without one it does nothing.
func (s *Stack) StopManager() error { return s.endManager((*manager).stop) }

// KillManager kills the manager, as kill -9 does. Without one it does nothing.
func (s *Stack) KillManager() error { return s.endManager((*manager).kill) }

func (s *Stack) endManager(end func(*manager, *folder) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.manager
	s.manager = nil
	if m == nil {
		return nil
	}
	return end(m, s.folder)
}

// ManagerPID is the manager's process id, 0 while there is none.
func (s *Stack) ManagerPID() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.manager == nil {
		return 0
	}
	return s.manager.PID()
}

// MetricsURL is where the manager serves its Prometheus metrics, "" while there is no
// manager.
func (s *Stack) MetricsURL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.manager == nil {
		return ""
	}
	return "http://" + s.manager.metrics + "/metrics"
}
