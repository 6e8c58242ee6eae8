package gitops_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/yaml"

	"flexgw.io/controller/test/gitops/argo"
)

// write writes the patch of argocd-cm anew.
var write = flag.Bool("write", false, "write config/argocd/argocd-cm.yaml")

func TestTheConfigMapHasTheScripts(t *testing.T) {
	file := filepath.Join(root, "config/argocd/argocd-cm.yaml")
	customization := scripts(t)
	if *write {
		must(t, os.WriteFile(file, []byte(customization.ConfigMap()), 0o644))
	}
	text, err := os.ReadFile(file)
	must(t, err)
	if diff := cmp.Diff(customization.ConfigMap(), string(text)); diff != "" {
		t.Errorf("config/argocd/argocd-cm.yaml is not what the *.lua files make; its head says how to write it (-want +got):\n%s", diff)
	}
	wantScripts(t, text)
}

// wantScripts fails unless Argo CD finds the scripts in a ConfigMap.
func wantScripts(t *testing.T, text []byte) {
	t.Helper()
	var configMap corev1.ConfigMap
	must(t, yaml.UnmarshalStrict(text, &configMap))
	got, err := argo.Parse(configMap.Data)
	must(t, err)
	if diff := cmp.Diff(scripts(t), got); diff != "" {
		t.Errorf("the scripts in argocd-cm (-want +got):\n%s", diff)
	}
}

// TestTheConfigMapIsPatchedWithoutLosingAnything patches one that has other entries, by
// kubectl and by kustomize, as config/argocd/kustomization.yaml says.
func TestTheConfigMapIsPatchedWithoutLosingAnything(t *testing.T) {
	const before = `apiVersion: v1
kind: ConfigMap
metadata: {name: argocd-cm, namespace: argocd, labels: {app.kubernetes.io/part-of: argocd}}
data: {url: https://argocd.example.com}
`
	newNamespace(t, "argocd")
	mustKubectl(t, before, "apply", "-f", "-")
	mustKubectl(t, "", "-n", "argocd", "patch", "configmap", "argocd-cm", "--patch-file", filepath.Join(root, "config/argocd/argocd-cm.yaml"))
	byKubectl := mustKubectl(t, "", "-n", "argocd", "get", "configmap", "argocd-cm", "-o", "yaml")

	here, err := filepath.Abs(filepath.Join(root, "config/argocd"))
	must(t, err)
	folder := t.TempDir()
	there, err := filepath.Rel(folder, here)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(folder, "argocd-cm.yaml"), []byte(before), 0o600))
	must(t, os.WriteFile(filepath.Join(folder, "kustomization.yaml"), []byte("resources: [argocd-cm.yaml]\ncomponents: ["+there+"]\n"), 0o600))
	byKustomize := mustKubectl(t, "", "kustomize", folder, "--load-restrictor", "LoadRestrictionsNone")

	for _, text := range []string{byKubectl, byKustomize} {
		wantScripts(t, []byte(text))
		var configMap corev1.ConfigMap
		must(t, yaml.Unmarshal([]byte(text), &configMap))
		if configMap.Data["url"] != "https://argocd.example.com" || configMap.Labels["app.kubernetes.io/part-of"] != "argocd" {
			t.Errorf("the rest of argocd-cm is lost:\n%s", text)
		}
	}
}
