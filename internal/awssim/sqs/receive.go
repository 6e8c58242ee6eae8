package sqs

import (
	"slices"
	"time"

	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"

	"flexgw.io/controller/internal/awssim/core"
)

// Limits of ReceiveMessage (Amazon SQS API reference).
const (
	mostReceived  = 10
	mostWait      = 20     // seconds
	mostHidden    = 43_200 // seconds
	mostInFlight  = 120_000
	defaultAmount = 1
)

// ReceiveMessage returns up to ten messages and hides them for the visibility
// timeout. With a wait time, its own or the queue's, and an empty queue it waits for
// the first message.
//
// The wait and the timeout cannot be told from absent where they are 0: the SDK sends
// neither. The queue's own are used then.
func (s *Service) ReceiveMessage(c *core.Call, in *sdk.ReceiveMessageInput) (*sdk.ReceiveMessageOutput, error) {
	q, err := s.lookup(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := checkReceive(in); err != nil {
		return nil, err
	}
	now := s.world.Now()
	q.expire(now)
	found, err := s.take(q, in, now)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		if w := q.wait(c, in, now); w != nil {
			return nil, w
		}
	}
	wanted := attributesOf(in)
	out := &sdk.ReceiveMessageOutput{}
	for _, m := range found {
		out.Messages = append(out.Messages, m.view(wanted))
	}
	return out, nil
}

func checkReceive(in *sdk.ReceiveMessageInput) error {
	invalid := func(name string, value int32, least, most int) error {
		return core.Errorf(invalidParameter, "Value %d for parameter %s is invalid. Reason: Must be between %d and %d, if provided.", value, name, least, most)
	}
	switch {
	case in.MaxNumberOfMessages < 0 || in.MaxNumberOfMessages > mostReceived:
		return invalid("MaxNumberOfMessages", in.MaxNumberOfMessages, 1, mostReceived)
	case in.WaitTimeSeconds < 0 || in.WaitTimeSeconds > mostWait:
		return invalid("WaitTimeSeconds", in.WaitTimeSeconds, 0, mostWait)
	case in.VisibilityTimeout < 0 || in.VisibilityTimeout > mostHidden:
		return invalid("VisibilityTimeout", in.VisibilityTimeout, 0, mostHidden)
	}
	return nil
}

func attributesOf(in *sdk.ReceiveMessageInput) []string {
	var names []string
	for _, name := range in.AttributeNames {
		names = append(names, string(name))
	}
	for _, name := range in.MessageSystemAttributeNames {
		names = append(names, string(name))
	}
	return names
}

// take receives what is visible. What has been received too often goes to the
// dead-letter queue instead.
func (s *Service) take(q *queue, in *sdk.ReceiveMessageInput, now time.Time) ([]*message, error) {
	hidden := q.seconds(attributeVisibility)
	if in.VisibilityTimeout > 0 {
		hidden = time.Duration(in.VisibilityTimeout) * time.Second
	}
	s.giveUp(q, now)
	inFlight := 0
	var found []*message
	for _, m := range q.messages {
		switch {
		case m.visibleAt.After(now) && m.received > 0:
			inFlight++
		case !m.visibleAt.After(now) && len(found) < int(max(in.MaxNumberOfMessages, defaultAmount)):
			found = append(found, m)
		}
	}
	if inFlight+len(found) > mostInFlight {
		return nil, core.Errorf(overLimit, "The maximum number of in flight messages is reached.")
	}
	for _, m := range found {
		if m.received++; m.received == 1 {
			m.first = now
		}
		m.visibleAt = now.Add(hidden)
	}
	return found, nil
}

// giveUp moves what was received too often to the dead-letter queue.
func (s *Service) giveUp(q *queue, now time.Time) {
	policy, err := parseRedrive(q.attributes[attributeRedrive])
	dead, ok := s.byARN(policy.Target)
	if err != nil || !ok {
		return
	}
	q.messages = slices.DeleteFunc(q.messages, func(m *message) bool {
		if m.visibleAt.After(now) || m.received < policy.most() {
			return false
		}
		m.from = q.arn
		dead.messages = append(dead.messages, m)
		dead.wake()
		return true
	})
}

// wait is how a call that has found nothing waits, nil where it does not wait, or not
// any more.
func (q *queue) wait(c *core.Call, in *sdk.ReceiveMessageInput, now time.Time) error {
	d := q.seconds(attributeWait)
	if in.WaitTimeSeconds > 0 {
		d = time.Duration(in.WaitTimeSeconds) * time.Second
	}
	until := c.Since.Add(d)
	if c.Since.IsZero() || !now.Before(until) {
		return nil
	}
	for _, m := range q.messages {
		if m.visibleAt.Before(until) {
			until = m.visibleAt
		}
	}
	return &core.Wait{Until: until, Changed: q.changed}
}
