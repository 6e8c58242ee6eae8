package ecs

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ecs"
	"github.com/aws/aws-sdk-go-v2/service/ecs/types"

	"flexgw.io/controller/internal/awssim/core"
)

func checkTags(tags []types.Tag) error {
	_, fault := core.Tags(nil).With(core.TagsOf(tags, func(t types.Tag) (key, value *string) { return t.Key, t.Value }))
	if fault == nil {
		return nil
	}
	switch fault.Kind {
	case core.ReservedTagKey:
		return invalidParameter("Invalid tag key '%s': aws: prefixed tag key names are not allowed for external use.", fault.Key)
	case core.DuplicateTagKey:
		return invalidParameter("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
	case core.TooManyTags:
		return tooManyTags()
	default:
		return invalidParameter("Tag key cannot be null or empty.")
	}
}

func tooManyTags() error {
	return invalidParameter("Tags can not be more than %d elements.", core.MostTags)
}

// withTags returns tags with the changed ones put in.
func withTags(tags, changed []types.Tag) []types.Tag {
	merged := slices.Clone(tags)
	for _, tag := range changed {
		merged = withoutTags(merged, []string{aws.ToString(tag.Key)})
		merged = append(merged, tag)
	}
	return merged
}

func withoutTags(tags []types.Tag, keys []string) []types.Tag {
	return slices.DeleteFunc(slices.Clone(tags), func(t types.Tag) bool { return slices.Contains(keys, aws.ToString(t.Key)) })
}

func tagMap(tags []types.Tag) map[string]string {
	if len(tags) == 0 {
		return nil
	}
	m := make(map[string]string, len(tags))
	for _, tag := range tags {
		m[aws.ToString(tag.Key)] = aws.ToString(tag.Value)
	}
	return m
}

// tagsOf finds the tags of a resource by its ARN.
func (r *region) tagsOf(arn string) (*[]types.Tag, error) {
	kind, rest, ok := strings.Cut(resourcePart(arn), "/")
	if !ok || !strings.HasPrefix(arn, "arn:") || isForeign(r.scope, arn) {
		return nil, invalidParameter("Invalid ARN.")
	}
	names := strings.Split(rest, "/")
	gone := core.Errorf(codeResourceNotFound, "The specified resource could not be found.")
	if kind == "task-definition" {
		td, ok := r.taskDefinition(arn)
		if !ok {
			return nil, gone
		}
		return &td.tags, nil
	}
	c, ok := r.clusters[names[0]]
	if !ok || !c.Seen() || c.status != statusActive {
		return nil, core.Errorf(codeClusterNotFound, "Cluster not found.")
	}
	switch {
	case kind == "cluster":
		return &c.tags, nil
	case kind == "service" && len(names) == 2:
		if svc, ok := c.services[names[1]]; ok && svc.Seen() && svc.status != statusInactive {
			return &svc.tags, nil
		}
	case kind == "task" && len(names) == 2:
		if t, ok := c.task(names[1]); ok {
			return &t.tags, nil
		}
	}
	return nil, gone
}

// TagResource adds tags to a cluster, service, task or task definition, or changes
// their values.
func (s *Service) TagResource(c *core.Call, in *sdk.TagResourceInput) (*sdk.TagResourceOutput, error) {
	tags, err := s.regions.In(c.Scope).tagsOf(aws.ToString(in.ResourceArn))
	if err != nil {
		return nil, err
	}
	if err := checkTags(in.Tags); err != nil {
		return nil, err
	}
	merged := withTags(*tags, in.Tags)
	if len(merged) > core.MostTags {
		return nil, tooManyTags()
	}
	*tags = merged
	return &sdk.TagResourceOutput{}, nil
}

// UntagResource removes tags by their keys.
func (s *Service) UntagResource(c *core.Call, in *sdk.UntagResourceInput) (*sdk.UntagResourceOutput, error) {
	tags, err := s.regions.In(c.Scope).tagsOf(aws.ToString(in.ResourceArn))
	if err != nil {
		return nil, err
	}
	*tags = withoutTags(*tags, in.TagKeys)
	return &sdk.UntagResourceOutput{}, nil
}

// ListTagsForResource lists the tags of a resource.
func (s *Service) ListTagsForResource(c *core.Call, in *sdk.ListTagsForResourceInput) (*sdk.ListTagsForResourceOutput, error) {
	tags, err := s.regions.In(c.Scope).tagsOf(aws.ToString(in.ResourceArn))
	if err != nil {
		return nil, err
	}
	return &sdk.ListTagsForResourceOutput{Tags: append([]types.Tag{}, *tags...)}, nil
}
