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
	probePort := findProbe(c)
	s.answerRequests(c, ports, probePort)
	if probePort != 0 {
		ports = append(ports, probePort)
	}
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
	for _, text := range configurationOf(c) {
		if agent, ok := registeredAgent(text); ok {
			return agent, true
		}
	}
	return "", false
}

// findProbe is the port of the probe that the configuration turns on, or 0.
func findProbe(c *container) int32 {
	for _, text := range configurationOf(c) {
		documents, ok := documentsIn(text)
		if !ok {
			continue
		}
		for _, d := range documents {
			if p := d.Spec.Probe; d.Kind == "Configuration" && p.Enabled && p.Port > 0 {
				return p.Port
			}
		}
	}
	return 0
}

// configurationOf are the texts that the gateway reads: its environment, then the files
// of the configuration directory.
func configurationOf(c *container) [][]byte {
	texts := [][]byte{[]byte(c.env[gatewayConfigEnv])}
	for _, name := range c.files.list(gatewayConfigDir) {
		base := path.Base(name)
		if ext := path.Ext(base); strings.HasPrefix(base, ".") || ext != ".yaml" && ext != ".yml" {
			continue
		}
		if data, ok := c.files.read(path.Join(gatewayConfigDir, name)); ok {
			texts = append(texts, data)
		}
	}
	return texts
}

// documentEnd separates the documents of a YAML stream.
var documentEnd = regexp.MustCompile(`(?m)^---(?:[ \t].*)?$`)

// document is what the simulator reads of a configuration document.
type document struct {
	Kind string `json:"kind"`
	Spec struct {
		PlatformConnection struct {
			AgentID string `json:"agentId"`
		} `json:"platformConnection"`
		Probe struct {
			Enabled bool  `json:"enabled"`
			Port    int32 `json:"port"`
		} `json:"probe"`
		// Certificate is that of a Secret: a chain in PEM, in base64.
		Certificate string `json:"tls.crt"`
	} `json:"spec"`
}

// documentsIn are the documents of a YAML stream. One that is not YAML, or has other
// types in these places, makes the whole text invalid, as for the gateway.
func documentsIn(text []byte) ([]document, bool) {
	var all []document
	for _, part := range documentEnd.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), -1) {
		var d document
		if err := yaml.Unmarshal([]byte(part), &d); err != nil {
			return nil, false
		}
		all = append(all, d)
	}
	return all, true
}

// registeredAgent is the agent id in the registration among the documents.
func registeredAgent(text []byte) (agent string, ok bool) {
	documents, ok := documentsIn(text)
	if !ok {
		return "", false
	}
	for _, d := range documents {
		if d.Kind == "Configuration" && d.Spec.PlatformConnection.AgentID != "" {
			agent = d.Spec.PlatformConnection.AgentID
		}
	}
	return agent, agent != ""
}

func (s *Service) deployed(string) {}
