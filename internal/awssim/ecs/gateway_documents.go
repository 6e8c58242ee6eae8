package ecs

import (
	"bytes"
	"path"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"
)

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
	Kind     string `json:"kind"`
	Metadata struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		PlatformConnection struct {
			AgentID string `json:"agentId"`
			// Connected is false in the registration of a gateway in Local Mode. That its
			// file says so in this way is an assumption.
			Connected *bool `json:"connected"`
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

// registration is what a gateway starts with and keeps until its end.
type registration struct {
	// agent is the id of the gateway.
	agent string
	// file is the whole registration, with its certificate.
	file []byte
	// local says that the gateway is in Local Mode.
	local bool
}

// registrationOf is the registration that a container has, if it has one. Its certificate
// may be in a file of its own, as "flexctl registration create --split" writes it.
func registrationOf(c *container) (r registration, ok bool) {
	texts := configurationOf(c)
	for _, text := range texts {
		agent, found := registeredAgent(text)
		if !found {
			continue
		}
		r = registration{agent: agent, file: text}
		documents, _ := documentsIn(text)
		secret := false
		for _, d := range documents {
			if connected := d.Spec.PlatformConnection.Connected; connected != nil && !*connected {
				r.local = true
			}
			secret = secret || d.Spec.Certificate != ""
		}
		for _, other := range texts {
			if documents, ok := documentsIn(other); ok && !secret && len(documents) > 0 && documents[0].Spec.Certificate != "" {
				r.file = bytes.Join([][]byte{bytes.TrimRight(text, "\n"), other}, []byte("\n---\n"))
			}
		}
		return r, true
	}
	return registration{}, false
}
