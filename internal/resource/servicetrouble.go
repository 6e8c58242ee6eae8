package resource

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// troubled is the revision of which tasks fail, or failed before ECS gave it up; empty
// where there is none, or where the reason is known for good: an hour later ECS shows no
// stopped task that could tell it.
func (s *ServiceState) troubled(before Rollout) string {
	for _, d := range s.Deployments {
		if before.Failed && before.Reason != "" && d.ID == before.DeploymentID {
			continue
		}
		if d.Failed > 0 || d.Rollout == ecstypes.DeploymentRolloutStateFailed {
			return d.TaskDefinition
		}
	}
	if !before.Failed && s.rolledBack(before.TaskDefinition, before) {
		return before.TaskDefinition // given up and put back between two looks
	}
	return ""
}

// trouble is why tasks of the newest deployment fail, for the end of a sentence.
func (s *ServiceState) trouble() string {
	if s.Primary().Failed == 0 {
		return ""
	}
	return fmt.Sprintf(", %d failed: %s", s.Primary().Failed, cmp.Or(s.Cause, s.LastEvents))
}

// why is why a rollout failed, in ECS's words.
func (s Service) why(observed *ServiceState) string {
	return cmp.Or(observed.Cause, s.Before.Reason, observed.LastEvents)
}

// cause asks the newest of the stopped tasks of a revision that ended by themselves why
// they did. ECS shows stopped tasks for an hour at least; where there is none, tasks
// could not even be placed, and the service's newest events say why.
func (s Service) cause(ctx context.Context, observed *ServiceState, revision string) (string, error) {
	list, err := s.Cloud.ECS.ListTasks(ctx, &ecs.ListTasksInput{
		Cluster: &observed.Cluster, ServiceName: &s.Name, DesiredStatus: ecstypes.DesiredStatusStopped,
	})
	if err != nil {
		return "", gone(err)
	}
	if len(list.TaskArns) == 0 {
		return observed.LastEvents, nil
	}
	out, err := s.Cloud.ECS.DescribeTasks(ctx, &ecs.DescribeTasksInput{Cluster: &observed.Cluster, Tasks: list.TaskArns})
	if err != nil {
		return "", gone(err)
	}
	failed := slices.DeleteFunc(out.Tasks, func(t ecstypes.Task) bool {
		return aws.ToString(t.TaskDefinitionArn) != revision || severity(t.StopCode) == 0
	})
	if len(failed) == 0 {
		return observed.LastEvents, nil
	}
	return stopped(slices.MaxFunc(failed, func(a, b ecstypes.Task) int {
		return cmp.Or(cmp.Compare(severity(a.StopCode), severity(b.StopCode)), aws.ToTime(a.StoppingAt).Compare(aws.ToTime(b.StoppingAt)))
	})), nil
}

// severity is how much the end of a task says about its revision. ECS itself stops tasks
// that fail their health checks, and others that are merely too many.
func severity(code ecstypes.TaskStopCode) int {
	switch code {
	case ecstypes.TaskStopCodeTaskFailedToStart, ecstypes.TaskStopCodeEssentialContainerExited:
		return 2
	case ecstypes.TaskStopCodeServiceSchedulerInitiated:
		return 1
	default:
		return 0
	}
}

// stopped says why a task ended.
func stopped(t ecstypes.Task) string {
	parts := []string{aws.ToString(t.StoppedReason)}
	for _, c := range t.Containers {
		if c.ExitCode != nil && *c.ExitCode != 0 {
			parts = append(parts, fmt.Sprintf("%s: exit code %d", aws.ToString(c.Name), *c.ExitCode))
		}
	}
	return strings.Join(parts, "; ")
}
