package secretsmanager

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"flexgw.io/controller/internal/awssim/core"
)

// Value returns what the valueFrom of a container's secret stands for: a secret's
// name or its ARN, with or without the six characters at the end, and then
// optionally ":json-key:version-stage:version-id" (ECS developer guide, "Pass
// Secrets Manager secrets through environment variables"). A secret of another
// region is looked for there. The text of an error is the detail of ECS's
// ResourceInitializationError.
func (s *Service) Value(sc core.Scope, valueFrom string) (string, error) {
	ref, err := parseReference(sc, valueFrom)
	if err != nil {
		return "", err
	}
	text, err := s.fetch(ref)
	if err != nil {
		return "", fmt.Errorf("unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret %s from secrets manager: %w", ref.id, err)
	}
	if ref.key == "" {
		return text, nil
	}
	return jsonMember(ref.id, text, ref.key)
}

// reference is a valueFrom taken apart.
type reference struct {
	scope                   core.Scope
	id, key, stage, version string
}

// parseReference takes a valueFrom apart: an ARN has seven parts between colons,
// and three more with a key, a stage and a version.
func parseReference(sc core.Scope, valueFrom string) (reference, error) {
	ref := reference{scope: sc, id: valueFrom}
	parts := strings.Split(valueFrom, ":")
	base := 1
	if parts[0] == "arn" {
		base = 7
	}
	switch len(parts) {
	case base:
	case base + 3:
		ref.id = strings.Join(parts[:base], ":")
		ref.key, ref.stage, ref.version = parts[base], parts[base+1], parts[base+2]
	default:
		return ref, fmt.Errorf("unable to retrieve secret from asm: unexpected ARN format with parameters when trying to retrieve ASM secret %s", valueFrom)
	}
	if base == 7 {
		ref.scope = core.Scope{Region: parts[3], Account: parts[4]}
		if ref.scope.Account != sc.Account {
			return ref, fmt.Errorf("unable to retrieve secret from asm: AccessDeniedException: no resource-based policy of secret %s allows account %s to read it", ref.id, sc.Account)
		}
	}
	return ref, nil
}

// fetch is GetSecretValue as ECS calls it.
func (s *Service) fetch(ref reference) (string, error) {
	sec, ok := s.find(ref.scope, ref.id)
	switch {
	case !ok:
		return "", core.Errorf(codeNotFound, "Secrets Manager can't find the specified secret.")
	case !sec.deleted.IsZero():
		return "", core.Errorf(codeInvalidRequest, "You can't perform this operation on the secret because it was marked for deletion.")
	}
	v, err := sec.choose(ref.version, ref.stage)
	switch {
	case err != nil:
		return "", err
	case v.text == nil:
		return "", errors.New("the secret has a binary value, which cannot be passed to a container")
	}
	return *v.text, nil
}

// jsonMember takes a member out of a secret that is a JSON object. Members that are
// not strings are given as JSON.
func jsonMember(id, text, key string) (string, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		return "", fmt.Errorf("unable to retrieve secret from asm: invalid JSON in secret %s, which a json-key needs", id)
	}
	member, ok := members[key]
	if !ok {
		return "", fmt.Errorf("unable to retrieve secret from asm: retrieved secret from Secrets Manager did not contain json key %s", key)
	}
	var plain string
	if err := json.Unmarshal(member, &plain); err == nil {
		return plain, nil
	}
	return string(member), nil
}
