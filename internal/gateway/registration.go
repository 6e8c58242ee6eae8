package gateway

import (
	"bytes"
	"cmp"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
)

// longestRegistration is what Secrets Manager takes, in bytes. A registration with its
// certificates has about 12,000.
const longestRegistration = 65536

// ReadRegistration checks that the content is a registration file and returns it with
// its digest. The digest is keyed with the owner's UID: it tells two contents apart and
// says nothing about either.
//
// The file is MuleSoft's and opaque but for two things: the document with
// spec.platformConnection.agentId, which makes it a registration, and the end of the
// gateway's certificate, where there is one that can be read. An error never quotes it.
func ReadRegistration(uid string, content []byte) (resource.RegistrationContent, error) {
	if len(content) > longestRegistration {
		return resource.RegistrationContent{}, notARegistration("it has %d bytes, and at most %d can be delivered", len(content), longestRegistration)
	}
	agent, expires, err := parseRegistration(content)
	if err != nil {
		return resource.RegistrationContent{}, err
	}
	return resource.RegistrationContent{Text: string(content), Digest: keyed(uid, content), AgentID: agent, Expires: expires}, nil
}

// keyed is the digest of a content that may be secret.
func keyed(uid string, content []byte) string {
	mac := hmac.New(sha256.New, []byte(uid))
	mac.Write(content)
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// registrationDocument is what is read of a document.
type registrationDocument struct {
	Spec struct {
		PlatformConnection struct {
			AgentID string `yaml:"agentId"`
		} `yaml:"platformConnection"`
		Certificate yaml.Node `yaml:"tls.crt"`
	} `yaml:"spec"`
}

// parseRegistration reads the documents up to the first that is none, which must not come
// before the one with the agentId.
func parseRegistration(content []byte) (agent string, expires time.Time, err error) {
	documents := yaml.NewDecoder(bytes.NewReader(content))
	for {
		var document registrationDocument
		err := documents.Decode(&document)
		switch {
		case err != nil && agent != "":
			return agent, expires, nil
		case errors.Is(err, io.EOF):
			return "", time.Time{}, notARegistration("no document in it has spec.platformConnection.agentId")
		case err != nil:
			return "", time.Time{}, notARegistration("it is not YAML of the expected form") // the cause would quote the content
		}
		agent = cmp.Or(agent, document.Spec.PlatformConnection.AgentID)
		if expires.IsZero() {
			expires = certificateEnd(document.Spec.Certificate.Value)
		}
	}
}

// certificateEnd is the end of the first certificate of a chain, which is the gateway's
// own: PEM, as a rule in base64. Zero where it cannot be read.
func certificateEnd(text string) time.Time {
	chain := []byte(text)
	if decoded, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(text), "")); err == nil {
		chain = decoded
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

func notARegistration(format string, args ...any) error {
	return &engine.Problem{
		Reason: v1alpha1.ReasonRegistrationInvalid, Terminal: true,
		Message: "the Secret does not hold a registration file as \"flexctl registration create\" writes it: " + fmt.Sprintf(format, args...),
	}
}
