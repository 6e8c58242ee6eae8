// Package rolloutcli is what "flexgw rollout" and "flexgw top" do in a cluster: read and
// follow a gateway, and write the fields and annotations that steer its rollouts. What
// they say is rolloutview's.
package rolloutcli

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/rolloutview"
	"flexgw.io/controller/internal/terminal"
)

// fieldManager is who managedFields say has written what this tool writes.
const fieldManager = client.FieldOwner("kubectl-flexgw")

// Tool works on the gateways of one namespace.
type Tool struct {
	// Client talks to the cluster.
	Client client.WithWatch
	// Namespace is where the gateways are.
	Namespace string
	// Out receives what was asked for.
	Out io.Writer
	// Err receives what is said besides, where Out is for a program.
	Err io.Writer
	// Screen is Out as a person sees it.
	Screen *terminal.Screen
	// Now is the time by AWS's clock, from which ages are counted.
	Now func() time.Time
	// Program is how the person calls this tool, for commands that are recommended.
	Program string
}

// key finds a gateway, which may be named as kubectl does: fgd/name.
func (t *Tool) key(name string) types.NamespacedName {
	for _, kind := range []string{"fgd/", "flexgatewaydeployment/", "flexgatewaydeployments/"} {
		name = strings.TrimPrefix(name, kind)
	}
	return types.NamespacedName{Namespace: t.Namespace, Name: name}
}

// get reads a gateway. Its errors are the API server's, with a hint where there is one.
func (t *Tool) get(ctx context.Context, name string) (*v1alpha1.FlexGatewayDeployment, error) {
	gw := &v1alpha1.FlexGatewayDeployment{}
	return gw, t.explain(t.Client.Get(ctx, t.key(name), gw))
}

// toChange reads a gateway that is to be changed. One that is being deleted would take the
// change and do nothing about it.
func (t *Tool) toChange(ctx context.Context, name string) (*v1alpha1.FlexGatewayDeployment, error) {
	gw, err := t.get(ctx, name)
	if err == nil && !gw.DeletionTimestamp.IsZero() {
		return nil, fmt.Errorf("%s is being deleted: nothing to change", rolloutview.Name(gw))
	}
	return gw, err
}

// explain says in which namespace or cluster a thing is missing.
func (t *Tool) explain(err error) error {
	switch {
	case apierrors.IsNotFound(err):
		return fmt.Errorf("%w in the namespace %s", err, t.Namespace)
	case meta.IsNoMatchError(err):
		return fmt.Errorf("this cluster does not know FlexGatewayDeployments (is the right context set, and config/crd applied?): %w", err)
	default:
		return err
	}
}

// Names are the gateways of the namespace, for the completion of a shell.
func (t *Tool) Names(ctx context.Context) ([]string, error) {
	var list v1alpha1.FlexGatewayDeploymentList
	if err := t.Client.List(ctx, &list, client.InNamespace(t.Namespace)); err != nil {
		return nil, t.explain(err)
	}
	var names []string
	for _, gw := range list.Items {
		names = append(names, gw.Name)
	}
	return names, nil
}

// say writes lines to Out.
func (t *Tool) say(lines ...string) error { return write(t.Out, lines) }

func write(out io.Writer, lines []string) error {
	_, err := io.WriteString(out, strings.Join(lines, "\n")+"\n")
	return err
}

// follows says how to see what becomes of a change.
func (t *Tool) follows(name string) string {
	return fmt.Sprintf("Follow it with: %s rollout status %s -n %s", t.Program, t.key(name).Name, t.Namespace)
}
