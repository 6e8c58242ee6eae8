package awssim

import (
	"math/rand/v2"
	"strings"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/traffic"
)

// edge is the plane as Elastic Load Balancing sees it.
type edge struct{ *traffic.Plane }

// Cut ends the connections to a port behind a network interface.
func (e edge) Cut(eni string, port int32) { e.Plane.Cut(traffic.Hop{Interface: eni, Port: port}) }

// openTraffic has requests flow through the world for real.
func (s *Sim) openTraffic() error {
	plane, err := traffic.Open(s.world.Clock(), s.logger, s.route)
	if err != nil {
		return err
	}
	s.plane = plane
	s.ELB.SetEdge(edge{plane})
	s.ECS.SetTraffic(plane)
	return nil
}

// OnConnection has fn told of every connection to a load balancer from now on (see
// traffic.Plane.OnConnection); without traffic there are none.
func (s *Sim) OnConnection(fn func(traffic.Connection)) {
	if s.plane != nil {
		s.plane.OnConnection(fn)
	}
}

// route asks the load balancer of a listener for the target of a new connection.
// Chance here is not the world's: how many requests come must not change what happens.
func (s *Sim) route(listener string) (hop traffic.Hop, ok bool) {
	s.world.Do(func() {
		chosen, found := s.ELB.Route(scopeOf(listener), listener, rand.IntN)
		hop, ok = traffic.Hop(chosen), found
	})
	return hop, ok
}

// scopeOf is the account and region of an ARN.
func scopeOf(arn string) core.Scope {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) < 6 {
		return core.Scope{}
	}
	return core.Scope{Account: parts[4], Region: parts[3]}
}
