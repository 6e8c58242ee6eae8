package traffic_test

import (
	"fmt"
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
	"flexgw.io/controller/test/traffic/picture"
)

// names are the AWS resources that tell what a gateway serves.
type names struct {
	scope                        core.Scope
	cluster, service, targetPort string
}

func namesOf(t *testing.T, s *scene) names {
	t.Helper()
	gw := s.Get(t)
	port := fmt.Sprint(gw.Spec.LoadBalancer.HealthCheck.Port)
	return names{
		scope: core.Scope{Account: gw.Status.Account, Region: gw.Status.Region}, cluster: gw.Spec.Compute.ClusterName,
		service: s.ResourceID(t, "Service", "gateway"), targetPort: s.ResourceID(t, "TargetGroup", port),
	}
}

// truth is what is so in AWS at one moment.
type truth struct {
	at      time.Time
	service ecstypes.Service
	tasks   []ecstypes.Task
	// image is what the primary deployment runs.
	image string
	// replicas are the running tasks by the revision that they run.
	replicas map[string]picture.Count
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
	tr := truth{at: sim.World().Now(), replicas: map[string]picture.Count{}}
	services, err := sim.ECS.DescribeServices(call, &ecs.DescribeServicesInput{Cluster: &n.cluster, Services: []string{n.service}})
	if err != nil || len(services.Services) == 0 {
		return tr
	}
	tr.service = services.Services[0]
	tr.image = imageOf(sim, call, tr.service.TaskDefinition)
	health, err := sim.ELB.DescribeTargetHealth(call, &elbv2.DescribeTargetHealthInput{TargetGroupArn: &n.targetPort})
	if err != nil {
		return tr
	}
	healthy := map[string]bool{}
	for _, d := range health.TargetHealthDescriptions {
		healthy[*d.Target.Id] = d.TargetHealth.State == elbtypes.TargetHealthStateEnumHealthy
	}
	listed, err := sim.ECS.ListTasks(call, &ecs.ListTasksInput{Cluster: &n.cluster, ServiceName: &n.service})
	if err != nil || len(listed.TaskArns) == 0 {
		return tr
	}
	described, err := sim.ECS.DescribeTasks(call, &ecs.DescribeTasksInput{Cluster: &n.cluster, Tasks: listed.TaskArns})
	if err != nil {
		return tr
	}
	tr.tasks = described.Tasks
	for _, task := range tr.tasks {
		tr.count(task, healthy[detail(task, "privateIPv4Address")])
	}
	return tr
}

func imageOf(sim *awssim.Sim, call *core.Call, definition *string) string {
	out, err := sim.ECS.DescribeTaskDefinition(call, &ecs.DescribeTaskDefinitionInput{TaskDefinition: definition})
	if err != nil {
		return ""
	}
	return aws.ToString(out.TaskDefinition.ContainerDefinitions[0].Image)
}

func (tr *truth) count(task ecstypes.Task, healthy bool) {
	if aws.ToString(task.LastStatus) != "RUNNING" {
		return
	}
	c := tr.replicas[revision(task.TaskDefinitionArn)]
	c.Running++
	if healthy {
		c.Healthy++
	}
	tr.replicas[revision(task.TaskDefinitionArn)] = c
}

// revision is FAMILY:N of a task definition's ARN.
func revision(arn *string) string {
	return aws.ToString(arn)[strings.LastIndex(aws.ToString(arn), "/")+1:]
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
func (tr truth) primary() string { return revision(tr.service.TaskDefinition) }

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
	c := tr.replicas[tr.primary()]
	switch {
	case tr.image != spec.Image:
		return fmt.Sprintf("the service runs %s, the spec asks for %s", tr.image, spec.Image)
	case spec.Replicas != nil && tr.service.DesiredCount != *spec.Replicas:
		return fmt.Sprintf("the service wants %d replicas, the spec asks for %d", tr.service.DesiredCount, *spec.Replicas)
	case c.Healthy < int(tr.service.DesiredCount):
		return fmt.Sprintf("%d of %d replicas of %s are healthy", c.Healthy, tr.service.DesiredCount, tr.primary())
	case len(tr.replicas) > 1 || len(tr.replicas) == 1 && c.Running == 0:
		return fmt.Sprintf("replicas of other versions than %s run: %v", tr.primary(), tr.replicas)
	}
	return ""
}

// steadyAfter is the first moment after since at which ECS said that the service was
// steady; zero if it has not.
func (tr truth) steadyAfter(since time.Time) time.Time {
	var first time.Time
	for _, e := range tr.service.Events { // the newest first
		if e.CreatedAt.After(since) && strings.HasSuffix(*e.Message, "has reached a steady state.") {
			first = *e.CreatedAt
		}
	}
	return first
}

// said reports whether ECS has said so about the service since the moment.
func (tr truth) said(what string, since time.Time) bool {
	for _, e := range tr.service.Events {
		if e.CreatedAt.After(since) && strings.Contains(*e.Message, what) {
			return true
		}
	}
	return false
}
