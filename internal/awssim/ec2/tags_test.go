package ec2

import (
	"strconv"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/ec2"
	"github.com/aws/aws-sdk-go-v2/service/ec2/types"
)

func manyTags(n int) []types.Tag {
	var tags []types.Tag
	for i := range n {
		tags = append(tags, tag("k"+strconv.Itoa(i), "v"))
	}
	return tags
}

func TestCreateTagsAddsToAllOrNone(t *testing.T) {
	a := newAccount(t)
	id := a.newGroup("web", "")
	tests := []struct {
		about     string
		resources []string
		tags      []types.Tag
		code      string
	}{
		{"AWS's prefix", []string{id}, []types.Tag{tag("aws:x", "1")}, "InvalidParameterValue"},
		{"the same key twice", []string{id}, []types.Tag{tag("a", "1"), tag("a", "2")}, "InvalidParameterValue"},
		{"more than fifty", []string{id}, manyTags(51), "TagLimitExceeded"},
		{"no such group", []string{id, "sg-0123"}, manyTags(1), "InvalidGroup.NotFound"},
		{"no such kind", []string{id, "thing-1"}, manyTags(1), "InvalidID"},
		{"no tags", []string{id}, nil, "MissingParameter"},
	}
	for _, test := range tests {
		t.Run(test.about, func(t *testing.T) {
			_, err := a.CreateTags(a.call, &sdk.CreateTagsInput{Resources: test.resources, Tags: test.tags})
			wantCode(t, err, test.code)
			if tags := a.group(id).Tags; len(tags) != 0 {
				t.Errorf("the group has tags %v", tags)
			}
		})
	}
	must(a.CreateTags(a.call, &sdk.CreateTagsInput{Resources: []string{id}, Tags: manyTags(50)}))(t)
	must(a.CreateTags(a.call, &sdk.CreateTagsInput{Resources: []string{id}, Tags: []types.Tag{tag("k0", "new")}}))(t)
	if tags := a.group(id).Tags; len(tags) != 50 || *tags[0].Value != "new" {
		t.Errorf("%d tags, the first %v", len(tags), *tags[0].Value)
	}
}

func TestTagSpecificationsMustNameWhatIsCreated(t *testing.T) {
	a := newAccount(t)
	_, err := a.CreateVpc(a.call, &sdk.CreateVpcInput{
		CidrBlock:         aws.String("10.0.0.0/16"),
		TagSpecifications: []types.TagSpecification{{ResourceType: types.ResourceTypeSubnet, Tags: manyTags(1)}},
	})
	wantCode(t, err, "InvalidParameterValue")
}

func TestDeleteTagsLooksAtTheValueIfThereIsOne(t *testing.T) {
	a := newAccount(t)
	id := a.newGroup("web", "", tag("a", "1"), tag("b", "2"), tag("c", "3"))
	remove := func(tags ...types.Tag) {
		must(a.DeleteTags(a.call, &sdk.DeleteTagsInput{Resources: []string{id}, Tags: tags}))(t)
	}
	remove(tag("a", "other"))
	if n := len(a.group(id).Tags); n != 3 {
		t.Fatalf("%d tags after deleting another value, want 3", n)
	}
	remove(tag("a", "1"), types.Tag{Key: aws.String("b")})
	if tags := a.group(id).Tags; len(tags) != 1 || *tags[0].Key != "c" {
		t.Fatalf("tags are %v, want c", tags)
	}
	remove()
	if tags := a.group(id).Tags; len(tags) != 0 {
		t.Errorf("tags are %v, want none", tags)
	}
}

func TestDescribeTags(t *testing.T) {
	a := newAccount(t)
	id := a.newGroup("web", "", tag("owner", "me"), tag("stage", "dev"))
	a.newInterface(InterfaceSpec{Tags: map[string]string{"owner": "you"}})
	tests := []struct {
		filter types.Filter
		want   int
	}{
		{filter("resource-id", id), 2},
		{filter("resource-type", "network-interface"), 1},
		{filter("key", "owner"), 2},
		{filter("value", "me"), 1},
		{filter("tag:owner", "you", "me"), 2},
	}
	for _, test := range tests {
		out := must(a.DescribeTags(a.call, &sdk.DescribeTagsInput{Filters: []types.Filter{test.filter}}))(t)
		if len(out.Tags) != test.want {
			t.Errorf("%s=%v finds %d tags, want %d", *test.filter.Name, test.filter.Values, len(out.Tags), test.want)
		}
	}
}
