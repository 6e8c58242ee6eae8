package logs

import (
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"

	"flexgw.io/controller/internal/awssim/core"
)

// TagResource adds tags to a log group, replacing the values of keys that are
// there already.
func (s *Service) TagResource(c *core.Call, in *sdk.TagResourceInput) (*sdk.TagResourceOutput, error) {
	g, err := s.byARN(c, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	if err := checkTags(g.tags, in.Tags); err != nil {
		return nil, err
	}
	maps.Copy(g.tags, in.Tags)
	return &sdk.TagResourceOutput{}, nil
}

// UntagResource removes tags from a log group; keys that it does not have do not
// matter.
func (s *Service) UntagResource(c *core.Call, in *sdk.UntagResourceInput) (*sdk.UntagResourceOutput, error) {
	g, err := s.byARN(c, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	for _, key := range in.TagKeys {
		delete(g.tags, key)
	}
	return &sdk.UntagResourceOutput{}, nil
}

// ListTagsForResource returns the tags of a log group.
func (s *Service) ListTagsForResource(c *core.Call, in *sdk.ListTagsForResourceInput) (*sdk.ListTagsForResourceOutput, error) {
	g, err := s.byARN(c, in.ResourceArn)
	if err != nil {
		return nil, err
	}
	return &sdk.ListTagsForResourceOutput{Tags: copyTags(g.tags)}, nil
}

// byARN finds the group with an ARN in the form of LogGroupArn. The tag operations
// do not take the form that ends in ":*" (comment on LogGroup.Arn in the AWS SDK).
func (s *Service) byARN(c *core.Call, arn *string) (*group, error) {
	text := aws.ToString(arn)
	if !groupARN.MatchString(text) {
		return nil, core.Errorf(invalidParameter, "The specified resource ARN %q is not the ARN of a log group.", text)
	}
	for _, g := range *s.groups.In(c.Scope) {
		if g.arn == text {
			return g, nil
		}
	}
	return nil, core.Errorf(notFound, "The specified resource does not exist.")
}

// checkTags says why added cannot join the tags that are there.
func checkTags(there, added map[string]string) error {
	_, fault := core.Tags(there).With(core.Tags(added).Sorted())
	switch {
	case fault == nil:
		return nil
	case fault.Kind == core.ReservedTagKey:
		return core.Errorf(invalidParameter, "Tag keys that begin with aws: are reserved for AWS use.")
	case fault.Kind == core.TooManyTags:
		return core.Errorf(tooManyTags, "A resource cannot have more than %d tags.", core.MostTags)
	default:
		return core.Errorf(invalidParameter, "A tag key cannot be empty.")
	}
}

// copyTags returns a map of its own, never nil.
func copyTags(tags map[string]string) map[string]string {
	own := make(map[string]string, len(tags))
	maps.Copy(own, tags)
	return own
}
