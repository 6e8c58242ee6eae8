package anypointsim

import (
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"flexgw.io/controller/internal/anypointsim/platform"
	"flexgw.io/controller/internal/clock"
	"flexgw.io/controller/internal/simadmin"
	"flexgw.io/controller/internal/simfault"
)

// Options are the choices that a Sim is made with. The zero value is a platform on the
// real clock, with the organization and the Connected App of the demo.
type Options struct {
	// Clock is the time by which tokens expire and deployments arrive; clock.Real where nil.
	Clock clock.Clock
	// Seed makes ids and the chance of faults the same in every run. Keys and certificates
	// are different in every run.
	Seed uint64
	// Delays replace DefaultDelays where not nil.
	Delays *Delays
	// Throttle replaces DefaultThrottle where not nil.
	Throttle *Throttle
	// Bare leaves out the organization and the Connected App of the demo.
	Bare bool
	// Logger hears about faults of the simulator itself; slog.Default where nil.
	Logger *slog.Logger
}

// Delays are how long the platform takes for what it does after it has answered.
type Delays struct {
	// Token is how long an access token is accepted: an hour [documented].
	Token time.Duration
	// Registration is how long a registration token is: four hours [documented].
	Registration time.Duration
	// Delete is from the 202 until a gateway is DELETED. Documented is only that it is later.
	Delete time.Duration
	// Ready is from a gateway's first connection until APIs can be deployed to it.
	// Assumption: MuleSoft's Terraform provider tries six times, 20 seconds apart.
	Ready time.Duration
	// Deployment is until a gateway has heard of a change of its APIs. MuleSoft has seen
	// one to two minutes, and twenty on a bad day, for managed gateways; here it is shorter.
	Deployment time.Duration
	// Publication is how long Exchange publishes an asset for a caller that does not wait.
	Publication time.Duration
	// Linger is how long a replica that is gone is still shown as CONNECTED. Assumption.
	Linger time.Duration
	// Forget is after how long a DISCONNECTED replica is removed: seven days [documented].
	Forget time.Duration
}

// DefaultDelays are those of the platform, as far as they are known.
func DefaultDelays() Delays {
	return Delays{
		Token: time.Hour, Registration: 4 * time.Hour, Delete: 5 * time.Second, Ready: 10 * time.Second,
		Deployment: 15 * time.Second, Publication: 3 * time.Second, Linger: time.Minute, Forget: 7 * 24 * time.Hour,
	}
}

// Sim is a simulated Anypoint Platform: one for all control planes.
type Sim struct {
	clock   clock.Clock
	logger  *slog.Logger
	admin   simadmin.Page
	options Options
	faults  *simfault.Set[Fault]
	log     callLog

	// mu guards what follows. Nothing is called with it held that calls back.
	mu       sync.Mutex
	delays   Delays
	throttle Throttle
	windows  map[string]*window
	away     Away
	state    state
	chance   *chance
	ca       *authority
	notices  notices
}

var _ platform.Platform = (*Sim)(nil)

// New returns a platform with nothing in it but what the options ask for.
func New(o Options) (*Sim, error) {
	s := &Sim{clock: o.Clock, logger: o.Logger, options: o, faults: newFaults(o.Seed)}
	if s.clock == nil {
		s.clock = clock.Real{}
	}
	if s.logger == nil {
		s.logger = slog.Default()
	}
	s.admin = simadmin.Page{Simulator: "anypointsim", Logger: s.logger}
	ca, err := newAuthority(s.clock.Now())
	if err != nil {
		return nil, fmt.Errorf("anypointsim: %w", err)
	}
	s.ca = ca
	s.begin()
	return s, nil
}

// begin makes the platform as on its first day. The Sim must be locked, or unknown to others.
func (s *Sim) begin() {
	o := s.options
	s.delays, s.throttle, s.windows, s.away = DefaultDelays(), DefaultThrottle(), map[string]*window{}, AwayNot
	s.state, s.chance = newState(), newChance(o.Seed)
	if o.Delays != nil {
		s.delays = *o.Delays
	}
	if o.Throttle != nil {
		s.throttle = *o.Throttle
	}
	if !o.Bare {
		s.seed()
	}
}

// Reset makes everything as it was on the first day: nothing that was made, no faults, no
// calls in the log, and the settings of the options. Those who asked to be told of
// deployments are told that gateways serve nothing any more.
func (s *Sim) Reset() {
	s.ClearFaults()
	s.log.clear()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, a := range s.state.APIs {
		s.notices.change(a.Target)
	}
	s.begin()
	s.arm(s.clock.Now())
}

// seed makes what the demo works with.
func (s *Sim) seed() {
	s.state.Organizations[DemoOrganization] = []string{DemoEnvironment}
	s.state.Apps[DemoClientID] = &App{
		ClientID: DemoClientID, ClientSecret: DemoClientSecret, Organization: DemoOrganization, Grants: GrantAll(DemoEnvironment),
	}
}

// Close stops telling of deployments. What has been made can still be asked for.
func (s *Sim) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.notices.close()
}

// Handler serves the wire at every path, and the window for people under /_anypointsim/.
func (s *Sim) Handler() http.Handler {
	api, admin := s.apiHandler(), s.adminHandler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, adminPrefix) {
			admin.ServeHTTP(w, r)
			return
		}
		api.ServeHTTP(w, r)
	})
}

// do runs fn locked, after everything that is due at that time has happened.
func (s *Sim) do(at time.Time, fn func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.settle(at)
	fn()
	s.arm(at)
}
