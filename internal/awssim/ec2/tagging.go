package ec2

import (
	"maps"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"

	"flexgw.io/controller/internal/awssim/core"
)

// taggable says, by the prefix of its id, what kind a resource is and what EC2
// answers when there is none of that id.
var taggable = map[string]struct {
	kind     types.ResourceType
	notFound func(id string) error
}{
	"vpc":    {types.ResourceTypeVpc, vpcNotFound},
	"subnet": {types.ResourceTypeSubnet, subnetNotFound},
	"sg":     {types.ResourceTypeSecurityGroup, groupNotFound},
	"sgr":    {types.ResourceTypeSecurityGroupRule, ruleNotFound},
	"eni":    {types.ResourceTypeNetworkInterface, interfaceNotFound},
}

func prefixOf(id string) string {
	prefix, _, _ := strings.Cut(id, "-")
	return prefix
}

// CreateTags adds or overwrites tags of any number of resources, of all or of none.
func (s *Service) CreateTags(c *core.Call, in *sdk.CreateTagsInput) (*sdk.CreateTagsOutput, error) {
	if len(in.Tags) == 0 {
		return nil, missingParameter("tagSet")
	}
	found, err := s.networks.In(c.Scope).taggedResources(in.Resources)
	if err != nil {
		return nil, err
	}
	merged := make([]tagSet, len(found))
	for i, r := range found {
		if merged[i], err = r.tags.with(in.Tags); err != nil {
			return nil, err
		}
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	for i, r := range found {
		r.tags = merged[i]
	}
	return &sdk.CreateTagsOutput{}, nil
}

// DeleteTags removes tags: all when none is named, those of a key, or, where a
// value is given, only those that have it.
func (s *Service) DeleteTags(c *core.Call, in *sdk.DeleteTagsInput) (*sdk.DeleteTagsOutput, error) {
	found, err := s.networks.In(c.Scope).taggedResources(in.Resources)
	if err != nil {
		return nil, err
	}
	if err := dryRun(in.DryRun); err != nil {
		return nil, err
	}
	for _, r := range found {
		if len(in.Tags) == 0 {
			r.tags = nil
			continue
		}
		maps.DeleteFunc(r.tags, func(key, value string) bool { return namesTag(in.Tags, key, value) })
	}
	return &sdk.DeleteTagsOutput{}, nil
}

func namesTag(tags []types.Tag, key, value string) bool {
	for _, t := range tags {
		if aws.ToString(t.Key) == key && (t.Value == nil || *t.Value == value) {
			return true
		}
	}
	return false
}

func (n *network) taggedResources(ids []string) ([]*resource, error) {
	all := map[string]*resource{}
	n.resources(func(r *resource) { all[r.id] = r })
	var found []*resource
	for _, id := range ids {
		kind, ok := taggable[prefixOf(id)]
		if !ok {
			return nil, core.Errorf("InvalidID", "The ID '%s' is not valid", id)
		}
		r, ok := all[id]
		if !ok || !r.Seen() {
			return nil, kind.notFound(id)
		}
		found = append(found, r)
	}
	return found, nil
}

// tagOf is one tag of one resource, a row of DescribeTags.
type tagOf struct {
	resource
	of         string
	key, value string
}

func (t *tagOf) kind() types.ResourceType { return taggable[prefixOf(t.of)].kind }

var tagFilters = filterTable[*tagOf]{
	"key":           func(t *tagOf) []string { return []string{t.key} },
	"value":         func(t *tagOf) []string { return []string{t.value} },
	"resource-id":   func(t *tagOf) []string { return []string{t.of} },
	"resource-type": func(t *tagOf) []string { return []string{string(t.kind())} },
}

// DescribeTags lists the tags of everything in the region.
func (s *Service) DescribeTags(c *core.Call, in *sdk.DescribeTagsInput) (*sdk.DescribeTagsOutput, error) {
	match, err := tagFilters.compile(in.Filters, tagsOf)
	if err != nil {
		return nil, err
	}
	var rows []*tagOf
	seq := 0
	s.networks.In(c.Scope).resources(func(r *resource) {
		if !r.Seen() {
			return
		}
		for _, key := range r.tags.keys() {
			seq++
			row := &tagOf{of: r.id, key: key, value: r.tags[key]}
			row.resource = resource{seq: seq, tags: tagSet{key: row.value}}
			if match(row) {
				rows = append(rows, row)
			}
		}
	})
	shown, next, err := page(rows, in.MaxResults, in.NextToken)
	if err != nil {
		return nil, err
	}
	out := &sdk.DescribeTagsOutput{NextToken: next}
	for _, row := range shown {
		out.Tags = append(out.Tags, types.TagDescription{
			ResourceId: aws.String(row.of), ResourceType: row.kind(), Key: aws.String(row.key), Value: aws.String(row.value),
		})
	}
	return out, nil
}
