package gitops_test

import (
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/rolloutview"
	"flexgw.io/controller/test/gitops/argo"
)

// reading is what each reader says of a gateway. Helm 4 and Flux go by kstatus.
type reading struct {
	// ready is what kubectl wait --for=condition=Ready waits for.
	ready   bool
	kstatus status.Status
	argo    string
	// rollout is the verdict of flexgw rollout status.
	rollout rolloutview.Verdict
	// says are words of Argo CD's message.
	says string
}

var readings = map[string]reading{
	"new":                    {false, status.InProgressStatus, argo.Progressing, rolloutview.Ongoing, "has not told of generation 1 yet"},
	"creating":               {false, status.InProgressStatus, argo.Progressing, rolloutview.Ongoing, "WaitingForAWS: EFS is preparing the file system"},
	"waiting":                {false, status.InProgressStatus, argo.Progressing, rolloutview.Ongoing, "RollingOut: ECS is rolling"},
	"ready":                  {true, status.CurrentStatus, argo.Healthy, rolloutview.Served, "1 of 1 replicas are serving"},
	"spec-newer-than-status": {false, status.InProgressStatus, argo.Progressing, rolloutview.Ongoing, "has not told of generation 2 yet"},
	"progressing":            {false, status.InProgressStatus, argo.Progressing, rolloutview.Ongoing, "RollingOut: ECS is rolling"},
	"paused":                 {false, status.InProgressStatus, argo.Suspended, rolloutview.Ongoing, "Paused: spec.rollout.paused holds a change back"},
	"waiting-for-promotion":  {false, status.InProgressStatus, argo.Suspended, rolloutview.Ongoing, "WaitingForPromotion: "},
	"planned-new":            {false, status.InProgressStatus, argo.Suspended, rolloutview.Ongoing, "PlanOnly: "},
	"planned-change":         {false, status.InProgressStatus, argo.Suspended, rolloutview.Ongoing, "to replace, 1 to restart; set spec.planOnly to false to apply"},
	"planned-nothing":        {true, status.CurrentStatus, argo.Healthy, rolloutview.Served, "changes are only planned (spec.planOnly)"},
	"rolled-back":            {false, status.FailedStatus, argo.Degraded, rolloutview.Failed, "RolledBack: Service/gateway: ECS rolled"},
	"scaled-to-zero":         {true, status.CurrentStatus, argo.Healthy, rolloutview.Served, "spec.replicas is 0"},
	"degraded":               {false, status.FailedStatus, argo.Degraded, rolloutview.Failed, "RegistrationInvalid: "},
	"stalled":                {false, status.FailedStatus, argo.Degraded, rolloutview.Failed, "RegistrationSecretMissing: "},
	"denied":                 {false, status.InProgressStatus, argo.Progressing, rolloutview.Ongoing, "AccessDenied: LogGroup/logs: AWS denied the call"},
	"denied-for-long":        {false, status.FailedStatus, argo.Degraded, rolloutview.Failed, "AccessDenied: LogGroup/logs: AWS denied the call"},
	"drifted":                {false, status.InProgressStatus, argo.Progressing, rolloutview.Ongoing, "RollingOut: "},
	"mended":                 {true, status.CurrentStatus, argo.Healthy, rolloutview.Served, "1 of 1 replicas are serving"},
	"anypoint-stale":         {true, status.CurrentStatus, argo.Healthy, rolloutview.Served, "1 of 1 replicas are serving"},
	"certificate-expiring":   {true, status.CurrentStatus, argo.Healthy, rolloutview.Served, "the certificate of the registration expires on"},
	"deleting":               {false, status.TerminatingStatus, argo.Progressing, rolloutview.Deleted, "Deleting: still in AWS: "},
}

func TestEveryReaderTellsTheSameOfEverySituation(t *testing.T) {
	wantAll(t, readings)
	customization := scripts(t)
	for name, want := range readings {
		t.Run(name, func(t *testing.T) {
			obj := situation(t, name)
			result, err := status.Compute(obj)
			if err != nil {
				t.Fatal(err)
			}
			if result.Status != want.kstatus {
				t.Errorf("kstatus says %s (%s), want %s", result.Status, result.Message, want.kstatus)
			}
			health, err := customization.HealthOf(obj)
			if err != nil {
				t.Fatal(err)
			}
			if health.Status != want.argo || !strings.Contains(health.Message, want.says) {
				t.Errorf("Argo CD says %s: %s; want %s and the words %q", health.Status, health.Message, want.argo, want.says)
			}
			if verdict, sentence := rolloutview.Judge(typed(t, obj)); verdict != want.rollout {
				t.Errorf("flexgw rollout status says %d (%s), want %d", verdict, sentence, want.rollout)
			}
		})
	}
}

// TestKubectlWaitTellsTheSame puts each gateway into a real API server as it is, and has
// the real kubectl look at it once.
func TestKubectlWaitTellsTheSame(t *testing.T) {
	newNamespace(t, "flex")
	for name, want := range readings {
		t.Run(name, func(t *testing.T) {
			obj := stored(t, situation(t, name), name)
			said, code := kubectl(t, "", "wait", "-n", "flex", "fgd/"+name, "--for=condition=Ready", "--timeout=0")
			if ready := code == 0; ready != want.ready {
				t.Errorf("kubectl wait: exit code %d, want ready %t\n%s", code, want.ready, said)
			}
			result, err := status.Compute(obj)
			if err != nil || result.Status != want.kstatus {
				t.Errorf("kstatus of what is stored: %v (%v), want %s", result, err, want.kstatus)
			}
		})
	}
}

// stored puts a recorded gateway into the API server, with its generation, its status and
// its deletion, and returns it as it is there.
func stored(t *testing.T, recorded *unstructured.Unstructured, name string) *unstructured.Unstructured {
	t.Helper()
	obj := recorded.DeepCopy()
	obj.SetName(name)
	for _, field := range []string{"uid", "generation", "creationTimestamp", "deletionTimestamp"} {
		unstructured.RemoveNestedField(obj.Object, "metadata", field)
	}
	must(t, kubernetes.Create(t.Context(), obj))
	for obj.GetGeneration() < recorded.GetGeneration() { // changes of the spec, until it has as many
		must(t, unstructured.SetNestedField(obj.Object, 7+obj.GetGeneration(), "spec", "rollout", "historyLimit"))
		must(t, kubernetes.Update(t.Context(), obj))
	}
	obj.Object["status"] = recorded.Object["status"]
	if recorded.GetDeletionTimestamp() != nil {
		defer func() { // the finalizer keeps it
			must(t, kubernetes.Get(t.Context(), client.ObjectKeyFromObject(obj), obj))
		}()
		defer func() { must(t, kubernetes.Delete(t.Context(), obj)) }()
	}
	if name != "new" {
		must(t, kubernetes.Status().Update(t.Context(), obj))
	}
	return obj
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// typed is the object as the controller's types have it.
func typed(t *testing.T, obj *unstructured.Unstructured) *v1alpha1.FlexGatewayDeployment {
	t.Helper()
	gw := &v1alpha1.FlexGatewayDeployment{}
	must(t, runtime.DefaultUnstructuredConverter.FromUnstructured(obj.Object, gw))
	return gw
}
