package plancli

import (
	"fmt"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

// The APIs of controllers that make Secrets, and their kinds.
const (
	externalSecretsGroup = "external-secrets.io"
	externalSecretKind   = "ExternalSecret"
	sealedSecretsGroup   = "bitnami.com"
	sealedSecretKind     = "SealedSecret"
)

// addExpected notes the Secret that another controller will make of an object.
func (m *manifests) addExpected(object *unstructured.Unstructured) {
	name := secretOf(object)
	if name == "" {
		return
	}
	if m.expected == nil {
		m.expected = map[types.NamespacedName]string{}
	}
	m.expected[types.NamespacedName{Namespace: object.GetNamespace(), Name: name}] = fmt.Sprintf("%s %s of the file makes it", object.GetKind(), object.GetName())
}

// secretOf is the name of the Secret that is made of an object, empty where none is.
//
// External Secrets gives it spec.target.name, else the object's own, and makes none with the
// policies None and Merge (https://external-secrets.io/latest/guides/ownership-deletion-policy/).
// Sealed Secrets always gives it the object's own name, whatever the template says (Unseal in
// https://github.com/bitnami-labs/sealed-secrets/blob/main/pkg/apis/sealedsecrets/v1alpha1/sealedsecret_expansion.go).
func secretOf(object *unstructured.Unstructured) string {
	switch kind := object.GroupVersionKind(); {
	case kind.Group == externalSecretsGroup && kind.Kind == externalSecretKind:
		switch policy := textAt(object, "spec", "target", "creationPolicy"); policy {
		case "None", "Merge":
			return ""
		}
		if name := textAt(object, "spec", "target", "name"); name != "" {
			return name
		}
		return object.GetName()
	case kind.Group == sealedSecretsGroup && kind.Kind == sealedSecretKind:
		return object.GetName()
	default:
		return ""
	}
}

// textAt is a field of an object, empty where it is not there or is no text.
func textAt(object *unstructured.Unstructured, path ...string) string {
	value, found, err := unstructured.NestedString(object.Object, path...)
	if !found || err != nil {
		return ""
	}
	return value
}

// assume says why an object that is not there is taken for one that will be: because another
// controller makes it of one in the file, the person says so, or there is no cluster to ask.
func (t *Tool) assume(m *manifests, namespace string, o Options) func(kind, name string) string {
	return func(kind, name string) string {
		isSecret := kind == "Secret"
		switch made := m.expected[types.NamespacedName{Namespace: namespace, Name: name}]; {
		case isSecret && made != "":
			return made
		case isSecret && o.AssumeSecrets:
			return "--assume-secrets says so"
		case t.Client == nil:
			return "no cluster is asked"
		default:
			return ""
		}
	}
}
