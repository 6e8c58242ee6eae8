package controllers

import (
	"context"
	"fmt"

	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
)

// credentials reads the credentials of spec.anypoint from their Secret.
func (r *Reconciler) credentials(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) (by anypoint.Credentials, digest string, err error) {
	if gw.Spec.Anypoint == nil {
		return by, "", missingCredentials("spec.anypoint is not set")
	}
	ref := gw.Spec.Anypoint.CredentialsSecretRef
	secret, err := r.secret(ctx, gw, ref.Name)
	if apierrors.IsNotFound(err) {
		return by, "", missingCredentials("there is no Secret %s/%s: create it with the credentials of a Connected App under the keys %s and %s",
			gw.Namespace, ref.Name, clientIDKey(ref), clientSecretKey(ref))
	}
	if err != nil {
		return by, "", fmt.Errorf("read Secret %s/%s: %w", gw.Namespace, ref.Name, err)
	}
	for _, key := range []string{clientIDKey(ref), clientSecretKey(ref)} {
		if len(secret.Data[key]) == 0 {
			return by, "", missingCredentials("Secret %s/%s has nothing under the key %s: put the Connected App's there", gw.Namespace, ref.Name, key)
		}
	}
	by = anypoint.Credentials{ClientID: string(secret.Data[clientIDKey(ref)]), ClientSecret: string(secret.Data[clientSecretKey(ref)])}
	return by, gateway.DigestCredentials(string(gw.UID), by), nil
}

// The API server fills in the keys; an object that is older than they are has none.
func clientIDKey(ref v1alpha1.CredentialsSecretReference) string {
	if ref.ClientIDKey == "" {
		return "clientID"
	}
	return ref.ClientIDKey
}

func clientSecretKey(ref v1alpha1.CredentialsSecretReference) string {
	if ref.ClientSecretKey == "" {
		return "clientSecret"
	}
	return ref.ClientSecretKey
}

func missingCredentials(format string, args ...any) error {
	return &engine.Problem{Reason: v1alpha1.ReasonCredentialsMissing, Terminal: true, Message: fmt.Sprintf(format, args...)}
}
