package packages_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	appsv1 "k8s.io/api/apps/v1"
	rbacv1 "k8s.io/api/rbac/v1"
)

func TestTheOverlaysGiveTheManagerItsCredentials(t *testing.T) {
	tests := []struct {
		overlay string
		env     []string
		notes   map[string]string
	}{
		{overlay: "irsa", env: []string{"AWS_REGION"}, notes: map[string]string{"eks.amazonaws.com/role-arn": roleARN}},
		{overlay: "pod-identity", env: []string{"AWS_REGION"}},
		{overlay: "static-credentials", env: []string{"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}},
		{overlay: "namespaced", env: []string{"NAMESPACE", "AWS_REGION"}},
	}
	for _, test := range tests {
		t.Run(test.overlay, func(t *testing.T) {
			all := kustomization(t, "overlays/"+test.overlay)
			var env []string
			for _, v := range as[appsv1.Deployment](t, all.find(t, "Deployment", manager)).Spec.Template.Spec.Containers[0].Env {
				env = append(env, v.Name)
			}
			if diff := cmp.Diff(test.env, env); diff != "" {
				t.Errorf("variables (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.notes, all.find(t, "ServiceAccount", manager).GetAnnotations()); diff != "" {
				t.Errorf("annotations of the ServiceAccount (-want +got):\n%s", diff)
			}
		})
	}
}

// mine is a folder of somebody's own in a copy of config, with the kustomization that
// docs/install.md shows for one namespace, and with another component where one is named.
func mine(t *testing.T, component string) objects {
	t.Helper()
	copied := t.TempDir()
	if err := os.CopyFS(copied, os.DirFS(filepath.Join(root, "config"))); err != nil {
		t.Fatal(err)
	}
	folder := filepath.Join(copied, "overlays/mine")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	_, shown, found := strings.Cut(document(t, "docs/install.md"), "`config/overlays/mine`, with\n\n```yaml\n")
	shown, _, closed := strings.Cut(shown, "```")
	if !found || !closed || strings.Count(shown, "\n") != 4 {
		t.Fatalf("docs/install.md does not show four lines:\n%s", shown)
	}
	shown = strings.Replace(shown, "/irsa]", "/"+component+"]", 1)
	if err := os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte(shown), 0o600); err != nil {
		t.Fatal(err)
	}
	return parse(t, must(t, "kustomize", "build", folder))
}

func TestAnInstallationForOneNamespaceTakesEachKindOfCredentials(t *testing.T) {
	for component, test := range map[string]struct {
		env   []string
		notes map[string]string
	}{
		"irsa":               {env: []string{"AWS_REGION", "NAMESPACE"}, notes: map[string]string{"eks.amazonaws.com/role-arn": roleARN}},
		"pod-identity":       {env: []string{"AWS_REGION", "NAMESPACE"}},
		"static-credentials": {env: []string{"AWS_ACCESS_KEY_ID", "AWS_REGION", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "NAMESPACE"}},
	} {
		t.Run(component, func(t *testing.T) {
			all := mine(t, component)
			var env []string
			for _, v := range as[appsv1.Deployment](t, all.find(t, "Deployment", manager)).Spec.Template.Spec.Containers[0].Env {
				env = append(env, v.Name)
			}
			slices.Sort(env)
			if diff := cmp.Diff(test.env, env); diff != "" {
				t.Errorf("variables (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.notes, all.find(t, "ServiceAccount", manager).GetAnnotations()); diff != "" {
				t.Errorf("annotations of the ServiceAccount (-want +got):\n%s", diff)
			}
			for _, o := range all {
				if o.GetNamespace() != system {
					t.Errorf("%s %s is in the namespace %q", o.GetKind(), o.GetName(), o.GetNamespace())
				}
			}
		})
	}
}

func TestTheNamespacedInstallationHasNothingOutsideOfItsNamespace(t *testing.T) {
	all := kustomization(t, "overlays/namespaced")
	for _, o := range all {
		if o.GetNamespace() != system {
			t.Errorf("%s %s is in the namespace %q", o.GetKind(), o.GetName(), o.GetNamespace())
		}
	}
	binding := as[rbacv1.RoleBinding](t, all.find(t, "RoleBinding", manager))
	if diff := cmp.Diff(rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: manager}, binding.RoleRef); diff != "" {
		t.Errorf("the binding's role (-want +got):\n%s", diff)
	}
	args := as[appsv1.Deployment](t, all.find(t, "Deployment", manager)).Spec.Template.Spec.Containers[0].Args
	if !slices.Contains(args, "--watch-namespace=$(NAMESPACE)") {
		t.Errorf("the manager's flags are %q, want its own namespace to watch", args)
	}
}
