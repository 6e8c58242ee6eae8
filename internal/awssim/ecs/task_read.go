package ecs

import (
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// mostDescribedTasks is the batch limit of DescribeTasks.
const mostDescribedTasks = 100

// DescribeTasks describes up to a hundred tasks of a cluster by id or ARN. STOPPED
// ones can be described for an hour.
func (s *Service) DescribeTasks(c *core.Call, in *sdk.DescribeTasksInput) (*sdk.DescribeTasksOutput, error) {
	found, err := s.regions.In(c.Scope).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	if len(in.Tasks) == 0 {
		return nil, invalidParameter("Tasks cannot be empty.")
	}
	if len(in.Tasks) > mostDescribedTasks {
		return nil, invalidParameter("Tasks cannot have more than %d elements.", mostDescribedTasks)
	}
	found.forget(s.world.Now())
	out := &sdk.DescribeTasksOutput{Tasks: []types.Task{}, Failures: []types.Failure{}}
	for _, ref := range in.Tasks {
		t, ok := found.task(lastSegment(ref))
		if !ok {
			out.Failures = append(out.Failures, missing(completeARN(c.Scope, ref, "task/"+found.name+"/"+ref)))
			continue
		}
		v := t.view()
		if slices.Contains(in.Include, types.TaskFieldTags) {
			v.Tags = orEmpty(t.tags)
		}
		out.Tasks = append(out.Tasks, v)
	}
	return out, nil
}

// ListTasks lists the ARNs of a cluster's tasks whose desired status is RUNNING
// (the default) or STOPPED, of one family, service or starter if so asked.
func (s *Service) ListTasks(c *core.Call, in *sdk.ListTasksInput) (*sdk.ListTasksOutput, error) {
	found, err := s.regions.In(c.Scope).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	if in.ServiceName != nil {
		if _, ok := found.service(*in.ServiceName, s.world.Now()); !ok {
			return nil, core.Errorf(codeServiceNotFound, "Service not found.")
		}
	}
	found.forget(s.world.Now())
	var arns []string
	for _, t := range found.tasks {
		if t.matches(in) {
			arns = append(arns, t.arn)
		}
	}
	part, next, err := page(arns, in.NextToken, in.MaxResults, 100)
	if err != nil {
		return nil, err
	}
	return &sdk.ListTasksOutput{TaskArns: part, NextToken: next}, nil
}

func (t *task) matches(in *sdk.ListTasksInput) bool {
	desired := string(in.DesiredStatus)
	if desired == "" {
		desired = taskRunning
	}
	return t.Seen() && t.desiredStatus == desired &&
		in.ContainerInstance == nil &&
		(in.Family == nil || *in.Family == aws.ToString(t.revision.definition.Family)) &&
		(in.StartedBy == nil || *in.StartedBy == t.startedBy) &&
		(in.LaunchType == "" || in.LaunchType == t.launchType) &&
		(in.ServiceName == nil || t.service != nil && t.service.name == lastSegment(*in.ServiceName))
}

// StopTask stops a task; a service replaces it.
func (s *Service) StopTask(c *core.Call, in *sdk.StopTaskInput) (*sdk.StopTaskOutput, error) {
	found, err := s.regions.In(c.Scope).cluster(in.Cluster)
	if err != nil {
		return nil, err
	}
	found.forget(s.world.Now())
	t, ok := found.task(lastSegment(aws.ToString(in.Task)))
	if !ok {
		return nil, invalidParameter("The referenced task was not found.")
	}
	s.stop(t, types.TaskStopCodeUserInitiated, *orDefault(in.Reason, "Task stopped by user"))
	v := t.view()
	return &sdk.StopTaskOutput{Task: &v}, nil
}
