package ecs

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"flexgw.io/controller/internal/awssim/traffic"
)

// Where a Flex Gateway finds its configuration.
const (
	gatewayConfigDir = "/usr/local/share/mulesoft/flex-gateway/conf.d"
	gatewayConfigEnv = "FLEX_CONFIG"
)

// gateway is the Flex Gateway in a world without an Anypoint Platform (see agent for
// the other). It serves its container ports once it has found its
// registration; until then it runs, and says that it is missing.
type gateway struct {
	registered bool
	serving    bool
}

func (g *gateway) start(s *Service, c *container) {
	s.log(c, gatewayStarts...)
	g.connect(s, c)
	if !g.registered {
		s.log(c, registrationMissing...)
	}
}

// What a gateway prints at its start, and when it finds no registration.
var (
	gatewayStarts = []string{
		"[init][info] Using config directories /etc/mulesoft/flex-gateway/conf.d:" + gatewayConfigDir,
		"[flex-gateway-agent][info] Starting Flex Gateway Agent",
		"[flex-gateway-agent][info] Watching " + gatewayConfigDir,
	}
	registrationMissing = []string{
		"[flex-gateway-agent][error] the registration configuration is missing",
		"[flex-gateway-agent][warn] the registration configuration is missing: waiting for it before connecting to Anypoint Platform",
	}
)

// look picks up a registration that has arrived since the start. A gateway that has
// one keeps it: a new one needs a new replica.
func (g *gateway) look(s *Service, c *container) { g.connect(s, c) }

func (g *gateway) connect(s *Service, c *container) {
	if g.registered {
		return
	}
	agent, ok := findRegistration(c)
	if !ok {
		return
	}
	g.registered = true
	s.log(c,
		"[flex-gateway-agent][info] Registration found for agent "+agent,
		"[flex-gateway-agent][info] Anypoint websocket: connected",
		"[flex-gateway-agent][info] "+workersStart)
	if !s.APIDeployed {
		s.log(c, "[flex-gateway-agent][info] Gateway not started: no API instances registered")
		return
	}
	g.serving = true
	var ports []int32
	for _, p := range c.definition.PortMappings {
		ports = append(ports, aws.ToInt32(p.ContainerPort))
	}
	s.log(c, fmt.Sprintf("[flex-gateway-envoy][info] listening on ports %v", ports))
	probePort := findProbe(c)
	s.answerRequests(c, traffic.Replica{Ports: ports, ProbePort: probePort})
	if probePort != 0 {
		ports = append(ports, probePort)
	}
	s.listen(c, ports)
}

// probe answers "flexctl probe". Readiness needs a registration and an API.
func (g *gateway) probe(command string) bool { return probed(command, g.serving) }

// probed is the outcome of a health check's command in a gateway that is alive.
func probed(command string, ready bool) bool {
	switch {
	case !strings.Contains(command, "flexctl") || !strings.Contains(command, "probe"):
		return false
	case strings.Contains(command, "readiness"):
		return ready
	default:
		return true
	}
}
