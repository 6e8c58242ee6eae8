package controllers

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
	"flexgw.io/controller/internal/resource"
)

// The kinds of objects with contents that a gateway names.
const (
	kindSecret    = "Secret"
	kindConfigMap = "ConfigMap"
)

// Assumption is an object that is not there, and is taken for one that will be.
type Assumption struct {
	// Kind is Secret or ConfigMap.
	Kind, Namespace, Name string
	// Why says who makes it.
	Why string
}

// String says what is assumed, and what follows from it.
func (a Assumption) String() string {
	return fmt.Sprintf("%s %s/%s is not there, and is taken for one that will be: %s. What is in it is not known: it is not checked, and not compared with what is in AWS",
		a.Kind, a.Namespace, a.Name, a.Why)
}

// assumed is true of an object that is not there and is taken for one that will be.
func (p Planner) assumed(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, kind, name string, found *[]Assumption) bool {
	if p.Assume == nil {
		return false
	}
	var object client.Object = &corev1.Secret{}
	if kind == kindConfigMap {
		object = &corev1.ConfigMap{}
	}
	if err := p.Reader.Get(ctx, objectOf(gw, name), object); !apierrors.IsNotFound(err) {
		return false
	}
	why := p.Assume(kind, name)
	if why == "" {
		return false
	}
	a := Assumption{Kind: kind, Namespace: gw.Namespace, Name: name, Why: why}
	for _, other := range *found {
		if other == a {
			return true
		}
	}
	*found = append(*found, a)
	return true
}

// assume puts something that nobody has read in the place of what is not there yet.
func (p Planner) assume(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, in *gateway.Input) []Assumption {
	var all []Assumption
	if ref := gw.Spec.Registration.SecretRef; ref != nil && gw.Spec.Registration.Create == nil && p.assumed(ctx, gw, kindSecret, ref.Name, &all) {
		unread := resource.RegistrationContent{Text: engine.Unread, Digest: engine.Unread, AgentID: engine.Unknown}
		if st := gw.Status.Anypoint; st != nil && st.GatewayID != "" {
			unread.AgentID = st.GatewayID // another gateway would be another registration
		}
		in.Registration = func() (resource.RegistrationContent, error) { return unread, nil }
	}
	if a := gw.Spec.Anypoint; a != nil && p.assumed(ctx, gw, kindSecret, a.CredentialsSecretRef.Name, &all) {
		in.Credentials = func() (anypoint.Credentials, string, error) { return anypoint.Credentials{}, engine.Unread, nil }
	}
	if p.assumedDocuments(ctx, gw, &all) {
		in.Documents = func() (string, string, error) { return engine.Unread, engine.Unread, nil }
	}
	return all
}

// assumedDocuments is true where a part of the gateway's configuration is taken for granted:
// without it, nothing is known of the whole.
func (p Planner) assumedDocuments(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, found *[]Assumption) bool {
	some := false
	for _, source := range gw.Spec.Config {
		switch {
		case source.SecretRef != nil:
			some = p.assumed(ctx, gw, kindSecret, source.SecretRef.Name, found) || some
		case source.ConfigMapRef != nil:
			some = p.assumed(ctx, gw, kindConfigMap, source.ConfigMapRef.Name, found) || some
		}
	}
	return some
}
