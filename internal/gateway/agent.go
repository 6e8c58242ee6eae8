package gateway

import (
	"bytes"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"time"

	"go.yaml.in/yaml/v3"
)

// Agent is who a registration file says that the gateway is.
type Agent struct {
	// ID is the gateway's id in the Anypoint Platform.
	ID string
	// Expires is the end of its certificate; zero where the file has none that can be
	// read.
	Expires time.Time
}

// ReadAgent reads the little of a registration file that is worth knowing. What cannot
// be read is left empty: the file is MuleSoft's, and its form may change.
func ReadAgent(content []byte) Agent {
	var found Agent
	documents := yaml.NewDecoder(bytes.NewReader(content))
	for {
		var document struct {
			Spec struct {
				PlatformConnection struct {
					AgentID string `yaml:"agentId"`
				} `yaml:"platformConnection"`
				Certificate string `yaml:"tls.crt"`
			} `yaml:"spec"`
		}
		if documents.Decode(&document) != nil { // the end, or not YAML
			return found
		}
		if agent := document.Spec.PlatformConnection.AgentID; agent != "" {
			found.ID = agent
		}
		if end := leafEnd(document.Spec.Certificate); !end.IsZero() {
			found.Expires = end
		}
	}
}

// leafEnd is the end of the first certificate of a chain, which is the gateway's own.
func leafEnd(encoded string) time.Time {
	chain, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil {
		return time.Time{}
	}
	block, _ := pem.Decode(chain)
	if block == nil {
		return time.Time{}
	}
	certificate, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return time.Time{}
	}
	return certificate.NotAfter
}
