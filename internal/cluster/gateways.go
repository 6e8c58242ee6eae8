// Package cluster is how the commands of the tool read gateways from a Kubernetes cluster:
// once, all of a namespace, or followed from change to change, with errors that say what to
// look at.
package cluster

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
)

// Gateways are the gateways of one namespace.
type Gateways struct {
	// Client talks to the cluster.
	Client client.WithWatch
	// Namespace is where the gateways are.
	Namespace string
}

// NameOf is the name in a name as kubectl writes it: fgd/name.
func NameOf(name string) string {
	for _, kind := range []string{"fgd/", "flexgatewaydeployment/", "flexgatewaydeployments/"} {
		name = strings.TrimPrefix(name, kind)
	}
	return name
}

// Key finds a gateway, which may be named as kubectl does: fgd/name.
func (g Gateways) Key(name string) types.NamespacedName {
	return types.NamespacedName{Namespace: g.Namespace, Name: NameOf(name)}
}

// Get reads a gateway. Its errors are the API server's, with a hint where there is one.
func (g Gateways) Get(ctx context.Context, name string) (*v1alpha1.FlexGatewayDeployment, error) {
	gw := &v1alpha1.FlexGatewayDeployment{}
	return gw, g.explain(g.Client.Get(ctx, g.Key(name), gw))
}

// List reads all gateways of the namespace or, with everywhere, of the cluster, in the order
// of their namespaces and names.
func (g Gateways) List(ctx context.Context, everywhere bool) ([]v1alpha1.FlexGatewayDeployment, error) {
	options := &client.ListOptions{Namespace: g.Namespace}
	if everywhere {
		options.Namespace = ""
	}
	var list v1alpha1.FlexGatewayDeploymentList
	if err := g.Client.List(ctx, &list, options); err != nil {
		return nil, g.explain(err)
	}
	slices.SortFunc(list.Items, func(a, b v1alpha1.FlexGatewayDeployment) int {
		return cmp.Or(cmp.Compare(a.Namespace, b.Namespace), cmp.Compare(a.Name, b.Name))
	})
	return list.Items, nil
}

// Names are the gateways of the namespace, for the completion of a shell.
func (g Gateways) Names(ctx context.Context) ([]string, error) {
	list, err := g.List(ctx, false)
	var names []string
	for _, gw := range list {
		names = append(names, gw.Name)
	}
	return names, err
}

// explain says in which namespace or cluster a thing is missing.
func (g Gateways) explain(err error) error {
	switch {
	case apierrors.IsNotFound(err):
		return fmt.Errorf("%w in the namespace %s", err, g.Namespace)
	case meta.IsNoMatchError(err):
		return fmt.Errorf("this cluster does not know FlexGatewayDeployments (is the right context set, and config/crd applied?): %w", err)
	default:
		return err
	}
}

// Tasks are the ids of a gateway's running tasks, for the completion of a shell.
func (g Gateways) Tasks(ctx context.Context, name string) ([]string, error) {
	gw, err := g.Get(ctx, name)
	if err != nil {
		return nil, err
	}
	var tasks []string
	for _, t := range gw.Status.Tasks {
		tasks = append(tasks, fmt.Sprintf("%s\t%s, %s", t.ID, t.Zone, t.PrivateIP))
	}
	return tasks, nil
}
