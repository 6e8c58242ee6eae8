package demo

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/terminal"
)

// moment is the time of all tables here.
var moment = time.Date(2026, 1, 1, 12, 0, 0, 0, time.UTC)

func ago(d time.Duration) *metav1.Time { return &metav1.Time{Time: moment.Add(-d)} }

func texts(table []terminal.Line) string {
	var b strings.Builder
	for _, line := range table {
		b.WriteString(line.Text + "\n")
	}
	return b.String()
}

func inFlight() resources {
	return resources{
		{Kind: "SecurityGroup", Name: "gateway", ID: "sg-1", State: "Ready", Since: ago(65 * time.Second)},
		{Kind: "MountTargets", Name: "storage", ID: "fs-1", State: "Waiting", Reason: "EFS is preparing 6 of 6", Since: ago(5 * time.Second)},
		{Kind: "Service", Name: "gateway", State: "Blocked", Reason: "needs MountTargets/storage"},
	}
}

func TestTheLiveTableShowsEveryResourceInTheOrderOfTheStack(t *testing.T) {
	want := `KIND           NAME     STATE    SINCE  REASON
SecurityGroup  gateway  Ready    01:05
MountTargets   storage  Waiting  00:05  EFS is preparing 6 of 6
Service        gateway  Blocked         needs MountTargets/storage
`
	if diff := cmp.Diff(want, texts(liveTable(inFlight(), moment, 10))); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

func TestALiveTableThatIsTooLongShowsFirstWhatIsAwaited(t *testing.T) {
	want := `KIND          NAME     STATE    SINCE  REASON
MountTargets  storage  Waiting  00:05  EFS is preparing 6 of 6
Service       gateway  Blocked         needs MountTargets/storage
... and 1 more
`
	list := inFlight()
	if diff := cmp.Diff(want, texts(liveTable(list, moment, 2))); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(inFlight(), list); diff != "" {
		t.Errorf("the table has changed the status (-want +got):\n%s", diff)
	}
}

func TestReplicasAreShownByZone(t *testing.T) {
	got := replicaTable([]v1alpha1.TaskStatus{
		{ID: "2222222222222222", Zone: "us-east-1b", Status: "RUNNING", PrivateIP: "172.31.16.4"},
		{ID: "1111111111111111", Zone: "us-east-1a", Status: "RUNNING", PrivateIP: "172.31.0.4", PublicIP: "198.18.0.1", Healthy: true},
	})
	want := []string{
		"ZONE        REPLICA   STATUS   HEALTHY  PRIVATE ADDRESS  PUBLIC ADDRESS",
		"us-east-1a  11111111  RUNNING  yes      172.31.0.4       198.18.0.1",
		"us-east-1b  22222222  RUNNING  no       172.31.16.4",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

func TestTheInventoryIsGroupedByServiceAndKind(t *testing.T) {
	got := inventoryTable([]core.Resource{
		{Service: "efs", Kind: "FileSystem", ID: "fs-1", State: "available"},
		{Service: "ecs", Kind: "Task", ID: "arn:aws:ecs:us-east-1:123456789012:task/c/2", State: "RUNNING"},
		{Service: "ecs", Kind: "Task", ID: "arn:aws:ecs:us-east-1:123456789012:task/c/1", State: "PENDING"},
		{Service: "ecs", Kind: "Cluster", ID: "arn:aws:ecs:us-east-1:123456789012:cluster/c", State: "ACTIVE"},
	})
	want := []string{
		"SERVICE  NUMBER  KIND        STATE                 ID",
		"ecs      1       Cluster     ACTIVE                cluster/c",
		"         2       Task        1 PENDING, 1 RUNNING  task/c/1 and 1 more",
		"efs      1       FileSystem  available             fs-1",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}
