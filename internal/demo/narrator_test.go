package demo

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	eventsv1 "k8s.io/api/events/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
)

type resources = []v1alpha1.ResourceStatus

func TestResourceChanges(t *testing.T) {
	const loadBalancerARN = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/net/gw/1"
	tests := map[string]struct {
		before, after resources
		want          []news
	}{
		"a resource that was made is told in plain words, with what is awaited": {
			after: resources{{Kind: "LoadBalancer", Name: "gateway", ID: loadBalancerARN, State: "Waiting", Reason: "ELB is preparing it"}},
			want:  []news{{verbCreated, "network load balancer: loadbalancer/net/gw/1"}, {verbWaiting, "ELB is preparing it"}},
		},
		"a resource that was ready at once is told once": {
			after: resources{{Kind: "SecurityGroup", Name: "storage", ID: "sg-1", State: "Ready"}},
			want:  []news{{verbCreated, "security group of the file system: sg-1"}},
		},
		"what was there before is used, not created": {
			after: resources{{Kind: "Network", Name: "vpc", ID: "vpc-1", State: "External"}},
			want:  []news{{verbUses, "the VPC and its subnets: vpc-1"}},
		},
		"the end of a wait is told": {
			before: resources{{Kind: "FileSystem", Name: "storage", ID: "fs-1", State: "Waiting", Reason: "EFS is preparing it"}},
			after:  resources{{Kind: "FileSystem", Name: "storage", ID: "fs-1", State: "Ready"}},
			want:   []news{{verbReady, "file system (EFS), which carries the registration"}},
		},
		"a wait whose reason changes is told again": {
			before: resources{{Kind: "Service", Name: "gateway", ID: "s", State: "Waiting", Reason: "0 of 1"}},
			after:  resources{{Kind: "Service", Name: "gateway", ID: "s", State: "Waiting", Reason: "1 of 1"}},
			want:   []news{{verbWaiting, "1 of 1"}},
		},
		"what stays as it is, or only waits for another resource, is not told": {
			before: resources{{Kind: "Cluster", Name: "cluster", ID: "c", State: "Ready"}},
			after: resources{
				{Kind: "Cluster", Name: "cluster", ID: "c", State: "Ready"},
				{Kind: "Service", Name: "gateway", State: "Blocked", Reason: "needs MountTargets/storage"},
			},
		},
		"a failure is told with the resource": {
			after: resources{{Kind: "Cluster", Name: "cluster", State: "Failed", Reason: "AccessDenied"}},
			want:  []news{{verbProblem, "ECS cluster: AccessDenied"}},
		},
		"the task that wrote the registration is not a new resource when it has become a file": {
			before: resources{{Kind: "RegistrationFile", Name: "registration.yaml", ID: "arn:aws:ecs:r:1:task/c/1", State: "Waiting", Reason: "a task writes"}},
			after:  resources{{Kind: "RegistrationFile", Name: "registration.yaml", ID: "fsap-1/registration.yaml@d", State: "Ready"}},
			want:   []news{{verbReady, "the registration is on the file system"}},
		},
		"another revision of a task definition is created": {
			before: resources{{Kind: "TaskDefinition", Name: "gateway", ID: "arn:aws:ecs:r:1:task-definition/gw:1", State: "Ready"}},
			after:  resources{{Kind: "TaskDefinition", Name: "gateway", ID: "arn:aws:ecs:r:1:task-definition/gw:2", State: "Ready"}},
			want:   []news{{verbCreated, "task definition of the gateway: task-definition/gw:2"}},
		},
		"replicas are counted, not made": {
			before: resources{{Kind: "Replicas", Name: "gateway", ID: "0 healthy", State: "Waiting", Reason: "0 of 1"}},
			after:  resources{{Kind: "Replicas", Name: "gateway", ID: "1 healthy", State: "External"}},
			want:   []news{{verbReady, "the replicas: 1 healthy"}},
		},
		"a deletion that takes time is told, and then what is awaited": {
			before: resources{{Kind: "Service", Name: "gateway", ID: "s", State: "Ready"}},
			after:  resources{{Kind: "Service", Name: "gateway", ID: "s", State: "Deleting", Reason: "ECS is draining it"}},
			want:   []news{{verbDeleting, "ECS service, which keeps the replicas running: ECS is draining it"}},
		},
		"what has left the inventory is deleted, and what was only used is kept": {
			before: resources{
				{Kind: "Network", Name: "vpc", ID: "vpc-1", State: "External"},
				{Kind: "TargetGroup", Name: "8081", ID: "arn", State: "Ready"},
				{Kind: "Replicas", Name: "gateway", ID: "1 healthy", State: "External"},
			},
			want: []news{
				{verbKept, "the VPC and its subnets, which the gateway only used: vpc-1"},
				{verbDeleted, "target group for port 8081"},
			},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got := resourceChanges(tt.before, tt.after)
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(news{})); diff != "" {
				t.Errorf("news (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAChangeOfPhaseAndAnObstacleAreToldOnce(t *testing.T) {
	stalled := &v1alpha1.FlexGatewayDeployment{Status: v1alpha1.FlexGatewayDeploymentStatus{
		Phase:      v1alpha1.PhaseFailed,
		Conditions: []metav1.Condition{{Type: v1alpha1.ConditionStalled, Reason: v1alpha1.ReasonRegistrationSecretMissing, Message: "create the Secret"}},
	}}
	want := []news{{verbProblem, "RegistrationSecretMissing: create the Secret"}, {verbPhase, "the gateway is now Failed"}}
	if diff := cmp.Diff(want, changes(nil, stalled), cmp.AllowUnexported(news{})); diff != "" {
		t.Errorf("first look (-want +got):\n%s", diff)
	}
	if again := changes(stalled, stalled); again != nil {
		t.Errorf("second look tells %v", again)
	}
}

func TestEventsThatSayWhatTheStatusSaysAreNotTold(t *testing.T) {
	tests := map[string]struct {
		event eventsv1.Event
		want  []news
	}{
		"readiness is told":      {eventsv1.Event{Type: "Normal", Reason: "Ready", Note: "1 of 1"}, []news{{verbEvent, "Ready: 1 of 1"}}},
		"drift is told":          {eventsv1.Event{Type: "Warning", Reason: "DriftCorrected", Note: "put right"}, []news{{verbEvent, "DriftCorrected: put right"}}},
		"a creation is not told": {eventsv1.Event{Type: "Normal", Reason: "Created", Note: "Cluster/cluster"}, nil},
		"a failure is not told":  {eventsv1.Event{Type: "Warning", Reason: "AccessDenied", Note: "no"}, nil},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, eventNews(&tt.event), cmp.AllowUnexported(news{})); diff != "" {
				t.Errorf("news (-want +got):\n%s", diff)
			}
		})
	}
}
