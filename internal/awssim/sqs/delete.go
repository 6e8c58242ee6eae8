package sqs

import (
	"errors"
	"regexp"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// mostEntries is the most that a batch can have.
const mostEntries = 10

var entryID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// DeleteMessage deletes the message that a receipt handle is of. Deleting it again
// does nothing.
func (s *Service) DeleteMessage(c *core.Call, in *sdk.DeleteMessageInput) (*sdk.DeleteMessageOutput, error) {
	q, err := s.lookup(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := q.remove(in.ReceiptHandle); err != nil {
		return nil, err
	}
	return &sdk.DeleteMessageOutput{}, nil
}

func (q *queue) remove(handle *string) error {
	held, err := q.held(handle)
	if err != nil {
		return err
	}
	q.messages = slices.DeleteFunc(q.messages, func(m *message) bool { return m == held })
	return nil
}

// DeleteMessageBatch deletes up to ten messages; each entry succeeds or fails by itself.
func (s *Service) DeleteMessageBatch(c *core.Call, in *sdk.DeleteMessageBatchInput) (*sdk.DeleteMessageBatchOutput, error) {
	q, err := s.lookup(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := checkEntries(in.Entries); err != nil {
		return nil, err
	}
	out := &sdk.DeleteMessageBatchOutput{Successful: []types.DeleteMessageBatchResultEntry{}, Failed: []types.BatchResultErrorEntry{}}
	for _, e := range in.Entries {
		err := q.remove(e.ReceiptHandle)
		if refusal, ok := errors.AsType[*core.Error](err); ok {
			out.Failed = append(out.Failed, types.BatchResultErrorEntry{
				Id: e.Id, Code: aws.String(refusal.Code), Message: aws.String(refusal.Message), SenderFault: true,
			})
			continue
		}
		out.Successful = append(out.Successful, types.DeleteMessageBatchResultEntry{Id: e.Id})
	}
	return out, nil
}

func checkEntries(entries []types.DeleteMessageBatchRequestEntry) error {
	seen := map[string]bool{}
	switch {
	case len(entries) == 0:
		return core.Errorf("EmptyBatchRequest", "There should be at least one DeleteMessageBatchRequestEntry in the request.")
	case len(entries) > mostEntries:
		return core.Errorf("TooManyEntriesInBatchRequest", "Maximum number of entries per request are %d. You have sent %d.", mostEntries, len(entries))
	}
	for _, e := range entries {
		id := aws.ToString(e.Id)
		if !entryID.MatchString(id) {
			return core.Errorf("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.")
		}
		if seen[id] {
			return core.Errorf("BatchEntryIdsNotDistinct", "Id %s repeated.", id)
		}
		seen[id] = true
	}
	return nil
}

// ChangeMessageVisibility hides a received message for so many seconds from now; with
// 0 it can be received again at once.
func (s *Service) ChangeMessageVisibility(c *core.Call, in *sdk.ChangeMessageVisibilityInput) (*sdk.ChangeMessageVisibilityOutput, error) {
	q, err := s.lookup(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if in.VisibilityTimeout < 0 || in.VisibilityTimeout > mostHidden {
		return nil, core.Errorf(invalidParameter, "Value %d for parameter VisibilityTimeout is invalid. Reason: VisibilityTimeout must be an integer between 0 and 43200.", in.VisibilityTimeout)
	}
	m, err := q.held(in.ReceiptHandle)
	if err != nil {
		return nil, err
	}
	now := s.world.Now()
	if m == nil || m.received == 0 || !m.visibleAt.After(now) {
		return nil, core.Errorf(notInFlight, "Message does not exist or is not available for visibility timeout change.")
	}
	m.visibleAt = now.Add(time.Duration(in.VisibilityTimeout) * time.Second)
	q.wake()
	return &sdk.ChangeMessageVisibilityOutput{}, nil
}
