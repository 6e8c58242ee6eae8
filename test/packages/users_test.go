package packages_test

import (
	"context"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/rest"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/test/e2e/rig"
)

func TestChartAndKustomizationGivePeopleTheSameRights(t *testing.T) {
	fromChart, fromKustomization := template(t), kustomization(t, "default")
	for _, name := range []string{"flexgw-viewer", "flexgw-editor"} {
		if diff := cmp.Diff(fromKustomization.rules(t, "ClusterRole", name), fromChart.rules(t, "ClusterRole", name)); diff != "" {
			t.Errorf("%s: rules (-kustomization +chart):\n%s", name, diff)
		}
		if got, want := fromChart.find(t, "ClusterRole", name).GetLabels(), fromKustomization.find(t, "ClusterRole", name).GetLabels(); !within(want, got) {
			t.Errorf("%s: the chart's labels are %v, want %v among them", name, got, want)
		}
	}
}

// aggregated are the rules that kube-controller-manager, which does not run here, would put
// into a ClusterRole: those of all that its aggregation rule selects.
func aggregated(t *testing.T, role rbacv1.ClusterRole) []rbacv1.PolicyRule {
	t.Helper()
	if role.AggregationRule == nil {
		return role.Rules
	}
	var rules []rbacv1.PolicyRule
	for i := range role.AggregationRule.ClusterRoleSelectors {
		selector, err := metav1.LabelSelectorAsSelector(&role.AggregationRule.ClusterRoleSelectors[i])
		if err != nil {
			t.Fatal(err)
		}
		var parts rbacv1.ClusterRoleList
		if err := stack.Kube.List(t.Context(), &parts, client.MatchingLabelsSelector{Selector: selector}); err != nil {
			t.Fatal(err)
		}
		for _, part := range parts.Items {
			rules = append(rules, aggregated(t, part)...)
		}
	}
	return rules
}

// someoneWith is a client of somebody who has, in one namespace, what a ClusterRole of
// Kubernetes' own gives, and nothing else.
func someoneWith(t *testing.T, clusterRole, namespace string) client.Client {
	t.Helper()
	var wanted rbacv1.ClusterRole
	if err := stack.Kube.Get(t.Context(), client.ObjectKey{Name: clusterRole}, &wanted); err != nil {
		t.Fatal(err)
	}
	name := "someone-with-" + clusterRole
	meta := metav1.ObjectMeta{Namespace: namespace, Name: name}
	for _, o := range []client.Object{
		&rbacv1.Role{ObjectMeta: meta, Rules: aggregated(t, wanted)},
		&rbacv1.RoleBinding{
			ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: name},
			Subjects: []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: name}},
		},
	} {
		if err := stack.Kube.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	config := rest.CopyConfig(stack.Config())
	config.Impersonate.UserName = name
	c, err := client.New(config, client.Options{Scheme: stack.Kube.Scheme()})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// attempt is something that people do with a gateway, and the roles that let them.
type attempt struct {
	what    string
	try     func(client.Client) error
	allowed []string
}

// aGateway is one that nobody works on.
func aGateway(namespace string) *v1alpha1.FlexGatewayDeployment {
	return &v1alpha1.FlexGatewayDeployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: namespace, Name: "gw"},
		Spec: rig.Spec(func(spec *v1alpha1.FlexGatewayDeploymentSpec) {
			spec.Registration.SecretRef = &v1alpha1.SecretKeyReference{Name: "registration", Key: rig.SecretKey}
		}),
	}
}

// attemptsIn begin with making the gateway, and end with deleting it.
func attemptsIn(ctx context.Context, namespace string) []attempt {
	gw := func() *v1alpha1.FlexGatewayDeployment { return aGateway(namespace) }
	merge := func(text string) client.Patch { return client.RawPatch(types.MergePatchType, []byte(text)) }
	all, writers := []string{"view", "edit", "admin"}, []string{"edit", "admin"}
	return []attempt{
		{"create", func(c client.Client) error { return c.Create(ctx, gw()) }, writers},
		{"get", func(c client.Client) error { return c.Get(ctx, client.ObjectKeyFromObject(gw()), gw()) }, all},
		{"list", func(c client.Client) error {
			return c.List(ctx, &v1alpha1.FlexGatewayDeploymentList{}, client.InNamespace(namespace))
		}, all},
		{"list elsewhere", func(c client.Client) error {
			return c.List(ctx, &v1alpha1.FlexGatewayDeploymentList{}, client.InNamespace(system))
		}, nil},
		{"patch", func(c client.Client) error { return c.Patch(ctx, gw(), merge(`{"spec":{"rollout":{"paused":true}}}`)) }, writers},
		{"scale", func(c client.Client) error {
			scale := &autoscalingv1.Scale{Spec: autoscalingv1.ScaleSpec{Replicas: 3}}
			return c.SubResource("scale").Update(ctx, gw(), client.WithSubResourceBody(scale))
		}, writers},
		{"read the scale", func(c client.Client) error { return c.SubResource("scale").Get(ctx, gw(), &autoscalingv1.Scale{}) }, all},
		{"patch the status", func(c client.Client) error {
			return c.Status().Patch(ctx, gw(), merge(`{"status":{"readyReplicas":7}}`))
		}, nil},
		{"delete", func(c client.Client) error { return c.Delete(ctx, gw()) }, writers},
	}
}

func TestWhoMayViewOrEditANamespaceMayDoSoWithItsGateways(t *testing.T) {
	const namespace = "people"
	stack.Namespace(t, namespace)
	install(t, system)
	for _, role := range []string{"edit", "admin", "view"} {
		c := someoneWith(t, role, namespace)
		if role == "view" { // who can make none to look at
			if err := stack.Kube.Create(t.Context(), aGateway(namespace)); err != nil {
				t.Fatal(err)
			}
		}
		for _, a := range attemptsIn(t.Context(), namespace) {
			err, want := a.try(c), slices.Contains(a.allowed, role)
			if want && err != nil || !want && !apierrors.IsForbidden(err) {
				t.Errorf("who has %s tries to %s: %v, want it allowed: %v", role, a.what, err, want)
			}
		}
	}
	if err := stack.Kube.Delete(t.Context(), aGateway(namespace)); err != nil {
		t.Error(err)
	}
}
