package iam

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/iam/types"

	"flexgw.io/controller/internal/awssim/core"
)

// tagSet has tags by their key in lower case: IAM's tag keys are told apart
// without regard to case, and keep the case they were written in.
type tagSet map[string]types.Tag

// add puts tags into the set, replacing those with the same key, or says why not.
func (t *tagSet) add(tags []types.Tag) error {
	added := tagSet{}
	for _, tag := range tags {
		key := strings.ToLower(aws.ToString(tag.Key))
		if strings.HasPrefix(key, "aws:") {
			return core.Errorf("InvalidInput", "Tag keys that begin with aws: are reserved for AWS use.")
		}
		if _, ok := added[key]; ok {
			return core.Errorf("InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.")
		}
		added[key] = types.Tag{Key: aws.String(aws.ToString(tag.Key)), Value: aws.String(aws.ToString(tag.Value))}
	}
	for key, tag := range *t {
		if _, ok := added[key]; !ok {
			added[key] = tag
		}
	}
	if len(added) > core.MostTags {
		return core.Errorf("LimitExceeded", "The number of tags has reached the maximum limit of %d.", core.MostTags)
	}
	*t = added
	return nil
}

// list returns the tags in the order of their keys.
func (t tagSet) list() []types.Tag {
	tags := make([]types.Tag, 0, len(t))
	for _, tag := range t {
		tags = append(tags, tag)
	}
	slices.SortFunc(tags, func(a, b types.Tag) int { return strings.Compare(*a.Key, *b.Key) })
	return tags
}

// plain returns the tags as a map.
func (t tagSet) plain() map[string]string {
	m := make(map[string]string, len(t))
	for _, tag := range t {
		m[*tag.Key] = *tag.Value
	}
	return m
}

// TagRole adds tags to a role.
func (s *Service) TagRole(c *core.Call, in *sdk.TagRoleInput) (*sdk.TagRoleOutput, error) {
	r, err := s.lookup(c, in.RoleName)
	if err != nil {
		return nil, err
	}
	if err := r.tags.add(in.Tags); err != nil {
		return nil, err
	}
	return &sdk.TagRoleOutput{}, nil
}

// UntagRole removes tags from a role; keys that it does not have do not matter.
func (s *Service) UntagRole(c *core.Call, in *sdk.UntagRoleInput) (*sdk.UntagRoleOutput, error) {
	r, err := s.lookup(c, in.RoleName)
	if err != nil {
		return nil, err
	}
	for _, key := range in.TagKeys {
		delete(r.tags, strings.ToLower(key))
	}
	return &sdk.UntagRoleOutput{}, nil
}

// ListRoleTags lists the tags of a role.
func (s *Service) ListRoleTags(c *core.Call, in *sdk.ListRoleTagsInput) (*sdk.ListRoleTagsOutput, error) {
	r, err := s.lookup(c, in.RoleName)
	if err != nil {
		return nil, err
	}
	var keys []string
	for key := range r.tags {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	keys, marker, err := page(keys, in.Marker, in.MaxItems)
	if err != nil {
		return nil, err
	}
	out := &sdk.ListRoleTagsOutput{Marker: marker, IsTruncated: marker != nil, Tags: []types.Tag{}}
	for _, key := range keys {
		out.Tags = append(out.Tags, r.tags[key])
	}
	return out, nil
}
