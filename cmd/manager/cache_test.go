package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

func TestNothingButTheVersionOfSecretsAndConfigMapsIsKept(t *testing.T) {
	kind := metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"}
	whole := &metav1.PartialObjectMetadata{TypeMeta: kind, ObjectMeta: metav1.ObjectMeta{
		Namespace: "flex", Name: "registration", UID: "uid", ResourceVersion: "7", Labels: map[string]string{"a": "b"},
		Annotations:   map[string]string{corev1.LastAppliedConfigAnnotation: `{"stringData":{"key":"s3cret"}}`},
		ManagedFields: []metav1.ManagedFieldsEntry{{Manager: "kubectl"}},
	}}
	want := &metav1.PartialObjectMetadata{TypeMeta: kind, ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: "registration", UID: "uid", ResourceVersion: "7"}}
	kinds := 0
	for object, options := range cacheOptions("").ByObject {
		kinds++
		kept, err := options.Transform(whole)
		if diff := cmp.Diff(want, kept); diff != "" || err != nil {
			t.Errorf("%T: kept (-want +got): %v\n%s", object, err, diff)
		}
	}
	if kinds != 2 {
		t.Errorf("%d kinds are cut down, want Secrets and ConfigMaps", kinds)
	}
	if other, err := onlyVersion(&corev1.Pod{}); err != nil || other.(*corev1.Pod) == nil {
		t.Errorf("another kind becomes %v, %v", other, err)
	}
}

func TestTheCacheIsOfOneNamespaceOrOfAll(t *testing.T) {
	if all := cacheOptions("").DefaultNamespaces; all != nil {
		t.Errorf("without a namespace the cache is of %v", all)
	}
	if _, found := cacheOptions("flex").DefaultNamespaces["flex"]; !found || len(cacheOptions("flex").DefaultNamespaces) != 1 {
		t.Errorf("the cache is of %v, want flex", cacheOptions("flex").DefaultNamespaces)
	}
}
