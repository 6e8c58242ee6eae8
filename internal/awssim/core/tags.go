package core

import (
	"maps"
	"slices"
	"strings"
)

// MostTags is how many tags a resource may have, AWS's own not counted (AWS General
// Reference, "Tagging AWS resources").
const MostTags = 50

// Tags are the tags of a resource, by key.
type Tags map[string]string

// Tag is one tag.
type Tag struct{ Key, Value string }

// TagFault is why tags cannot be added. Each service says it with an error of its own.
type TagFault struct {
	Kind TagFaultKind
	// Key is the key that is to blame, empty for TooManyTags.
	Key string
}

// TagFaultKind is a kind of TagFault.
type TagFaultKind int

// What AWS refuses in all services.
const (
	EmptyTagKey TagFaultKind = iota
	ReservedTagKey
	DuplicateTagKey
	TooManyTags
)

// IsReserved is true for the keys of AWS's own tags, in whatever case.
func IsReserved(key string) bool { return strings.HasPrefix(strings.ToLower(key), "aws:") }

// With returns the tags and those that are added, which replace others of their key; or
// the first thing that is wrong with them.
func (t Tags) With(added []Tag) (Tags, *TagFault) {
	all, named := Tags{}, map[string]bool{}
	maps.Copy(all, t)
	for _, tag := range added {
		switch {
		case tag.Key == "":
			return nil, &TagFault{Kind: EmptyTagKey}
		case IsReserved(tag.Key):
			return nil, &TagFault{ReservedTagKey, tag.Key}
		case named[tag.Key]:
			return nil, &TagFault{DuplicateTagKey, tag.Key}
		}
		named[tag.Key] = true
		all[tag.Key] = tag.Value
	}
	users := 0
	for key := range all {
		if !IsReserved(key) {
			users++
		}
	}
	if users > MostTags {
		return nil, &TagFault{Kind: TooManyTags}
	}
	return all, nil
}

// Sorted lists the tags by key.
func (t Tags) Sorted() []Tag {
	list := make([]Tag, 0, len(t))
	for _, key := range slices.Sorted(maps.Keys(t)) {
		list = append(list, Tag{key, t[key]})
	}
	return list
}

// TagsOf reads tags of the SDK, whose key and value are at the pointers that read returns.
func TagsOf[T any](tags []T, read func(T) (key, value *string)) []Tag {
	list := make([]Tag, 0, len(tags))
	for _, t := range tags {
		key, value := read(t)
		list = append(list, Tag{text(key), text(value)})
	}
	return list
}

// SDKTags lists the tags by key, as tags of the SDK. The list of none is empty, not nil.
func SDKTags[T any](t Tags, write func(key, value *string) T) []T {
	list := make([]T, 0, len(t))
	for _, tag := range t.Sorted() {
		list = append(list, write(&tag.Key, &tag.Value))
	}
	return list
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
