package plancli

import (
	"context"
	"encoding/json"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/jsonmergepatch"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
)

// defaultManager is the field manager of "kubectl apply --server-side".
const defaultManager = "kubectl"

// dryRun asks the API server what would become of the live object if the one of the file
// were applied: with its defaults, its rules, and what others have set. It sends what
// "kubectl apply" would, and the API server stores nothing. Live is nil where there is none.
func dryRun(ctx context.Context, c client.Client, live *v1alpha1.FlexGatewayDeployment, object *unstructured.Unstructured, manager string) (*v1alpha1.FlexGatewayDeployment, error) {
	object = object.DeepCopy()
	for _, member := range []string{"managedFields", "resourceVersion", "uid", "generation", "creationTimestamp"} {
		unstructured.RemoveNestedField(object.Object, "metadata", member) // of an object that was read from a cluster
	}
	unstructured.RemoveNestedField(object.Object, "status")
	patch, options, err := applyPatch(live, object, manager)
	if err != nil {
		return nil, err
	}
	result := &v1alpha1.FlexGatewayDeployment{}
	result.Namespace, result.Name = object.GetNamespace(), object.GetName()
	if err := c.Patch(ctx, result, patch, append(options, client.DryRunAll)...); err != nil {
		if apierrors.IsNotFound(err) && live == nil {
			return offline(ctx, object) // its namespace is to be made first
		}
		return nil, refused(err)
	}
	return result, nil
}

// applyPatch is what kubectl sends: a three-way merge for an object that was applied by the
// client, else a server-side apply.
func applyPatch(live *v1alpha1.FlexGatewayDeployment, object *unstructured.Unstructured, manager string) (client.Patch, []client.PatchOption, error) {
	wanted, err := json.Marshal(object.Object)
	if err != nil {
		return nil, nil, err
	}
	if live != nil && manager == "" {
		if before := live.Annotations[corev1.LastAppliedConfigAnnotation]; before != "" {
			current, err := json.Marshal(live)
			if err != nil {
				return nil, nil, err
			}
			patch, err := jsonmergepatch.CreateThreeWayJSONMergePatch([]byte(before), wanted, current)
			return client.RawPatch(types.MergePatchType, patch), nil, err
		}
	}
	if manager == "" {
		manager = managerOf(live)
	}
	return client.RawPatch(types.ApplyPatchType, wanted), []client.PatchOption{client.FieldOwner(manager), client.ForceOwnership}, nil
}

// managerOf is who has applied the object, where that was one only: fields that it no longer
// sets are removed, those of others stay.
func managerOf(live *v1alpha1.FlexGatewayDeployment) string {
	if live == nil {
		return defaultManager
	}
	found := map[string]bool{}
	for _, entry := range live.ManagedFields {
		if entry.Operation == metav1.ManagedFieldsOperationApply && entry.Subresource == "" {
			found[entry.Manager] = true
		}
	}
	if len(found) == 1 {
		for manager := range found {
			return manager
		}
	}
	return defaultManager
}
