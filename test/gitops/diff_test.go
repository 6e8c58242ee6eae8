package gitops_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/jsonmergepatch"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/controllers"
)

// manifests are what people apply: the samples, and the example's environments.
func manifests(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	files, err := filepath.Glob(filepath.Join(root, "config/samples/*.yaml"))
	must(t, err)
	for _, file := range files {
		text, err := os.ReadFile(file)
		must(t, err)
		all[strings.TrimSuffix(filepath.Base(file), ".yaml")] = string(text)
	}
	for _, environment := range environments {
		all["example-"+environment] = known(rendered(t, environment))
	}
	return all
}

// document ends one object in a YAML file and begins another.
var document = regexp.MustCompile(`(?m)^---\n`)

// known leaves out the kinds that the tests' cluster does not have.
func known(text string) string {
	var kept []string
	for _, part := range document.Split(text, -1) {
		if !strings.Contains(part, "kind: ExternalSecret") && !strings.Contains(part, "kind: SealedSecret") {
			kept = append(kept, part)
		}
	}
	return strings.Join(kept, "---\n")
}

// inNamespace moves what is in the namespace flex, flex-dev or flex-prod, and that itself.
func inNamespace(text, namespace string) string {
	text = regexp.MustCompile(`namespace: flex(-dev|-prod)?\b`).ReplaceAllString(text, "namespace: "+namespace)
	return regexp.MustCompile(`(?m)^  name: flex(-dev|-prod)?$`).ReplaceAllString(text, "  name: "+namespace)
}

// gatewayIn is the gateway in a namespace.
func gatewayIn(t *testing.T, namespace string) *unstructured.Unstructured {
	t.Helper()
	list := &unstructured.UnstructuredList{}
	list.SetGroupVersionKind(v1alpha1.GroupVersion.WithKind("FlexGatewayDeploymentList"))
	must(t, kubernetes.List(t.Context(), list, client.InNamespace(namespace)))
	if len(list.Items) != 1 {
		t.Fatalf("%d gateways in the namespace %s, want 1", len(list.Items), namespace)
	}
	return &list.Items[0]
}

// controllerWrites writes to a gateway what the controller writes, in the way that it
// does: a finalizer, and the status of one that is ready.
func controllerWrites(t *testing.T, namespace string) {
	t.Helper()
	scheme := runtime.NewScheme()
	must(t, v1alpha1.AddToScheme(scheme))
	kube, err := client.New(cluster.Config(), client.Options{Scheme: scheme})
	must(t, err)
	gw := typed(t, gatewayIn(t, namespace))
	before := gw.DeepCopy()
	controllerutil.AddFinalizer(gw, controllers.Finalizer)
	must(t, kube.Patch(t.Context(), gw, client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})))
	before = gw.DeepCopy()
	gw.Status = typed(t, situation(t, "ready")).Status
	gw.Status.ObservedGeneration = gw.Generation
	must(t, kube.Status().Patch(t.Context(), gw, client.MergeFrom(before)))
}

func TestWhatWasAppliedHasNoDifference(t *testing.T) {
	for name, text := range manifests(t) {
		for mode, flags := range map[string][]string{
			"client": nil, "server": {"--server-side", "--field-manager=argocd-controller"},
		} {
			t.Run(name+", "+mode+" side", func(t *testing.T) {
				namespace := name + "-" + mode
				text := inNamespace(text, namespace)
				apply := append([]string{"apply", "-f", "-"}, flags...)
				diff := append([]string{"diff", "-f", "-"}, flags...)
				mustKubectl(t, text, apply...)
				mustKubectl(t, text, diff...)
				generation := gatewayIn(t, namespace).GetGeneration()

				controllerWrites(t, namespace)
				mustKubectl(t, text, diff...)
				mustKubectl(t, text, apply...)
				if now := gatewayIn(t, namespace); now.GetGeneration() != generation {
					t.Errorf("applied once more, the generation goes from %d to %d", generation, now.GetGeneration())
				}
				wantNoThreeWayDifference(t, text, gatewayIn(t, namespace))
			})
		}
	}
}

// wantNoThreeWayDifference compares as tools do that do not ask the API server, Argo CD by
// default: what is in Git with what is there, list by list as a whole.
func wantNoThreeWayDifference(t *testing.T, text string, live *unstructured.Unstructured) {
	t.Helper()
	found := false
	for _, part := range document.Split(text, -1) {
		obj := parsedOrNil(part)
		if obj == nil || obj.GetKind() != "FlexGatewayDeployment" {
			continue
		}
		found = true
		wanted, err := json.Marshal(obj.Object)
		must(t, err)
		current, err := live.MarshalJSON()
		must(t, err)
		patch, err := jsonmergepatch.CreateThreeWayJSONMergePatch(wanted, wanted, current)
		must(t, err)
		if string(patch) != "{}" {
			t.Errorf("a tool that compares by itself would send %s", patch)
		}
	}
	if !found {
		t.Error("there is no gateway among what was applied")
	}
}

// TestNoListHasDefaultsInIt is why the comparison above holds for every gateway, and not
// for the samples alone.
func TestNoListHasDefaultsInIt(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(root, "config/crd/flexgw.io_flexgatewaydeployments.yaml"))
	must(t, err)
	versions, _, err := unstructured.NestedSlice(parsed(t, text).Object, "spec", "versions")
	must(t, err)
	var look func(schema any, path string, inList bool)
	look = func(schema any, path string, inList bool) {
		fields, ok := schema.(map[string]any)
		if !ok {
			return
		}
		if _, found := fields["default"]; found && inList {
			t.Errorf("%s has a default: a tool that compares lists as a whole finds a difference for ever", path)
		}
		if properties, ok := fields["properties"].(map[string]any); ok {
			for name, property := range properties {
				look(property, path+"."+name, inList)
			}
		}
		look(fields["items"], path+"[]", true)
	}
	for _, version := range versions {
		schema, _, err := unstructured.NestedMap(version.(map[string]any), "schema", "openAPIV3Schema")
		must(t, err)
		look(schema, "", false)
	}
}

// scaleTo scales a gateway as a HorizontalPodAutoscaler does.
func scaleTo(t *testing.T, obj *unstructured.Unstructured, replicas int64) {
	t.Helper()
	scale := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "autoscaling/v1", "kind": "Scale",
		"metadata": map[string]any{"name": obj.GetName(), "namespace": obj.GetNamespace()},
		"spec":     map[string]any{"replicas": replicas},
	}}
	must(t, kubernetes.SubResource("scale").Update(t.Context(), obj, client.WithSubResourceBody(scale), client.FieldOwner("kube-controller-manager")))
}

// replicasOf is spec.replicas.
func replicasOf(t *testing.T, obj *unstructured.Unstructured) int64 {
	t.Helper()
	replicas, _, err := unstructured.NestedInt64(obj.Object, "spec", "replicas")
	must(t, err)
	return replicas
}

// TestTwoManagersDoNotFightOverTheCount has Argo CD apply on the server's side and an
// autoscaler scale, in turns.
func TestTwoManagersDoNotFightOverTheCount(t *testing.T) {
	const manifest = `apiVersion: flexgw.io/v1alpha1
kind: FlexGatewayDeployment
metadata: {name: gw, namespace: %s}
spec: {%s image: "docker.io/mulesoft/flex-gateway:1.12.3", registration: {secretRef: {name: registration}}, ports: [{port: 8081}]}
`
	for name, test := range map[string]struct {
		// replicas is what Argo CD applies for a live count.
		replicas func(live int64) string
	}{
		"the count is not in Git":               {func(int64) string { return "" }},
		"the count is ignored and is respected": {func(live int64) string { return fmt.Sprintf("replicas: %d,", max(live, 1)) }},
	} {
		t.Run(name, func(t *testing.T) {
			namespace := "two-" + strings.ToLower(strings.ReplaceAll(name, " ", "-"))
			newNamespace(t, namespace)
			live := int64(0)
			for _, scaled := range []int64{3, 5, 2} {
				text := fmt.Sprintf(manifest, namespace, test.replicas(live))
				flags := []string{"--server-side", "--field-manager=argocd-controller", "-f", "-"}
				mustKubectl(t, text, append([]string{"apply"}, flags...)...)
				scaleTo(t, gatewayIn(t, namespace), scaled)
				live = replicasOf(t, gatewayIn(t, namespace))
				if live != scaled {
					t.Fatalf("%d replicas, the autoscaler wants %d", live, scaled)
				}
				mustKubectl(t, fmt.Sprintf(manifest, namespace, test.replicas(live)), append([]string{"diff"}, flags...)...)
			}
		})
	}
	t.Run("the count in Git is a conflict that is told", func(t *testing.T) {
		newNamespace(t, "two-in-conflict")
		text := fmt.Sprintf(manifest, "two-in-conflict", "replicas: 1,")
		mustKubectl(t, text, "apply", "--server-side", "--field-manager=argocd-controller", "-f", "-")
		scaleTo(t, gatewayIn(t, "two-in-conflict"), 4)
		said, code := kubectl(t, text, "apply", "--server-side", "--field-manager=argocd-controller", "-f", "-")
		if code == 0 || !strings.Contains(said, `conflict with "kube-controller-manager"`) || !strings.Contains(said, ".spec.replicas") {
			t.Errorf("exit code %d\n%s", code, said)
		}
	})
}

// TestASynchronisationLeavesAloneWhatIsNotInGit is about what actions and commands write that is not in
// Git: it is no difference, and stays. What is in Git is a difference, and is taken back.
func TestASynchronisationLeavesAloneWhatIsNotInGit(t *testing.T) {
	for mode, flags := range map[string][]string{
		"client": nil, "server": {"--server-side", "--field-manager=argocd-controller"},
	} {
		t.Run(mode, func(t *testing.T) {
			namespace := "actions-" + mode
			text := inNamespace(manifests(t)["flexgw-registration-file"], namespace)
			mustKubectl(t, text, append([]string{"apply", "-f", "-"}, flags...)...)
			for _, action := range []string{"restart", "pause", "reconcile-now"} {
				obj := gatewayIn(t, namespace)
				patch, err := scripts(t).Act(action, obj)
				must(t, err)
				must(t, kubernetes.Patch(t.Context(), obj, client.RawPatch(types.MergePatchType, []byte(patch))))
			}
			mustKubectl(t, text, append([]string{"diff", "-f", "-"}, flags...)...)
			mustKubectl(t, text, append([]string{"apply", "-f", "-"}, flags...)...)
			gw := typed(t, gatewayIn(t, namespace))
			if !gw.Spec.Rollout.Paused || gw.Spec.Rollout.RestartedAt == nil || gw.Annotations["flexgw.io/reconcile-at"] == "" {
				t.Errorf("applied once more, something is lost: %+v, %v", gw.Spec.Rollout, gw.Annotations)
			}
			must(t, kubernetes.Patch(t.Context(), gatewayIn(t, namespace), client.RawPatch(types.MergePatchType, []byte(`{"spec":{"image":"docker.io/mulesoft/flex-gateway:1.11.0"}}`))))
			if said, code := kubectl(t, text, append([]string{"diff", "-f", "-"}, flags...)...); code == 0 {
				t.Errorf("another image: exit code %d, want a difference, or a conflict\n%s", code, said)
			}
		})
	}
}
