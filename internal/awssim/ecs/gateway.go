package ecs

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"sigs.k8s.io/yaml"
)

// Where a Flex Gateway finds its configuration.
const (
	gatewayConfigDir = "/usr/local/share/mulesoft/flex-gateway/conf.d"
	gatewayConfigEnv = "FLEX_CONFIG"
)

// gateway is the Flex Gateway. It serves its container ports once it has found its
// registration; until then it runs, and says that it is missing.
type gateway struct {
	registered bool
	serving    bool
}

func (g *gateway) start(s *Service, c *container) {
	s.log(c,
		"[init][info] Using config directories /etc/mulesoft/flex-gateway/conf.d:"+gatewayConfigDir,
		"[flex-gateway-agent][info] Starting Flex Gateway Agent",
		"[flex-gateway-agent][info] Watching "+gatewayConfigDir)
	g.connect(s, c)
	if !g.registered {
		s.log(c,
			"[flex-gateway-agent][error] the registration configuration is missing",
			"[flex-gateway-agent][warn] the registration configuration is missing: waiting for it before connecting to Anypoint Platform")
	}
}

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
		"[flex-gateway-agent][info] all dependencies initialized. starting workers")
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
	s.listen(c, ports)
}

// probe answers "flexctl probe". Readiness needs a registration and an API.
func (g *gateway) probe(command string) bool {
	switch {
	case !strings.Contains(command, "flexctl") || !strings.Contains(command, "probe"):
		return false
	case strings.Contains(command, "readiness"):
		return g.serving
	default:
		return true
	}
}

// findRegistration looks for a registration in the environment, then in the files
// of the configuration directory, and returns the id of the gateway.
func findRegistration(c *container) (agent string, ok bool) {
	if agent, ok := registeredAgent([]byte(c.env[gatewayConfigEnv])); ok {
		return agent, true
	}
	for _, name := range c.files.list(gatewayConfigDir) {
		base := path.Base(name)
		if ext := path.Ext(base); strings.HasPrefix(base, ".") || ext != ".yaml" && ext != ".yml" {
			continue
		}
		data, ok := c.files.read(path.Join(gatewayConfigDir, name))
		if !ok {
			continue
		}
		if agent, ok := registeredAgent(data); ok {
			return agent, true
		}
	}
	return "", false
}

// documentEnd separates the documents of a YAML stream.
var documentEnd = regexp.MustCompile(`(?m)^---(?:[ \t].*)?$`)

// registeredAgent is the agent id in the registration among the documents. A
// document that is not YAML makes the whole text invalid, as for the gateway.
func registeredAgent(text []byte) (agent string, ok bool) {
	for _, document := range documentEnd.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), -1) {
		var d struct {
			Kind string `json:"kind"`
			Spec struct {
				PlatformConnection struct {
					AgentID string `json:"agentId"`
				} `json:"platformConnection"`
			} `json:"spec"`
		}
		// What is not a mapping, or has other types in these places, is no registration.
		if err := yaml.Unmarshal([]byte(document), &d); err != nil {
			return "", false
		}
		if d.Kind == "Configuration" && d.Spec.PlatformConnection.AgentID != "" {
			agent = d.Spec.PlatformConnection.AgentID
		}
	}
	return agent, agent != ""
}
