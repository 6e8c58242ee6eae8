package autoscaling

import (
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/applicationautoscaling"

	"flexgw.io/controller/internal/awssim/core"
)

// tagged are the tags and those that are added.
func tagged(have core.Tags, added map[string]string) (core.Tags, error) {
	all, fault := have.With(core.Tags(added).Sorted())
	switch {
	case fault == nil:
		return all, nil
	case fault.Kind == core.TooManyTags:
		return nil, core.Errorf(tooManyTags, "The number of tags exceeds the limit of %d tags for a resource.", core.MostTags) // the sentence is not AWS's
	default:
		return nil, core.Errorf(invalid, "Tag keys must not be empty or begin with aws:") // the sentence is not AWS's
	}
}

// byARN finds the scalable target that has the ARN; policies and scheduled actions have
// no tags.
func (s *Service) byARN(c *core.Call, arn *string) (*target, error) {
	for _, t := range s.regions.In(c.Scope).targets {
		if t.arn == aws.ToString(arn) && t.Seen() {
			return t, nil
		}
	}
	return nil, core.Errorf(noResource, "The specified resource doesn't exist.").With("ResourceName", aws.ToString(arn)) // the sentence is not AWS's
}

// TagResource adds tags to a scalable target, replacing the values of keys that are
// there already.
func (s *Service) TagResource(c *core.Call, in *sdk.TagResourceInput) (*sdk.TagResourceOutput, error) {
	t, err := s.byARN(c, in.ResourceARN)
	if err != nil {
		return nil, err
	}
	if t.tags, err = tagged(t.tags, in.Tags); err != nil {
		return nil, err
	}
	return &sdk.TagResourceOutput{}, nil
}

// UntagResource removes tags from a scalable target; keys that it does not have do not
// matter.
func (s *Service) UntagResource(c *core.Call, in *sdk.UntagResourceInput) (*sdk.UntagResourceOutput, error) {
	t, err := s.byARN(c, in.ResourceARN)
	if err != nil {
		return nil, err
	}
	for _, key := range in.TagKeys {
		delete(t.tags, key)
	}
	return &sdk.UntagResourceOutput{}, nil
}

// ListTagsForResource returns the tags of a scalable target.
func (s *Service) ListTagsForResource(c *core.Call, in *sdk.ListTagsForResourceInput) (*sdk.ListTagsForResourceOutput, error) {
	t, err := s.byARN(c, in.ResourceARN)
	if err != nil {
		return nil, err
	}
	return &sdk.ListTagsForResourceOutput{Tags: maps.Clone(t.tags)}, nil
}
