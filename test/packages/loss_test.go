package packages_test

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/test/e2e/rig"
)

// loss is a manager that lacks one right, with a namespace and a gateway to itself.
type loss struct {
	missing right // none where it is the zero value
	*runningManager
	witness   *witness
	namespace string
	gateway   *rig.Gateway
}

// lose starts a manager with all rights that are granted but one, in a namespace with a
// gateway, whose spec names no region, so that the namespace is asked for one.
func lose(t *testing.T, granted map[right]bool, missing right) *loss {
	t.Helper()
	l := &loss{missing: missing, witness: watched(t), namespace: "loses-nothing"}
	if missing != (right{}) {
		l.namespace = "loses-" + strings.NewReplacer("/", "-", ".", "-").Replace(strings.Trim(missing.verb+"-"+missing.resource+"-"+missing.group, "-"))
	}
	stack.Namespace(t, l.namespace)
	for _, o := range l.rights(granted) {
		if err := stack.Kube.Create(t.Context(), o); err != nil {
			t.Fatal(err)
		}
	}
	l.gateway = stack.Gateway(l.namespace, "gateway")
	l.gateway.Register(t, rig.Registration("first"))
	l.create(t)
	// A status that cannot be written has the plan told again, and so an event repeated.
	l.witness.fails[right{"patch", "flexgw.io", "flexgatewaydeployments/status"}] = 3
	l.runningManager = startManager(t, l.witness, l.namespace, "--watch-namespace="+l.namespace)
	t.Cleanup(func() { // one that lacks a right may not come to its end
		if err := l.Kill(); err != nil {
			t.Error(err)
		}
	})
	return l
}

// rights are the manager's account, and a role with a rule for each right.
func (l *loss) rights(granted map[right]bool) []client.Object {
	meta := metav1.ObjectMeta{Namespace: l.namespace, Name: manager}
	role := &rbacv1.Role{ObjectMeta: meta}
	for r := range granted {
		if r != l.missing {
			role.Rules = append(role.Rules, rbacv1.PolicyRule{APIGroups: []string{r.group}, Resources: []string{r.resource}, Verbs: []string{r.verb}})
		}
	}
	return []client.Object{
		&corev1.ServiceAccount{ObjectMeta: meta}, role,
		&rbacv1.RoleBinding{
			ObjectMeta: meta, RoleRef: rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: manager},
			Subjects: []rbacv1.Subject{{Kind: rbacv1.ServiceAccountKind, Namespace: l.namespace, Name: manager}},
		},
		documentsIn(l.namespace),
	}
}

// create makes the gateway, which is only planned for: nothing of these tests reaches AWS.
func (l *loss) create(t *testing.T) {
	t.Helper()
	gw := &v1alpha1.FlexGatewayDeployment{ObjectMeta: metav1.ObjectMeta{Namespace: l.namespace, Name: "gateway"}, Spec: rig.Spec(func(spec *v1alpha1.FlexGatewayDeploymentSpec) {
		spec.Region, spec.PlanOnly = "", true
		spec.Registration.SecretRef = &v1alpha1.SecretKeyReference{Name: "gateway-registration", Key: rig.SecretKey}
		spec.Config = []v1alpha1.ConfigSource{{ConfigMapRef: &v1alpha1.LocalObjectReference{Name: documentsName}}}
	})}
	if err := stack.Kube.Create(t.Context(), gw); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // a manager that lacks a right may not let it go
		none := client.RawPatch("application/merge-patch+json", []byte(`{"metadata":{"finalizers":null}}`))
		if err := client.IgnoreNotFound(stack.Kube.Patch(cleanContext(t), gw, none)); err != nil {
			t.Error(err)
		}
		if err := client.IgnoreNotFound(stack.Kube.Delete(cleanContext(t), gw)); err != nil {
			t.Error(err)
		}
	})
}

// patch changes the gateway as a person does.
func (l *loss) patch(t *testing.T, merge string) {
	t.Helper()
	gw := &v1alpha1.FlexGatewayDeployment{ObjectMeta: metav1.ObjectMeta{Namespace: l.namespace, Name: "gateway"}}
	if err := stack.Kube.Patch(t.Context(), gw, client.RawPatch("application/merge-patch+json", []byte(merge))); err != nil {
		t.Fatal(err)
	}
}

// isPlanned is true where the manager has planned for the latest spec.
func isPlanned(gw *v1alpha1.FlexGatewayDeployment) bool {
	return gw.Status.Plan != nil && gw.Status.Plan.ObservedGeneration == gw.Generation
}

// isBegun is true where the manager has begun with the gateway, and got no further than the
// account, which is another one than the gateway is for.
func isBegun(gw *v1alpha1.FlexGatewayDeployment) bool {
	return len(gw.Finalizers) > 0 && gw.Status.ObservedGeneration == gw.Generation && gw.Status.Phase == v1alpha1.PhaseFailed
}

// events are those of the namespace with this reason.
func (l *loss) events(t *testing.T, reason string) []corev1.Event {
	t.Helper()
	var list corev1.EventList
	if err := stack.Kube.List(t.Context(), &list, client.InNamespace(l.namespace)); err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(list.Items, func(e corev1.Event) bool { return e.Reason != reason })
}

// wasDenied is true once the manager was denied what it lacks, and said so.
func (l *loss) wasDenied(t *testing.T) bool {
	t.Helper()
	l.witness.mu.Lock()
	denied := l.witness.denied[l.missing]
	l.witness.mu.Unlock()
	return denied && strings.Contains(strings.ReplaceAll(l.said(t), `\"`, `"`), l.refusal())
}

// refusal is what the API server says of what is missing.
func (l *loss) refusal() string {
	return fmt.Sprintf("cannot %s resource %q in API group %q", l.missing.verb, l.missing.resource, l.missing.group)
}

// lists is how often the manager has listed what it may not watch.
func (l *loss) lists() int {
	l.witness.mu.Lock()
	defer l.witness.mu.Unlock()
	return l.witness.asked[right{"list", l.missing.group, l.missing.resource}]
}

// others are what else the manager was denied.
func (l *loss) others() []string {
	l.witness.mu.Lock()
	defer l.witness.mu.Unlock()
	all := maps.Clone(l.witness.denied)
	delete(all, l.missing)
	return sorted(all)
}

// ended is true once the manager's process is over.
func (l *loss) ended() bool {
	select {
	case <-l.Done():
		return true
	default:
		return false
	}
}

// describe is what a person would look at.
func (l *loss) describe(ctx context.Context) string {
	gw := &v1alpha1.FlexGatewayDeployment{}
	if err := stack.Kube.Get(ctx, client.ObjectKey{Namespace: l.namespace, Name: "gateway"}, gw); err != nil {
		return err.Error()
	}
	return fmt.Sprintf("finalizers %v, generation %d, seen %d, phase %q, conditions %+v", gw.Finalizers, gw.Generation, gw.Status.ObservedGeneration, gw.Status.Phase, gw.Status.Conditions)
}
