package sqs

import (
	"crypto/md5" //nolint:gosec // SQS's own checksum, no secret
	"encoding/base64"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// maxDelay is the longest DelaySeconds.
const maxDelay = 900

// message is one message of a queue.
type message struct {
	id, body, sender string
	sent             time.Time
	first            time.Time
	// visibleAt is when it can be received, for the first time or again.
	visibleAt time.Time
	received  int
	// from is the queue that gave it up, for one in a dead-letter queue.
	from string
}

// SendMessage puts a message into a queue.
func (s *Service) SendMessage(c *core.Call, in *sdk.SendMessageInput) (*sdk.SendMessageOutput, error) {
	q, err := s.lookup(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	body := aws.ToString(in.MessageBody)
	most, err := strconv.Atoi(q.attributes[attributeSize])
	switch {
	case err != nil:
		return nil, err
	case len(in.MessageAttributes) > 0, len(in.MessageSystemAttributes) > 0:
		return nil, core.Errorf(notSimulated, "awssim: message attributes are not simulated").WithStatus(501)
	case body == "":
		return nil, core.Errorf("MissingParameter", "The request must contain the parameter MessageBody.")
	case len(body) > most:
		return nil, core.Errorf(invalidParameter, "One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", most)
	case in.DelaySeconds < 0 || in.DelaySeconds > maxDelay:
		return nil, core.Errorf(invalidParameter, "Value %d for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.", in.DelaySeconds)
	}
	delay := q.seconds(attributeDelay)
	if in.DelaySeconds > 0 {
		delay = time.Duration(in.DelaySeconds) * time.Second
	}
	m := s.put(q, body, c.Principal, delay)
	return &sdk.SendMessageOutput{MessageId: aws.String(m.id), MD5OfMessageBody: aws.String(sum(body))}, nil
}

func (s *Service) put(q *queue, body, sender string, delay time.Duration) *message {
	now := s.world.Now()
	m := &message{id: s.world.EventID(), body: body, sender: sender, sent: now, visibleAt: now.Add(delay)}
	q.messages = append(q.messages, m)
	q.wake()
	return m
}

// Delivery is how an attempt to deliver a message to a queue went.
type Delivery int

// The outcomes of Deliver.
const (
	// Delivered: the message is in the queue.
	Delivered Delivery = iota
	// NoQueue: there is no such queue.
	NoQueue
	// Refused: the queue's policy does not let the service send messages.
	Refused
)

// Deliver puts a message into a queue in the name of an AWS service, such as
// "events.amazonaws.com", on behalf of the resource with the ARN source. The world
// must be locked.
func (s *Service) Deliver(queueARN, service, source, body string) Delivery {
	q, ok := s.byARN(queueARN)
	if !ok {
		return NoQueue
	}
	keys := map[string]string{"aws:SourceArn": source, "aws:SecureTransport": "true", "aws:PrincipalIsAWSService": "true", "aws:PrincipalServiceName": service}
	if parts := strings.Split(source, ":"); len(parts) > 4 {
		keys["aws:SourceAccount"] = parts[4]
	}
	if q.policy == nil || !q.policy.AllowsService(service, "sqs:SendMessage", q.arn, keys) {
		return Refused
	}
	s.put(q, body, service, q.seconds(attributeDelay))
	return Delivered
}

// expire forgets the messages that are older than the queue keeps them.
func (q *queue) expire(now time.Time) {
	kept := q.seconds(attributeRetention)
	q.messages = slices.DeleteFunc(q.messages, func(m *message) bool { return now.Sub(m.sent) >= kept })
}

// handle is the receipt handle of the latest reception. It tells one reception of a
// message from another.
func (m *message) handle() string {
	return base64.StdEncoding.EncodeToString([]byte(m.id + ":" + strconv.Itoa(m.received)))
}

// held finds the message that a receipt handle is of. A handle that is not the latest
// is still of its message; nil where the message is gone, as after its deletion.
func (q *queue) held(handle *string) (*message, error) {
	text, err := base64.StdEncoding.DecodeString(aws.ToString(handle))
	id, count, found := strings.Cut(string(text), ":")
	if _, isNumber := strconv.Atoi(count); err != nil || !found || isNumber != nil {
		return nil, core.Errorf(invalidHandle, "The input receipt handle is invalid.")
	}
	for _, m := range q.messages {
		if m.id == id {
			return m, nil
		}
	}
	return nil, nil
}

// view is the message as a receiver sees it, with the attributes that it asks for.
func (m *message) view(wanted []string) types.Message {
	v := types.Message{
		MessageId: aws.String(m.id), ReceiptHandle: aws.String(m.handle()),
		Body: aws.String(m.body), MD5OfBody: aws.String(sum(m.body)),
	}
	millis := func(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }
	all := map[string]string{
		"SenderId": m.sender, "SentTimestamp": millis(m.sent),
		"ApproximateReceiveCount": strconv.Itoa(m.received), "ApproximateFirstReceiveTimestamp": millis(m.first),
	}
	if m.from != "" {
		all["DeadLetterQueueSourceArn"] = m.from
	}
	for name, value := range all {
		if slices.Contains(wanted, name) || slices.Contains(wanted, "All") {
			if v.Attributes == nil {
				v.Attributes = map[string]string{}
			}
			v.Attributes[name] = value
		}
	}
	return v
}

func sum(body string) string {
	digest := md5.Sum([]byte(body)) //nolint:gosec // as above
	return hex.EncodeToString(digest[:])
}
