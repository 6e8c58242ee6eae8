package main

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// cacheOptions are those of a cache of one namespace, or of all where it is empty.
func cacheOptions(namespace string) cache.Options {
	options := cache.Options{ByObject: map[client.Object]cache.ByObject{
		&corev1.Secret{}: {Transform: onlyVersion}, &corev1.ConfigMap{}: {Transform: onlyVersion},
	}}
	if namespace != "" {
		options.DefaultNamespaces = map[string]cache.Config{namespace: {}}
	}
	return options
}

// onlyVersion keeps of an object's metadata what the controller looks at: which object has
// changed. Of all Secrets and ConfigMaps of a cluster the annotations are most of it, and
// where kubectl has applied them, one has the content itself, Secrets' too.
func onlyVersion(object any) (any, error) {
	whole, ok := object.(*metav1.PartialObjectMetadata)
	if !ok {
		return object, nil
	}
	return &metav1.PartialObjectMetadata{TypeMeta: whole.TypeMeta, ObjectMeta: metav1.ObjectMeta{
		Namespace: whole.Namespace, Name: whole.Name, UID: whole.UID, ResourceVersion: whole.ResourceVersion,
	}}, nil
}
