package awssim

import (
	"strings"

	"flexgw.io/controller/internal/awssim/iam"
)

// sqsRules follow "Actions, resources, and condition keys for Amazon SQS". A batch is
// authorized as the single operation.
func sqsRules() map[string]rule {
	named := func(r *request) []iam.Ask { return r.on(r.arn(r.or("QueueName", "*"))) }
	rules := map[string]rule{
		"ListQueues":  everywhere,
		"GetQueueUrl": named,
		"CreateQueue": func(r *request) []iam.Ask {
			return r.creating(named(r), "TagQueue", r.arn(r.or("QueueName", "*")))
		},
		"DeleteMessageBatch": func(r *request) []iam.Ask { return []iam.Ask{r.ask("sqs:DeleteMessage", r.queue())} },
	}
	for _, operation := range []string{
		"GetQueueAttributes", "SetQueueAttributes", "DeleteQueue", "PurgeQueue", "SendMessage", "ReceiveMessage",
		"DeleteMessage", "ChangeMessageVisibility", "TagQueue", "UntagQueue", "ListQueueTags",
	} {
		rules[operation] = func(r *request) []iam.Ask { return r.on(r.queue()) }
	}
	return rules
}

// queue is the ARN of the queue that a URL names.
func (r *request) queue() string {
	url := r.text("QueueUrl")
	return r.arn(url[strings.LastIndex(url, "/")+1:])
}
