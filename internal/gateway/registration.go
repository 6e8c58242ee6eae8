package gateway

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
)

// longestRegistration is what Secrets Manager takes, in bytes. A registration with its
// certificates has about 12,000.
const longestRegistration = 65536

// ReadRegistration checks that the content is a registration file and returns it with
// its digest. The digest is keyed with the owner's UID: it tells two contents apart and
// says nothing about either.
//
// The file is MuleSoft's and opaque but for the one thing that makes it a registration:
// a document with spec.platformConnection.agentId. An error never quotes it.
func ReadRegistration(uid string, content []byte) (text, digest string, err error) {
	if len(content) > longestRegistration {
		return "", "", notARegistration("it has %d bytes, and at most %d can be delivered", len(content), longestRegistration)
	}
	if err := checkRegistration(content); err != nil {
		return "", "", err
	}
	mac := hmac.New(sha256.New, []byte(uid))
	mac.Write(content)
	return string(content), hex.EncodeToString(mac.Sum(nil)[:16]), nil
}

func checkRegistration(content []byte) error {
	id, err := agentIDOf(content)
	if err == nil && id == "" {
		return notARegistration("no document in it has spec.platformConnection.agentId")
	}
	return err
}

// agentIDOf is the gateway's id in a registration file; empty where it has none.
func agentIDOf(content []byte) (string, error) {
	documents := yaml.NewDecoder(bytes.NewReader(content))
	for {
		var document struct {
			Spec struct {
				PlatformConnection struct {
					AgentID string `yaml:"agentId"`
				} `yaml:"platformConnection"`
			} `yaml:"spec"`
		}
		switch err := documents.Decode(&document); {
		case errors.Is(err, io.EOF):
			return "", nil
		case err != nil:
			return "", notARegistration("it is not YAML of the expected form") // the cause would quote the content
		case document.Spec.PlatformConnection.AgentID != "":
			return document.Spec.PlatformConnection.AgentID, nil
		}
	}
}

func notARegistration(format string, args ...any) error {
	return &engine.Problem{
		Reason: v1alpha1.ReasonRegistrationInvalid, Terminal: true,
		Message: "the Secret does not hold a registration file as \"flexctl registration create\" writes it: " + fmt.Sprintf(format, args...),
	}
}
