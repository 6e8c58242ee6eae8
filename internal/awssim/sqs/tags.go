package sqs

import (
	"maps"

	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"

	"flexgw.io/controller/internal/awssim/core"
)

// tag adds tags to the queue, all or none.
func (q *queue) tag(added map[string]string) error {
	all, fault := core.Tags(q.tags).With(core.Tags(added).Sorted())
	switch {
	case fault == nil:
		q.tags = all
		return nil
	case fault.Kind == core.TooManyTags:
		return core.Errorf(invalidParameter, "Too many tags added for queue %s.", q.name)
	default:
		return core.Errorf(invalidParameter, "Tag keys must be between 1 and 128 characters in length and cannot start with aws:.")
	}
}

// TagQueue adds tags to a queue, replacing the values of keys that are there already.
func (s *Service) TagQueue(c *core.Call, in *sdk.TagQueueInput) (*sdk.TagQueueOutput, error) {
	q, err := s.lookup(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	if err := q.tag(in.Tags); err != nil {
		return nil, err
	}
	return &sdk.TagQueueOutput{}, nil
}

// UntagQueue removes tags from a queue; keys that it does not have do not matter.
func (s *Service) UntagQueue(c *core.Call, in *sdk.UntagQueueInput) (*sdk.UntagQueueOutput, error) {
	q, err := s.lookup(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	for _, key := range in.TagKeys {
		delete(q.tags, key)
	}
	return &sdk.UntagQueueOutput{}, nil
}

// ListQueueTags returns the tags of a queue.
func (s *Service) ListQueueTags(c *core.Call, in *sdk.ListQueueTagsInput) (*sdk.ListQueueTagsOutput, error) {
	q, err := s.lookup(c, in.QueueUrl)
	if err != nil {
		return nil, err
	}
	out := &sdk.ListQueueTagsOutput{}
	if len(q.tags) > 0 {
		out.Tags = maps.Clone(q.tags)
	}
	return out, nil
}
