package anypoint_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

func TestErrorsBecomeProblems(t *testing.T) {
	for _, test := range []struct {
		name     string
		err      *anypoint.Error
		reason   string
		terminal bool
		after    time.Duration
		message  string
	}{
		{"no answer", &anypoint.Error{Kind: anypoint.KindUnreachable}, anypoint.ReasonUnreachable, false, 30 * time.Second, "goes on without it"},
		{"the server fails", &anypoint.Error{Kind: anypoint.KindServer}, anypoint.ReasonUnreachable, false, 30 * time.Second, "goes on without it"},
		{"it says when", &anypoint.Error{Kind: anypoint.KindServer, RetryAfter: time.Minute}, anypoint.ReasonUnreachable, false, time.Minute, ""},
		{"too many calls", &anypoint.Error{Kind: anypoint.KindThrottled, RetryAfter: 42 * time.Second}, anypoint.ReasonThrottled, false, 42 * time.Second, "fewer calls"},
		{"a wrong secret", &anypoint.Error{Kind: anypoint.KindCredentials, Operation: anypoint.OperationToken}, anypoint.ReasonCredentialsRefused, true, 0, "correct the Secret"},
		{"a refused token", &anypoint.Error{Kind: anypoint.KindCredentials, Operation: anypoint.OperationListGateways}, anypoint.ReasonCredentialsRefused, true, 0, "Read Servers, View Organization"},
		{"a missing scope", &anypoint.Error{Kind: anypoint.KindForbidden, Operation: anypoint.OperationDeleteGateway}, anypoint.ReasonScopesMissing, true, 0, "DeleteGateway needs the scopes Manage Servers, "},
		{"a missing scope of something else", &anypoint.Error{Kind: anypoint.KindForbidden, Operation: "Dance"}, anypoint.ReasonScopesMissing, true, 0, "docs/anypoint.md"},
		{"a conflict", &anypoint.Error{Kind: anypoint.KindConflict}, anypoint.ReasonError, false, time.Minute, ""},
		{"unknown", &anypoint.Error{Kind: anypoint.KindNotFound}, anypoint.ReasonError, false, time.Minute, ""},
		{"refused", &anypoint.Error{Kind: anypoint.KindInvalid, Message: "why"}, anypoint.ReasonError, false, time.Minute, "why"},
		{"nonsense", &anypoint.Error{Kind: anypoint.KindNonsense}, anypoint.ReasonError, false, time.Minute, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var problem *engine.Problem
			if !errors.As(anypoint.Classify(fmt.Errorf("frame: %w", test.err)), &problem) {
				t.Fatalf("Classify() = %v, want a Problem", anypoint.Classify(test.err))
			}
			if problem.Reason != test.reason || problem.Terminal != test.terminal || problem.RetryAfter != test.after || !strings.Contains(problem.Error(), test.message) {
				t.Errorf("Classify() = %s, terminal %v, after %v: %s", problem.Reason, problem.Terminal, problem.RetryAfter, problem)
			}
			if !errors.Is(problem, test.err) {
				t.Error("the cause is lost")
			}
		})
	}
}

func TestAGatewayThatIsNotReadyIsAWait(t *testing.T) {
	var wait *engine.Wait
	err := anypoint.Classify(&anypoint.Error{Kind: anypoint.KindNotReady})
	if !errors.As(err, &wait) || wait.After != 20*time.Second || wait.Code != anypoint.CodeGatewayNotReady {
		t.Errorf("Classify() = %#v, want a wait of 20 s", err)
	}
}

func TestErrorsOfOthersAreLeftToOthers(t *testing.T) {
	for _, err := range []error{nil, errors.New("of AWS"), context.Canceled, fmt.Errorf("anypoint: GetToken: %w", context.DeadlineExceeded)} {
		if got := anypoint.Classify(err); got != nil {
			t.Errorf("Classify(%v) = %v, want nil", err, got)
		}
	}
}
