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

	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/cluster"
	"flexgw.io/controller/internal/rolloutview"
	"flexgw.io/controller/internal/terminal"
)

// fieldManager is who managedFields say has written what this tool writes.
const fieldManager = client.FieldOwner("kubectl-flexgw")

// Tool works on the gateways of one namespace.
type Tool struct {
	cluster.Gateways
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

// toChange reads a gateway that is to be changed. One that is being deleted would take the
// change and do nothing about it.
func (t *Tool) toChange(ctx context.Context, name string) (*v1alpha1.FlexGatewayDeployment, error) {
	gw, err := t.Get(ctx, name)
	if err == nil && !gw.DeletionTimestamp.IsZero() {
		return nil, fmt.Errorf("%s is being deleted: nothing to change", rolloutview.Name(gw))
	}
	return gw, err
}

// say writes lines to Out.
func (t *Tool) say(lines ...string) error { return write(t.Out, lines) }

func write(out io.Writer, lines []string) error {
	_, err := io.WriteString(out, strings.Join(lines, "\n")+"\n")
	return err
}

// follows says how to see what becomes of a change.
func (t *Tool) follows(name string) string {
	return fmt.Sprintf("Follow it with: %s rollout status %s -n %s", t.Program, t.Key(name).Name, t.Namespace)
}
