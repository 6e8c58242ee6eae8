package resource

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

func registrationState(task ecstypes.Task) *RegistrationState {
	state := &RegistrationState{Task: aws.ToString(task.TaskArn), Running: !hasEnded(task)}
	if state.Running {
		return state
	}
	if failure := taskFailure(task); failure != "" {
		state.Failure, state.Stopped = failure, aws.ToTime(task.StoppingAt)
		return state
	}
	state.File = ecsTagMap(task.Tags)[fileTag]
	return state
}

// hasEnded is true once the container's exit code is known: ECS takes another while to
// give the network interface back, for which the file does not have to wait.
func hasEnded(task ecstypes.Task) bool {
	for _, c := range task.Containers {
		if c.ExitCode != nil {
			return true
		}
	}
	return aws.ToString(task.LastStatus) == "STOPPED"
}

// taskFailure is empty where the task's containers ended well, else the cause in
// ECS's words.
func taskFailure(task ecstypes.Task) string {
	if len(task.Containers) == 0 { // nobody knows whether it wrote the file
		return strings.TrimSpace("ECS says nothing of its containers " + aws.ToString(task.StoppedReason))
	}
	for _, c := range task.Containers {
		switch {
		case c.ExitCode == nil:
			said := distinct(" ", aws.ToString(task.StoppedReason), aws.ToString(c.Reason))
			return cmp.Or(said, fmt.Sprintf("container %s ended without an exit code", aws.ToString(c.Name)))
		case *c.ExitCode != 0:
			return fmt.Sprintf("container %s ended with exit code %d %s", aws.ToString(c.Name), *c.ExitCode, aws.ToString(c.Reason))
		}
	}
	return ""
}
