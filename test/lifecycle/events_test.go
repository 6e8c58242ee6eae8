package lifecycle

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ebtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim/core"
)

// queue is an SQS queue to which EventBridge brings the events of ECS.
type queue struct {
	b   *bench
	sqs *sqs.Client
	url *string
}

func (b *bench) queue() queue {
	b.t.Helper()
	const queueARN, ruleARN = "arn:aws:sqs:us-east-1:123456789012:ecs", "arn:aws:events:us-east-1:123456789012:rule/ecs"
	local := &http.Client{Transport: b.sim.RoundTripper()}
	who := credentials.NewStaticCredentialsProvider("AKIATEST", "secret", "")
	events := eventbridge.New(eventbridge.Options{Region: "us-east-1", BaseEndpoint: aws.String("http://aws.test"), HTTPClient: local, Credentials: who})
	q := queue{b: b, sqs: sqs.New(sqs.Options{Region: "us-east-1", BaseEndpoint: aws.String("http://aws.test"), HTTPClient: local, Credentials: who})}
	made, err := q.sqs.CreateQueue(b.t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("ecs"), Attributes: map[string]string{
		"Policy": fmt.Sprintf(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"events.amazonaws.com"},
			"Action":"sqs:SendMessage","Resource":%q,"Condition":{"ArnEquals":{"aws:SourceArn":%q}}}]}`, queueARN, ruleARN),
	}})
	b.must(err)
	q.url = made.QueueUrl
	_, err = events.PutRule(b.t.Context(), &eventbridge.PutRuleInput{Name: aws.String("ecs"), EventPattern: aws.String(`{"source":["aws.ecs"]}`)})
	b.must(err)
	_, err = events.PutTargets(b.t.Context(), &eventbridge.PutTargetsInput{
		Rule: aws.String("ecs"), Targets: []ebtypes.Target{{Id: aws.String("queue"), Arn: aws.String(queueARN)}},
	})
	b.must(err)
	return q
}

// event is what a message of the queue has in it.
type event struct {
	ID         string `json:"id"`
	DetailType string `json:"detail-type"`
	Detail     struct {
		EventName  string `json:"eventName"`
		TaskArn    string `json:"taskArn"`
		LastStatus string `json:"lastStatus"`
		Version    int    `json:"version"`
	} `json:"detail"`
}

// drain receives and deletes all messages.
func (q queue) drain() (events []event) {
	q.b.t.Helper()
	for {
		out, err := q.sqs.ReceiveMessage(q.b.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: q.url, MaxNumberOfMessages: 10, WaitTimeSeconds: 20})
		q.b.must(err)
		if len(out.Messages) == 0 {
			return events
		}
		for _, m := range out.Messages {
			var e event
			q.b.must(json.Unmarshal([]byte(aws.ToString(m.Body)), &e))
			events = append(events, e)
			_, err := q.sqs.DeleteMessage(q.b.t.Context(), &sqs.DeleteMessageInput{QueueUrl: q.url, ReceiptHandle: m.ReceiptHandle})
			q.b.must(err)
		}
	}
}

func TestTheEventsOfAGatewayReachAQueueAtLeastOnceAndInAnyOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.sim.World().Do(func() {
			b.sim.World().Settings.Events = core.EventDelivery{Delay: core.Spread{P50: 10 * time.Second, P95: time.Minute}, Duplicates: 0.3}
		})
		q, gw := b.queue(), gatewayNamed(t, "gw", nil)
		b.create(gw)
		b.untilReady(gw)
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 4 })
		b.untilReady(gw)
		b.delete(gw)
		time.Sleep(5 * time.Minute)

		names, ids, latest := map[string]int{}, map[string]int{}, map[string]int{}
		overtaken := 0
		for _, e := range q.drain() {
			ids[e.ID]++
			names[e.Detail.EventName+e.Detail.LastStatus]++
			if e.Detail.Version < latest[e.Detail.TaskArn] {
				overtaken++
			}
			latest[e.Detail.TaskArn] = max(latest[e.Detail.TaskArn], e.Detail.Version)
		}
		for _, name := range []string{"SERVICE_DEPLOYMENT_IN_PROGRESS", "SERVICE_DEPLOYMENT_COMPLETED", "SERVICE_STEADY_STATE", "PROVISIONING", "PENDING", "RUNNING", "STOPPED"} {
			if names[name] == 0 {
				t.Errorf("no event %s among %v", name, names)
			}
		}
		twice := 0
		for _, n := range ids {
			if n > 1 {
				twice++
			}
		}
		if twice == 0 || overtaken == 0 {
			t.Errorf("%d events came more than once and %d too late, want some of each", twice, overtaken)
		}
	})
}
