package secretsmanager

import (
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"flexgw.io/controller/internal/awssim/core"
)

// nameForm is what AWS allows in names, beside a length of 512 characters.
var nameForm = regexp.MustCompile(`^[A-Za-z0-9/_+=.@!-]{1,512}$`)

// CreateSecret makes a secret, with a first version if the request has a value.
// The same request again, with the same ClientRequestToken, returns the same secret.
func (s *Service) CreateSecret(c *core.Call, in *sdk.CreateSecretInput) (*sdk.CreateSecretOutput, error) {
	name := aws.ToString(in.Name)
	if !nameForm.MatchString(name) {
		return nil, core.Errorf("ValidationException", "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!")
	}
	if len(in.AddReplicaRegions) > 0 {
		return nil, core.Errorf("NotImplemented", "awssim: replicas of secrets in other regions are not simulated").WithStatus(501)
	}
	value := value{in.SecretString, in.SecretBinary}
	if err := value.check(in.ClientRequestToken); err != nil {
		return nil, err
	}
	all := *s.secrets.In(c.Scope)
	if there, ok := all[name]; ok {
		return s.createAgain(there, value, in)
	}
	if err := checkTags(nil, in.Tags); err != nil {
		return nil, err
	}
	sec := &secret{
		name: name, arn: c.ARN("secretsmanager", "secret:"+name+"-"+s.world.Letters(6)),
		description: aws.ToString(in.Description), kmsKey: aws.ToString(in.KmsKeyId),
		created: s.world.Now(), changed: s.world.Now(), tags: tagMap(in.Tags),
	}
	all[name] = sec
	out := &sdk.CreateSecretOutput{ARN: aws.String(sec.arn), Name: aws.String(name)}
	if value.given() {
		sec.add(s.newVersion(*in.ClientRequestToken, value), current)
		out.VersionId = in.ClientRequestToken
	}
	return out, nil
}

// createAgain answers a CreateSecret whose name is taken.
func (s *Service) createAgain(there *secret, v value, in *sdk.CreateSecretInput) (*sdk.CreateSecretOutput, error) {
	if !there.deleted.IsZero() {
		return nil, core.Errorf(codeInvalidRequest, "You can't create this secret because a secret with this name is already scheduled for deletion.")
	}
	if v.given() {
		if ver := there.version(*in.ClientRequestToken); ver != nil && ver.holds(v) {
			return &sdk.CreateSecretOutput{ARN: aws.String(there.arn), Name: aws.String(there.name), VersionId: aws.String(ver.id)}, nil
		}
	}
	return nil, core.Errorf(codeExists, "The operation failed because the secret %s already exists.", there.name)
}

// DescribeSecret returns everything about a secret but its values.
func (s *Service) DescribeSecret(c *core.Call, in *sdk.DescribeSecretInput) (*sdk.DescribeSecretOutput, error) {
	sec, err := s.lookup(c, in.SecretId)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeSecretOutput{
		ARN: aws.String(sec.arn), Name: aws.String(sec.name), CreatedDate: aws.Time(sec.created),
		LastChangedDate: aws.Time(sec.changed), Tags: tagList(sec.tags), VersionIdsToStages: sec.stages(),
	}
	out.LastAccessedDate = day(sec.accessed)
	if sec.description != "" {
		out.Description = aws.String(sec.description)
	}
	if sec.kmsKey != "" {
		out.KmsKeyId = aws.String(sec.kmsKey)
	}
	if !sec.deleted.IsZero() {
		out.DeletedDate = aws.Time(sec.deleted)
	}
	return out, nil
}

// UpdateSecret changes the description and the key, and makes a new current
// version if the request has a value.
func (s *Service) UpdateSecret(c *core.Call, in *sdk.UpdateSecretInput) (*sdk.UpdateSecretOutput, error) {
	sec, err := s.inUse(c, in.SecretId)
	if err != nil {
		return nil, err
	}
	v := value{in.SecretString, in.SecretBinary}
	if err := v.check(in.ClientRequestToken); err != nil {
		return nil, err
	}
	out := &sdk.UpdateSecretOutput{ARN: aws.String(sec.arn), Name: aws.String(sec.name)}
	if v.given() {
		ver, err := s.put(sec, *in.ClientRequestToken, v, current)
		if err != nil {
			return nil, err
		}
		out.VersionId = aws.String(ver.id)
	}
	if in.Description != nil {
		sec.description = *in.Description
	}
	if in.KmsKeyId != nil {
		sec.kmsKey = *in.KmsKeyId
	}
	sec.changed = s.world.Now()
	return out, nil
}

// stages maps the ids of labelled versions to their labels.
func (sec *secret) stages() map[string][]string {
	m := map[string][]string{}
	for _, v := range sec.versions {
		if len(v.stages) > 0 {
			m[v.id] = slices.Clone(v.stages)
		}
	}
	return m
}
