package localcluster

import (
	"context"
	"errors"
	"fmt"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/discovery"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// fieldOwner is who owns the fields of the CRDs that InstallCRDs applies.
const fieldOwner = client.FieldOwner("flexgw-localcluster")

// InstallCRDs applies the CustomResourceDefinitions in the files, or folders of
// files, and returns when their kinds can be used: they are Established, and
// discovery shows them, without which kubectl does not know them.
func (c *Cluster) InstallCRDs(ctx context.Context, paths ...string) error {
	if len(paths) == 0 {
		return nil
	}
	crds, err := readCRDs(paths)
	if err != nil {
		return fmt.Errorf("read CRDs: %w", err)
	}
	writer, err := client.New(c.config, client.Options{})
	if err != nil {
		return err
	}
	for _, crd := range crds {
		err := writer.Apply(ctx, client.ApplyConfigurationFromUnstructured(crd.object), fieldOwner, client.ForceOwnership)
		if err != nil {
			return fmt.Errorf("apply CRD %s: %w", crd.object.GetName(), err)
		}
	}
	reader, err := discovery.NewDiscoveryClientForConfig(c.config)
	if err != nil {
		return err
	}
	if err := poll(ctx, func(context.Context) error { return discovered(reader, crds) }); err != nil {
		return fmt.Errorf("wait for CRDs: %w", err)
	}
	return nil
}

// discovered returns an error that names a served version that discovery does not
// show. Discovery shows established CRDs only. It asks as kubectl does, for all
// groups at once: that list is behind the one of a single group.
func discovered(reader discovery.DiscoveryInterface, crds []crd) error {
	_, lists, err := reader.ServerGroupsAndResources()
	var partly *discovery.ErrGroupDiscoveryFailed
	if err != nil && !errors.As(err, &partly) {
		return err
	}
	shown := map[schema.GroupVersionResource]bool{}
	for _, list := range lists {
		if err := mark(shown, list); err != nil {
			return err
		}
	}
	for _, crd := range crds {
		for _, served := range crd.served {
			if !shown[served] {
				return fmt.Errorf("discovery does not show %s yet", served)
			}
		}
	}
	return nil
}

func mark(shown map[schema.GroupVersionResource]bool, list *metav1.APIResourceList) error {
	gv, err := schema.ParseGroupVersion(list.GroupVersion)
	if err != nil {
		return err
	}
	for _, r := range list.APIResources {
		shown[gv.WithResource(r.Name)] = true
	}
	return nil
}
