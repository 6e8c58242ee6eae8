package sqs

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"

	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/awssim/iam"
)

// The attributes of a queue that can be set, and are simulated.
const (
	attributePolicy     = "Policy"
	attributeVisibility = "VisibilityTimeout"
	attributeSize       = "MaximumMessageSize"
	attributeRetention  = "MessageRetentionPeriod"
	attributeDelay      = "DelaySeconds"
	attributeWait       = "ReceiveMessageWaitTimeSeconds"
	attributeRedrive    = "RedrivePolicy"
	attributeEncrypted  = "SqsManagedSseEnabled"
)

// defaults are AWS's; the message size is the one since August 2025.
func defaults() map[string]string {
	return map[string]string{
		attributeVisibility: "30", attributeSize: "1048576", attributeRetention: "345600",
		attributeDelay: "0", attributeWait: "0", attributeEncrypted: "true",
	}
}

// numbers are the least and the most of the attributes that are numbers (Amazon SQS
// API reference, SetQueueAttributes). Times are in seconds, the size in bytes.
var numbers = map[string][2]int{
	attributeVisibility: {0, 43_200}, attributeSize: {1024, 1 << 20}, attributeRetention: {60, 1_209_600},
	attributeDelay: {0, 900}, attributeWait: {0, 20},
}

// set sets attributes, all or none. An empty policy removes the one that is there.
func (q *queue) set(attributes map[string]string) error {
	policy := q.policy
	for name, value := range attributes {
		limits, isNumber := numbers[name]
		switch {
		case isNumber:
			if n, err := strconv.Atoi(value); err != nil || n < limits[0] || n > limits[1] {
				return badAttribute(name)
			}
		case name == attributePolicy && value == "":
			policy = nil
		case name == attributePolicy:
			parsed, err := iam.ParseResourcePolicy(value)
			if err != nil {
				return badAttribute(name)
			}
			policy = &parsed
		case name == attributeRedrive:
			if _, err := parseRedrive(value); err != nil {
				return badAttribute(name)
			}
		case name == attributeEncrypted:
			if value != "true" && value != "false" {
				return badAttribute(name)
			}
		case slices.Contains([]string{"FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit", "KmsMasterKeyId", "KmsDataKeyReusePeriodSeconds", "RedriveAllowPolicy"}, name):
			return core.Errorf(notSimulated, "awssim: the queue attribute %s is not simulated", name).WithStatus(501)
		default:
			return core.Errorf(invalidName, "Unknown Attribute %s.", name)
		}
	}
	q.policy = policy
	for name, value := range attributes {
		if value == "" {
			delete(q.attributes, name)
			continue
		}
		q.attributes[name] = value
	}
	return nil
}

func badAttribute(name string) error {
	return core.Errorf(invalidValue, "Invalid value for the parameter %s.", name)
}

// equalAttribute compares as CreateQueue does: policies by what they say.
func equalAttribute(a, b string) bool {
	var left, right any
	if json.Unmarshal([]byte(a), &left) == nil && json.Unmarshal([]byte(b), &right) == nil {
		return reflect.DeepEqual(left, right)
	}
	return a == b
}

// seconds is an attribute that is a time.
func (q *queue) seconds(name string) time.Duration {
	n, err := strconv.Atoi(q.attributes[name])
	if err != nil {
		return 0 // an attribute that is not set
	}
	return time.Duration(n) * time.Second
}

// SetQueueAttributes changes attributes. In AWS it takes up to 60 seconds until all
// of it is in force; here none.
func (s *Service) SetQueueAttributes(c *core.Call, in *sdk.SetQueueAttributesInput) (*sdk.SetQueueAttributesOutput, error) {
	q, err := s.lookup(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := q.set(in.Attributes); err != nil {
		return nil, err
	}
	q.modified = s.world.Now()
	return &sdk.SetQueueAttributesOutput{}, nil
}

// GetQueueAttributes returns the attributes that are asked for by name, or "All".
func (s *Service) GetQueueAttributes(c *core.Call, in *sdk.GetQueueAttributesInput) (*sdk.GetQueueAttributesOutput, error) {
	q, err := s.lookup(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	all := q.described(s.world.Now())
	out := &sdk.GetQueueAttributesOutput{}
	for name, value := range all {
		for _, wanted := range in.AttributeNames {
			if string(wanted) != name && wanted != "All" {
				continue
			}
			if out.Attributes == nil {
				out.Attributes = map[string]string{}
			}
			out.Attributes[name] = value
		}
	}
	return out, nil
}

// described are all attributes as GetQueueAttributes returns them.
func (q *queue) described(now time.Time) map[string]string {
	q.expire(now)
	var visible, delayed, inFlight int
	for _, m := range q.messages {
		switch {
		case !m.visibleAt.After(now):
			visible++
		case m.received == 0:
			delayed++
		default:
			inFlight++
		}
	}
	all := map[string]string{
		"QueueArn": q.arn, "CreatedTimestamp": strconv.FormatInt(q.created.Unix(), 10), "LastModifiedTimestamp": strconv.FormatInt(q.modified.Unix(), 10),
		"ApproximateNumberOfMessages": strconv.Itoa(visible), "ApproximateNumberOfMessagesDelayed": strconv.Itoa(delayed),
		"ApproximateNumberOfMessagesNotVisible": strconv.Itoa(inFlight),
	}
	for name, value := range q.attributes {
		all[name] = value
	}
	return all
}

// redrive is a queue's RedrivePolicy.
type redrive struct {
	Target string      `json:"deadLetterTargetArn"`
	Max    json.Number `json:"maxReceiveCount"`
}

func parseRedrive(text string) (redrive, error) {
	var r redrive
	if text == "" {
		return r, nil
	}
	if err := json.NewDecoder(strings.NewReader(text)).Decode(&r); err != nil {
		return r, err
	}
	if n := r.most(); n < 1 || n > 1000 || r.Target == "" {
		return r, badAttribute(attributeRedrive)
	}
	return r, nil
}

// most is how often a message is received before it goes to the dead-letter queue.
func (r redrive) most() int {
	n, err := strconv.Atoi(r.Max.String())
	if err != nil {
		return 0
	}
	return n
}
