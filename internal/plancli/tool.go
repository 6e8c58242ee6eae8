// Package plancli is what "flexgw plan" and "flexgw diff" do: read gateways from a file or a
// cluster, look at AWS and the Anypoint Platform, and say what the controller would do. It
// changes nothing anywhere. What it says is package plan's.
package plancli

import (
	"context"
	"errors"
	"fmt"
	"io"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/controllers"
	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/clock"
	"flexgw.io/controller/internal/cluster"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/plan"
	"flexgw.io/controller/internal/terminal"
)

// Tool plans for the gateways of one namespace.
type Tool struct {
	// Client talks to the cluster; nil is without one.
	Client client.Client
	// Namespace is where gateways are that name none.
	Namespace string
	// Cloud and Anypoint are the doorways, with the person's own credentials.
	Cloud    *awscloud.Cloud
	Anypoint *anypoint.Platform
	Clock    clock.Clock
	// Out receives the plan, and Screen is Out as a person sees it.
	Out    io.Writer
	Screen *terminal.Screen
}

// Options say what to plan, and how to tell it.
type Options struct {
	// Format is one of the formats.
	Format string
	// Delete plans the deletion.
	Delete bool
	// AssumeSecrets takes Secrets that are not there for ones that will be.
	AssumeSecrets bool
	// FieldManager is who applies the file; empty is who has applied it last.
	FieldManager string
}

// File plans for the gateways of a file.
func (t *Tool) File(ctx context.Context, file io.Reader, o Options) error {
	if err := checkFormat(o.Format); err != nil {
		return err
	}
	m, err := read(file, t.Namespace)
	if err != nil {
		return err
	}
	if len(m.gateways) == 0 {
		return errors.New("no document of the file is a FlexGatewayDeployment")
	}
	var plans []*plan.Plan
	for _, object := range m.gateways {
		planned, err := t.planObject(ctx, m, object, o)
		if err != nil {
			return fmt.Errorf("%s/%s: %w", object.GetNamespace(), object.GetName(), err)
		}
		plans = append(plans, planned)
	}
	return t.tell(plans, o.Format)
}

// planObject plans for one gateway of a file. One that is refused is a plan with a problem, so
// that the others are planned.
func (t *Tool) planObject(ctx context.Context, m *manifests, object *unstructured.Unstructured, o Options) (*plan.Plan, error) {
	before, after, err := t.wanted(ctx, object, o)
	var why *refusal
	switch {
	case errors.As(err, &why) && o.Delete:
		return planOfRefused(plan.KindDeletion, object, before == nil, why), nil
	case errors.As(err, &why):
		return planOfRefused(plan.KindChange, object, before == nil, why), nil
	case err != nil:
		return nil, err
	}
	return t.plan(ctx, kindOf(after, o, plan.KindChange), m, before, after, o), nil
}

// wanted is a gateway of a file as it is in the cluster, nil where it is not there, and as
// it would be.
func (t *Tool) wanted(ctx context.Context, object *unstructured.Unstructured, o Options) (before, after *v1alpha1.FlexGatewayDeployment, err error) {
	if t.Client == nil {
		after, err = offline(ctx, object)
		if err != nil || after.UID == "" {
			return nil, after, err
		}
		return after, after, nil // it was read from a cluster, with its status
	}
	if before, err = t.live(ctx, client.ObjectKeyFromObject(object)); err != nil {
		return nil, nil, err
	}
	if !o.Delete {
		after, err = dryRun(ctx, t.Client, before, object, o.FieldManager)
		return before, after, err
	}
	if before == nil {
		return nil, nil, &refusal{reason: metav1.StatusReasonNotFound, err: errors.New("it is not in the cluster: nothing to delete")}
	}
	return before, before, nil
}

// Named plans for a gateway as it is in the cluster, which is also where the cloud is not as
// its spec asks: its drift, if that is the kind.
func (t *Tool) Named(ctx context.Context, name string, kind plan.Kind, o Options) error {
	if err := checkFormat(o.Format); err != nil {
		return err
	}
	key := types.NamespacedName{Namespace: t.Namespace, Name: cluster.NameOf(name)}
	live, err := t.live(ctx, key)
	if err != nil {
		return err
	}
	if live == nil {
		return fmt.Errorf("there is no FlexGatewayDeployment %s in the namespace %s", key.Name, key.Namespace)
	}
	return t.tell([]*plan.Plan{t.plan(ctx, kindOf(live, o, kind), &manifests{}, live, live, o)}, o.Format)
}

// kindOf is a deletion where one is asked for, or in progress.
func kindOf(gw *v1alpha1.FlexGatewayDeployment, o Options, kind plan.Kind) plan.Kind {
	if o.Delete || !gw.DeletionTimestamp.IsZero() {
		return plan.KindDeletion
	}
	return kind
}

// live is the gateway in the cluster, nil where it is not there.
func (t *Tool) live(ctx context.Context, key types.NamespacedName) (*v1alpha1.FlexGatewayDeployment, error) {
	gw := &v1alpha1.FlexGatewayDeployment{}
	err := t.Client.Get(ctx, key, gw)
	if apierrors.IsNotFound(err) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read %s (is the right context set, and config/crd applied? A file can be planned for with --offline): %w", key, err)
	}
	return gw, nil
}

// plan plans for one gateway. What keeps it from a plan is a problem in it.
func (t *Tool) plan(ctx context.Context, kind plan.Kind, m *manifests, before, after *v1alpha1.FlexGatewayDeployment, o Options) *plan.Plan {
	after = after.DeepCopy()
	if before == nil {
		after.UID = types.UID("planned-" + after.Namespace + "-" + after.Name) // it gets one when it is created
	}
	from := reader{file: m}
	if t.Client != nil {
		from.Reader = t.Client
	}
	planner := controllers.Planner{
		Assume:     t.assume(m, after.Namespace, o),
		Reconciler: &controllers.Reconciler{Reader: from, Cloud: t.Cloud, Anypoint: t.Anypoint, Clock: t.Clock},
	}
	look := planner.Plan
	if kind == plan.KindDeletion {
		look = planner.PlanDeletion
	}
	planned, err := look(ctx, after)
	if err != nil {
		var problem *engine.Problem
		if errors.As(err, &problem) {
			return plan.Failed(kind, after, problem.Reason, problem.Error())
		}
		return plan.Failed(kind, after, "", err.Error())
	}
	return planned.Of(kind, before, after)
}
