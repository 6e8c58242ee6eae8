package rig

import (
	"context"
	"testing"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
)

// SecretKey is the key of the registration file in the Secrets that the Rig writes.
const SecretKey = "registration.yaml"

// Gateway is a FlexGatewayDeployment of a test.
type Gateway struct {
	rig *Rig
	key client.ObjectKey
}

// Spec is a gateway with one replica and the API's defaults, changed by the edits.
func Spec(edits ...func(*v1alpha1.FlexGatewayDeploymentSpec)) v1alpha1.FlexGatewayDeploymentSpec {
	replicas := int32(1)
	spec := v1alpha1.FlexGatewayDeploymentSpec{
		Replicas: &replicas, Region: "us-east-1",
		Network: v1alpha1.NetworkSpec{AllowedCIDRs: []string{"203.0.113.7/32"}},
		Tags:    map[string]string{"Project": "Flex on ECS"},
	}
	for _, edit := range edits {
		edit(&spec)
	}
	return spec
}

// Namespace makes the namespace if it is not there.
func (r *Rig) Namespace(t testing.TB, name string) {
	t.Helper()
	err := r.Kube.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name}})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
}

// Gateway speaks of a gateway that somebody else makes.
func (r *Rig) Gateway(namespace, name string) *Gateway {
	return &Gateway{rig: r, key: client.ObjectKey{Namespace: namespace, Name: name}}
}

// Apply makes a gateway and, beside it, the Secret with its registration. What is left of
// both at the end of the test is deleted.
func (r *Rig) Apply(t testing.TB, namespace, name string, spec v1alpha1.FlexGatewayDeploymentSpec) *Gateway {
	t.Helper()
	g := r.Gateway(namespace, name)
	r.Namespace(t, namespace)
	g.Register(t, Registration("first"))
	g.Create(t, spec)
	return g
}

// Create makes the gateway alone, and deletes it at the end of the test.
func (g *Gateway) Create(t testing.TB, spec v1alpha1.FlexGatewayDeploymentSpec) {
	t.Helper()
	g.rig.Namespace(t, g.key.Namespace)
	spec.Registration.SecretRef = &v1alpha1.SecretKeyReference{Name: g.secretName(), Key: SecretKey}
	gw := &v1alpha1.FlexGatewayDeployment{ObjectMeta: metav1.ObjectMeta{Namespace: g.key.Namespace, Name: g.key.Name}, Spec: spec}
	if err := g.rig.Kube.Create(t.Context(), gw); err != nil {
		t.Fatal(err)
	}
	if !g.rig.keep {
		t.Cleanup(func() { g.cleanUp(t) })
	}
}

// cleanUp takes away what a failed test has left.
func (g *Gateway) cleanUp(t testing.TB) {
	ctx := context.WithoutCancel(t.Context())
	if g.read(ctx, t) == nil {
		return
	}
	if err := client.IgnoreNotFound(g.rig.Kube.Delete(ctx, g.object())); err != nil {
		t.Errorf("delete %s: %v", g.key, err)
		return
	}
	if err := g.await(ctx, t, isGone); err != nil {
		t.Errorf("%s is not gone at the end of the test: %v", g.key, err)
	}
}

// Get reads the gateway; nil means that it is gone.
func (g *Gateway) Get(t testing.TB) *v1alpha1.FlexGatewayDeployment {
	t.Helper()
	return g.read(t.Context(), t)
}

func (g *Gateway) read(ctx context.Context, t testing.TB) *v1alpha1.FlexGatewayDeployment {
	t.Helper()
	var gw v1alpha1.FlexGatewayDeployment
	err := g.rig.Kube.Get(ctx, g.key, &gw)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return &gw
}

// Change edits the spec, as kubectl edit does.
func (g *Gateway) Change(t testing.TB, edit func(*v1alpha1.FlexGatewayDeploymentSpec)) {
	t.Helper()
	gw := g.Get(t)
	before := gw.DeepCopy()
	edit(&gw.Spec)
	if err := g.rig.Kube.Patch(t.Context(), gw, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
}

// Scale changes the number of replicas.
func (g *Gateway) Scale(t testing.TB, replicas int32) {
	t.Helper()
	g.Change(t, func(spec *v1alpha1.FlexGatewayDeploymentSpec) { spec.Replicas = &replicas })
}

// Annotate writes an annotation, which makes the controller look at once.
func (g *Gateway) Annotate(t testing.TB, key, value string) {
	t.Helper()
	gw := g.Get(t)
	before := gw.DeepCopy()
	metav1.SetMetaDataAnnotation(&gw.ObjectMeta, key, value)
	if err := g.rig.Kube.Patch(t.Context(), gw, client.MergeFrom(before)); err != nil {
		t.Fatal(err)
	}
}

// Delete asks for the deletion and returns at once.
func (g *Gateway) Delete(t testing.TB) {
	t.Helper()
	if err := g.rig.Kube.Delete(t.Context(), g.object()); err != nil {
		t.Fatal(err)
	}
}

func (g *Gateway) object() *v1alpha1.FlexGatewayDeployment {
	return &v1alpha1.FlexGatewayDeployment{ObjectMeta: metav1.ObjectMeta{Namespace: g.key.Namespace, Name: g.key.Name}}
}

// Name is the gateway's name.
func (g *Gateway) Name() string { return g.key.Name }

// UID is the gateway's UID.
func (g *Gateway) UID(t testing.TB) string {
	t.Helper()
	return string(g.Get(t).UID)
}
