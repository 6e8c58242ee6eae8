package resource

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
)

func TestWhatTheWritingTaskSaysOfTheFile(t *testing.T) {
	task := func(status string, exit *int32, reason string) ecstypes.Task {
		return ecstypes.Task{
			TaskArn: aws.String("arn:aws:ecs:r:1:task/c/1"), LastStatus: &status, StoppedReason: &reason,
			Containers: []ecstypes.Container{{Name: aws.String("writer"), ExitCode: exit}},
			Tags:       []ecstypes.Tag{{Key: aws.String(fileTag), Value: aws.String("fsap-1/registration.yaml@abc")}},
		}
	}
	tests := []struct {
		name    string
		task    ecstypes.Task
		running bool
		file    string
		failure string
	}{
		{"it starts", task("PROVISIONING", nil, ""), true, "", ""},
		{"it has written, its network interface goes back", task("DEPROVISIONING", aws.Int32(0), ""), false, "fsap-1/registration.yaml@abc", ""},
		{"it has written", task("STOPPED", aws.Int32(0), "Essential container in task exited"), false, "fsap-1/registration.yaml@abc", ""},
		{"the shell failed", task("STOPPED", aws.Int32(1), "Essential container in task exited"), false, "", "exit code 1"},
		{"it never started", task("STOPPED", nil, "ResourceInitializationError: mount failed"), false, "", "ResourceInitializationError"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := registrationState(test.task)
			if got.Running != test.running || got.File != test.file || !strings.Contains(got.Failure, test.failure) || (test.failure == "") != (got.Failure == "") {
				t.Errorf("got %+v", got)
			}
		})
	}
}
