package awssim

import (
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// eventPipe is a rule whose target is a queue.
type eventPipe struct {
	t      *testing.T
	sim    *Sim
	events *eventbridge.Client
	queues *sqs.Client
	url    *string
}

const (
	pipeQueue = "arn:aws:sqs:us-east-1:123456789012:q"
	pipeRule  = "arn:aws:events:us-east-1:123456789012:rule/r"
)

// newPipe makes a pipe; source is whom the queue's policy lets send, "" for nobody.
func newPipe(t *testing.T, delivery core.EventDelivery, source string) *eventPipe {
	t.Helper()
	s, err := New(Options{Settings: &core.Settings{Events: delivery}, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	p := &eventPipe{t: t, sim: s, events: eventbridge.NewFromConfig(config(s, "us-east-1", "test")), queues: sqs.NewFromConfig(config(s, "us-east-1", "test"))}
	attributes := map[string]string{}
	if source != "" {
		attributes["Policy"] = fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},
			"Action":"sqs:SendMessage","Resource":%q,"Condition":{"ArnEquals":{"aws:SourceArn":%q}}}]}`, pipeQueue, source)
	}
	made, err := p.queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q"), Attributes: attributes})
	if err != nil {
		t.Fatal(err)
	}
	p.url = made.QueueUrl
	if _, err := p.events.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("r"), EventPattern: aws.String(`{"source":["mine"]}`)}); err != nil {
		t.Fatal(err)
	}
	if _, err := p.events.PutTargets(t.Context(), &eventbridge.PutTargetsInput{
		Rule: aws.String("r"), Targets: []eventtypes.Target{{Id: aws.String("1"), Arn: aws.String(pipeQueue)}},
	}); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *eventPipe) put(source string) {
	p.t.Helper()
	out, err := p.events.PutEvents(p.t.Context(), &eventbridge.PutEventsInput{Entries: []eventtypes.PutEventsRequestEntry{
		{Source: aws.String(source), DetailType: aws.String("d"), Detail: aws.String(`{"n":1}`)},
	}})
	if err != nil || out.FailedEntryCount != 0 {
		p.t.Fatalf("PutEvents: %v, %v", out, err)
	}
}

func (p *eventPipe) receive(wait int32) []sqstypes.Message {
	p.t.Helper()
	out, err := p.queues.ReceiveMessage(p.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: p.url, MaxNumberOfMessages: 10, WaitTimeSeconds: wait})
	if err != nil {
		p.t.Fatal(err)
	}
	return out.Messages
}

func TestALongPollEndsWithTheFirstEventOrWithItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe(t, core.EventDelivery{Delay: core.Spread{P50: 7 * time.Second}}, pipeRule)
		p.put("other's")
		p.put("mine")
		began := time.Now()
		got := p.receive(20)
		if len(got) != 1 || time.Since(began) != 7*time.Second {
			t.Fatalf("%d messages after %v, want one after 7 s", len(got), time.Since(began))
		}
		began = time.Now()
		if got := p.receive(10); len(got) != 0 || time.Since(began) != 10*time.Second {
			t.Errorf("%d messages after %v, want none after 10 s", len(got), time.Since(began))
		}
		// What is not deleted comes back, in the midst of a poll: 30 s after it was received.
		time.Sleep(12 * time.Second)
		began = time.Now()
		got = p.receive(20)
		if len(got) != 1 || time.Since(began) != 8*time.Second {
			t.Fatalf("%d messages after %v, want the same one again after 8 s", len(got), time.Since(began))
		}
		if _, err := p.queues.DeleteMessage(t.Context(), &sqs.DeleteMessageInput{QueueUrl: p.url, ReceiptHandle: got[0].ReceiptHandle}); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		if got := p.receive(0); len(got) != 0 {
			t.Errorf("what was deleted came back: %v", got)
		}
	})
}

func TestAQueueWhosePolicyDoesNotLetTheRuleGetsNothing(t *testing.T) {
	for name, source := range map[string]string{"no policy": "", "another rule": pipeRule + "2"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p := newPipe(t, core.EventDelivery{}, source)
				p.put("mine")
				if got := p.receive(5); len(got) != 0 {
					t.Errorf("messages %v, want none", got)
				}
				p.sim.World().Do(func() {
					if got := p.sim.Events.Counts(); got.Refused != 1 || got.Delivered != 0 {
						t.Errorf("counts = %+v, want one refused", got)
					}
				})
			})
		})
	}
}

func TestEventsComeTwiceAndOutOfOrderWhereSettingsSaySo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe(t, core.EventDelivery{Delay: core.Spread{P50: time.Second, P95: time.Minute}, Duplicates: 1}, pipeRule)
		for range 5 {
			p.put("mine")
		}
		time.Sleep(time.Hour)
		if got := p.receive(0); len(got) != 10 {
			t.Errorf("%d messages of 5 events, want 10", len(got))
		}
	})
}

func TestErrorsOfSQSAndEventBridgeAreTheSDKsOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPipe(t, core.EventDelivery{}, pipeRule)
		_, err := p.queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q"), Attributes: map[string]string{"VisibilityTimeout": "1"}})
		if _, ok := errors.AsType[*sqstypes.QueueNameExists](err); !ok || codeOf(err) != "QueueAlreadyExists" {
			t.Errorf("the same name with another timeout: %v", err)
		}
		if _, err := p.events.DeleteRule(t.Context(), &eventbridge.DeleteRuleInput{Name: aws.String("r")}); codeOf(err) != "ValidationException" {
			t.Errorf("a rule with a target: %v", err)
		}
		_, err = p.events.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("x"), EventPattern: aws.String(`{"source":"a"}`)})
		if _, ok := errors.AsType[*eventtypes.InvalidEventPatternException](err); !ok {
			t.Errorf("a pattern that is not valid: %v", err)
		}
		if _, err := p.events.ListRules(t.Context(), &eventbridge.ListRulesInput{EventBusName: aws.String("mine")}); codeOf(err) != "ResourceNotFoundException" {
			t.Errorf("another bus: %v", err)
		}
		if _, err := p.queues.DeleteQueue(t.Context(), &sqs.DeleteQueueInput{QueueUrl: p.url}); err != nil {
			t.Fatal(err)
		}
		_, err = p.queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: p.url})
		if _, ok := errors.AsType[*sqstypes.QueueDoesNotExist](err); !ok {
			t.Errorf("a queue that is gone: %v", err)
		}
		_, err = p.queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q")})
		if _, ok := errors.AsType[*sqstypes.QueueDeletedRecently](err); !ok {
			t.Errorf("its name at once: %v", err)
		}
		time.Sleep(time.Minute)
		if _, err := p.queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("q")}); err != nil {
			t.Errorf("its name a minute later: %v", err)
		}
	})
}
