package plancli

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
)

// reader is the cluster as it will be once the file is applied, as far as gateways name it:
// the file's Secrets, ConfigMaps and Namespaces, and behind them the cluster, where there is one.
type reader struct {
	client.Reader // nil without a cluster
	file          *manifests
}

// Get implements client.Reader.
func (r reader) Get(ctx context.Context, key client.ObjectKey, into client.Object, options ...client.GetOption) error {
	switch into := into.(type) {
	case *corev1.Secret:
		for _, s := range r.file.secrets {
			if client.ObjectKeyFromObject(s) == key {
				s.DeepCopyInto(into)
				return nil
			}
		}
	case *corev1.ConfigMap:
		for _, c := range r.file.configMaps {
			if client.ObjectKeyFromObject(c) == key {
				c.DeepCopyInto(into)
				return nil
			}
		}
	case *corev1.Namespace:
		for _, n := range r.file.namespaces {
			if client.ObjectKeyFromObject(n) == key {
				n.DeepCopyInto(into)
				return nil
			}
		}
	}
	if r.Reader == nil {
		return apierrors.NewNotFound(v1alpha1.GroupVersion.WithResource("objects").GroupResource(), key.Name)
	}
	return r.Reader.Get(ctx, key, into, options...)
}
