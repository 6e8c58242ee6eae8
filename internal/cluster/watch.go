package cluster

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/watch"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Watch has heed told what happens to the objects of a list's kind from a version on. It
// returns nil where the watch has ended as watches do, after some minutes or with the
// context; else the API server's error, or that of heed.
func (g Gateways) Watch(ctx context.Context, list client.ObjectList, version string, selected client.MatchingFieldsSelector, heed func(watch.Event) error) error {
	w, err := g.Client.Watch(ctx, list, client.InNamespace(g.Namespace), selected,
		&client.ListOptions{Raw: &metav1.ListOptions{ResourceVersion: version}})
	if err != nil {
		return err
	}
	defer w.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case e, open := <-w.ResultChan():
			if !open {
				return nil
			}
			if e.Type == watch.Error {
				return apierrors.FromObject(e.Object)
			}
			if err := heed(e); err != nil {
				return err
			}
		}
	}
}
