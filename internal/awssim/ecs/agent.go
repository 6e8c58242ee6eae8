package ecs

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/anypointsim/platform"
	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/traffic"
)

// agent is the Flex Gateway in a world with an Anypoint Platform. It finds its
// registration, connects with it, and listens where the platform has deployed APIs to it.
// In Local Mode the APIs are documents in its configuration.
type agent struct {
	// registration is kept once it is found: a new one needs a new replica.
	registration
	// replica is the id of the connection, "" while there is none.
	replica string
	// apis are those that it has heard of. They stay while the platform is away.
	apis []platform.API
	// ready says that it has had an API. It never becomes unready again.
	ready bool
	// open is what it listens on.
	open traffic.Replica
	// said are the complaints that it has printed.
	said map[string]bool
	// next is the next attempt to connect.
	next *core.Event
}

// reconnectEvery is how long a gateway waits between two attempts to connect (an
// estimate; MuleSoft's release notes only say that it tries again).
const reconnectEvery = 30 * time.Second

// workersStart is how MuleSoft's log tells that a gateway has started.
const workersStart = "all dependencies initialized. starting workers"

func (a *agent) start(s *Service, c *container) {
	a.said = map[string]bool{}
	s.log(c, gatewayStarts...)
	a.look(s, c)
	if a.agent == "" {
		s.log(c, registrationMissing...)
	}
}

// look applies what the files say now: all documents at once, but for a registration that
// comes after the first.
func (a *agent) look(s *Service, c *container) {
	if found, ok := registrationOf(c); ok && a.agent == "" {
		a.registration = found
		s.log(c, "[flex-gateway-agent][info] Registration found for agent "+a.agent)
		if a.local {
			s.log(c, "[flex-gateway-agent][info] Local Mode: "+workersStart)
		} else {
			a.next = s.world.After(s.world.Delay(core.GatewayConnect), func() { a.connect(s, c) })
		}
	}
	documents := instancesOf(c)
	switch {
	case a.local:
		a.apis = nil
		for _, d := range documents {
			if d.api.Port > 0 {
				a.apis = append(a.apis, d.api)
			}
		}
	case a.agent != "":
		for _, d := range documents {
			a.complain(s, c, fmt.Sprintf("[flex-gateway-agent][error] %s: the resource is not allowed in connected mode", d.name))
		}
	}
	a.serve(s, c)
}

// complain prints a line that has not been printed yet.
func (a *agent) complain(s *Service, c *container, line string) {
	if !a.said[line] {
		a.said[line] = true
		s.log(c, line)
	}
}

// connect opens the connection to the platform, and tries again until it is there. One
// that the platform will never let in goes on trying.
func (a *agent) connect(s *Service, c *container) {
	a.next = nil
	r := platform.Replica{ID: s.world.UUID(), Name: replicaName(c), Version: versionOf(c)}
	if err := s.deps.Anypoint.Connect(s.world.Now(), a.file, r); err != nil {
		a.complain(s, c, "[flex-gateway-agent][error] Anypoint websocket: "+err.Error())
		a.next = s.world.After(reconnectEvery, func() { a.connect(s, c) })
		return
	}
	a.replica = r.ID
	s.log(c,
		"[flex-gateway-agent][info] Anypoint websocket: connected",
		"[flex-gateway-agent][info] "+workersStart)
	a.hear(s, c)
	if len(a.apis) == 0 {
		s.log(c, "[flex-gateway-agent][info] Gateway not started: no API instances registered")
	}
}

// hear asks the platform for the APIs.
func (a *agent) hear(s *Service, c *container) {
	if a.replica != "" {
		a.apis = s.deps.Anypoint.APIs(a.agent)
		a.serve(s, c)
	}
}

// serve listens where the APIs are, and where the probe is.
func (a *agent) serve(s *Service, c *container) {
	first := !a.ready && len(a.apis) > 0
	a.ready = a.ready || first
	now := a.wanted(s, c)
	if reflect.DeepEqual(now, a.open) {
		return
	}
	if !slices.Equal(now.Ports, a.open.Ports) {
		s.log(c, fmt.Sprintf("[flex-gateway-envoy][info] listening on ports %v", now.Ports))
	}
	a.open = now
	ports := slices.Clone(now.Ports)
	if now.ProbePort != 0 && !slices.Contains(ports, now.ProbePort) {
		ports = append(ports, now.ProbePort)
	}
	s.answerRequests(c, now)
	s.deps.EC2.Answer(c.task.region.scope, c.task.eni.ID, now.Answers)
	s.listen(c, ports)
	if first {
		s.checkAgain(c)
	}
}

// wanted is what the gateway should listen on.
func (a *agent) wanted(s *Service, c *container) traffic.Replica {
	r := traffic.Replica{ProbePort: findProbe(c), NotReady: !a.ready}
	for _, api := range a.apis {
		mapped := slices.ContainsFunc(c.definition.PortMappings, func(p types.PortMapping) bool { return aws.ToInt32(p.ContainerPort) == api.Port })
		if !mapped {
			a.complain(s, c, fmt.Sprintf("[flex-gateway-envoy][warn] API instance %d: the container has no port %d", api.ID, api.Port))
			continue
		}
		r.Ports = append(r.Ports, api.Port)
		r.Routes = append(r.Routes, traffic.Route{Port: api.Port, BasePath: api.BasePath, Upstream: api.Upstream})
	}
	slices.Sort(r.Ports)
	r.Ports = slices.Compact(r.Ports)
	slices.SortStableFunc(r.Routes, func(x, y traffic.Route) int {
		return cmp.Or(cmp.Compare(x.Port, y.Port), cmp.Compare(x.BasePath, y.BasePath))
	})
	return r
}

func (a *agent) probe(command string) bool { return probed(command, a.ready) }

func (a *agent) grace(c *container) time.Duration { return drainTimeOf(c.env[drainTimeEnv]) }

// hangUp closes the connection of a gateway whose container ends.
func (s *Service) hangUp(c *container) {
	a, ok := c.program.(*agent)
	if !ok {
		return
	}
	a.next.Cancel()
	if a.replica != "" {
		s.deps.Anypoint.Disconnect(s.world.Now(), a.agent, a.replica)
		a.replica = ""
	}
}

// HangUp closes the connections of all gateways, at the end of this world. The world must
// be locked.
func (s *Service) HangUp() {
	for _, t := range s.tasksWhere(func(*task) bool { return true }) {
		for _, c := range t.containers {
			s.hangUp(c)
		}
	}
}

// EachConnection calls fn for the connection of each gateway that has one. The world must
// be locked.
func (s *Service) EachConnection(fn func(file []byte, r platform.Replica)) {
	for _, t := range s.tasksWhere(func(*task) bool { return true }) {
		for _, c := range t.containers {
			if a, ok := c.program.(*agent); ok && a.replica != "" {
				fn(a.file, platform.Replica{ID: a.replica, Name: replicaName(c), Version: versionOf(c)})
			}
		}
	}
}

// deployed has the replicas of a gateway look at its APIs. The platform calls it with
// nothing locked.
func (s *Service) deployed(gateway string) {
	s.world.Do(func() {
		for _, t := range s.tasksWhere(func(*task) bool { return true }) {
			for _, c := range t.containers {
				if a, ok := c.program.(*agent); ok && a.agent == gateway && c.lastStatus == taskRunning {
					a.hear(s, c)
				}
			}
		}
	})
}

// checkAgain has the next health check of a container count that has failed before.
func (s *Service) checkAgain(c *container) {
	h := c.definition.HealthCheck
	if h == nil {
		return
	}
	s.world.After(seconds(h.Interval), func() {
		if c.lastStatus == taskRunning {
			s.probe(c)
		}
	})
}
