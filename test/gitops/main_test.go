// Package gitops_test holds what GitOps tools read and write against the real thing:
// kubectl, the API server, kstatus, and Argo CD's scripts in the engine that it runs them
// in. What the tools are shown is what the controller writes: test/lifecycle records it.
package gitops_test

import (
	"bytes"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"flexgw.io/controller/internal/localcluster"
	"flexgw.io/controller/internal/localcluster/clustertest"
	"flexgw.io/controller/test/gitops/argo"
)

// root is the top of the repository.
const root = "../.."

// cluster is the API server that all tests of this package share, and kubernetes talks to
// it.
var (
	cluster    *localcluster.Cluster
	kubernetes client.Client
)

func TestMain(m *testing.M) {
	os.Exit(clustertest.Main(m, localcluster.Options{CRDs: []string{filepath.Join(root, "config/crd")}}, func(c *localcluster.Cluster) {
		cluster = c
		var err error
		if kubernetes, err = client.New(c.Config(), client.Options{}); err != nil {
			panic(err) // before any test there is no other way to fail
		}
	}))
}

// kubectl runs kubectl, and returns what it says, on whichever stream, and its exit code.
func kubectl(t *testing.T, stdin string, args ...string) (said string, code int) {
	t.Helper()
	command := exec.CommandContext(t.Context(), cluster.Kubectl(), args...)
	command.Env = append(os.Environ(), "KUBECONFIG="+cluster.Kubeconfig())
	command.Stdin = strings.NewReader(stdin)
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	if err := command.Run(); err != nil && command.ProcessState == nil {
		t.Fatal(err)
	}
	return out.String(), command.ProcessState.ExitCode()
}

// mustKubectl is kubectl that has to succeed.
func mustKubectl(t *testing.T, stdin string, args ...string) string {
	t.Helper()
	said, code := kubectl(t, stdin, args...)
	if code != 0 {
		t.Fatalf("kubectl %s: exit code %d\n%s", strings.Join(args, " "), code, said)
	}
	return said
}

// newNamespace makes a namespace for a test. Nothing removes it: the API server is the
// tests' own.
func newNamespace(t *testing.T, name string) {
	t.Helper()
	mustKubectl(t, "", "create", "namespace", name)
}

// situation reads a recorded gateway.
func situation(t *testing.T, name string) *unstructured.Unstructured {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata/situations", name+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, text)
}

// parsed is an object in YAML with the numbers that the API server's clients see.
func parsed(t *testing.T, text []byte) *unstructured.Unstructured {
	t.Helper()
	text, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	obj := &unstructured.Unstructured{}
	if err := obj.UnmarshalJSON(text); err != nil {
		t.Fatal(err)
	}
	return obj
}

// recorded are the names of all situations.
func recorded(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("testdata/situations/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range files {
		names = append(names, strings.TrimSuffix(filepath.Base(file), ".yaml"))
	}
	slices.Sort(names)
	return names
}

// wantAll fails unless a table has a row for each recorded situation and no other.
func wantAll[V any](t *testing.T, table map[string]V) {
	t.Helper()
	if got := slices.Sorted(maps.Keys(table)); !slices.Equal(got, recorded(t)) {
		t.Fatalf("the table has %v, want a row for each of %v", got, recorded(t))
	}
}

// scripts are those of config/argocd.
func scripts(t *testing.T) argo.Customization {
	t.Helper()
	c, err := argo.Read(filepath.Join(root, "config/argocd"))
	if err != nil {
		t.Fatal(err)
	}
	return c
}
