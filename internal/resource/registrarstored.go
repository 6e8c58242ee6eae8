package resource

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"flexgw.io/controller/internal/anypoint"
)

// stored reads the registration file from Secrets Manager. The state is empty where there
// is none.
func (r Registration) stored(ctx context.Context) (*RegisteredState, error) {
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
	if err != nil {
		return nil, err
	}
	return &RegisteredState{RegistrationContent: content, Version: aws.ToString(out.VersionId), StoredAt: aws.ToTime(out.CreatedDate)}, nil
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
