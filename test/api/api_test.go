// Package api_test holds the API against a real Kubernetes API server: which specs are
// accepted, which are refused and in what words, what defaults are filled in, and what
// kubectl shows and scales.
package api_test

import (
	"context"
	"errors"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/localcluster"
	"flexgw.io/controller/internal/localcluster/clustertest"
)

// crds is the folder of the generated CRD.
const crds = "../../config/crd"

// namespace is where the objects of the tests live.
const namespace = "default"

// kubernetes is the API server that all tests of this package share.
var kubernetes client.Client

// cluster is what it runs in.
var cluster *localcluster.Cluster

func TestMain(m *testing.M) {
	os.Exit(clustertest.Main(m, localcluster.Options{CRDs: []string{crds}}, func(c *localcluster.Cluster) {
		cluster = c
		var err error
		if kubernetes, err = client.New(c.Config(), client.Options{}); err != nil {
			panic(err) // before any test there is no other way to fail
		}
	}))
}

// minimal is the shortest spec that is accepted.
const minimal = `registration: {secretRef: {name: registration}}`

// object is a FlexGatewayDeployment with a spec in YAML.
func object(t *testing.T, name, spec string) *unstructured.Unstructured {
	t.Helper()
	var content map[string]any
	if err := yaml.Unmarshal([]byte(spec), &content); err != nil {
		t.Fatalf("the test's spec is not YAML: %v", err)
	}
	o := &unstructured.Unstructured{Object: map[string]any{"spec": content}}
	o.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("FlexGatewayDeployment"))
	o.SetNamespace(namespace)
	o.SetName(name)
	return o
}

// with is the minimal spec and some more lines of YAML.
func with(lines ...string) string { return strings.Join(append([]string{minimal}, lines...), "\n") }

// dryRunCreate asks the API server whether it would take the object.
func dryRunCreate(t *testing.T, o *unstructured.Unstructured) error {
	t.Helper()
	return kubernetes.Create(t.Context(), o, client.DryRunAll)
}

// created makes an object and removes it at the end of the test.
func created(t *testing.T, o *unstructured.Unstructured) *unstructured.Unstructured {
	t.Helper()
	if err := kubernetes.Create(t.Context(), o); err != nil {
		t.Fatalf("create %s: %v", o.GetName(), err)
	}
	t.Cleanup(func() {
		if err := kubernetes.Delete(context.WithoutCancel(t.Context()), o); err != nil {
			t.Errorf("delete %s: %v", o.GetName(), err)
		}
	})
	return o
}

// incomplete is how the API server says that it left rules out, beside what it names.
const incomplete = "some validation rules were not checked"

// repeated is what the API server puts before the message of a rule: the value.
var repeated = regexp.MustCompile(`^Invalid value: ("[^"]*": |-?\d+: |null: )?`)

// refusals are the fields that the API server objects to, and why.
func refusals(err error) map[string]string {
	var status apierrors.APIStatus
	if !errors.As(err, &status) || status.Status().Details == nil {
		return nil
	}
	found := map[string]string{}
	for _, cause := range status.Status().Details.Causes {
		message := repeated.ReplaceAllString(cause.Message, "")
		if !strings.HasPrefix(message, incomplete) {
			found[cause.Field] = message
		}
	}
	return found
}

// wantRefused fails unless err refuses exactly these fields with exactly these messages.
func wantRefused(t *testing.T, err error, want map[string]string) {
	t.Helper()
	if !apierrors.IsInvalid(err) {
		t.Fatalf("the API server answered %v, want it to refuse %s", err, slices.Sorted(maps.Keys(want)))
	}
	if difference := cmp.Diff(want, refusals(err)); difference != "" {
		t.Errorf("refusals (-want +got):\n%s\nthe whole answer: %v", difference, err)
	}
}

// theObject is how the API server names an object as a whole.
const theObject = "<nil>"

// refused is a want of wantRefused with one field.
func refused(field, message string) map[string]string { return map[string]string{field: message} }
