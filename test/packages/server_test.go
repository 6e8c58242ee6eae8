package packages_test

import (
	"context"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// packages are all ways to install the project, by their names.
func packages(t *testing.T) map[string]objects {
	t.Helper()
	found := map[string]objects{}
	for name, set := range installs {
		found["chart, "+name] = template(t, set...)
	}
	for _, folder := range []string{"default", "overlays/irsa", "overlays/pod-identity", "overlays/static-credentials", "overlays/namespaced"} {
		found["config/"+folder] = kustomization(t, folder)
	}
	for _, component := range []string{"irsa", "pod-identity", "static-credentials"} {
		found["config/overlays/namespaced with "+component] = mine(t, component)
	}
	return found
}

// restricted makes a namespace in which Kubernetes refuses every pod that is not hardened
// to its standard of this name.
func restricted(t *testing.T, name string) {
	t.Helper()
	labels := map[string]string{"pod-security.kubernetes.io/enforce": "restricted"}
	err := stack.Kube.Create(t.Context(), &corev1.Namespace{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}})
	if err != nil && !apierrors.IsAlreadyExists(err) {
		t.Fatal(err)
	}
}

func TestTheAPIServerTakesEveryObjectAsItIs(t *testing.T) {
	restricted(t, system)
	stack.Namespace(t, "flex")
	for name, all := range packages(t) {
		t.Run(name, func(t *testing.T) {
			for _, o := range all {
				// Strict, so that the server refuses what it does not know, and would otherwise drop.
				writer := client.WithFieldValidation(stack.Kube, metav1.FieldValidationStrict)
				if err := writer.Create(t.Context(), o.DeepCopy(), client.DryRunAll); err != nil && !apierrors.IsAlreadyExists(err) {
					t.Errorf("%s %s: %v", o.GetKind(), o.GetName(), err)
				}
			}
		})
	}
}

func TestTheManagersPodsAreAdmittedWhereOnlyRestrictedOnesAre(t *testing.T) {
	const namespace = "restricted"
	restricted(t, namespace)
	admit := func(t *testing.T, spec corev1.PodSpec) error {
		pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: namespace, GenerateName: "manager-"}, Spec: spec}
		return stack.Kube.Create(t.Context(), pod, client.DryRunAll)
	}
	for name, all := range packages(t) {
		t.Run(name, func(t *testing.T) {
			spec := as[appsv1.Deployment](t, all.find(t, "Deployment", manager)).Spec.Template.Spec
			spec.PriorityClassName = "" // of namespaces that Kubernetes itself lives in
			if err := admit(t, spec); err != nil {
				t.Error(err)
			}
			spec.Containers[0].SecurityContext.AllowPrivilegeEscalation = nil
			if err := admit(t, spec); !apierrors.IsForbidden(err) {
				t.Errorf("the server answers a pod that may become more privileged with %v: nothing is enforced here", err)
			}
		})
	}
}

func TestTheManagerKnowsTheFlagsThatThePackagesGiveIt(t *testing.T) {
	_, help, err := output(t.Context(), "manager", "--help")
	if err != nil {
		t.Fatal(err)
	}
	for name, all := range packages(t) {
		for _, arg := range as[appsv1.Deployment](t, all.find(t, "Deployment", manager)).Spec.Template.Spec.Containers[0].Args {
			flag, _, _ := strings.Cut(strings.TrimLeft(arg, "-"), "=")
			if !strings.Contains(help, "\n  -"+flag+"\n") && !strings.Contains(help, "\n  -"+flag+" ") {
				t.Errorf("%s: the manager has no flag %s", name, flag)
			}
		}
	}
}

func TestKubectlAppliesTheKustomizationsAsTheyAre(t *testing.T) {
	restricted(t, system)
	for _, folder := range slices.Sorted(maps.Keys(map[string]bool{"default": true, "overlays/namespaced": true})) {
		c := exec.CommandContext(t.Context(), stack.Cluster().Kubectl(), "apply", "--server-side", "--dry-run=server", "-k", root+"/config/"+folder)
		c.Env = stack.Env()
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("kubectl apply -k config/%s: %v\n%s", folder, err, out)
		}
	}
}

// cleanContext outlives the test, for what is done after it.
func cleanContext(t *testing.T) context.Context { return context.WithoutCancel(t.Context()) }
