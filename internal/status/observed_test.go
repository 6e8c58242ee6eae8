package status_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
	"flexgw.io/controller/internal/resource"
	"flexgw.io/controller/internal/status"
)

func TestTheStatusTellsWhatWasObserved(t *testing.T) {
	gw := object(2)
	started := long.Time
	seen := status.Observed{
		Account: "123456789012", Region: "us-east-1",
		Network:        &resource.NetworkState{VPC: "vpc-1", Subnets: []resource.Subnet{{ID: "subnet-a", Zone: "us-east-1a"}, {ID: "subnet-b", Zone: "us-east-1b"}}},
		TaskDefinition: &resource.TaskDefinitionState{ARN: "arn:aws:ecs:us-east-1:123456789012:task-definition/one:2"},
		LoadBalancer:   &resource.LoadBalancerState{DNSName: "one.elb.us-east-1.amazonaws.com"},
		Service: &resource.ServiceState{
			TaskDefinition: "arn:aws:ecs:us-east-1:123456789012:task-definition/one:2", Desired: 2, Running: 2,
			Deployments: []resource.Deployment{
				{ID: "ecs-svc/2", TaskDefinition: "arn:aws:ecs:us-east-1:123456789012:task-definition/one:2", CreatedAt: started, Running: 1, Rollout: ecstypes.DeploymentRolloutStateInProgress},
				{ID: "ecs-svc/1", TaskDefinition: "arn:aws:ecs:us-east-1:123456789012:task-definition/one:1", Running: 1},
			},
		},
		Replicas: &resource.ReplicasState{Replicas: []resource.Replica{
			{ID: "t2", Zone: "us-east-1b", PrivateIP: "10.0.1.2", TaskDefinition: "arn:aws:ecs:us-east-1:123456789012:task-definition/one:2", Status: "RUNNING", Healthy: true, StartedAt: started},
			{ID: "t1", Zone: "us-east-1a", PrivateIP: "10.0.0.2", PublicIP: "198.51.100.1", PublicDNS: "ec2-198-51-100-1", TaskDefinition: "one:1", Status: "RUNNING"},
		}},
	}

	got := status.Compute(gw, &engine.Report{}, seen)

	want := v1alpha1.FlexGatewayDeploymentStatus{
		ObservedGeneration: 3, Phase: v1alpha1.PhaseReady, DesiredReplicas: 2, Replicas: 2, ReadyReplicas: 1, UpdatedReplicas: 1,
		Selector: "flexgw.io/gateway=one", Endpoint: "one.elb.us-east-1.amazonaws.com", Version: "1.12.3",
		TaskDefinition: "arn:aws:ecs:us-east-1:123456789012:task-definition/one:2", Account: "123456789012", Region: "us-east-1",
		Network: &v1alpha1.NetworkStatus{VPCID: "vpc-1", SubnetIDs: []string{"subnet-a", "subnet-b"}, Zones: []string{"us-east-1a", "us-east-1b"}},
		Rollout: &v1alpha1.RolloutStatus{TaskDefinition: "arn:aws:ecs:us-east-1:123456789012:task-definition/one:2", DeploymentID: "ecs-svc/2", StartedAt: &long},
		History: []v1alpha1.RevisionStatus{{Revision: 2, Image: gw.Spec.Image, DeploymentID: "ecs-svc/2", StartedAt: &long, Outcome: v1alpha1.OutcomeInProgress}},
		Tasks: []v1alpha1.TaskStatus{
			{ID: "t1", Zone: "us-east-1a", PrivateIP: "10.0.0.2", PublicIP: "198.51.100.1", PublicDNSName: "ec2-198-51-100-1", TaskDefinition: "one:1", Status: "RUNNING"},
			{ID: "t2", Zone: "us-east-1b", PrivateIP: "10.0.1.2", TaskDefinition: "one:2", Status: "RUNNING", Healthy: true, StartedAt: &long},
		},
	}
	got.Conditions, got.FirstReadyAt = nil, nil // of now
	if difference := cmp.Diff(want, got); difference != "" {
		t.Errorf("status (-want +got):\n%s", difference)
	}
}

func TestWhatWasNotLookedAtStaysAsItWas(t *testing.T) {
	gw := object(2)
	gw.Status = v1alpha1.FlexGatewayDeploymentStatus{
		Endpoint: "one.elb", Replicas: 2, ReadyReplicas: 2, Tasks: []v1alpha1.TaskStatus{{ID: "t1"}}, Network: &v1alpha1.NetworkStatus{VPCID: "vpc-1"},
	}
	st := status.Compute(gw, changed(gateway.Network, failed(engine.Problem{Reason: "AWSError"})), status.Observed{})
	if st.Endpoint != "one.elb" || st.Replicas != 2 || st.ReadyReplicas != 2 || len(st.Tasks) != 1 || st.Network.VPCID != "vpc-1" {
		t.Errorf("status %+v, want what was known before", st)
	}
}

func TestNoMoreReplicasAreReadyThanRun(t *testing.T) {
	gw := object(2)
	gw.Status.ReadyReplicas = 2
	seen := serving(2, 1, 0)
	seen.Replicas = nil
	if got := status.Compute(gw, changed(gateway.Rollout, waiting("x")), seen).ReadyReplicas; got != 1 {
		t.Errorf("%d replicas are ready, want the one that runs", got)
	}
}

func TestTheVersionIsTheTagOrTheBeginningOfTheDigest(t *testing.T) {
	for image, want := range map[string]string{
		"docker.io/mulesoft/flex-gateway:1.12.3":                                          "1.12.3",
		"registry.example.com:5000/flex-gateway:1.13":                                     "1.13",
		"docker.io/mulesoft/flex-gateway@sha256:" + strings.Repeat("0123456789abcdef", 4): "0123456789ab",
		"flex-gateway:1.12.3@sha256:" + strings.Repeat("ab", 32):                          "abababababab",
	} {
		gw := object(1)
		gw.Spec.Image = image
		if got := status.Compute(gw, &engine.Report{}, status.Observed{}).Version; got != want {
			t.Errorf("version of %s is %q, want %q", image, got, want)
		}
	}
}

func TestTheInventoryIsTheMemoryOfTheNextWalk(t *testing.T) {
	gw := object(1)
	began := time.Date(2026, 11, 1, 13, 0, 0, 0, time.UTC)
	report := &engine.Report{Steps: []engine.Step{
		{Identity: engine.Identity{Kind: "Service", Name: "gateway"}, Wanted: true, State: engine.StateWaiting, ID: "arn", Reason: "rolling out", Since: began},
		{Identity: engine.Identity{Kind: "Listener", Name: "8081"}, Wanted: true, State: engine.StateBlocked, Since: began.Add(time.Minute)},
		{Identity: engine.Identity{Kind: "Listener", Name: "9090"}, State: engine.StateGone},
	}}
	st := status.Compute(gw, report, status.Observed{})
	if difference := cmp.Diff(report.Records(), status.Records(&st)); difference != "" {
		t.Errorf("records after the way through the status (-before +after):\n%s", difference)
	}
	if got := len(st.Resources); got != 2 {
		t.Errorf("%d resources, want those that are not gone", got)
	}
}

func TestTheLastRolloutAndTheReplicasAreRemembered(t *testing.T) {
	st := v1alpha1.FlexGatewayDeploymentStatus{
		Rollout: &v1alpha1.RolloutStatus{TaskDefinition: "one:2", DeploymentID: "ecs-svc/2", StartedAt: &metav1.Time{Time: long.Time}, Failed: true},
		Tasks:   []v1alpha1.TaskStatus{{ID: "t1", PrivateIP: "10.0.0.2", PublicIP: "198.51.100.1", PublicDNSName: "ec2"}},
	}
	if got, want := status.Rollout(&st), (resource.Rollout{TaskDefinition: "one:2", DeploymentID: "ecs-svc/2", StartedAt: long.Time, Failed: true}); got != want {
		t.Errorf("rollout %+v, want %+v", got, want)
	}
	got := status.Replicas(&st)
	if len(got) != 1 || got[0].ID != "t1" || got[0].PublicIP != "198.51.100.1" || got[0].PublicDNS != "ec2" {
		t.Errorf("replicas %+v, want the known addresses", got)
	}
	if got := status.Rollout(&v1alpha1.FlexGatewayDeploymentStatus{}); got != (resource.Rollout{}) {
		t.Errorf("rollout %+v of an empty status, want none", got)
	}
}

func TestALongMessageIsCutBetweenCharacters(t *testing.T) {
	report := changed(gateway.Network, failed(engine.Problem{Reason: "AWSError", Message: strings.Repeat("ö", 1000)}))
	st := status.Compute(object(1), report, status.Observed{})
	message := meta.FindStatusCondition(st.Conditions, "Ready").Message
	if len(message) > 1024 || !utf8.ValidString(message) || !strings.HasSuffix(message, "...") {
		t.Errorf("a message of %d bytes, valid %v, ends with %q", len(message), utf8.ValidString(message), message[len(message)-6:])
	}
}
