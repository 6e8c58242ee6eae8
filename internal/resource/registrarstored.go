package resource

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

// stored reads the registration file from Secrets Manager. The state is empty where there
// is none. Where someone has written something else over the file of a gateway that was
// registered, it is the version before, and Overwritten.
func (r Registration) stored(ctx context.Context, recorded engine.Record) (*RegisteredState, error) {
	file := r.File.Value()
	if file == nil || file.Deleted {
		return &RegisteredState{}, nil
	}
	out, err := r.Cloud.Secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &file.ARN})
	if err != nil {
		return &RegisteredState{}, gone(err)
	}
	content, err := r.Read([]byte(aws.ToString(out.SecretString)))
	if r.Removal != nil && err != nil {
		return &RegisteredState{}, nil //nolint:nilerr // what is to go need not be readable
	}
	state := &RegisteredState{RegistrationContent: content, Version: aws.ToString(out.VersionId), StoredAt: aws.ToTime(out.CreatedDate)}
	if err == nil {
		return state, nil
	}
	before, lookErr := r.storedBefore(ctx, file.ARN)
	if lookErr != nil {
		return nil, lookErr
	}
	if before == nil || before.AgentID != recorded.ID {
		return nil, unreadable(file.ARN, err)
	}
	state.RegistrationContent, state.Overwritten = *before, true
	return state, nil
}

// storedBefore is the version before the current one, which Secrets Manager keeps; nil
// where it is no registration file either.
func (r Registration) storedBefore(ctx context.Context, arn string) (*RegistrationContent, error) {
	out, err := r.Cloud.Secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &arn, VersionStage: ptr("AWSPREVIOUS")})
	if err != nil {
		return nil, gone(err)
	}
	content, err := r.Read([]byte(aws.ToString(out.SecretString)))
	if err != nil {
		return nil, nil //nolint:nilerr // no file is what is reported
	}
	return &content, nil
}

// unreadable says in which secret what was read is no registration file, and what to do.
func unreadable(arn string, cause error) error {
	problem := &engine.Problem{}
	if !errors.As(cause, &problem) {
		return cause
	}
	said := *problem
	said.Message = "the registration file in Secrets Manager, secret " + arn + ", was changed by someone. Put the right version back with \"aws secretsmanager update-secret-version-stage\" " +
		"(what runs goes on meanwhile), or delete the secret and, in Runtime Manager, the gateway: another registration is made then: " + problem.Message
	return &said
}

// restore writes the version before over what someone else has written.
func (r Registration) restore(ctx context.Context, observed *RegisteredState) (*RegisteredState, error) {
	version := token(r.Gateway.UID, "identity", "restored", observed.Version)
	_, err := r.Cloud.Secrets.UpdateSecret(ctx, &secretsmanager.UpdateSecretInput{
		SecretId: &r.File.Value().ARN, SecretString: &observed.Text, ClientRequestToken: &version,
	})
	if err != nil {
		return nil, err
	}
	restored := *observed
	restored.Version, restored.StoredAt, restored.Overwritten = version, r.Now(), false
	return &restored, nil
}

// CredentialsCopy are the credentials that were copied to Secrets Manager; nil where there
// are none.
func (r Registration) CredentialsCopy(ctx context.Context) (*anypoint.Credentials, error) {
	return r.storedCredentials(ctx)
}

// storedCredentials reads the credentials that were copied to Secrets Manager: those in
// Kubernetes may be gone before the gateway is.
func (r Registration) storedCredentials(ctx context.Context) (*anypoint.Credentials, error) {
	secret := r.Credentials.Value()
	if secret == nil || secret.Deleted {
		return nil, nil
	}
	out, err := r.Cloud.Secrets.GetSecretValue(ctx, &secretsmanager.GetSecretValueInput{SecretId: &secret.ARN})
	if err != nil {
		return nil, gone(err)
	}
	credentials, err := r.ReadCredentials(aws.ToString(out.SecretString))
	if err != nil {
		return nil, nil //nolint:nilerr // credentials that cannot be read are as good as none
	}
	return &credentials, nil
}
