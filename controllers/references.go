package controllers

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"

	"flexgw.io/controller/api/v1alpha1"
)

// The indexes of gateways by the Secrets and the ConfigMaps that they name.
const (
	secretIndex    = "flexgw.io/secrets"
	configMapIndex = "flexgw.io/config-maps"
)

// secretsOf are the names of the Secrets that a gateway is made from: registration,
// credentials, documents.
func secretsOf(gw *v1alpha1.FlexGatewayDeployment) []string {
	var names []string
	if ref := gw.Spec.Registration.SecretRef; ref != nil {
		names = append(names, ref.Name)
	}
	if gw.Spec.Anypoint != nil {
		names = append(names, gw.Spec.Anypoint.CredentialsSecretRef.Name)
	}
	for _, source := range gw.Spec.Config {
		if source.SecretRef != nil {
			names = append(names, source.SecretRef.Name)
		}
	}
	return names
}

// configMapsOf are the names of the ConfigMaps that a gateway is made from.
func configMapsOf(gw *v1alpha1.FlexGatewayDeployment) []string {
	var names []string
	for _, source := range gw.Spec.Config {
		if source.ConfigMapRef != nil {
			names = append(names, source.ConfigMapRef.Name)
		}
	}
	return names
}

// index has the manager find gateways by what they name.
func index(ctx context.Context, mgr ctrl.Manager, field string, names func(*v1alpha1.FlexGatewayDeployment) []string) error {
	return mgr.GetFieldIndexer().IndexField(ctx, &v1alpha1.FlexGatewayDeployment{}, field, func(o client.Object) []string {
		gw, ok := o.(*v1alpha1.FlexGatewayDeployment)
		if !ok {
			return nil
		}
		return names(gw)
	})
}

// gatewaysNaming finds the gateways that name an object, by an index.
func gatewaysNaming(reader client.Reader, field string) handler.MapFunc {
	return func(ctx context.Context, named client.Object) []reconcile.Request {
		var list v1alpha1.FlexGatewayDeploymentList
		err := reader.List(ctx, &list, client.InNamespace(named.GetNamespace()), client.MatchingFields{field: named.GetName()})
		if err != nil {
			ctrl.LoggerFrom(ctx).Error(err, "list the gateways that name an object", "index", field, "name", named.GetName())
			return nil
		}
		var requests []reconcile.Request
		for _, gw := range list.Items {
			requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(&gw)})
		}
		return requests
	}
}

// objectOf says which object of a gateway's namespace is meant.
func objectOf(gw *v1alpha1.FlexGatewayDeployment, name string) client.ObjectKey {
	return client.ObjectKey{Namespace: gw.Namespace, Name: name}
}

// secret reads a Secret of a gateway's namespace, past the cache.
func (r *Reconciler) secret(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, name string) (*corev1.Secret, error) {
	var secret corev1.Secret
	return &secret, r.Reader.Get(ctx, objectOf(gw, name), &secret)
}
