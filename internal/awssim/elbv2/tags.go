package elbv2

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2"
	"github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// tagSet are the tags of a resource.
type tagSet map[string]string

// add puts tags into the set, replacing those with the same key, or says why not.
func (t *tagSet) add(tags []types.Tag) error {
	all, fault := core.Tags(*t).With(core.TagsOf(tags, readTag))
	if fault == nil {
		*t = tagSet(all)
		return nil
	}
	switch fault.Kind {
	case core.ReservedTagKey:
		return invalid("Tag keys that begin with 'aws:' are reserved for AWS use")
	case core.DuplicateTagKey:
		return core.Errorf("DuplicateTagKeys", "Tag key '%s' was specified more than once", fault.Key)
	case core.TooManyTags:
		return core.Errorf("TooManyTags", "The maximum number of tags is %d", core.MostTags)
	default:
		return invalid("Tag keys cannot be empty")
	}
}

func readTag(t types.Tag) (key, value *string) { return t.Key, t.Value }
func writeTag(key, value *string) types.Tag    { return types.Tag{Key: key, Value: value} }

func (t tagSet) list() []types.Tag { return core.SDKTags(core.Tags(t), writeTag) }

// tagged finds the tags of the resources with the ARNs: load balancers, target
// groups and listeners.
func (r *region) tagged(arns []string) ([]*tagSet, error) {
	sets := make([]*tagSet, len(arns))
	for i, arn := range arns {
		_, resource, _ := strings.Cut(arn, ":elasticloadbalancing:"+r.scope.Region+":"+r.scope.Account+":")
		kind, _, _ := strings.Cut(resource, "/")
		switch kind {
		case "loadbalancer":
			lb := r.loadBalancer(arn)
			if lb == nil {
				return nil, errLoadBalancerNotFound(arn)
			}
			sets[i] = &lb.tags
		case "targetgroup":
			tg := r.targetGroup(arn)
			if tg == nil {
				return nil, errTargetGroupNotFound(arn)
			}
			sets[i] = &tg.tags
		case "listener":
			l := r.listener(arn)
			if l == nil {
				return nil, errListenerNotFound(arn)
			}
			sets[i] = &l.tags
		default:
			return nil, invalid("'%s' is not a valid resource ARN", arn)
		}
	}
	return sets, nil
}

// AddTags adds tags to resources.
func (s *Service) AddTags(c *core.Call, in *sdk.AddTagsInput) (*sdk.AddTagsOutput, error) {
	sets, err := s.regions.In(c.Scope).tagged(in.ResourceArns)
	if err != nil {
		return nil, err
	}
	for _, set := range sets {
		if err := set.add(in.Tags); err != nil {
			return nil, err
		}
	}
	return &sdk.AddTagsOutput{}, nil
}

// RemoveTags removes tags from resources; keys that they do not have do not matter.
func (s *Service) RemoveTags(c *core.Call, in *sdk.RemoveTagsInput) (*sdk.RemoveTagsOutput, error) {
	sets, err := s.regions.In(c.Scope).tagged(in.ResourceArns)
	if err != nil {
		return nil, err
	}
	for _, set := range sets {
		for _, key := range in.TagKeys {
			delete(*set, key)
		}
	}
	return &sdk.RemoveTagsOutput{}, nil
}

// DescribeTags returns the tags of resources, at most 20 in one request.
func (s *Service) DescribeTags(c *core.Call, in *sdk.DescribeTagsInput) (*sdk.DescribeTagsOutput, error) {
	if len(in.ResourceArns) > 20 {
		return nil, invalid("Up to 20 resource ARNs can be specified")
	}
	sets, err := s.regions.In(c.Scope).tagged(in.ResourceArns)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeTagsOutput{TagDescriptions: []types.TagDescription{}}
	for i, set := range sets {
		out.TagDescriptions = append(out.TagDescriptions, types.TagDescription{ResourceArn: aws.String(in.ResourceArns[i]), Tags: set.list()})
	}
	return out, nil
}
