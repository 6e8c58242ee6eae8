package awscloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"flexgw.io/controller/internal/engine"
)

// call is an error of a call to EC2, in the SDK's frames.
func call(cause error) error {
	return &smithy.OperationError{ServiceID: "EC2", OperationName: "DescribeSubnets", Err: fmt.Errorf("exceeded maximum number of attempts, 3, %w", cause)}
}

// answered is an answer of AWS's with an id of the request.
func answered(id, code, message string) error {
	return call(&smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: &http.Response{StatusCode: http.StatusForbidden, Header: http.Header{"X-Amzn-Requestid": {id}}}},
		Err:      fmt.Errorf("RequestID: %s: %w", id, &smithy.GenericAPIError{Code: code, Message: message}),
	})
}

// unsent is a request that met this error on its way.
func unsent(cause error) error {
	return call(&smithyhttp.RequestSendError{Err: &url.Error{Op: "Post", URL: "https://ec2.us-east-1.amazonaws.com/", Err: cause}})
}

func TestACallThatFailsIsToldInAPersonsWords(t *testing.T) {
	reset := &net.OpError{Op: "read", Net: "tcp", Source: &net.TCPAddr{IP: net.IPv4(10, 0, 0, 1), Port: 34567}, Err: errors.New("connection reset by peer")}
	for _, test := range []struct {
		name string
		err  error
		want string
	}{
		{"AWS denies it", answered("1", "UnauthorizedOperation", "You are not authorized. Encoded authorization failure message: 4UkQxYz"), "EC2 DescribeSubnets: UnauthorizedOperation: You are not authorized."},
		{"AWS hangs up", unsent(io.EOF), "EC2 DescribeSubnets: no answer: EOF"},
		{"the connection breaks", unsent(reset), "EC2 DescribeSubnets: no answer: read: connection reset by peer"},
		{
			"no role for the credentials", call(fmt.Errorf("get credentials: %w", &smithy.OperationError{ServiceID: "STS", OperationName: "AssumeRoleWithWebIdentity", Err: &smithy.GenericAPIError{Code: "AccessDenied", Message: "no"}})),
			"the manager has no credentials for AWS: STS AssumeRoleWithWebIdentity: AccessDenied: no",
		},
		{"something else", call(errors.New("the request cannot be written")), "EC2 DescribeSubnets: exceeded maximum number of attempts, 3, the request cannot be written"},
		{"no call", io.ErrUnexpectedEOF, "unexpected EOF"},
		{"nothing", context.Canceled, "context canceled"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := Plain(test.err)
			if got.Error() != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
			if !errors.Is(got, test.err) || Code(got) != Code(test.err) {
				t.Errorf("%v has lost its cause", got)
			}
		})
	}
}

func TestTheSameRefusalIsTheSameSentenceEachTime(t *testing.T) {
	one, another := answered("1", "AccessDenied", "no"), answered("2", "AccessDenied", "no")
	if one.Error() == another.Error() {
		t.Fatal("the two answers do not differ")
	}
	if Classify(one).Error() != Classify(another).Error() {
		t.Errorf("%q and %q", Classify(one), Classify(another))
	}
}

func TestThatAWSDoesNotAnswerIsToldInTheSameWordsOfAllCalls(t *testing.T) {
	other := &smithy.OperationError{ServiceID: "ECS", OperationName: "ListTasks", Err: &smithyhttp.RequestSendError{Err: io.EOF}}
	if one, another := Classify(unsent(io.EOF)).Error(), Classify(other).Error(); one != another || !strings.Contains(one, "AWS does not answer") {
		t.Errorf("%q and %q", one, another)
	}
}

func TestCredentialsThatAWSDoesNotTakeAreNoMissingPermission(t *testing.T) {
	for code, want := range map[string]string{"ExpiredToken": "credentials", "UnrecognizedClientException": "credentials", "AccessDenied": "docs/iam.md", "UnauthorizedOperation": "docs/iam.md"} {
		var problem *engine.Problem
		if !errors.As(Classify(answered("1", code, "no")), &problem) || !strings.Contains(problem.Message, want) {
			t.Errorf("%s: %v, want the word %s", code, problem, want)
		}
	}
}
