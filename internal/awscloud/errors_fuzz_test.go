package awscloud

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"flexgw.io/controller/internal/engine"
)

// FuzzClassify classifies whatever AWS, or something on the way to it, may answer. Every
// error becomes exactly one of a wait with a pause and a problem with a reason, and the
// questions that can be asked of it exclude each other.
func FuzzClassify(f *testing.F) {
	for _, code := range slices.Sorted(maps.Keys(classes)) {
		f.Add(code, "the reason", 400)
	}
	for _, code := range []string{"", " ", "Throttling", "ThrottlingException", "RequestLimitExceeded", "SlowDown", "SOMETHING_NEW", "\x00", "%s%n", "500", "<html>"} {
		for _, status := range []int{0, -1, 200, 302, 400, 403, 404, 429, 500, 503, 999} {
			f.Add(code, "", status)
		}
	}
	f.Fuzz(func(t *testing.T, code, message string, status int) {
		answer := &awshttp.ResponseError{
			ResponseError: &smithyhttp.ResponseError{
				Response: &smithyhttp.Response{Response: &http.Response{StatusCode: status, Header: http.Header{}}},
				Err:      &smithy.GenericAPIError{Code: code, Message: message},
			}, RequestID: "1",
		}
		for _, err := range []error{
			answer, &smithy.OperationError{ServiceID: "ECS", OperationName: "CreateService", Err: answer}, fmt.Errorf("frame: %w", answer),
		} {
			checkClass(t, code, err)
		}
		checkClass(t, "", &smithy.DeserializationError{Err: errors.New(message)})
	})
}

// checkClass asserts what holds for every error of a code.
func checkClass(t *testing.T, code string, err error) {
	t.Helper()
	if got := Code(err); got != code {
		t.Errorf("code %q, want %q", got, code)
	}
	questions := 0
	for _, is := range []func(error) bool{IsNotFound, IsExists, IsBusy, IsDenied, IsThrottle} {
		if is(err) {
			questions++
		}
	}
	if questions > 1 {
		t.Errorf("%q is of %d classes", code, questions)
	}
	classified := Classify(err)
	var wait *engine.Wait
	var problem *engine.Problem
	isWait, isProblem := errors.As(classified, &wait), errors.As(classified, &problem)
	switch {
	case isWait == isProblem:
		t.Errorf("%q becomes %#v: one of wait and problem", code, classified)
	case isWait && (wait.After < time.Second || wait.Reason == ""):
		t.Errorf("%q becomes a wait of %v for %q: that is a hot loop, or says nothing", code, wait.After, wait.Reason)
	case isProblem && (problem.Reason == "" || problem.Error() == ""):
		t.Errorf("%q becomes the problem %#v, which says nothing", code, problem)
	case isProblem && !errors.Is(problem, err):
		t.Errorf("%q: the problem has lost its cause", code)
	}
}
