package argocd_test

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/internal/anypointsim"
)

// keeper stands in for External Secrets and Sealed Secrets: it makes a Secret of each of
// their objects, and says so in the status that Argo CD's own health checks of these kinds
// read. As with those two, the Secret is the object's dependent, and goes with it.
type keeper struct{ kube client.Client }

// kept are the kinds, with the condition that says that the Secret is there.
var kept = []struct {
	kind      schema.GroupVersionKind
	condition string
}{
	{schema.GroupVersionKind{Group: "external-secrets.io", Version: "v1", Kind: "ExternalSecret"}, "Ready"},
	{schema.GroupVersionKind{Group: "bitnami.com", Version: "v1alpha1", Kind: "SealedSecret"}, "Synced"},
}

// run works until ctx ends. What fails is tried again: a namespace may be going.
func (k keeper) run(ctx context.Context) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		for _, each := range kept {
			list := &unstructured.UnstructuredList{}
			list.SetGroupVersionKind(each.kind)
			if k.kube.List(ctx, list) != nil {
				continue
			}
			for _, obj := range list.Items {
				_ = k.keep(ctx, &obj, each.condition)
			}
		}
	}
}

func (k keeper) keep(ctx context.Context, obj *unstructured.Unstructured, condition string) error {
	if obj.Object["status"] != nil || obj.GetDeletionTimestamp() != nil {
		return nil
	}
	err := k.kube.Create(ctx, &corev1.Secret{
		ObjectMeta: metav1.ObjectMeta{
			Namespace: obj.GetNamespace(), Name: obj.GetName(),
			OwnerReferences: []metav1.OwnerReference{*metav1.NewControllerRef(obj, obj.GroupVersionKind())},
		},
		StringData: map[string]string{"clientID": anypointsim.DemoClientID, "clientSecret": anypointsim.DemoClientSecret},
	})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	before := obj.DeepCopy()
	obj.Object["status"] = map[string]any{"conditions": []any{map[string]any{"type": condition, "status": "True"}}}
	return k.kube.Status().Patch(ctx, obj, client.MergeFrom(before))
}
