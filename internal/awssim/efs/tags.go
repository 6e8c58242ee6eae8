package efs

import (
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/efs"
	"github.com/aws/aws-sdk-go-v2/service/efs/types"

	"flexgw.io/controller/internal/awssim/core"
)

// tagSet is the tags of one resource.
type tagSet map[string]string

// with returns the set and the new tags in one, or why they cannot be added.
func (t tagSet) with(tags []types.Tag) (tagSet, error) {
	all, fault := core.Tags(t).With(core.TagsOf(tags, readTag))
	if fault == nil {
		return tagSet(all), nil
	}
	switch fault.Kind {
	case core.ReservedTagKey:
		return nil, badRequest("Tag keys must not begin with 'aws:': %s", fault.Key)
	case core.DuplicateTagKey:
		return nil, badRequest("The tag key '%s' appears more than once.", fault.Key)
	case core.TooManyTags:
		return nil, badRequest("A resource can have at most %d tags.", core.MostTags)
	default:
		return nil, badRequest("Tag keys must not be empty.")
	}
}

func readTag(t types.Tag) (key, value *string) { return t.Key, t.Value }
func writeTag(key, value *string) types.Tag    { return types.Tag{Key: key, Value: value} }

// withSystem returns the set with a tag of AWS's own.
func (t tagSet) withSystem(key, value string) tagSet {
	merged := tagSet{key: value}
	maps.Copy(merged, t)
	return merged
}

// list returns the tags as the SDK has them, in the order of their keys.
func (t tagSet) list() []types.Tag { return core.SDKTags(core.Tags(t), writeTag) }

// name is the value of the tag Name, which descriptions repeat.
func (t tagSet) name() *string {
	if v, ok := t["Name"]; ok {
		return aws.String(v)
	}
	return nil
}

// tagsOf finds the tags of a file system or an access point.
func (st *store) tagsOf(idOrARN string) (*tagSet, error) {
	if strings.HasPrefix(bareID(idOrARN), "fsap-") {
		ap, err := st.accessPoint(idOrARN)
		if err != nil {
			return nil, err
		}
		return &ap.tags, nil
	}
	fs, err := st.fileSystem(idOrARN)
	if err != nil {
		return nil, err
	}
	return &fs.tags, nil
}

// TagResource adds or overwrites tags of a file system or an access point.
func (s *Service) TagResource(c *core.Call, in *sdk.TagResourceInput) (*sdk.TagResourceOutput, error) {
	tags, err := s.stores.In(c.Scope).tagsOf(aws.ToString(in.ResourceId))
	if err != nil {
		return nil, err
	}
	merged, err := tags.with(in.Tags)
	if err != nil {
		return nil, err
	}
	*tags = merged
	return &sdk.TagResourceOutput{}, nil
}

// UntagResource removes tags of a file system or an access point.
func (s *Service) UntagResource(c *core.Call, in *sdk.UntagResourceInput) (*sdk.UntagResourceOutput, error) {
	tags, err := s.stores.In(c.Scope).tagsOf(aws.ToString(in.ResourceId))
	if err != nil {
		return nil, err
	}
	if i := slices.IndexFunc(in.TagKeys, core.IsReserved); i >= 0 {
		return nil, badRequest("Tag keys must not begin with 'aws:': %s", in.TagKeys[i])
	}
	for _, key := range in.TagKeys {
		delete(*tags, key)
	}
	return &sdk.UntagResourceOutput{}, nil
}

// ListTagsForResource lists the tags of a file system or an access point.
func (s *Service) ListTagsForResource(c *core.Call, in *sdk.ListTagsForResourceInput) (*sdk.ListTagsForResourceOutput, error) {
	tags, err := s.stores.In(c.Scope).tagsOf(aws.ToString(in.ResourceId))
	if err != nil {
		return nil, err
	}
	shown, next, err := page(tags.list(), in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	return &sdk.ListTagsForResourceOutput{Tags: shown, NextToken: next}, nil
}
