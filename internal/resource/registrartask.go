package resource

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

// The containers of the task that registers a gateway, and the exit codes with which the
// first one's script tells what flexctl said.
const (
	RegistrarContainer = "flexctl"
	KeeperContainer    = "keeper"

	ExitNameTaken          = 70
	ExitFileExists         = 71
	ExitScopesMissing      = 72
	ExitCredentialsRefused = 73
)

// The tags of the task.
const (
	// renewsTag names the version of the file that the task renews; empty where it
	// registers.
	renewsTag = "flexgw.io/renews"
	// nameFreeTag is when the platform was seen to have no gateway of the name, right
	// before the task was started.
	nameFreeTag = "flexgw.io/name-free-at"
)

// outcome is how a task ended.
type outcome int

const (
	outcomeStored             outcome = iota + 1 // the file is in Secrets Manager
	outcomeNeverRan                              // flexctl never began
	outcomeNameTaken                             // the platform has a gateway of the name
	outcomeFileExists                            // there was a file where flexctl writes its own
	outcomeScopesMissing                         // the Connected App may not register
	outcomeCredentialsRefused                    // the platform does not know the Connected App
	outcomeFailed                                // flexctl failed otherwise, or was killed
	outcomeNotStored                             // flexctl succeeded, and its file was lost
)

// RegistrarTask is a task that registers the gateway, or renews its registration.
type RegistrarTask struct {
	ARN, Definition string
	Running         bool
	Created         time.Time
	// Stopped is when it ended.
	Stopped time.Time
	// Renews is the version of the file that it renews; empty where it registers.
	Renews string
	// NameFree is when the name was seen to be free before the task was started.
	NameFree time.Time

	outcome outcome
	detail  string // ECS's words about the end
	logs    string // where flexctl's words are
}

func (t *RegistrarTask) stored() bool { return t.outcome == outcomeStored }

// current is the newest task for what is outstanding: the registration, or the renewal of
// this very version. Nil where ECS knows none.
func (s *RegisteredState) current() *RegistrarTask {
	for i, task := range s.Tasks {
		if task.Renews == s.Version {
			return &s.Tasks[i]
		}
	}
	return nil
}

// running is a task that is still at work; nil where there is none.
func (s *RegisteredState) running() *RegistrarTask {
	for i, task := range s.Tasks {
		if task.Running {
			return &s.Tasks[i]
		}
	}
	return nil
}

// tasks are those that ECS knows, the newest first.
func (r Registration) tasks(ctx context.Context) ([]RegistrarTask, error) {
	cluster := r.Cluster.Value()
	if cluster == nil {
		return nil, nil
	}
	var arns []string
	for _, status := range []ecstypes.DesiredStatus{ecstypes.DesiredStatusRunning, ecstypes.DesiredStatusStopped} {
		out, err := r.Cloud.ECS.ListTasks(ctx, &ecs.ListTasksInput{Cluster: &cluster.ARN, StartedBy: ptr(r.startedBy()), DesiredStatus: status})
		if err != nil {
			return nil, gone(err)
		}
		arns = append(arns, out.TaskArns...)
	}
	if len(arns) == 0 {
		return nil, nil
	}
	return r.describe(ctx, arns)
}

func (r Registration) describe(ctx context.Context, arns []string) ([]RegistrarTask, error) {
	cluster := r.Cluster.Value()
	if cluster == nil {
		return nil, nil
	}
	out, err := r.Cloud.ECS.DescribeTasks(ctx, &ecs.DescribeTasksInput{
		Cluster: &cluster.ARN, Tasks: arns[:min(len(arns), mostDescribed)], Include: []ecstypes.TaskField{ecstypes.TaskFieldTags},
	})
	if err != nil {
		return nil, gone(err)
	}
	var tasks []RegistrarTask
	for _, t := range out.Tasks {
		tasks = append(tasks, r.registrarTask(t))
	}
	slices.SortFunc(tasks, func(a, b RegistrarTask) int { return b.Created.Compare(a.Created) })
	return tasks, nil
}

// mostDescribed is how many tasks one DescribeTasks may name.
const mostDescribed = 100

// registrarTask reads a task.
func (r Registration) registrarTask(t ecstypes.Task) RegistrarTask {
	tags := ecsTagMap(t.Tags)
	task := RegistrarTask{
		ARN: aws.ToString(t.TaskArn), Definition: aws.ToString(t.TaskDefinitionArn), Created: aws.ToTime(t.CreatedAt), Renews: tags[renewsTag],
	}
	task.NameFree, _ = time.Parse(time.RFC3339, tags[nameFreeTag]) // zero proves nothing
	task.logs = fmt.Sprintf("%s/%s/%s in log group %s", r.LogPrefix, RegistrarContainer, task.ARN[strings.LastIndex(task.ARN, "/")+1:], r.LogGroup)
	if task.Running = !registrarEnded(t); task.Running {
		return task
	}
	for _, at := range []*time.Time{t.StoppedAt, t.ExecutionStoppedAt, t.StoppingAt, t.CreatedAt} {
		if at != nil {
			task.Stopped = *at
			break
		}
	}
	task.outcome, task.detail = registrarOutcome(t)
	return task
}

// registrarEnded is true once the keeper's exit code is known, or the task has stopped:
// the network interface, which takes another while, does not matter.
func registrarEnded(t ecstypes.Task) bool {
	return containerOf(t, KeeperContainer).ExitCode != nil || aws.ToString(t.LastStatus) == "STOPPED"
}

func containerOf(t ecstypes.Task, name string) ecstypes.Container {
	for _, c := range t.Containers {
		if aws.ToString(c.Name) == name {
			return c
		}
	}
	return ecstypes.Container{}
}

// registrarOutcome is how a task has ended, and what ECS says of it.
func registrarOutcome(t ecstypes.Task) (outcome, string) {
	flexctl, keeper := containerOf(t, RegistrarContainer), containerOf(t, KeeperContainer)
	said := distinct(" ", aws.ToString(t.StoppedReason), aws.ToString(flexctl.Reason))
	if flexctl.ExitCode == nil {
		if flexctl.RuntimeId == nil {
			return outcomeNeverRan, cmp.Or(said, "its container was never started")
		}
		return outcomeFailed, cmp.Or(said, "it was killed")
	}
	switch code := *flexctl.ExitCode; code {
	case 0:
	case ExitNameTaken:
		return outcomeNameTaken, ""
	case ExitFileExists:
		return outcomeFileExists, ""
	case ExitScopesMissing:
		return outcomeScopesMissing, ""
	case ExitCredentialsRefused:
		return outcomeCredentialsRefused, ""
	default:
		return outcomeFailed, strings.TrimSpace(fmt.Sprintf("exit code %d %s", code, aws.ToString(flexctl.Reason)))
	}
	switch {
	case keeper.ExitCode == nil:
		return outcomeNotStored, cmp.Or(distinct(" ", aws.ToString(keeper.Reason), aws.ToString(t.StoppedReason)), "the keeper did not run")
	case *keeper.ExitCode != 0:
		return outcomeNotStored, fmt.Sprintf("the keeper ended with exit code %d", *keeper.ExitCode)
	default:
		return outcomeStored, ""
	}
}
