package secretsmanager

import (
	"maps"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"

	"flexgw.io/controller/internal/awssim/core"
)

// TagResource adds tags to a secret, replacing the values of keys that are there
// already.
func (s *Service) TagResource(c *core.Call, in *sdk.TagResourceInput) (*sdk.TagResourceOutput, error) {
	sec, err := s.inUse(c, in.SecretId)
	if err != nil {
		return nil, err
	}
	if err := checkTags(sec.tags, in.Tags); err != nil {
		return nil, err
	}
	maps.Copy(sec.tags, tagMap(in.Tags))
	return &sdk.TagResourceOutput{}, nil
}

// UntagResource removes tags from a secret; keys that it does not have do not
// matter.
func (s *Service) UntagResource(c *core.Call, in *sdk.UntagResourceInput) (*sdk.UntagResourceOutput, error) {
	sec, err := s.inUse(c, in.SecretId)
	if err != nil {
		return nil, err
	}
	for _, key := range in.TagKeys {
		delete(sec.tags, key)
	}
	return &sdk.UntagResourceOutput{}, nil
}

// checkTags says why added cannot join the tags that are there.
func checkTags(there map[string]string, added []types.Tag) error {
	_, fault := core.Tags(there).With(core.TagsOf(added, readTag))
	if fault == nil {
		return nil
	}
	switch fault.Kind {
	case core.ReservedTagKey:
		return core.Errorf(codeInvalidParameter, "Tag keys that begin with aws: are reserved for AWS use.")
	case core.DuplicateTagKey:
		return core.Errorf(codeInvalidParameter, "The tag key %s is given more than once.", fault.Key)
	case core.TooManyTags:
		return core.Errorf(codeInvalidParameter, "A secret can have at most %d tags.", core.MostTags)
	default:
		return core.Errorf(codeInvalidParameter, "A tag key cannot be empty.")
	}
}

func readTag(t types.Tag) (key, value *string) { return t.Key, t.Value }
func writeTag(key, value *string) types.Tag    { return types.Tag{Key: key, Value: value} }

func tagMap(tags []types.Tag) map[string]string {
	m := make(map[string]string, len(tags))
	for _, tag := range tags {
		m[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return m
}

func tagList(tags map[string]string) []types.Tag { return core.SDKTags(core.Tags(tags), writeTag) }

// copyTags returns a map of its own, never nil.
func copyTags(tags map[string]string) map[string]string {
	own := make(map[string]string, len(tags))
	maps.Copy(own, tags)
	return own
}
