package e2e_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	corev1 "k8s.io/api/core/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/test/e2e/rig"
)

// aGateway is what a gateway with one replica is made of, in the default VPC of
// us-east-1, which has a subnet in each of six zones, five of them with Fargate.
var aGateway = map[string]int{
	"ec2 SecurityGroup":  2, // replicas and load balancer; mount targets
	"efs FileSystem":     1,
	"efs MountTarget":    5,
	"efs AccessPoint":    1,
	"logs LogGroup":      1,
	"iam Role":           1,
	"ecs Cluster":        1,
	"ecs TaskDefinition": 2, // the gateway's, and the one that writes the registration
	"ecs Service":        1,
	"ecs Task":           1,

	"secretsmanager Secret": 1,
	"elbv2 LoadBalancer":    1,
	"elbv2 TargetGroup":     2, // one for each port
	"elbv2 Listener":        2,
	"ec2 NetworkInterface":  11, // five of the load balancer, five of the mount targets, one of the replica
}

// life is a gateway in the steps of one test.
type life struct {
	*rig.Gateway
	before []core.Resource
}

func TestOneApplyBuildsRunsScalesChangesAndRemovesAGateway(t *testing.T) {
	before := stack.AWS().Inventory()
	l := life{stack.Apply(t, "lifecycle", "one", rig.Spec()), before}
	steps := []struct {
		name string
		run  func(*testing.T)
	}{
		{"one apply builds it", l.isBuilt},
		{"it scales from 1 to 4 and to 2 without a new revision", l.scales},
		{"a new image rolls out", l.changesImage},
		{"a new registration is written to EFS and every replica restarts with it", l.changesRegistration},
		{"its deletion leaves AWS as it was", l.isRemoved},
	}
	for _, step := range steps {
		if !t.Run(step.name, step.run) {
			return // the steps that follow build on this one
		}
	}
}

func (l life) isBuilt(t *testing.T) {
	l.settles(t, 1)
	wantMadeOf(t, l.before, aGateway)
	if got, want := l.RegistrationFile(t), rig.Registration("first"); got != want {
		t.Errorf("the file on EFS is %q, want %q", got, want)
	}
}

func (l life) scales(t *testing.T) {
	revision := l.Get(t).Status.TaskDefinition
	kept := l.taskIDs(t)
	for _, replicas := range []int32{4, 2} {
		l.Scale(t, replicas)
		gw := l.settles(t, replicas)
		if gw.Status.TaskDefinition != revision {
			t.Errorf("with %d replicas the task definition is %s, want %s still", replicas, gw.Status.TaskDefinition, revision)
		}
		if replicas == 4 && !slices.Contains(l.taskIDs(t), kept[0]) {
			t.Errorf("the first replica %s was replaced: %v", kept[0], l.taskIDs(t))
		}
	}
}

func (l life) changesImage(t *testing.T) {
	before := l.Get(t).Status.TaskDefinition
	l.Change(t, func(spec *v1alpha1.FlexGatewayDeploymentSpec) { spec.Image = "docker.io/mulesoft/flex-gateway:1.13.0" })
	gw := l.settles(t, 2)
	if gw.Status.TaskDefinition == before {
		t.Errorf("the task definition is %s still", before)
	}
	if gw.Status.Version != "1.13.0" {
		t.Errorf("status.version is %q, want 1.13.0", gw.Status.Version)
	}
	for _, task := range l.Tasks(t) {
		if got := aws.ToString(task.Containers[0].Image); !strings.HasSuffix(got, ":1.13.0") {
			t.Errorf("replica %s runs %s", aws.ToString(task.TaskArn), got)
		}
	}
}

func (l life) changesRegistration(t *testing.T) {
	before := l.taskIDs(t)
	revision := l.Get(t).Status.TaskDefinition
	l.Register(t, rig.Registration("second"))
	l.Await(t, "on a new revision", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.TaskDefinition != revision })
	l.settles(t, 2)
	if got, want := l.RegistrationFile(t), rig.Registration("second"); got != want {
		t.Errorf("the file on EFS is %q, want %q", got, want)
	}
	for _, id := range l.taskIDs(t) {
		if slices.Contains(before, id) {
			t.Errorf("replica %s still runs with the old registration", id)
		}
	}
}

func (l life) isRemoved(t *testing.T) {
	l.Delete(t)
	l.AwaitGone(t)
	stack.WantInventory(t, l.before)
	for _, event := range l.Events(t) {
		if event.Type != corev1.EventTypeNormal {
			t.Errorf("nothing went wrong, and yet there is a warning: %s %s", event.Reason, event.Note)
		}
	}
}

// settles waits for the replicas and checks what has to hold after every change.
func (l life) settles(t *testing.T, replicas int32) *v1alpha1.FlexGatewayDeployment {
	t.Helper()
	gw := l.AwaitReady(t)
	if st := gw.Status; st.Replicas != replicas || st.ReadyReplicas != replicas || st.UpdatedReplicas != replicas {
		t.Errorf("%d replicas run, %d are healthy, %d up to date; want %d", st.Replicas, st.ReadyReplicas, st.UpdatedReplicas, replicas)
	}
	l.WantSettled(t)
	stack.WantTagged(t, l.before, l.Gateway)
	return gw
}

func (l life) taskIDs(t *testing.T) []string {
	t.Helper()
	var ids []string
	for _, task := range l.Tasks(t) {
		ids = append(ids, aws.ToString(task.TaskArn))
	}
	return ids
}

// wantMadeOf fails the test unless what has come to AWS since before is so much of each kind.
func wantMadeOf(t *testing.T, before []core.Resource, want map[string]int) {
	t.Helper()
	if diff := cmp.Diff(want, rig.Kinds(rig.Since(before, stack.AWS().Inventory()))); diff != "" {
		t.Errorf("resources in AWS (-want +got):\n%s", diff)
	}
}
