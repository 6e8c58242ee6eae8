package core

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTagsAreAddedOrRefused(t *testing.T) {
	many := Tags{"aws:theirs": "x"}
	for i := range MostTags {
		many[fmt.Sprint(i)] = ""
	}
	for _, test := range []struct {
		name  string
		there Tags
		added []Tag
		want  Tags
		fault *TagFault
	}{
		{"a new one and a change", Tags{"a": "1", "b": "2"}, []Tag{{"b", "3"}, {"c", ""}}, Tags{"a": "1", "b": "3", "c": ""}, nil},
		{"none", nil, nil, Tags{}, nil},
		{"keys that differ in case", nil, []Tag{{"a", ""}, {"A", ""}}, Tags{"a": "", "A": ""}, nil},
		{"no key", nil, []Tag{{"", "1"}}, nil, &TagFault{Kind: EmptyTagKey}},
		{"a key of AWS", nil, []Tag{{"AWS:x", "1"}}, nil, &TagFault{ReservedTagKey, "AWS:x"}},
		{"one twice", nil, []Tag{{"a", "1"}, {"a", "1"}}, nil, &TagFault{DuplicateTagKey, "a"}},
		{"a change where there is room for no more", many, []Tag{{"0", ""}}, many, nil},
		{"one too many", many, []Tag{{"more", ""}}, nil, &TagFault{Kind: TooManyTags}},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := fmt.Sprint(test.there)
			got, fault := test.there.With(test.added)
			if diff := cmp.Diff(test.fault, fault); diff != "" {
				t.Errorf("fault (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("tags (-want +got):\n%s", diff)
			}
			if fmt.Sprint(test.there) != before {
				t.Error("the tags that were there have changed")
			}
		})
	}
}

func TestTagsOfTheSDKAndBack(t *testing.T) {
	type sdkTag struct{ K, V *string }
	read := func(t sdkTag) (key, value *string) { return t.K, t.V }
	write := func(key, value *string) sdkTag { return sdkTag{key, value} }
	b, a, one := "b", "a", "1"
	all, _ := Tags(nil).With(TagsOf([]sdkTag{{&b, nil}, {&a, &one}}, read))
	if diff := cmp.Diff([]Tag{{"a", "1"}, {"b", ""}}, TagsOf(SDKTags(all, write), read)); diff != "" {
		t.Errorf("tags (-want +got):\n%s", diff)
	}
	if SDKTags[sdkTag](nil, write) == nil {
		t.Error("the list of none is nil")
	}
}
