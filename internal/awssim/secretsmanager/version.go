package secretsmanager

import (
	"bytes"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"flexgw.io/controller/internal/awssim/core"
)

// Limits of a secret (Secrets Manager user guide, "Quotas").
const (
	maxValue    = 65_536 // bytes
	maxVersions = 100
	maxStages   = 20
)

// value is what a request wants to store.
type value struct {
	text   *string
	binary []byte
}

func (v value) given() bool { return v.text != nil || v.binary != nil }

// check refuses values that Secrets Manager does not take. A value needs a
// ClientRequestToken, which the AWS SDKs and the CLI make by themselves.
func (v value) check(token *string) error {
	switch {
	case v.text != nil && v.binary != nil:
		return core.Errorf(codeInvalidParameter, "You can't specify both a binary secret value and a string secret value in the same secret.")
	case len(aws.ToString(v.text)) > maxValue || len(v.binary) > maxValue:
		return core.Errorf(codeInvalidParameter, "The secret value is longer than %d bytes.", maxValue)
	case v.given() && aws.ToString(token) == "":
		return core.Errorf(codeInvalidRequest, "You must provide a ClientRequestToken value. We recommend a UUID-type value.")
	}
	return nil
}

// holds reports whether the version has exactly the value.
func (v *version) holds(want value) bool {
	if (v.text == nil) != (want.text == nil) {
		return false
	}
	return aws.ToString(v.text) == aws.ToString(want.text) && bytes.Equal(v.binary, want.binary)
}

// newVersion makes a version without labels. Its id is the request's token.
func (s *Service) newVersion(token string, v value) *version {
	ver := &version{id: token, binary: bytes.Clone(v.binary), created: s.world.Now()}
	if v.text != nil {
		ver.text = aws.String(*v.text)
	}
	return ver
}

// put stores a value as a version with the labels. A token that was used before
// names that version: the same value changes nothing, another one is refused.
func (s *Service) put(sec *secret, token string, v value, stages ...string) (*version, error) {
	if there := sec.version(token); there != nil {
		if !there.holds(v) {
			return nil, core.Errorf(codeExists, "You can't use ClientRequestToken %s because that value is already in use for a version of secret %s.", token, sec.arn)
		}
		return there, nil
	}
	ver := s.newVersion(token, v)
	sec.add(ver, stages...)
	sec.changed = s.world.Now()
	return ver, nil
}

// add adds a version and moves labels to it. When AWSCURRENT moves, the version
// that had it becomes AWSPREVIOUS. The oldest versions without labels go when
// there are too many.
func (sec *secret) add(ver *version, stages ...string) {
	sec.versions = append(sec.versions, ver)
	before := sec.staged(current)
	for _, stage := range stages {
		sec.move(stage, ver)
	}
	if before != nil && slices.Contains(stages, current) {
		sec.move(previous, before)
	}
	for len(sec.versions) > maxVersions {
		at := slices.IndexFunc(sec.versions, func(v *version) bool { return len(v.stages) == 0 })
		if at < 0 {
			return
		}
		sec.versions = slices.Delete(sec.versions, at, at+1)
	}
}

// move takes a label from the version that has it and gives it to another.
func (sec *secret) move(stage string, to *version) {
	for _, v := range sec.versions {
		v.stages = slices.DeleteFunc(v.stages, func(s string) bool { return s == stage })
	}
	to.stages = append(to.stages, stage)
}

// version returns the version with an id, or nil.
func (sec *secret) version(id string) *version {
	for _, v := range sec.versions {
		if v.id == id {
			return v
		}
	}
	return nil
}

// staged returns the version with a label, or nil.
func (sec *secret) staged(stage string) *version {
	for _, v := range sec.versions {
		if slices.Contains(v.stages, stage) {
			return v
		}
	}
	return nil
}

// choose returns the version that an id and a label name; without either it is the
// current one.
func (sec *secret) choose(id, stage string) (*version, error) {
	if id == "" && stage == "" {
		stage = current
	}
	if id != "" {
		v := sec.version(id)
		switch {
		case v == nil:
			return nil, core.Errorf(codeNotFound, "Secrets Manager can't find the specified secret value for VersionId: %s", id)
		case stage != "" && !slices.Contains(v.stages, stage):
			return nil, core.Errorf(codeInvalidRequest, "You provided a VersionStage that is not associated to the provided VersionId.")
		}
		return v, nil
	}
	if v := sec.staged(stage); v != nil {
		return v, nil
	}
	return nil, core.Errorf(codeNotFound, "Secrets Manager can't find the specified secret value for staging label: %s", stage)
}

// GetSecretValue returns a version's value: the current one unless the request
// names another by id or by label.
func (s *Service) GetSecretValue(c *core.Call, in *sdk.GetSecretValueInput) (*sdk.GetSecretValueOutput, error) {
	sec, err := s.inUse(c, in.SecretId)
	if err != nil {
		return nil, err
	}
	v, err := sec.choose(aws.ToString(in.VersionId), aws.ToString(in.VersionStage))
	if err != nil {
		return nil, err
	}
	v.accessed = s.world.Now().UTC().Truncate(24 * time.Hour)
	sec.accessed = v.accessed
	out := &sdk.GetSecretValueOutput{
		ARN: aws.String(sec.arn), Name: aws.String(sec.name), VersionId: aws.String(v.id),
		VersionStages: slices.Clone(v.stages), CreatedDate: aws.Time(v.created), SecretBinary: bytes.Clone(v.binary),
	}
	if v.text != nil {
		out.SecretString = aws.String(*v.text)
	}
	return out, nil
}

// PutSecretValue stores a new version, the current one unless the request gives
// other labels.
func (s *Service) PutSecretValue(c *core.Call, in *sdk.PutSecretValueInput) (*sdk.PutSecretValueOutput, error) {
	sec, err := s.inUse(c, in.SecretId)
	if err != nil {
		return nil, err
	}
	v := value{in.SecretString, in.SecretBinary}
	if !v.given() {
		return nil, core.Errorf(codeInvalidRequest, "You must provide either SecretString or SecretBinary.")
	}
	if err := v.check(in.ClientRequestToken); err != nil {
		return nil, err
	}
	stages := in.VersionStages
	switch {
	case len(stages) == 0:
		stages = []string{current}
	case len(stages) > maxStages:
		return nil, core.Errorf(codeLimitExceeded, "A version can have at most %d staging labels.", maxStages)
	}
	ver, err := s.put(sec, *in.ClientRequestToken, v, stages...)
	if err != nil {
		return nil, err
	}
	return &sdk.PutSecretValueOutput{
		ARN: aws.String(sec.arn), Name: aws.String(sec.name), VersionId: aws.String(ver.id), VersionStages: slices.Clone(ver.stages),
	}, nil
}

// ListSecretVersionIds lists the versions of a secret; those without labels only
// on request.
func (s *Service) ListSecretVersionIds(c *core.Call, in *sdk.ListSecretVersionIdsInput) (*sdk.ListSecretVersionIdsOutput, error) {
	sec, err := s.lookup(c, in.SecretId)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, v := range sec.versions {
		if len(v.stages) > 0 || aws.ToBool(in.IncludeDeprecated) {
			ids = append(ids, v.id)
		}
	}
	slices.Sort(ids)
	ids, next, err := page(ids, types.SortOrderTypeAsc, in.NextToken, in.MaxResults)
	if err != nil {
		return nil, err
	}
	out := &sdk.ListSecretVersionIdsOutput{ARN: aws.String(sec.arn), Name: aws.String(sec.name), NextToken: next}
	for _, id := range ids {
		v := sec.version(id)
		out.Versions = append(out.Versions, types.SecretVersionsListEntry{
			VersionId: aws.String(id), VersionStages: slices.Clone(v.stages), CreatedDate: aws.Time(v.created), LastAccessedDate: day(v.accessed),
		})
	}
	return out, nil
}
