package sqs

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/clock"
)

func TestWhatIsReceivedTooOftenGoesToTheDeadLetterQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := core.NewWorld(clock.Real{}, 1)
		s := New(w)
		call := &core.Call{Scope: core.Scope{Account: core.DefaultAccount, Region: "us-east-1"}, Service: "sqs"}
		var dead, live *sdk.CreateQueueOutput
		w.Do(func() {
			var err, other error
			dead, err = s.CreateQueue(call, &sdk.CreateQueueInput{QueueName: aws.String("dead")})
			live, other = s.CreateQueue(call, &sdk.CreateQueueInput{QueueName: aws.String("live"), Attributes: map[string]string{
				"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:123456789012:dead","maxReceiveCount":2}`, "VisibilityTimeout": "5",
			}})
			if err != nil || other != nil {
				t.Fatal(err, other)
			}
			if _, err := s.SendMessage(call, &sdk.SendMessageInput{QueueUrl: live.QueueUrl, MessageBody: aws.String("m")}); err != nil {
				t.Fatal(err)
			}
		})
		receive := func(url *string) (n int) {
			w.Do(func() {
				out, err := s.ReceiveMessage(call, &sdk.ReceiveMessageInput{QueueUrl: url})
				if err != nil {
					t.Fatal(err)
				}
				n = len(out.Messages)
			})
			return n
		}
		for i, want := range []int{1, 1, 0} {
			if got := receive(live.QueueUrl); got != want {
				t.Errorf("reception %d: %d messages, want %d", i+1, got, want)
			}
			time.Sleep(5 * time.Second)
		}
		if got := receive(dead.QueueUrl); got != 1 {
			t.Errorf("%d messages in the dead-letter queue, want 1", got)
		}
	})
}

func TestAttributesThatAQueueRefuses(t *testing.T) {
	tests := []struct{ name, value, code string }{
		{"VisibilityTimeout", "43201", invalidValue},
		{"DelaySeconds", "x", invalidValue},
		{"Policy", `{"Statement":[]}`, invalidValue},
		{"RedrivePolicy", `{"maxReceiveCount":0}`, invalidValue},
		{"FifoQueue", "true", notSimulated},
		{"Colour", "red", invalidName},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			q := &queue{attributes: defaults()}
			if err := q.set(map[string]string{test.name: test.value}); err == nil || !strings.HasPrefix(err.Error(), test.code+":") {
				t.Errorf("error %v, want %s", err, test.code)
			}
		})
	}
}
