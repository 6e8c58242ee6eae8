package ecs

import (
	"encoding/json"
	"strings"
	"time"
	"unicode"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/events"
)

// source is the source of ECS's events.
const source = "aws.ecs"

// Names and types of ECS's events (Amazon ECS developer guide, "Amazon ECS events").
const (
	deploymentInProgress = "SERVICE_DEPLOYMENT_IN_PROGRESS"
	deploymentCompleted  = "SERVICE_DEPLOYMENT_COMPLETED"
	deploymentFailed     = "SERVICE_DEPLOYMENT_FAILED"
	steadyState          = "SERVICE_STEADY_STATE"
	startImpaired        = "SERVICE_TASK_START_IMPAIRED"
	placementFailure     = "SERVICE_TASK_PLACEMENT_FAILURE"
	hookAwaitingAction   = "HOOK_AWAITING_ACTION"
)

// severity is the eventType of an event.
func severity(name string) string {
	switch name {
	case deploymentFailed, placementFailure:
		return "ERROR"
	case startImpaired:
		return "WARN"
	default:
		return "INFO"
	}
}

// announceTask publishes what has become of a task.
func (s *Service) announceTask(t *task) {
	if s.deps.Events == nil {
		return
	}
	s.deps.Events.Publish(t.region.scope, events.Event{
		Source: source, DetailType: "ECS Task State Change", Resources: []string{t.arn},
		Detail: func() map[string]any { return s.taskDetail(t) },
	})
}

// announceDeployment publishes what has become of a deployment.
func (s *Service) announceDeployment(svc *service, d *deployment, name string) {
	if s.deps.Events == nil {
		return
	}
	s.deps.Events.Publish(svc.region.scope, events.Event{
		Source: source, DetailType: "ECS Deployment State Change", Resources: []string{svc.arn},
		Detail: func() map[string]any {
			return map[string]any{
				"eventType": severity(name), "eventName": name, "clusterArn": svc.cluster.arn,
				"deploymentId": d.id, "updatedAt": iso(s.world.Now()), "reason": d.reason,
			}
		},
	})
}

// announceService publishes what the scheduler has to say of a service.
func (s *Service) announceService(svc *service, name string) {
	if s.deps.Events == nil {
		return
	}
	s.deps.Events.Publish(svc.region.scope, events.Event{
		Source: source, DetailType: "ECS Service Action", Resources: []string{svc.arn},
		Detail: func() map[string]any {
			detail := map[string]any{
				"eventType": severity(name), "eventName": name, "clusterArn": svc.cluster.arn, "createdAt": iso(s.world.Now()),
			}
			if name == placementFailure {
				detail["reason"] = "RESOURCE:FARGATE"
			}
			return detail
		},
	})
}

// taskDetail is the task as DescribeTasks shows it, in the form that events have: names
// in camel case, times as text, and no health.
func (s *Service) taskDetail(t *task) map[string]any {
	v := t.view()
	for i := range v.Attachments {
		v.Attachments[i].Type = aws.String("eni")
	}
	text, err := json.Marshal(v)
	var object map[string]any
	if err != nil || json.Unmarshal(text, &object) != nil {
		return map[string]any{"taskArn": t.arn} // a task can always be written as JSON
	}
	detail, ok := inEventForm(object).(map[string]any)
	if !ok {
		return map[string]any{"taskArn": t.arn}
	}
	delete(detail, "healthStatus")
	detail["updatedAt"] = iso(s.world.Now())
	if t.stopCode == types.TaskStopCode("") {
		delete(detail, "stopCode")
	}
	return detail
}

// inEventForm turns the SDK's names into those of events, and leaves out what is empty.
func inEventForm(value any) any {
	switch v := value.(type) {
	case map[string]any:
		object := map[string]any{}
		for name, inner := range v {
			if inner == nil || inner == "" || name == "ResultMetadata" {
				continue
			}
			object[eventName(name)] = inEventForm(inner)
		}
		return object
	case []any:
		list := make([]any, len(v))
		for i, inner := range v {
			list[i] = inEventForm(inner)
		}
		return list
	}
	return value
}

func eventName(name string) string {
	first := []rune(name)
	first[0] = unicode.ToLower(first[0])
	return strings.TrimSpace(string(first))
}

func iso(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
