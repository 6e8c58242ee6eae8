package events

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/eventbridge"

	"flexgw.io/controller/internal/awssim/core"
)

func (s *Service) tagged(c *core.Call, arn *string) (*rule, error) {
	for _, r := range s.buses.In(c.Scope).rules {
		if r.arn == aws.ToString(arn) {
			return r, nil
		}
	}
	return nil, core.Errorf(notFound, "Resource %s does not exist.", aws.ToString(arn))
}

// TagResource adds tags to a rule, replacing the values of keys that are there already.
func (s *Service) TagResource(c *core.Call, in *sdk.TagResourceInput) (*sdk.TagResourceOutput, error) {
	r, err := s.tagged(c, in.ResourceARN)
	if err != nil {
		return nil, err
	}
	if err := r.tag(in.Tags); err != nil {
		return nil, err
	}
	return &sdk.TagResourceOutput{}, nil
}

// UntagResource removes tags from a rule; keys that it does not have do not matter.
func (s *Service) UntagResource(c *core.Call, in *sdk.UntagResourceInput) (*sdk.UntagResourceOutput, error) {
	r, err := s.tagged(c, in.ResourceARN)
	if err != nil {
		return nil, err
	}
	for _, key := range in.TagKeys {
		delete(r.tags, key)
	}
	return &sdk.UntagResourceOutput{}, nil
}

// ListTagsForResource returns the tags of a rule.
func (s *Service) ListTagsForResource(c *core.Call, in *sdk.ListTagsForResourceInput) (*sdk.ListTagsForResourceOutput, error) {
	r, err := s.tagged(c, in.ResourceARN)
	if err != nil {
		return nil, err
	}
	return &sdk.ListTagsForResourceOutput{Tags: core.SDKTags(core.Tags(r.tags), writeTag)}, nil
}
