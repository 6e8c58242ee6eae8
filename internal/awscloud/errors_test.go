package awscloud

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	efstypes "github.com/aws/aws-sdk-go-v2/service/efs/types"
	"github.com/aws/smithy-go"

	"flexgw.io/controller/internal/engine"
)

// answer is AWS's answer with a code, in the frame that the SDK puts around it.
func answer(code string) error {
	return &smithy.OperationError{ServiceID: "ECS", OperationName: "CreateService", Err: &smithy.GenericAPIError{Code: code, Message: "the reason"}}
}

func TestErrorsOfAWSBecomeWaits(t *testing.T) {
	for _, test := range []struct {
		name   string
		err    error
		after  time.Duration
		reason string
	}{
		{"ECS throttles", answer("ThrottlingException"), 10 * time.Second, "AWS asks for fewer calls (ThrottlingException)"},
		{"EC2 throttles", answer("RequestLimitExceeded"), 10 * time.Second, "AWS asks for fewer calls (RequestLimitExceeded)"},
		{"IAM throttles", answer("Throttling"), 10 * time.Second, "AWS asks for fewer calls (Throttling)"},
		{"a group is still used", answer("DependencyViolation"), 5 * time.Second, "AWS is busy with it: DependencyViolation: the reason"},
		{"a target group is still used", answer("ResourceInUse"), 5 * time.Second, "AWS is busy with it: ResourceInUse: the reason"},
		{
			"a file system is not ready", &efstypes.IncorrectFileSystemLifeCycleState{Message: aws.String("creating")}, 5 * time.Second,
			"AWS is busy with it: IncorrectFileSystemLifeCycleState: creating",
		},
		{
			"a cluster still has tasks", fmt.Errorf("frame: %w", &ecstypes.ClusterContainsTasksException{Message: aws.String("2 tasks")}), 5 * time.Second,
			"AWS is busy with it: ClusterContainsTasksException: 2 tasks",
		},
		{"time ran out", fmt.Errorf("call: %w", context.DeadlineExceeded), 5 * time.Second, "the controller ran out of time and continues"},
		{"the manager stops", fmt.Errorf("call: %w", context.Canceled), 5 * time.Second, "the controller ran out of time and continues"},
	} {
		t.Run(test.name, func(t *testing.T) {
			var wait *engine.Wait
			if err := Classify(test.err); !errors.As(err, &wait) || wait.After != test.after || wait.Reason != test.reason {
				t.Errorf("Classify() = %#v, want a wait of %v: %s", err, test.after, test.reason)
			}
		})
	}
}

func TestErrorsOfAWSBecomeProblems(t *testing.T) {
	for _, test := range []struct {
		name     string
		err      error
		reason   string
		terminal bool
	}{
		{"the caller may not", answer("AccessDeniedException"), ReasonAccessDenied, false},
		{"EC2 says it in its own way", answer("UnauthorizedOperation"), ReasonAccessDenied, false},
		{"the credentials have expired", answer("ExpiredTokenException"), ReasonAccessDenied, false},
		{"a parameter is refused", answer("InvalidParameterException"), ReasonRefused, true},
		{"a zone is not supported", answer("UnsupportedAvailabilityZone"), ReasonRefused, true},
		{"a typed error is refused", &ecstypes.InvalidParameterException{Message: aws.String("no")}, ReasonRefused, true},
		{"a quota is used up", answer("TooManyLoadBalancers"), ReasonQuotaExceeded, false},
		{"a quota is used up, by the code that the SDK takes for throttling", answer("LimitExceededException"), ReasonQuotaExceeded, false},
		{"an address is missing", answer("NoFreeAddressesInSubnet"), ReasonQuotaExceeded, false},
		{"something vanished meanwhile", answer("TargetGroupNotFound"), ReasonAWSError, false},
		{"something appeared meanwhile", answer("EntityAlreadyExists"), ReasonAWSError, false},
		{"AWS failed", answer("InternalFailure"), ReasonAWSError, false},
		{"nobody answered", errors.New("connection refused"), ReasonAWSError, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			var problem *engine.Problem
			if err := Classify(test.err); !errors.As(err, &problem) {
				t.Fatalf("Classify() = %#v, want a problem", err)
			}
			if problem.Reason != test.reason || problem.Terminal != test.terminal {
				t.Errorf("reason %s, terminal %v, want %s and %v", problem.Reason, problem.Terminal, test.reason, test.terminal)
			}
			if !errors.Is(problem, test.err) || !strings.Contains(problem.Error(), Plain(test.err).Error()) {
				t.Errorf("problem %q does not keep its cause %q", problem, test.err)
			}
		})
	}
}

func TestAWSIsAskedByCodeNeverByText(t *testing.T) {
	for _, test := range []struct {
		name string
		is   func(error) bool
		code string
	}{
		{"IsNotFound", IsNotFound, "InvalidGroup.NotFound"},
		{"IsExists", IsExists, "InvalidPermission.Duplicate"},
		{"IsBusy", IsBusy, "DeleteConflict"},
		{"IsDenied", IsDenied, "AuthFailure"},
		{"IsThrottle", IsThrottle, "ThrottlingException"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if !test.is(answer(test.code)) || !test.is(fmt.Errorf("frame: %w", answer(test.code))) {
				t.Errorf("false for %s", test.code)
			}
			for what, err := range map[string]error{"nil": nil, "another code": answer("InternalFailure"), "the code as text": errors.New(test.code)} {
				if test.is(err) {
					t.Errorf("true for %s", what)
				}
			}
		})
	}
}

func TestEveryClassHasAMetricLabel(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
	}{
		{nil, "ok"},
		{answer("ThrottlingException"), "throttled"},
		{answer("AccessDenied"), "denied"},
		{answer("NoSuchEntity"), "not-found"},
		{answer("DuplicateListener"), "conflict"},
		{answer("FileSystemInUse"), "busy"},
		{answer("ValidationError"), "refused"},
		{answer("TooManyTargetGroups"), "quota"},
		{answer("InternalFailure"), "error"},
		{errors.New("connection refused"), "error"},
	} {
		if got := className(test.err); got != test.want {
			t.Errorf("className(%v) = %q, want %q", test.err, got, test.want)
		}
	}
	for code, c := range classes {
		if className(answer(code)) == "" {
			t.Errorf("class %d of %s has no label", c, code)
		}
	}
}
