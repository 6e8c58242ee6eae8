package packages_test

import (
	"bufio"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	yamlstream "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// objects is what a package consists of.
type objects []*unstructured.Unstructured

// template renders the chart as helm template does.
func template(t *testing.T, set ...string) objects {
	t.Helper()
	args := []string{"template", "flexgw", chart, "--namespace", system}
	for _, value := range set {
		args = append(args, "--set", value)
	}
	return parse(t, must(t, "helm", args...))
}

// kustomization builds a folder of config as kustomize build does.
func kustomization(t *testing.T, folder string) objects {
	t.Helper()
	return parse(t, must(t, "kustomize", "build", filepath.Join(root, "config", folder)))
}

// system is the namespace that the packages are installed in.
const system = "flexgw-system"

func parse(t *testing.T, text string) objects {
	t.Helper()
	var all objects
	documents := yamlstream.NewYAMLReader(bufio.NewReader(strings.NewReader(text)))
	for {
		document, err := documents.Read()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		o := &unstructured.Unstructured{}
		if err := yaml.UnmarshalStrict(document, &o.Object); err != nil {
			t.Fatalf("%v in\n%s", err, document)
		}
		if len(o.Object) > 0 {
			all = append(all, o)
		}
	}
}

// file reads the only object in a file of the project.
func file(t *testing.T, name string) *unstructured.Unstructured {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(root, name))
	if err != nil {
		t.Fatal(err)
	}
	all := parse(t, string(content))
	if len(all) != 1 {
		t.Fatalf("%s has %d objects, want 1", name, len(all))
	}
	return all[0]
}

// kinds names each object, as Kind/name.
func (all objects) kinds() map[string]bool {
	found := map[string]bool{}
	for _, o := range all {
		found[o.GetKind()+"/"+o.GetName()] = true
	}
	return found
}

// find is the only object of the kind and name.
func (all objects) find(t *testing.T, kind, name string) *unstructured.Unstructured {
	t.Helper()
	var found *unstructured.Unstructured
	for _, o := range all {
		if o.GetKind() == kind && o.GetName() == name {
			if found != nil {
				t.Fatalf("there are two of %s %s", kind, name)
			}
			found = o
		}
	}
	if found == nil {
		t.Fatalf("there is no %s %s", kind, name)
	}
	return found
}

// as reads an object into its type. A field that the type does not have fails the test.
func as[T any](t *testing.T, o *unstructured.Unstructured) T {
	t.Helper()
	var typed T
	if err := runtime.DefaultUnstructuredConverter.FromUnstructuredWithValidation(o.Object, &typed, true); err != nil {
		t.Fatalf("%s %s: %v", o.GetKind(), o.GetName(), err)
	}
	return typed
}
