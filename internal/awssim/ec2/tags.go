package ec2

import (
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// Limits of tags (AWS documentation, "Tag naming limits and requirements").
const (
	maxTagKey   = 128
	maxTagValue = 256
)

// tagSet is the tags of one resource.
type tagSet map[string]string

func (t tagSet) clone() tagSet { return maps.Clone(t) }

func (t tagSet) keys() []string { return slices.Sorted(maps.Keys(t)) }

func (t tagSet) valuesOf(key string) []string {
	if v, ok := t[key]; ok {
		return []string{v}
	}
	return nil
}

// list returns the tags as the SDK has them, in the order of their keys.
func (t tagSet) list() []types.Tag {
	var out []types.Tag
	for _, k := range t.keys() {
		out = append(out, types.Tag{Key: aws.String(k), Value: aws.String(t[k])})
	}
	return out
}

// with returns the set and the new tags in one, or why they cannot be added.
func (t tagSet) with(tags []types.Tag) (tagSet, error) {
	all, fault := core.Tags(t).With(core.TagsOf(tags, readTag))
	if fault != nil {
		return nil, tagRefusal(fault)
	}
	for _, tag := range tags {
		if err := checkLengths(aws.ToString(tag.Key), aws.ToString(tag.Value)); err != nil {
			return nil, err
		}
	}
	return tagSet(all), nil
}

func readTag(t types.Tag) (key, value *string) { return t.Key, t.Value }

func tagRefusal(fault *core.TagFault) error {
	switch fault.Kind {
	case core.ReservedTagKey:
		return invalidValue("Tag keys starting with 'aws:' are reserved for internal use")
	case core.DuplicateTagKey:
		return invalidValue("Duplicate tag key '%s' specified.", fault.Key)
	case core.TooManyTags:
		return core.Errorf("TagLimitExceeded", "The maximum number of Tags for a resource has been reached.")
	default:
		return invalidValue("Tag key cannot be empty")
	}
}

func checkLengths(key, value string) error {
	switch {
	case len([]rune(key)) > maxTagKey:
		return invalidValue("Tag key exceeds the maximum length of %d characters", maxTagKey)
	case len([]rune(value)) > maxTagValue:
		return invalidValue("Tag value exceeds the maximum length of %d characters", maxTagValue)
	}
	return nil
}

// tagsFor reads the tags that a create call gives to what it creates.
func tagsFor(kind types.ResourceType, specs []types.TagSpecification) (tagSet, error) {
	var tags []types.Tag
	for _, spec := range specs {
		if spec.ResourceType != kind {
			return nil, invalidValue("'%s' is not a valid taggable resource type for this operation.", spec.ResourceType)
		}
		if len(spec.Tags) == 0 {
			return nil, invalidValue("Tag specification must have at least one tag")
		}
		tags = append(tags, spec.Tags...)
	}
	return tagSet(nil).with(tags)
}
