package rolloutcli

import (
	"bytes"
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
	"sigs.k8s.io/controller-runtime/pkg/client/interceptor"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/cluster"
	"flexgw.io/controller/internal/terminal"
)

// moment is the time by AWS's clock in these tests.
var moment = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

const family = "arn:aws:ecs:us-east-1:123456789012:task-definition/dev:"

// gateway is one in the middle of its change from revision 7 to 8.
func gateway() *v1alpha1.FlexGatewayDeployment {
	gw := &v1alpha1.FlexGatewayDeployment{}
	gw.Namespace, gw.Name, gw.Generation = "flex", "dev", 3
	gw.Spec.Image = "flex-gateway:1.13.0"
	gw.Spec.Compute = v1alpha1.ComputeSpec{CPU: 512, Memory: 1024, StopTimeoutSeconds: 60}
	gw.Status = v1alpha1.FlexGatewayDeploymentStatus{
		ObservedGeneration: 3, DesiredReplicas: 2, Replicas: 3, UpdatedReplicas: 1, ReadyReplicas: 2, Version: "1.13.0", TaskDefinition: family + "8",
		Rollout: &v1alpha1.RolloutStatus{TaskDefinition: family + "8", DeploymentID: "ecs-svc/8"},
		History: []v1alpha1.RevisionStatus{
			{Revision: 8, Image: "flex-gateway:1.13.0", CPU: 512, Memory: 1024, StopTimeoutSeconds: 60, Outcome: v1alpha1.OutcomeInProgress},
			{Revision: 7, Image: "flex-gateway:1.12.3", CPU: 512, Memory: 1024, StopTimeoutSeconds: 60, Outcome: v1alpha1.OutcomeServing},
		},
		Tasks: []v1alpha1.TaskStatus{{
			ID: "1111111111111111", Zone: "us-east-1a", PrivateIP: "172.31.0.4", TaskDefinition: "dev:8", Status: "RUNNING", Healthy: true,
			StartedAt: &metav1.Time{Time: moment.Add(-time.Minute)},
		}},
	}
	return ready(gw, metav1.ConditionFalse, v1alpha1.ReasonRollingOut, "1 of 2 tasks running")
}

// ready gives a gateway the condition Ready of its present generation.
func ready(gw *v1alpha1.FlexGatewayDeployment, status metav1.ConditionStatus, reason, message string) *v1alpha1.FlexGatewayDeployment {
	gw.Status.Conditions = []metav1.Condition{{
		Type: v1alpha1.ConditionReady, Status: status, Reason: reason, Message: message, ObservedGeneration: gw.Generation,
		LastTransitionTime: metav1.NewTime(moment),
	}}
	return gw
}

// bench is a pretended API server, what a tool on it has said, and what was sent to it.
type bench struct {
	*Tool
	t        *testing.T
	out, err bytes.Buffer
	patches  []sent
	// refuse is the answer to what would be the next patch, once.
	refuse error
}

// sent is a patch, and who sent it.
type sent struct{ Manager, Patch string }

func newCluster(t *testing.T, objects ...client.Object) *bench {
	t.Helper()
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	c := &bench{t: t}
	api := fake.NewClientBuilder().WithScheme(scheme).WithObjects(objects...).WithStatusSubresource(&v1alpha1.FlexGatewayDeployment{}).Build()
	observed := interceptor.NewClient(api, interceptor.Funcs{Patch: c.patch})
	c.Tool = &Tool{
		Gateways: cluster.Gateways{Client: observed, Namespace: "flex"}, Out: &c.out, Err: &c.err, Screen: terminal.New(&c.out),
		Now: func() time.Time { return moment }, Program: "flexgw",
	}
	return c
}

// patch writes down what is sent.
func (c *bench) patch(ctx context.Context, api client.WithWatch, o client.Object, p client.Patch, opts ...client.PatchOption) error {
	if err := c.refuse; err != nil {
		c.refuse = nil
		return err
	}
	text, err := p.Data(o)
	if err != nil {
		return err
	}
	if p.Type() != types.MergePatchType {
		c.t.Errorf("a patch of type %s", p.Type())
	}
	applied := (&client.PatchOptions{}).ApplyOptions(opts)
	c.patches = append(c.patches, sent{applied.FieldManager, string(text)})
	return api.Patch(ctx, o, p, opts...)
}

// stored is the gateway as it is in the cluster.
func (c *bench) stored() *v1alpha1.FlexGatewayDeployment {
	c.t.Helper()
	gw, err := c.Get(c.t.Context(), "dev")
	if err != nil {
		c.t.Fatal(err)
	}
	return gw
}

// becomes is the controller, writing another status.
func (c *bench) becomes(change func(*v1alpha1.FlexGatewayDeployment)) {
	c.t.Helper()
	gw := c.stored()
	change(gw)
	if err := c.Client.Status().Update(c.t.Context(), gw); err != nil {
		c.t.Error(err)
	}
}

// paths are the fields that a patch changes.
func paths(t *testing.T, patch string) []string {
	t.Helper()
	var content map[string]any
	if err := json.Unmarshal([]byte(patch), &content); err != nil {
		t.Fatal(err)
	}
	var found []string
	var walk func(path string, v any)
	walk = func(path string, v any) {
		if object, ok := v.(map[string]any); ok {
			for name, field := range object {
				walk(path+"."+name, field)
			}
			return
		}
		found = append(found, path[1:])
	}
	walk("", content)
	slices.Sort(found)
	return found
}
