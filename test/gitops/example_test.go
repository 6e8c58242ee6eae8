package gitops_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

// example is the repository that docs/gitops.md has people copy.
const example = "docs/examples/gitops"

// environments are its environments.
var environments = []string{"dev", "prod"}

// rendered is what kustomize makes of an environment.
func rendered(t *testing.T, environment string) string {
	t.Helper()
	return mustKubectl(t, "", "kustomize", filepath.Join(root, example, "environments", environment))
}

// parsedOrNil is an object in YAML; nil where there is none.
func parsedOrNil(text string) *unstructured.Unstructured {
	obj := &unstructured.Unstructured{}
	if err := yaml.Unmarshal([]byte(text), &obj.Object); err != nil || obj.Object == nil {
		return nil
	}
	return obj
}

// TestTheExampleWorksWhereverItIsCopied copies it, as a person would.
func TestTheExampleWorksWhereverItIsCopied(t *testing.T) {
	copied := t.TempDir()
	must(t, os.CopyFS(copied, os.DirFS(filepath.Join(root, example))))
	for _, environment := range environments {
		got := mustKubectl(t, "", "kustomize", filepath.Join(copied, "environments", environment))
		if diff := cmp.Diff(rendered(t, environment), got); diff != "" {
			t.Errorf("%s renders otherwise in a copy (-here +there):\n%s", environment, diff)
		}
	}
}

// TestEachEnvironmentComesInOrder is about the sync waves: the namespace, then the
// credentials, then the gateway, and the other way round when it goes, so that the
// controller can still sign in.
func TestEachEnvironmentComesInOrder(t *testing.T) {
	for _, environment := range environments {
		t.Run(environment, func(t *testing.T) {
			waves := map[string]int{}
			var secret, wanted string
			for _, part := range document.Split(rendered(t, environment), -1) {
				obj := parsedOrNil(part)
				wave, err := strconv.Atoi(obj.GetAnnotations()["argocd.argoproj.io/sync-wave"])
				must(t, err)
				waves[strings.TrimPrefix(strings.TrimPrefix(obj.GetKind(), "External"), "Sealed")] = wave
				switch obj.GetKind() {
				case "ExternalSecret", "SealedSecret":
					secret = obj.GetName()
				case "FlexGatewayDeployment":
					wanted, _, err = unstructured.NestedString(obj.Object, "spec", "anypoint", "credentialsSecretRef", "name")
					must(t, err)
				}
				if namespace := obj.GetNamespace(); obj.GetKind() != "Namespace" && namespace != "flex-"+environment {
					t.Errorf("%s is in the namespace %s", obj.GetKind(), namespace)
				}
			}
			if diff := cmp.Diff(map[string]int{"Namespace": -2, "Secret": -1, "FlexGatewayDeployment": 0}, waves); diff != "" {
				t.Errorf("waves (-want +got):\n%s", diff)
			}
			if secret == "" || secret != wanted {
				t.Errorf("the gateway wants the Secret %q, and there is %q", wanted, secret)
			}
		})
	}
}

// TestTheApplicationsNameWhatIsThere follows their paths and what the project allows.
func TestTheApplicationsNameWhatIsThere(t *testing.T) {
	read := func(name string) *unstructured.Unstructured {
		text, err := os.ReadFile(filepath.Join(root, example, "argocd", name+".yaml"))
		must(t, err)
		return parsed(t, text)
	}
	text := func(obj *unstructured.Unstructured, path ...string) string {
		value, found, err := unstructured.NestedString(obj.Object, path...)
		if err != nil || !found {
			t.Errorf("%s has no %s", obj.GetKind(), strings.Join(path, "."))
		}
		return value
	}
	project, set, one := read("project"), read("applicationset"), read("application")
	if path := text(one, "spec", "source", "path"); !isFolder(filepath.Join(root, example, path)) {
		t.Errorf("the Application's path %s is not there", path)
	}
	if got := text(one, "spec", "destination", "namespace"); got != "flex-dev" {
		t.Errorf("the Application is for the namespace %s", got)
	}
	for _, name := range []string{text(one, "spec", "project"), text(set, "spec", "template", "spec", "project")} {
		if name != project.GetName() {
			t.Errorf("the project %s is not there", name)
		}
	}
	repositories, _, err := unstructured.NestedStringSlice(project.Object, "spec", "sourceRepos")
	must(t, err)
	if diff := cmp.Diff([]string{text(one, "spec", "source", "repoURL")}, repositories); diff != "" {
		t.Errorf("repositories (-application +project):\n%s", diff)
	}
	allowed := map[string]bool{}
	for _, list := range []string{"clusterResourceWhitelist", "namespaceResourceWhitelist"} {
		kinds, _, err := unstructured.NestedSlice(project.Object, "spec", list)
		must(t, err)
		for _, kind := range kinds {
			k := kind.(map[string]any)
			allowed[k["group"].(string)+"/"+k["kind"].(string)] = true
		}
	}
	for _, environment := range environments {
		for _, part := range document.Split(rendered(t, environment), -1) {
			kind := parsedOrNil(part).GroupVersionKind().GroupKind()
			if !allowed[kind.Group+"/"+kind.Kind] {
				t.Errorf("the project does not allow %s", kind)
			}
		}
	}
}

// TestAPreviewOnlyPlansAndIsNobodyElse puts the patches of the previews over the environment
// that they are of, as Argo CD's kustomize does.
func TestAPreviewOnlyPlansAndIsNobodyElse(t *testing.T) {
	copied := t.TempDir()
	must(t, os.CopyFS(copied, os.DirFS(filepath.Join(root, example))))
	text, err := os.ReadFile(filepath.Join(copied, "argocd/previews.yaml"))
	must(t, err)
	source, found, err := unstructured.NestedMap(parsed(t, []byte(strings.ReplaceAll(string(text), "{{.number}}", "7"))).Object, "spec", "template", "spec", "source")
	if err != nil || !found {
		t.Fatalf("the previews have no source: %v", err)
	}
	overlay := source["kustomize"].(map[string]any)
	overlay["resources"] = []any{"../" + source["path"].(string)}
	kustomization, err := yaml.Marshal(overlay)
	must(t, err)
	must(t, os.Mkdir(filepath.Join(copied, "preview"), 0o700))
	must(t, os.WriteFile(filepath.Join(copied, "preview/kustomization.yaml"), kustomization, 0o600))
	for _, part := range document.Split(mustKubectl(t, "", "kustomize", filepath.Join(copied, "preview")), -1) {
		obj := parsedOrNil(part)
		if obj.GetKind() == "Namespace" && obj.GetName() != "flex-pr-7" || obj.GetKind() != "Namespace" && obj.GetNamespace() != "flex-pr-7" {
			t.Errorf("%s %s is in the namespace %s", obj.GetKind(), obj.GetName(), obj.GetNamespace())
		}
		if obj.GetKind() != "FlexGatewayDeployment" {
			continue
		}
		if gw := typed(t, obj); !gw.Spec.PlanOnly || gw.Spec.Anypoint.GatewayName != "orders-pr-7" {
			t.Errorf("planOnly is %t, and the gateway's name %s", gw.Spec.PlanOnly, gw.Spec.Anypoint.GatewayName)
		}
	}
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
