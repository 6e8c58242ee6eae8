package rolloutview

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/terminal"
)

// moment is the time of all tables here.
var moment = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration) *metav1.Time { return &metav1.Time{Time: moment.Add(-d)} }

const family = "arn:aws:ecs:us-east-1:123456789012:task-definition/dev:"

// gateway is in the middle of its change from revision 7 to 8: of the four replicas that
// are wanted, one of the new revision is healthy.
func gateway() *v1alpha1.FlexGatewayDeployment {
	gw := &v1alpha1.FlexGatewayDeployment{}
	gw.Namespace, gw.Name, gw.Generation = "flex", "dev", 3
	gw.Spec.Image = "flex-gateway:1.13.0"
	gw.Spec.Compute = v1alpha1.ComputeSpec{CPU: 512, Memory: 1024, StopTimeoutSeconds: 60}
	gw.Status = v1alpha1.FlexGatewayDeploymentStatus{
		ObservedGeneration: 3, DesiredReplicas: 4, Replicas: 6, UpdatedReplicas: 2, ReadyReplicas: 5, Version: "1.13.0", TaskDefinition: family + "8",
		Rollout: &v1alpha1.RolloutStatus{TaskDefinition: family + "8", DeploymentID: "ecs-svc/8", StartedAt: ago(2 * time.Minute)},
		History: []v1alpha1.RevisionStatus{
			{Revision: 8, Image: "flex-gateway:1.13.0", CPU: 512, Memory: 1024, StopTimeoutSeconds: 60, Change: "image", Outcome: v1alpha1.OutcomeInProgress, StartedAt: ago(2 * time.Minute)},
			{Revision: 7, Image: "flex-gateway:1.12.3", CPU: 512, Memory: 1024, StopTimeoutSeconds: 60, Outcome: v1alpha1.OutcomeServing, StartedAt: ago(50 * time.Hour), FinishedAt: ago(50*time.Hour - 200*time.Second)},
		},
		Tasks: []v1alpha1.TaskStatus{
			{ID: "2222222222222222", Zone: "us-east-1b", PrivateIP: "172.31.16.4", TaskDefinition: "dev:8", Status: "RUNNING", Healthy: true, StartedAt: ago(90 * time.Second)},
			{ID: "1111111111111111", Zone: "us-east-1a", PrivateIP: "172.31.0.4", TaskDefinition: "dev:7", Status: "RUNNING", Healthy: true, StartedAt: ago(50 * time.Hour)},
			{ID: "3333333333333333", Zone: "us-east-1b", TaskDefinition: "dev:8", Status: "PROVISIONING"},
		},
	}
	says(gw, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonRollingOut, "2 of 4\n\x1b[31mtasks running")
	return gw
}

// says sets a condition of the present generation.
func says(gw *v1alpha1.FlexGatewayDeployment, kind string, status metav1.ConditionStatus, reason, message string) {
	gw.Status.Conditions = append(gw.Status.Conditions, metav1.Condition{
		Type: kind, Status: status, Reason: reason, Message: message, ObservedGeneration: gw.Generation,
	})
}

func texts(lines []terminal.Line) string {
	var b strings.Builder
	for _, line := range lines {
		b.WriteString(line.Text + "\n")
	}
	return b.String()
}

func TestTheBlockSaysWhatIsRolledOutAndHowFarItIs(t *testing.T) {
	want := `flex/dev  RollingOut
revision 8  flex-gateway:1.13.0  InProgress  new: image  for 2m
[######..................]  1 of 4 replicas are updated and healthy
4 wanted, 6 running, 2 updated, 5 healthy
2 of 4 [31mtasks running

REPLICA   ZONE        ADDRESS      AGE   HEALTH       STATUS        REVISION
11111111  us-east-1a  172.31.0.4   2d2h  healthy      RUNNING       7
22222222  us-east-1b  172.31.16.4  90s   healthy      RUNNING       8
33333333  us-east-1b  -            -     not healthy  PROVISIONING  8
`
	block := Block(gateway(), moment)
	if diff := cmp.Diff(want, texts(block)); diff != "" {
		t.Errorf("block (-want +got):\n%s", diff)
	}
	var colours []terminal.Colour
	for _, line := range block[len(block)-3:] {
		colours = append(colours, line.Colour)
	}
	if diff := cmp.Diff([]terminal.Colour{terminal.Faint, terminal.Green, terminal.Yellow}, colours); diff != "" {
		t.Errorf("what goes, what stays and what is awaited look alike (-want +got):\n%s", diff)
	}
}

func TestTheConnectionsAreShownWhereThePlatformHasSaidSo(t *testing.T) {
	gw := gateway()
	gw.Status.Anypoint = &v1alpha1.AnypointStatus{GatewayID: "id"}
	if counts := Counts(gw); strings.Contains(counts, "connected") {
		t.Errorf("%q, and nothing is known", counts)
	}
	gw.Status.Anypoint.ConnectedReplicas = new(int32(3))
	gw.Status.Tasks[0].Anypoint, gw.Status.Tasks[1].Anypoint = "CONNECTED", "DISCONNECTED"
	if got, want := Counts(gw), "4 wanted, 6 running, 2 updated, 5 healthy, connected 3/6"; got != want {
		t.Errorf("counts %q, want %q", got, want)
	}
	want := `flex/dev  RollingOut: 4 wanted, 6 running, 2 updated, 5 healthy, connected 3/6
REPLICA   ZONE        ADDRESS      AGE   HEALTH       STATUS        REVISION  ANYPOINT
11111111  us-east-1a  172.31.0.4   2d2h  healthy      RUNNING       7         DISCONNECTED
22222222  us-east-1b  172.31.16.4  90s   healthy      RUNNING       8         CONNECTED
33333333  us-east-1b  -            -     not healthy  PROVISIONING  8         -
`
	if diff := cmp.Diff(want, texts(Top(gw, moment))); diff != "" {
		t.Errorf("top (-want +got):\n%s", diff)
	}
	says(gw, v1alpha1.ConditionAnypointConnected, metav1.ConditionUnknown, v1alpha1.ReasonStale, "no answer")
	if got, want := Counts(gw), "4 wanted, 6 running, 2 updated, 5 healthy, connected 3/6?"; got != want {
		t.Errorf("counts without an answer %q, want %q", got, want)
	}
}

func TestABlockIsThereBeforeTheControllerHasSaidAnything(t *testing.T) {
	gw := &v1alpha1.FlexGatewayDeployment{}
	gw.Namespace, gw.Name, gw.Generation, gw.Spec.Image = "flex", "new", 1, "flex-gateway:1.12.3"
	want := `flex/new  Waiting
flex-gateway:1.12.3
0 wanted, 0 running, 0 updated, 0 healthy
the controller has not told of generation 1 yet
`
	if diff := cmp.Diff(want, texts(Block(gw, moment))); diff != "" {
		t.Errorf("block (-want +got):\n%s", diff)
	}
}

func TestTheBlockNamesTheVersionThatTheStateIsAbout(t *testing.T) {
	rolledBack := gateway()
	rolledBack.Status.History[0].Outcome = v1alpha1.OutcomeRolledBack
	rolledBack.Status.TaskDefinition = family + "7" // with which ECS goes on
	rolledBack.Status.Conditions = nil
	undone := rolledBack.DeepCopy()
	says(rolledBack, v1alpha1.ConditionReady, metav1.ConditionFalse, v1alpha1.ReasonRolledBack, "tasks failed to start")
	says(undone, v1alpha1.ConditionReady, metav1.ConditionTrue, v1alpha1.ReasonSucceeded, "4 of 4 replicas are serving")
	unknown := gateway()
	unknown.Status.History = nil
	for name, test := range map[string]struct {
		gw   *v1alpha1.FlexGatewayDeployment
		want string
	}{
		"after a rollback, the one that failed":              {rolledBack, "revision 8  flex-gateway:1.13.0  RolledBack  new: image"},
		"after the rollback was undone, the one that serves": {undone, "revision 7  flex-gateway:1.12.3  Serving"},
		"before the controller has begun, the image":         {unknown, "flex-gateway:1.13.0"},
	} {
		if got := Block(test.gw, moment)[1].Text; got != test.want {
			t.Errorf("%s: %q, want %q", name, got, test.want)
		}
	}
}

func TestALineIsTheSameForTheSameState(t *testing.T) {
	want := "RollingOut: 4 wanted, 6 running, 2 updated, 5 healthy; 2 of 4 [31mtasks running"
	if got := Line(gateway()); got != want {
		t.Errorf("line\n%s, want\n%s", got, want)
	}
}

func TestStepsSayWhereTheyLead(t *testing.T) {
	gw := gateway()
	gw.Status.Rollout.TargetReplicas = new(int32(8))
	if got, want := Counts(gw), "4 wanted on the way to 8, 6 running, 2 updated, 5 healthy"; got != want {
		t.Errorf("counts %q, want %q", got, want)
	}
	if block := texts(Block(gw, moment)); !strings.Contains(block, "[###.....................]  1 of 8 replicas") {
		t.Errorf("the bar is not measured by the last step:\n%s", block)
	}
}

func TestTheHistoryIsATable(t *testing.T) {
	gw := gateway()
	gw.Status.History = append(gw.Status.History,
		v1alpha1.RevisionStatus{Revision: 6, Outcome: v1alpha1.OutcomeRolledBack, Change: "size", Reason: "tasks failed\nto start", StartedAt: ago(51 * time.Hour)})
	want := []string{
		"REVISION  OUTCOME     IMAGE                SIZE      CHANGE  AGE   TOOK   REASON",
		"8         InProgress  flex-gateway:1.13.0  512/1024  image   2m    -",
		"7         Serving     flex-gateway:1.12.3  512/1024  -       2d2h  3m20s",
		"6         RolledBack  -                    -         size    2d3h  -      tasks failed to start",
	}
	if diff := cmp.Diff(want, History(gw, moment)); diff != "" {
		t.Errorf("history (-want +got):\n%s", diff)
	}
	gw.Status.History = nil
	if diff := cmp.Diff([]string{"flex/dev has no history yet."}, History(gw, moment)); diff != "" {
		t.Errorf("no history (-want +got):\n%s", diff)
	}
}

func TestTopShowsThatNothingRuns(t *testing.T) {
	gw := gateway()
	gw.Status.Tasks = nil
	want := "flex/dev  RollingOut: 4 wanted, 6 running, 2 updated, 5 healthy\nNo replicas are running.\n"
	if diff := cmp.Diff(want, texts(Top(gw, moment))); diff != "" {
		t.Errorf("top (-want +got):\n%s", diff)
	}
}

func TestAReplicaOfTheFutureHasNoAge(t *testing.T) {
	if got := Age(-time.Minute); got != "0s" {
		t.Errorf("age %q, want 0s: clocks differ a little", got)
	}
}
