package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"time"

	"flexgw.io/controller/internal/child"
)

// managerTimeout is how long the manager may take to be ready, in real time.
const managerTimeout = 2 * time.Minute

// manager is the manager's process.
type manager struct {
	*child.Process
	health, metrics string // addresses
	log             *os.File
}

// startManager starts the manager and returns when its /readyz says that it works.
func (s *Stack) startManager(ctx context.Context) (*manager, error) {
	m, err := s.launchManager()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, managerTimeout)
	defer cancel()
	if err := m.waitReady(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("the manager is not ready; %s says why: %w", s.folder.path(managerLog), err), m.stop(s.folder))
	}
	return m, nil
}

func (s *Stack) launchManager() (*manager, error) {
	health, err := freeAddress()
	if err != nil {
		return nil, err
	}
	metrics, err := freeAddress()
	if err != nil {
		return nil, err
	}
	// A manager that is started again goes on in the same log.
	log, err := os.OpenFile(s.folder.path(managerLog), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, err
	}
	p, err := child.Start(child.Command{
		Path: s.options.Manager,
		Args: append([]string{
			"--health-probe-bind-address=" + health,
			"--metrics-bind-address=" + metrics,
			"--leader-elect=false",
		}, s.options.ManagerArgs...),
		Env:    s.Env(),
		Output: log,
	})
	if err != nil {
		return nil, errors.Join(err, log.Close())
	}
	m := &manager{Process: p, health: health, metrics: metrics, log: log}
	if err := s.folder.write(managerPIDFile, strconv.Itoa(p.PID())+"\n"); err != nil {
		return nil, errors.Join(err, m.stop(s.folder))
	}
	return m, nil
}

// stop stops the manager in good order.
func (m *manager) stop(f *folder) error {
	return errors.Join(m.Stop(), f.remove(managerPIDFile), m.log.Close())
}

// kill is kill -9.
func (m *manager) kill(f *folder) error {
	return errors.Join(m.Kill(), f.remove(managerPIDFile), m.log.Close())
}

func (m *manager) waitReady(ctx context.Context) error {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		err := get(ctx, "http://"+m.health+"/readyz")
		if err == nil {
			return nil
		}
		select {
		case <-m.Done():
			return errors.Join(errors.New("it ended"), m.Err())
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-tick.C:
		}
	}
}

// get is nil if the answer's status is 200.
func get(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, 1<<10))
	if err := errors.Join(err, answer.Body.Close()); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s: %s", url, answer.Status, body)
	}
	return nil
}

// freeAddress is an address of this machine that nothing listens on.
func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}
