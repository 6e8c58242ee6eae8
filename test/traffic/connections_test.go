package traffic_test

import (
	"sync"
	"testing"
	"time"

	"flexgw.io/controller/internal/awssim/traffic"
	"flexgw.io/controller/internal/load"
)

// connections are all that clients have opened, as the simulated load balancers tell.
var connections ledger

// ledger keeps connections by the load balancer's address.
type ledger struct {
	mu  sync.Mutex
	all map[string][]traffic.Connection
}

func (l *ledger) note(c traffic.Connection) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all == nil {
		l.all = map[string][]traffic.Connection{}
	}
	l.all[c.Address] = append(l.all[c.Address], c)
}

// to are the connections to an address, the oldest first.
func (l *ledger) to(address string) []traffic.Connection {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all[address]
}

// wantOnlyFailuresOf fails the test unless every request that failed had been sent to one
// of the lost network interfaces, and all of them failed within the time since the loss.
//
// A client whose connection is reset before it is open does not know its own port: of
// these there must not be more than connections that the load balancer dropped.
func (s *scene) wantOnlyFailuresOf(t *testing.T, r load.Report, lost map[string]bool, within time.Duration) {
	t.Helper()
	if len(r.Failures) < r.Failed {
		t.Errorf("%d requests failed, more than are listed", r.Failed)
	}
	opened := map[string][]traffic.Connection{}
	nameless, dropped := 0, 0
	for _, c := range connections.to(s.address) {
		opened[c.Client] = append(opened[c.Client], c)
		if !c.Dropped {
			continue
		}
		dropped++
		if !lost[c.Hop.Interface] {
			t.Errorf("at %s a connection was dropped that was sent to %q, which is not lost", short(c.At.Sub(s.sent)), c.Hop.Interface)
		}
	}
	for _, f := range r.Failures {
		if at := f.At.Sub(s.sent); at < 0 || at > within {
			t.Errorf("a request failed %s after the loss, later than %s: %v", short(at), short(within), f.Err)
		}
		if f.Client == "" {
			nameless++
			continue
		}
		if to := sentTo(opened[f.Client], f.At); !lost[to] {
			t.Errorf("a request failed that was sent to %q, which is not lost: %v", to, f.Err)
		}
	}
	if nameless > dropped {
		t.Errorf("%d connections could not be opened, and the load balancer dropped %d", nameless, dropped)
	}
}

// sentTo is where the last of a client port's connections up to the moment was sent: ports
// are used again.
func sentTo(opened []traffic.Connection, at time.Time) string {
	to := ""
	for _, c := range opened {
		if !c.At.After(at) {
			to = c.Hop.Interface
		}
	}
	return to
}
