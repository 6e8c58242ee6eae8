package awscloud

import (
	"maps"
	"slices"

	"flexgw.io/controller/internal/engine"
)

// The tags that the controller puts on everything it makes.
const (
	// TagManagedBy names the controller.
	TagManagedBy = "flexgw.io/managed-by"
	// TagOwner is the namespace and name of the owning object, for people.
	TagOwner = "flexgw.io/owner"
	// TagOwnerUID is the UID of the owning object: this is what ownership hangs on.
	TagOwnerUID = "flexgw.io/owner-uid"
	// TagPart says which part a resource plays in its gateway.
	TagPart = "flexgw.io/part"
	// TagContentHash is the hash of what a task definition was registered with.
	TagContentHash = "flexgw.io/content-hash"
	// TagName is the name that AWS's console shows.
	TagName = "Name"

	// ManagedBy is the value of TagManagedBy.
	ManagedBy = "flexgw-controller"
)

// Owner is the object that resources belong to.
type Owner struct {
	Namespace, Name, UID string
}

// String is namespace/name.
func (o Owner) String() string { return o.Namespace + "/" + o.Name }

// Tags are the owner's tags, the part's and the user's own.
func (o Owner) Tags(part string, user map[string]string) map[string]string {
	tags := maps.Clone(user)
	if tags == nil {
		tags = map[string]string{}
	}
	tags[TagManagedBy] = ManagedBy
	tags[TagOwner] = o.String()
	tags[TagOwnerUID] = o.UID
	tags[TagPart] = part
	return tags
}

// SharedTags are the tags of a resource that several gateways use: no owner, only
// the controller and the user's own.
func SharedTags(user map[string]string) map[string]string {
	tags := maps.Clone(user)
	if tags == nil {
		tags = map[string]string{}
	}
	tags[TagManagedBy] = ManagedBy
	return tags
}

// OwnerTagKeys are the keys that ownership hangs on, which Release takes away.
func OwnerTagKeys() []string {
	return []string{TagManagedBy, TagOwner, TagOwnerUID, TagPart}
}

// Ownership reads the owner from the tags of a resource that only one owner can have.
func (o Owner) Ownership(tags map[string]string) engine.Ownership {
	switch uid := tags[TagOwnerUID]; {
	case uid == "":
		return engine.Foreign("someone outside this controller (it has no " + TagOwnerUID + " tag)")
	case uid == o.UID:
		return engine.Ours()
	default:
		return engine.Foreign(tags[TagOwner] + " (uid " + uid + ")")
	}
}

// OursOrExternal reads the owner of a resource that may have been there before: one
// without an owner tag is used as it is.
func (o Owner) OursOrExternal(tags map[string]string) engine.Ownership {
	if tags[TagOwnerUID] == "" {
		return engine.External()
	}
	return o.Ownership(tags)
}

// MissingTags are the wanted tags that are absent or different. Tags that someone
// else added are left alone.
func MissingTags(wanted, observed map[string]string) map[string]string {
	missing := map[string]string{}
	for key, value := range wanted {
		if current, ok := observed[key]; !ok || current != value {
			missing[key] = value
		}
	}
	return missing
}

// TagList builds a service's own list of tags, sorted by key.
func TagList[T any](tags map[string]string, build func(key, value *string) T) []T {
	list := make([]T, 0, len(tags))
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		value := tags[key]
		list = append(list, build(&key, &value))
	}
	return list
}

// TagMap reads a service's own list of tags.
func TagMap[T any](list []T, read func(T) (key, value *string)) map[string]string {
	tags := make(map[string]string, len(list))
	for _, tag := range list {
		key, value := read(tag)
		if key != nil && value != nil {
			tags[*key] = *value
		}
	}
	return tags
}
