package resource

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ecs"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/engine"
)

// fileTag names, on the task, the file that it writes.
const fileTag = "flexgw.io/registration-file"

// startedBy marks the task; ECS allows 128 characters.
func (r RegistrationFile) startedBy() string { return "flexgw/" + r.Gateway.UID }

// find looks for a running task whose start was not recorded.
func (r RegistrationFile) find(ctx context.Context) (string, error) {
	cluster := r.Cluster.Value()
	if cluster == nil {
		return "", nil
	}
	out, err := r.Cloud.ECS.ListTasks(ctx, &ecs.ListTasksInput{Cluster: &cluster.ARN, StartedBy: ptr(r.startedBy())})
	if err != nil || len(out.TaskArns) == 0 {
		return "", gone(err)
	}
	return out.TaskArns[0], nil
}

func (r RegistrationFile) describe(ctx context.Context, arn string) (*RegistrationState, error) {
	cluster := r.Cluster.Value()
	if cluster == nil {
		return nil, nil
	}
	out, err := r.Cloud.ECS.DescribeTasks(ctx, &ecs.DescribeTasksInput{
		Cluster: &cluster.ARN, Tasks: []string{arn}, Include: []ecstypes.TaskField{ecstypes.TaskFieldTags},
	})
	if err != nil {
		return nil, gone(err)
	}
	if len(out.Tasks) == 0 {
		return nil, nil // ECS forgets stopped tasks after an hour: write again
	}
	state := registrationState(out.Tasks[0])
	state.Task = arn
	return state, nil
}

// start runs the task. The token holds the task that came before it, so that a
// repeated call starts none twice, and a new try after a failure is a new task.
func (r RegistrationFile) start(ctx context.Context, wish RegistrationWish, before string) (*RegistrationState, error) {
	input := *wish.Task
	input.ClientToken = ptr(token(r.Gateway.UID, wish.File, before))
	input.Tags = append(input.Tags, ecstypes.Tag{Key: ptr(fileTag), Value: ptr(wish.File)})
	out, err := r.Cloud.ECS.RunTask(ctx, &input)
	if awscloud.Code(err) == "ClientException" {
		return nil, r.cannotStart("writes the registration", err, r.TaskDefinition)
	}
	if err != nil {
		return nil, err
	}
	if len(out.Tasks) == 0 {
		return nil, &engine.Problem{Reason: awscloud.ReasonAWSError, Message: "ECS did not start the task that writes the registration: " + failures(out.Failures)}
	}
	state := registrationState(out.Tasks[0])
	if err := complete(r.Identity(), state.Task); err != nil {
		return nil, err
	}
	return state, nil
}

func failures(list []ecstypes.Failure) string {
	var reasons []string
	for _, f := range list {
		reasons = append(reasons, strings.TrimSpace(aws.ToString(f.Reason)+" "+aws.ToString(f.Detail)))
	}
	return strings.Join(reasons, "; ")
}
