package sqs

import (
	"regexp"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/iam"
)

const (
	// nameBlocked is how long the name of a deleted queue cannot be used again, and
	// purgeEvery how long a purge excludes another (Amazon SQS API reference).
	nameBlocked = 60 * time.Second
	purgeEvery  = 60 * time.Second
	// mostListed is how many queues ListQueues lists, at most and by default.
	mostListed = 1000
)

// queue is one queue.
type queue struct {
	name, arn, url string
	created        time.Time
	modified       time.Time
	purged         time.Time
	attributes     map[string]string
	policy         *iam.ResourcePolicy
	tags           map[string]string
	messages       []*message
	// changed is closed, and replaced, when there may be more to receive.
	changed chan struct{}
}

var queueName = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// CreateQueue makes a queue, or finds the one that has the name and the attributes.
func (s *Service) CreateQueue(c *core.Call, in *sdk.CreateQueueInput) (*sdk.CreateQueueOutput, error) {
	name, r := aws.ToString(in.QueueName), s.regions.In(c.Scope)
	if strings.HasSuffix(name, ".fifo") {
		return nil, core.Errorf(notSimulated, "awssim: FIFO queues are not simulated").WithStatus(501)
	}
	if !queueName.MatchString(name) {
		return nil, core.Errorf(invalidParameter, "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	if q, ok := r.queues[name]; ok {
		return q.again(in.Attributes)
	}
	now := s.world.Now()
	if at, ok := r.deleted[name]; ok && now.Sub(at) < nameBlocked {
		return nil, core.Errorf(deletedRecently, "You must wait 60 seconds after deleting a queue before you can create another with the same name.")
	}
	q := &queue{
		name: name, arn: c.ARN("sqs", name), url: "https://sqs." + c.Region + "." + domain(c.Scope) + "/" + c.Account + "/" + name,
		created: now, modified: now, attributes: defaults(), tags: map[string]string{}, changed: make(chan struct{}),
	}
	if err := q.set(in.Attributes); err != nil {
		return nil, err
	}
	if err := q.tag(in.Tags); err != nil {
		return nil, err
	}
	delete(r.deleted, name)
	r.queues[name] = q
	return &sdk.CreateQueueOutput{QueueUrl: aws.String(q.url)}, nil
}

func domain(sc core.Scope) string {
	if sc.Partition() == "aws-cn" {
		return "amazonaws.com.cn"
	}
	return "amazonaws.com"
}

// again answers a CreateQueue of a queue that exists.
func (q *queue) again(attributes map[string]string) (*sdk.CreateQueueOutput, error) {
	for name, value := range attributes {
		if !equalAttribute(q.attributes[name], value) {
			return nil, core.Errorf(nameExists, "A queue already exists with the same name and a different value for attribute %s", name)
		}
	}
	return &sdk.CreateQueueOutput{QueueUrl: aws.String(q.url)}, nil
}

// GetQueueUrl finds the URL of the account's queue with a name.
func (s *Service) GetQueueUrl(c *core.Call, in *sdk.GetQueueUrlInput) (*sdk.GetQueueUrlOutput, error) { //nolint:staticcheck // methods are found by the names of operations
	q, ok := s.regions.In(c.Scope).queues[aws.ToString(in.QueueName)]
	if owner := aws.ToString(in.QueueOwnerAWSAccountId); !ok || owner != "" && owner != c.Account {
		return nil, core.Errorf(noQueue, "The specified queue does not exist.")
	}
	return &sdk.GetQueueUrlOutput{QueueUrl: aws.String(q.url)}, nil
}

// ListQueues lists the URLs of the queues whose names begin with a prefix. Without
// MaxResults there is one page of at most 1,000, and no token.
func (s *Service) ListQueues(c *core.Call, in *sdk.ListQueuesInput) (*sdk.ListQueuesOutput, error) {
	r, size := s.regions.In(c.Scope), aws.ToInt32(in.MaxResults)
	if in.MaxResults != nil && (size < 1 || size > mostListed) {
		return nil, core.Errorf(invalidParameter, "Value for parameter MaxResults is invalid. Reason: MaxResults must be an integer between 1 and 1000.")
	}
	if in.MaxResults == nil {
		size = mostListed
	}
	var names []string
	for _, name := range r.names() {
		if strings.HasPrefix(name, aws.ToString(in.QueueNamePrefix)) {
			names = append(names, name)
		}
	}
	shown, next, err := core.PageByKey(names, core.Itself, in.NextToken, int(size))
	if err != nil {
		return nil, core.Errorf(invalidParameter, "Invalid or expired next token.")
	}
	out := &sdk.ListQueuesOutput{}
	if in.MaxResults != nil {
		out.NextToken = next
	}
	for _, name := range shown {
		out.QueueUrls = append(out.QueueUrls, r.queues[name].url)
	}
	return out, nil
}

// DeleteQueue deletes a queue and its messages. AWS takes up to a minute for it; here
// the queue is gone at once, and its name can be used again after 60 seconds.
func (s *Service) DeleteQueue(c *core.Call, in *sdk.DeleteQueueInput) (*sdk.DeleteQueueOutput, error) {
	q, err := s.lookup(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	r := s.regions.In(c.Scope)
	delete(r.queues, q.name)
	r.deleted[q.name] = s.world.Now()
	q.wake() // those who wait learn that it is gone
	return &sdk.DeleteQueueOutput{}, nil
}

// PurgeQueue deletes all messages of a queue, at most once in a minute.
func (s *Service) PurgeQueue(c *core.Call, in *sdk.PurgeQueueInput) (*sdk.PurgeQueueOutput, error) {
	q, err := s.lookup(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	now := s.world.Now()
	if !q.purged.IsZero() && now.Sub(q.purged) < purgeEvery {
		return nil, core.Errorf(purgeInProgress, "Only one PurgeQueue operation on %s is allowed every 60 seconds.", q.name)
	}
	q.purged, q.messages = now, nil
	return &sdk.PurgeQueueOutput{}, nil
}

// wake lets those who wait for messages look again.
func (q *queue) wake() {
	close(q.changed)
	q.changed = make(chan struct{})
}
