package packages_test

import (
	"os/exec"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/test/e2e/rig"
)

// install installs the chart, and takes it away at the end of the test, with the CRD.
func install(t *testing.T, namespace string, set ...string) {
	t.Helper()
	var args []string
	for _, value := range set {
		args = append(args, "--set", value)
	}
	installWith(t, namespace, args...)
}

// installWith is install with options of Helm's.
func installWith(t *testing.T, namespace string, args ...string) {
	t.Helper()
	must(t, "helm", append([]string{"install", "flexgw", chart, "--namespace", namespace, "--create-namespace"}, args...)...)
	t.Cleanup(func() {
		_, stderr, err := output(cleanContext(t), "helm", "uninstall", "flexgw", "--namespace", namespace, "--ignore-not-found")
		if err != nil {
			t.Errorf("helm uninstall: %v\n%s", err, stderr)
		}
		if err := stack.Kube.Delete(cleanContext(t), crd()); client.IgnoreNotFound(err) != nil {
			t.Errorf("delete the CRD: %v", err)
		}
	})
	// The same CRD once more changes nothing; it waits for discovery, which is behind for a moment.
	if err := stack.Cluster().InstallCRDs(t.Context(), root+"/config/crd"); err != nil {
		t.Fatal(err)
	}
}

// crd names the CRD.
func crd() *unstructured.Unstructured {
	o := &unstructured.Unstructured{}
	o.SetGroupVersionKind(schema.GroupVersionKind{Group: "apiextensions.k8s.io", Version: "v1", Kind: "CustomResourceDefinition"})
	o.SetName(definition)
	return o
}

// deployment reads the manager's Deployment; nil means that there is none.
func deployment(t *testing.T, namespace string) *appsv1.Deployment {
	t.Helper()
	var d appsv1.Deployment
	err := stack.Kube.Get(t.Context(), client.ObjectKey{Namespace: namespace, Name: manager}, &d)
	if apierrors.IsNotFound(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	return &d
}

func TestAReleaseIsInstalledUpgradedAndUninstalledAndTheGatewaysStay(t *testing.T) {
	const namespace = "released"
	install(t, namespace)
	gateway := stack.Gateway(namespace, "kept")
	gateway.Create(t, rig.Spec())

	must(t, "helm", "upgrade", "flexgw", chart, "--namespace", namespace, "--set", "replicaCount=3")
	if d := deployment(t, namespace); d == nil || *d.Spec.Replicas != 3 {
		t.Errorf("after the upgrade the Deployment is %v, want three managers", d)
	}
	must(t, "helm", "uninstall", "flexgw", "--namespace", namespace)
	if d := deployment(t, namespace); d != nil {
		t.Errorf("after the uninstallation the Deployment is there: %v", d)
	}
	if gateway.Get(t) == nil {
		t.Error("the gateway is gone with the release")
	}

	must(t, "helm", "install", "flexgw", chart, "--namespace", namespace)
	if gateway.Get(t) == nil {
		t.Error("the gateway is gone with the second installation")
	}
	if d := deployment(t, namespace); d == nil {
		t.Error("the second installation has no Deployment")
	}
}

func TestAReleaseTakesOverWhatTheKustomizationHasInstalled(t *testing.T) {
	c := exec.CommandContext(t.Context(), stack.Cluster().Kubectl(), "apply", "--server-side", "-k", root+"/config/default")
	c.Env = stack.Env()
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if err := stack.Cluster().InstallCRDs(t.Context(), root+"/config/crd"); err != nil { // waits for discovery
		t.Fatal(err)
	}
	gateway := stack.Gateway("taken-over", "kept")
	stack.Namespace(t, "taken-over")
	gateway.Create(t, rig.Spec())

	// As docs/upgrading.md says it.
	if err := stack.Kube.Delete(t.Context(), deployment(t, system), client.PropagationPolicy(metav1.DeletePropagationBackground)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := output(t.Context(), "helm", "install", "flexgw", chart, "--namespace", system); err == nil {
		t.Error("Helm takes over what it is not told to take over: the document is wrong")
	}
	if _, stderr, err := output(t.Context(), "helm", "uninstall", "flexgw", "--namespace", system, "--ignore-not-found"); err != nil {
		t.Fatalf("%v\n%s", err, stderr)
	}
	installWith(t, system, "--take-ownership")
	var service corev1.Service
	if err := stack.Kube.Get(t.Context(), client.ObjectKey{Namespace: system, Name: manager + "-metrics"}, &service); err != nil {
		t.Fatal(err)
	}
	if d := deployment(t, system); d == nil || !within(service.Spec.Selector, d.Spec.Template.Labels) {
		t.Errorf("the Service selects %v, the Deployment is %v", service.Spec.Selector, d)
	}
	if gateway.Get(t) == nil {
		t.Error("the gateway is gone")
	}
}
