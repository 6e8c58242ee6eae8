package awscloud

import (
	"maps"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	ecstypes "github.com/aws/aws-sdk-go-v2/service/ecs/types"
	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/engine"
)

var owner = Owner{Namespace: "flex", Name: "one", UID: "uid-1"}

func TestTheOwnersTagsWinOverTheUsers(t *testing.T) {
	user := map[string]string{"Project": "Flex on ECS", TagOwnerUID: "forged"}
	before := maps.Clone(user)
	want := map[string]string{
		"Project": "Flex on ECS", TagManagedBy: ManagedBy, TagOwner: "flex/one", TagOwnerUID: "uid-1", TagPart: "storage",
	}
	if difference := cmp.Diff(want, owner.Tags("storage", user)); difference != "" {
		t.Errorf("tags (-want +got):\n%s", difference)
	}
	if difference := cmp.Diff(before, user); difference != "" {
		t.Errorf("the user's tags were changed:\n%s", difference)
	}
	if got := owner.Tags("storage", nil); got[TagOwnerUID] != "uid-1" {
		t.Errorf("tags %v without the user's, want the owner's", got)
	}
}

func TestSharedTagsNameNoOwner(t *testing.T) {
	want := map[string]string{"Project": "x", TagManagedBy: ManagedBy}
	if difference := cmp.Diff(want, SharedTags(map[string]string{"Project": "x"})); difference != "" {
		t.Errorf("tags (-want +got):\n%s", difference)
	}
}

func TestReleasingTakesAwayEveryTagThatOwnershipHangsOn(t *testing.T) {
	tags := owner.Tags("storage", nil)
	for _, key := range OwnerTagKeys() {
		delete(tags, key)
	}
	if len(tags) != 0 {
		t.Errorf("left %v, want none of the controller's tags", tags)
	}
	if got := owner.OursOrExternal(tags); got != engine.External() {
		t.Errorf("ownership %+v after the release, want external", got)
	}
}

func TestTheUIDTellsWhoseAResourceIs(t *testing.T) {
	others := map[string]string{TagOwner: "flex/other", TagOwnerUID: "uid-2"}
	stranger := engine.Foreign("someone outside this controller (it has no flexgw.io/owner-uid tag)")
	for _, test := range []struct {
		name                string
		tags                map[string]string
		exclusive, existing engine.Ownership
	}{
		{"its own", owner.Tags("storage", nil), engine.Ours(), engine.Ours()},
		{"another gateway's", others, engine.Foreign("flex/other (uid uid-2)"), engine.Foreign("flex/other (uid uid-2)")},
		{"of the same name in another life", map[string]string{TagOwner: "flex/one", TagOwnerUID: "uid-0"}, engine.Foreign("flex/one (uid uid-0)"), engine.Foreign("flex/one (uid uid-0)")},
		{"without tags", nil, stranger, engine.External()},
		{"with the name alone", map[string]string{TagOwner: "flex/one"}, stranger, engine.External()},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := owner.Ownership(test.tags); got != test.exclusive {
				t.Errorf("Ownership() = %+v, want %+v", got, test.exclusive)
			}
			if got := owner.OursOrExternal(test.tags); got != test.existing {
				t.Errorf("OursOrExternal() = %+v, want %+v", got, test.existing)
			}
		})
	}
}

func TestAnObjectThatWasNeverAppliedOwnsNothing(t *testing.T) {
	if got := (Owner{Namespace: "flex", Name: "one"}).Ownership(nil); got == engine.Ours() {
		t.Error("a resource without tags belongs to an object without a UID")
	}
}

func TestOnlyWantedTagsCanBeMissing(t *testing.T) {
	wanted := map[string]string{"same": "1", "changed": "1", "empty": "", "absent": "1"}
	observed := map[string]string{"same": "1", "changed": "2", "added by someone": "1"}
	want := map[string]string{"changed": "1", "empty": "", "absent": "1"}
	if difference := cmp.Diff(want, MissingTags(wanted, observed)); difference != "" {
		t.Errorf("missing tags (-want +got):\n%s", difference)
	}
}

func TestTagsSurviveTheWayThroughAServicesList(t *testing.T) {
	tags := map[string]string{"b": "2", "a": "1", "c": ""}
	list := TagList(tags, func(key, value *string) ecstypes.Tag { return ecstypes.Tag{Key: key, Value: value} })
	var keys []string
	for _, tag := range list {
		keys = append(keys, *tag.Key)
	}
	if difference := cmp.Diff([]string{"a", "b", "c"}, keys); difference != "" {
		t.Errorf("the list is not sorted (-want +got):\n%s", difference)
	}
	list = append(list, ecstypes.Tag{Key: aws.String("no value")})
	read := func(tag ecstypes.Tag) (*string, *string) { return tag.Key, tag.Value }
	if difference := cmp.Diff(tags, TagMap(list, read)); difference != "" {
		t.Errorf("tags (-want +got):\n%s", difference)
	}
}
