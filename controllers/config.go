package controllers

import (
	"context"
	"fmt"
	"maps"
	"path"
	"slices"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/gateway"
)

// documents reads the documents of the gateway's configuration: of spec.config, from
// ConfigMaps and Secrets, and of spec.probe.
func (r *Reconciler) documents(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment) (text, digest string, err error) {
	var texts []gateway.ConfigText
	for _, source := range gw.Spec.Config {
		found, err := r.configTexts(ctx, gw, source)
		if err != nil {
			return "", "", err
		}
		texts = append(texts, found...)
	}
	return gateway.ReadDocuments(gw, texts)
}

// configTexts reads the keys of one object.
func (r *Reconciler) configTexts(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, source v1alpha1.ConfigSource) ([]gateway.ConfigText, error) {
	switch {
	case source.ConfigMapRef != nil:
		named := "ConfigMap " + source.ConfigMapRef.Name
		var object corev1.ConfigMap
		if err := r.Reader.Get(ctx, objectOf(gw, source.ConfigMapRef.Name), &object); err != nil {
			return nil, unread(named, gw.Namespace, err)
		}
		data := maps.Clone(object.BinaryData)
		if data == nil {
			data = map[string][]byte{}
		}
		for key, text := range object.Data {
			data[key] = []byte(text)
		}
		return textsOf(named, gw.Namespace, data)
	case source.SecretRef != nil:
		named := "Secret " + source.SecretRef.Name
		object, err := r.secret(ctx, gw, source.SecretRef.Name)
		if err != nil {
			return nil, unread(named, gw.Namespace, err)
		}
		return textsOf(named, gw.Namespace, object.Data)
	default:
		return nil, invalid("an entry of spec.config names neither a configMapRef nor a secretRef: name one")
	}
}

// textsOf are the keys that hold YAML, in the order of their names, as the gateway reads
// files.
func textsOf(named, namespace string, data map[string][]byte) ([]gateway.ConfigText, error) {
	var texts []gateway.ConfigText
	for _, key := range slices.Sorted(maps.Keys(data)) {
		if ending := path.Ext(key); ending == ".yaml" || ending == ".yml" {
			texts = append(texts, gateway.ConfigText{Source: named + ", key " + key, Text: data[key]})
		}
	}
	if len(texts) == 0 {
		return nil, gateway.MissingConfig("%s in namespace %s has no key that ends in .yaml or .yml: put the documents there", named, namespace)
	}
	return texts, nil
}

// unread is why an object of spec.config could not be read.
func unread(named, namespace string, err error) error {
	if apierrors.IsNotFound(err) {
		return gateway.MissingConfig("there is no %s in namespace %s, which spec.config names: create it, or remove the entry", named, namespace)
	}
	return fmt.Errorf("read %s in namespace %s: %w", named, namespace, err)
}
