package awssim

import (
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"

	"flexgw.io/controller/internal/anypointsim/platform"
	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/sts"
	"flexgw.io/controller/internal/awssim/traffic"
	"flexgw.io/controller/internal/awssim/wire"
	"flexgw.io/controller/internal/clock"
	"flexgw.io/controller/internal/simadmin"
	"flexgw.io/controller/internal/simfault"
)

// Options are the choices that a Sim is made with. The zero value is a world on
// the real clock.
type Options struct {
	// Clock is the world's clock until its pace is changed (core.World.SetPace, Step);
	// clock.Real where nil.
	Clock clock.Clock
	// Seed makes ids, latencies where they vary, and faults the same in every run.
	Seed uint64
	// Settings replace core.DefaultSettings where not nil.
	Settings *core.Settings
	// Accounts maps access key ids to accounts. A key that is not here names its
	// account itself (AKIA123456789012SIMU) or belongs to core.DefaultAccount.
	Accounts map[string]string
	// OnCall is called after each AWS call and before its answer is sent, with
	// nothing locked. Calls that run at the same time call it at the same time.
	OnCall func(CallRecord)
	// Traffic has replicas and load balancers really answer, on loopback addresses of this
	// machine (package traffic). DNS names of load balancers are such addresses then.
	Traffic bool
	// Anypoint is the platform that flexctl and gateways in containers reach. Where it is
	// nil, flexctl reaches none, and gateways take a registration and an API for granted. It
	// outlives the Sim: at its end, Close disconnects the gateways.
	Anypoint platform.Platform
	// heard are its answers in the world that a snapshot makes again, nil without one.
	heard []reply
	// Logger hears about faults of the simulator itself; slog.Default where nil.
	Logger *slog.Logger
}

// Sim is a simulated AWS.
type Sim struct {
	Services

	world     *core.World
	endpoints map[string]*endpoint // by signing name
	sessions  sessions
	accounts  map[string]string
	seed      uint64
	gates     []gate
	called    []func() // after each handler, with the world locked
	faults    *simfault.Set[Fault]
	log       callLog
	onCall    func(CallRecord)
	admin     simadmin.Page
	logger    *slog.Logger
	plane     *traffic.Plane // nil without traffic
	anypoint  *conversation  // nil without an Anypoint Platform

	journal journal
	// turn is held by a change through the admin API; calls share it.
	turn sync.RWMutex
	// replaying is true while a journal is done again: its calls have passed the gates.
	replaying bool
	// reached counts the calls that have reached their handlers.
	reached int
}

// sessions knows who has assumed a role.
type sessions interface {
	Caller(accessKeyID string) (sts.Caller, bool)
}

// gate stands between a well-formed request and its handler. The world is locked.
type gate interface {
	// refuse returns AWS's answer where the call must not reach its handler, else nil.
	// in is the SDK's input.
	refuse(call *core.Call, in any) *core.Error
}

// inventoried is a service that can list what users have made in it.
type inventoried interface {
	Inventory() []core.Resource
}

func newWorld(o Options) *core.World {
	c := o.Clock
	if c == nil {
		c = clock.Real{}
	}
	w := core.NewWorld(c, o.Seed)
	if o.Settings != nil {
		w.Settings = o.Settings.Clone()
	}
	return w
}

// newSim puts services, by botocore's name, behind the wire.
func newSim(o Options, w *core.World, who sessions, services map[string]any) (*Sim, error) {
	models, err := wire.Models()
	if err != nil {
		return nil, err
	}
	s := &Sim{
		world: w, endpoints: map[string]*endpoint{}, sessions: who,
		accounts: maps.Clone(o.Accounts), seed: o.Seed, faults: newFaults(o.Seed), onCall: o.OnCall, logger: o.Logger,
	}
	if s.logger == nil {
		s.logger = slog.Default()
	}
	s.admin = simadmin.Page{Simulator: "awssim", Logger: s.logger}
	for name, service := range services {
		m, ok := models[name]
		if !ok {
			return nil, fmt.Errorf("awssim: no table for service %s", name)
		}
		e, err := newEndpoint(m, service)
		if err != nil {
			return nil, fmt.Errorf("awssim: %w", err)
		}
		s.endpoints[m.Metadata.SigningName()] = e
	}
	s.beginJournal(settingsOf(w))
	w.Watch(s.noteSettings)
	return s, nil
}

// World is the world that all services share.
func (s *Sim) World() *core.World { return s.world }

// Close stops the world: nothing more happens in it, and no request flows.
func (s *Sim) Close() {
	if s.ECS != nil {
		s.world.Do(s.ECS.HangUp)
	}
	s.world.Close()
	if s.plane == nil {
		return
	}
	if err := s.plane.Close(); err != nil {
		s.logger.Warn("simulated traffic did not end in order", "error", err)
	}
}

// Handler serves the wire at every path, and the window for people under /_awssim/.
func (s *Sim) Handler() http.Handler {
	admin := s.adminHandler()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, adminPrefix) {
			admin.ServeHTTP(w, r)
			return
		}
		s.serve(w, r)
	})
}

// Inventory lists what users have made in all services, in a stable order.
func (s *Sim) Inventory() []core.Resource {
	var list []core.Resource
	s.world.Do(func() { list = s.inventory() })
	return list
}

// inventory is Inventory with the world locked.
func (s *Sim) inventory() []core.Resource {
	list := []core.Resource{}
	for _, signing := range slices.Sorted(maps.Keys(s.endpoints)) {
		if service, ok := s.endpoints[signing].service.(inventoried); ok {
			list = append(list, service.Inventory()...)
		}
	}
	core.SortResources(list)
	return list
}
