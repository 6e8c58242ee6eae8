package traffic_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	elbv2 "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/resource"
	"flexgw.io/controller/test/traffic/picture"
)

// names are the AWS resources that tell what a gateway serves.
type names struct {
	scope            core.Scope
	cluster, service string
	// groups are the target groups of the port that is checked.
	groups []string
}

func namesOf(t *testing.T, s *scene) names {
	t.Helper()
	gw := s.Get(t)
	n := names{
		scope: core.Scope{Account: gw.Status.Account, Region: gw.Status.Region}, cluster: gw.Spec.Compute.ClusterName,
		service: s.ResourceID(t, "Service", "gateway"),
	}
	port := fmt.Sprint(gw.Spec.LoadBalancer.HealthCheck.Port)
	for _, r := range gw.Status.Resources {
		if r.Kind == "TargetGroup" && (r.Name == port || r.Name == port+resource.AlternateSuffix) {
			n.groups = append(n.groups, r.ID)
		}
	}
	return n
}

// truth is what is so in AWS at one moment.
type truth struct {
	at      time.Time
	service ecstypes.Service
	// tasks are those that nobody has told to stop.
	tasks []ecstypes.Task
	// image is what the primary deployment runs.
	image string
	// replicas are the tasks by the number of the revision that they run.
	replicas map[int]picture.Count
}

// look reads the simulated AWS at one moment: not through calls, which take time, are
// counted, and see AWS at as many moments.
func (s *scene) look() truth {
	aws := stack.AWS()
	var found truth
	aws.World().Do(func() { found = lookAt(aws, s.names) })
	return found
}

// lookAt reads with the world locked. What is not there is zero.
func lookAt(sim *awssim.Sim, n names) truth {
	call := &core.Call{Scope: n.scope}
	tr := truth{at: sim.World().Now(), replicas: map[int]picture.Count{}}
	services, err := sim.ECS.DescribeServices(call, &ecs.DescribeServicesInput{Cluster: &n.cluster, Services: []string{n.service}})
	if err != nil || len(services.Services) == 0 {
		return tr
	}
	tr.service = services.Services[0]
	tr.image = imageOf(sim, call, tr.service.TaskDefinition)
	healthy := map[string]bool{}
	for _, group := range n.groups {
		health, err := sim.ELB.DescribeTargetHealth(call, &elbv2.DescribeTargetHealthInput{TargetGroupArn: &group})
		if err != nil {
			return tr
		}
		for _, d := range health.TargetHealthDescriptions {
			healthy[*d.Target.Id] = d.TargetHealth.State == elbtypes.TargetHealthStateEnumHealthy
		}
	}
	tr.tasks = tasksOf(sim, call, n, ecstypes.DesiredStatusRunning)
	for _, task := range slices.Concat(tr.tasks, tasksOf(sim, call, n, ecstypes.DesiredStatusStopped)) {
		tr.count(task, healthy[detail(task, "privateIPv4Address")])
	}
	return tr
}

func tasksOf(sim *awssim.Sim, call *core.Call, n names, status ecstypes.DesiredStatus) []ecstypes.Task {
	listed, err := sim.ECS.ListTasks(call, &ecs.ListTasksInput{Cluster: &n.cluster, ServiceName: &n.service, DesiredStatus: status})
	if err != nil || len(listed.TaskArns) == 0 {
		return nil
	}
	described, err := sim.ECS.DescribeTasks(call, &ecs.DescribeTasksInput{Cluster: &n.cluster, Tasks: listed.TaskArns})
	if err != nil {
		return nil
	}
	return described.Tasks
}

func imageOf(sim *awssim.Sim, call *core.Call, definition *string) string {
	out, err := sim.ECS.DescribeTaskDefinition(call, &ecs.DescribeTaskDefinitionInput{TaskDefinition: definition})
	if err != nil {
		return ""
	}
	return aws.ToString(out.TaskDefinition.ContainerDefinitions[0].Image)
}

// count counts a task that is on its way, serves, or finishes what it has.
func (tr *truth) count(task ecstypes.Task, healthy bool) {
	n := revision(task.TaskDefinitionArn)
	c := tr.replicas[n]
	switch aws.ToString(task.LastStatus) {
	case "PROVISIONING", "PENDING", "ACTIVATING":
		c.Starting++
	case "RUNNING":
		if healthy {
			c.Healthy++
		} else {
			c.Starting++
		}
	case "DEACTIVATING", "STOPPING":
		c.Draining++
	default:
		return
	}
	tr.replicas[n] = c
}

// revision is the number of a task definition's ARN.
func revision(arn *string) int {
	n, err := strconv.Atoi(aws.ToString(arn)[strings.LastIndex(aws.ToString(arn), ":")+1:])
	if err != nil {
		return 0 // the service is not there
	}
	return n
}

// detail is a detail of a task's network interface.
func detail(task ecstypes.Task, name string) string {
	for _, attachment := range task.Attachments {
		for _, d := range attachment.Details {
			if aws.ToString(d.Name) == name {
				return aws.ToString(d.Value)
			}
		}
	}
	return ""
}

// primary is the revision that ECS works towards.
func (tr truth) primary() int { return revision(tr.service.TaskDefinition) }

// healthy is the number of healthy replicas of all revisions.
func (tr truth) healthy() int32 {
	n := 0
	for _, c := range tr.replicas {
		n += c.Healthy
	}
	return int32(n)
}

// unserved says what of the spec is not served; empty where all of it is.
func (tr truth) unserved(spec *v1alpha1.FlexGatewayDeploymentSpec) string {
	want := map[int]picture.Count{}
	if n := int(tr.service.DesiredCount); n > 0 {
		want[tr.primary()] = picture.Count{Healthy: n}
	}
	switch {
	case tr.image != spec.Image:
		return fmt.Sprintf("the service runs %s, the spec asks for %s", tr.image, spec.Image)
	case spec.Replicas != nil && tr.service.DesiredCount != *spec.Replicas:
		return fmt.Sprintf("the service wants %d replicas, the spec asks for %d", tr.service.DesiredCount, *spec.Replicas)
	case !maps.Equal(want, tr.replicas):
		return fmt.Sprintf("the replicas by revision are %+v, not %+v", tr.replicas, want)
	}
	return ""
}

// steadyAfter is the first moment after since at which ECS said that the service was
// steady; zero if it has not.
func (tr truth) steadyAfter(since time.Time) time.Time {
	return tr.said("has reached a steady state.", since)
}

// said is when ECS first said so about the service after the moment; zero if it has not.
func (tr truth) said(what string, since time.Time) time.Time {
	var first time.Time
	for _, e := range tr.service.Events { // the newest first
		if e.CreatedAt.After(since) && strings.Contains(*e.Message, what) {
			first = *e.CreatedAt
		}
	}
	return first
}
