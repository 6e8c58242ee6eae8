package anypointsim

import (
	"cmp"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"sigs.k8s.io/yaml"
)

// registrationForm is registration.yaml in the form of a sample that MuleSoft has published.
const registrationForm = `apiVersion: gateway.mulesoft.com/v1alpha1
kind: Configuration
metadata:
  name: registration
spec:
  platformConnection:
    agentId: %[1]s
    region: %[2]s
    certificateRef:
      kind: Secret
      name: flex-registration
    assetName: %[3]s
    meteringSchemaId: %[4]s
    anypoint: %[5]s
    arm: %[6]s
    events: %[5]s/apiruntime/v1/events
    logging: %[7]s/api/v2/logs
    metering: %[7]s/api/v2/metrics
    monitoring: %[7]s/api/v2/metrics
---
apiVersion: gateway.mulesoft.com/v1alpha1
kind: Secret
metadata:
  name: flex-registration
spec:
  tls.crt: %[8]s
  tls.key: %[9]s
`

// meteringSchema is the same for all gateways. The real one is not known.
const meteringSchema = "0b9f0f7e-5a63-4f1c-8d2e-6c1a7e3b9d50"

// place is where a control plane keeps its parts.
type place struct{ region, arm, ingest string }

// placeOf is documented for the US and EU. Assumption: other planes are like the US here.
func placeOf(plane string) place {
	if strings.Contains(plane, "//eu1.") {
		return place{"eu-central-1", "wss://arm-mcm2-service.kprod-eu.msap.io/agent", "https://eu1.ingest.mulesoft.com"}
	}
	return place{"us-east-1", "wss://arm-mcm2-service.kprod.msap.io/agent", "https://us1.ingest.mulesoft.com"}
}

// writeRegistration is the file of a gateway.
func writeRegistration(g *gateway, chain, key []byte) []byte {
	plane := strings.TrimSuffix(cmp.Or(g.Plane, "https://anypoint.mulesoft.com"), "/")
	p, encode := placeOf(plane), base64.StdEncoding.EncodeToString
	return fmt.Appendf(nil, registrationForm, g.ID, p.region, g.Name, meteringSchema, plane, p.arm, p.ingest, encode(chain), encode(key))
}

// registrationDocument is what the platform reads of a registration file.
type registrationDocument struct {
	Kind     string `json:"kind"`
	Metadata struct {
		Name string `json:"name"`
	} `json:"metadata"`
	Spec struct {
		PlatformConnection struct {
			AgentID        string `json:"agentId"`
			CertificateRef struct {
				Name string `json:"name"`
			} `json:"certificateRef"`
		} `json:"platformConnection"`
		Certificate string `json:"tls.crt"`
	} `json:"spec"`
}

// documentEnd separates the documents of a YAML stream.
var documentEnd = regexp.MustCompile(`(?m)^---(?:[ \t].*)?$`)

// errRegistration is for a file without a registration. The sentence is the simulator's own.
var errRegistration = errors.New("the registration configuration is missing or cannot be read")

// readRegistration finds the gateway's id and its chain of certificates among the documents
// of a file, which may hold others.
func readRegistration(file []byte) (id string, chain []byte, err error) {
	var all []registrationDocument
	for _, part := range documentEnd.Split(strings.ReplaceAll(string(file), "\r\n", "\n"), -1) {
		var d registrationDocument
		if yaml.Unmarshal([]byte(part), &d) == nil { // other documents may have other types in these places
			all = append(all, d)
		}
	}
	var secret string
	for _, d := range all {
		if c := d.Spec.PlatformConnection; d.Kind == "Configuration" && c.AgentID != "" {
			id, secret = c.AgentID, c.CertificateRef.Name
		}
	}
	for _, d := range all {
		if d.Kind == "Secret" && d.Metadata.Name == secret {
			if chain, err = base64.StdEncoding.DecodeString(d.Spec.Certificate); err != nil {
				return "", nil, errRegistration
			}
		}
	}
	if id == "" || len(chain) == 0 {
		return "", nil, errRegistration
	}
	return id, chain, nil
}

// holderOf is the gateway of a registration file, and its certificate, which the platform
// has signed. It may have expired, and the gateway may be deleted.
func (s *Sim) holderOf(file []byte) (*gateway, *x509.Certificate, error) {
	id, chain, err := readRegistration(file)
	if err != nil {
		return nil, nil, err
	}
	leaf, err := s.ca.leafOf(chain)
	if err != nil {
		return nil, nil, err
	}
	g := s.gateway(id)
	if g == nil || leaf.Subject.CommonName != commonName(g.ID, placeOf(g.Plane).region) {
		return nil, nil, errCertificate
	}
	return g, leaf, nil
}
