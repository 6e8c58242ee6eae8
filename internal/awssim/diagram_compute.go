package awssim

import (
	"path"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// serviceBox is an ECS service.
type serviceBox struct {
	Cluster     string           `json:"cluster"`
	Name        string           `json:"name"`
	Status      string           `json:"status"`
	Desired     int32            `json:"desired"`
	Running     int32            `json:"running"`
	Pending     int32            `json:"pending"`
	Deployments []deploymentLine `json:"deployments"`
	// Events are the latest few, the newest first.
	Events []string `json:"events"`
}

type deploymentLine struct {
	Status         string `json:"status"`
	TaskDefinition string `json:"taskDefinition"`
	RolloutState   string `json:"rolloutState"`
}

// taskBox is a task where it runs.
type taskBox struct {
	ID         string `json:"id"`
	Provider   string `json:"provider,omitempty"`
	Group      string `json:"group"`
	Definition string `json:"definition"`
	Status     string `json:"status"`
	Desired    string `json:"desired"`
	Health     string `json:"health,omitempty"`
	Address    string `json:"address"`
}

// drawnEvents is how many service events are worth their space.
const drawnEvents = 6

// services lists the ECS services, and puts all tasks into the zones.
func (s *Sim) services(call *core.Call, zones []zoneBox) []serviceBox {
	boxes := []serviceBox{}
	clusters, err := s.ECS.ListClusters(call, &ecs.ListClustersInput{})
	if err != nil {
		return boxes
	}
	for _, cluster := range clusters.ClusterArns {
		s.tasks(call, cluster, zones)
		list, err := s.ECS.ListServices(call, &ecs.ListServicesInput{Cluster: &cluster})
		if err != nil || len(list.ServiceArns) == 0 {
			continue
		}
		out, err := s.ECS.DescribeServices(call, &ecs.DescribeServicesInput{Cluster: &cluster, Services: list.ServiceArns})
		if err != nil {
			continue
		}
		for _, svc := range out.Services {
			boxes = append(boxes, serviceBoxOf(path.Base(cluster), svc))
		}
	}
	return boxes
}

func serviceBoxOf(cluster string, svc types.Service) serviceBox {
	box := serviceBox{
		Cluster: cluster, Name: aws.ToString(svc.ServiceName), Status: aws.ToString(svc.Status),
		Desired: svc.DesiredCount, Running: svc.RunningCount, Pending: svc.PendingCount,
		Deployments: []deploymentLine{}, Events: []string{},
	}
	for _, d := range svc.Deployments {
		box.Deployments = append(box.Deployments, deploymentLine{
			aws.ToString(d.Status), path.Base(aws.ToString(d.TaskDefinition)), string(d.RolloutState),
		})
	}
	for _, e := range svc.Events[:min(drawnEvents, len(svc.Events))] {
		box.Events = append(box.Events, aws.ToString(e.Message))
	}
	return box
}

// tasks puts the cluster's tasks, also those that have just stopped, into the zones.
func (s *Sim) tasks(call *core.Call, cluster string, zones []zoneBox) {
	for _, desired := range []types.DesiredStatus{types.DesiredStatusRunning, types.DesiredStatusStopped} {
		list, err := s.ECS.ListTasks(call, &ecs.ListTasksInput{Cluster: &cluster, DesiredStatus: desired})
		if err != nil || len(list.TaskArns) == 0 {
			continue
		}
		out, err := s.ECS.DescribeTasks(call, &ecs.DescribeTasksInput{Cluster: &cluster, Tasks: list.TaskArns})
		if err != nil {
			continue
		}
		for _, t := range out.Tasks {
			subnet, box := taskBoxOf(t)
			if z := zoneOf(zones, subnet); z != nil && box.Status != "STOPPED" {
				z.Tasks = append(z.Tasks, box)
			}
		}
	}
}

func taskBoxOf(t types.Task) (subnet string, box taskBox) {
	box = taskBox{
		ID: path.Base(aws.ToString(t.TaskArn)), Provider: aws.ToString(t.CapacityProviderName), Group: aws.ToString(t.Group), Definition: path.Base(aws.ToString(t.TaskDefinitionArn)),
		Status: aws.ToString(t.LastStatus), Desired: aws.ToString(t.DesiredStatus), Health: string(t.HealthStatus),
	}
	for _, a := range t.Attachments {
		for _, detail := range a.Details {
			switch aws.ToString(detail.Name) {
			case "subnetId":
				subnet = aws.ToString(detail.Value)
			case "privateIPv4Address":
				box.Address = aws.ToString(detail.Value)
			}
		}
	}
	return subnet, box
}
