package api_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

func TestTheScaleSubresourceReadsStatusAndWritesSpec(t *testing.T) {
	o := created(t, object(t, "scaled", with(`replicas: 1`)))
	status := map[string]any{"replicas": int64(3), "selector": "flexgw.io/gateway=scaled"}
	if err := unstructured.SetNestedMap(o.Object, status, "status"); err != nil {
		t.Fatal(err)
	}
	if err := kubernetes.Status().Update(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	scale := getScale(t, o)
	if got, want := scale.Status, (autoscalingv1.ScaleStatus{Replicas: 3, Selector: "flexgw.io/gateway=scaled"}); got != want {
		t.Errorf("the scale's status is %+v, want %+v", got, want)
	}
	if scale.Spec.Replicas != 1 {
		t.Errorf("the scale's spec.replicas is %d, want 1", scale.Spec.Replicas)
	}

	scale.Spec.Replicas = 4
	content, err := runtime.DefaultUnstructuredConverter.ToUnstructured(scale)
	if err != nil {
		t.Fatal(err)
	}
	body := &unstructured.Unstructured{Object: content}
	body.SetGroupVersionKind(autoscalingv1.SchemeGroupVersion.WithKind("Scale"))
	if err := kubernetes.SubResource("scale").Update(t.Context(), o, client.WithSubResourceBody(body)); err != nil {
		t.Fatal(err)
	}
	if err := kubernetes.Get(t.Context(), client.ObjectKeyFromObject(o), o); err != nil {
		t.Fatal(err)
	}
	replicas, _, err := unstructured.NestedInt64(o.Object, "spec", "replicas")
	if err != nil || replicas != 4 {
		t.Errorf("after scaling spec.replicas is %d (%v), want 4", replicas, err)
	}
}

// getScale reads the scale subresource.
func getScale(t *testing.T, o *unstructured.Unstructured) *autoscalingv1.Scale {
	t.Helper()
	answer := &unstructured.Unstructured{}
	answer.SetGroupVersionKind(autoscalingv1.SchemeGroupVersion.WithKind("Scale"))
	if err := kubernetes.SubResource("scale").Get(t.Context(), o, answer); err != nil {
		t.Fatal(err)
	}
	scale := &autoscalingv1.Scale{}
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(answer.Object, scale); err != nil {
		t.Fatal(err)
	}
	return scale
}

func TestOnlyTheStatusSubresourceWritesStatus(t *testing.T) {
	o := object(t, "separate", minimal)
	o.Object["status"] = map[string]any{"phase": "Ready"}
	created(t, o)
	if diff := cmp.Diff(map[string]any{"observedGeneration": int64(-1)}, o.Object["status"]); diff != "" {
		t.Errorf("the status of a new object (-want +got):\n%s", diff)
	}
}

func TestKubectlGetShowsTheseColumns(t *testing.T) {
	type column struct {
		Name, Type, Path string
		Wide             bool
	}
	want := []column{
		{Name: "Phase", Type: "string", Path: ".status.phase"},
		{Name: "Desired", Type: "integer", Path: ".status.desiredReplicas"},
		{Name: "Running", Type: "integer", Path: ".status.replicas"},
		{Name: "Healthy", Type: "integer", Path: ".status.readyReplicas"},
		{Name: "Connected", Type: "integer", Path: ".status.anypoint.connectedReplicas"},
		{Name: "Version", Type: "string", Path: ".status.version"},
		{Name: "Endpoint", Type: "string", Path: ".status.endpoint"},
		{Name: "Age", Type: "date", Path: ".metadata.creationTimestamp"},
		{Name: "Region", Type: "string", Path: ".status.region", Wide: true},
		{Name: "Cluster", Type: "string", Path: ".spec.compute.clusterName", Wide: true},
		{Name: "Reason", Type: "string", Path: `.status.conditions[?(@.type=="Ready")].message`, Wide: true},
	}
	var got []column
	crd := readCRD(t)
	for _, c := range crd.Spec.Versions[0].AdditionalPrinterColumns {
		got = append(got, column{c.Name, c.Type, c.JSONPath, c.Priority > 0})
	}
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("columns (-want +got):\n%s", difference)
	}
	if got := crd.Spec.Names.ShortNames; len(got) != 1 || got[0] != "fgd" {
		t.Errorf("short names %v, want fgd", got)
	}
}

// readCRD reads the generated CRD.
func readCRD(t *testing.T) *apiextensionsv1.CustomResourceDefinition {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(crds, "flexgw.io_flexgatewaydeployments.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	crd := &apiextensionsv1.CustomResourceDefinition{}
	if err := yaml.UnmarshalStrict(text, crd); err != nil {
		t.Fatal(err)
	}
	return crd
}
