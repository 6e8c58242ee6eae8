package resource

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestTwoTargetGroupsMayHaveChangedPlaces(t *testing.T) {
	pair := Binding{Group: "a", Alternate: "b", Listener: "l", Role: "r"}
	tests := []struct {
		name  string
		other Binding
		same  bool
	}{
		{"the same", pair, true},
		{"changed places", Binding{Group: "b", Alternate: "a", Listener: "l", Role: "r"}, true},
		{"another group", Binding{Group: "a", Alternate: "c", Listener: "l", Role: "r"}, false},
		{"another role", Binding{Group: "a", Alternate: "b", Listener: "l", Role: "s"}, false},
		{"one of them alone", Binding{Group: "a"}, false},
	}
	for _, test := range tests {
		if got := sameBindings(map[int32]Binding{8081: pair}, map[int32]Binding{8081: test.other}); got != test.same {
			t.Errorf("%s: %v, want %v", test.name, got, test.same)
		}
	}
	if sameBindings(map[int32]Binding{8081: pair}, nil) {
		t.Error("a port is taken for none")
	}
}

func TestTheGroupThatAPortHasStaysItsFirst(t *testing.T) {
	wish := map[int32]Binding{8081: {Group: "a", Alternate: "b", Listener: "l", Role: "r"}, 8082: {Group: "c"}}
	for observed, want := range map[string]string{"": "a", "a": "a", "b": "b", "x": "a"} {
		list := Service{Container: "gateway"}.loadBalancers(wish, map[int32]Binding{8081: {Group: observed}})
		if got := *list[0].TargetGroupArn; got != want || *list[0].AdvancedConfiguration.AlternateTargetGroupArn == want {
			t.Errorf("a port of the group %q is tied to %s first, want %s", observed, got, want)
		}
		if list[1].AdvancedConfiguration != nil {
			t.Error("a port with one group is tied to two")
		}
		if read := bindingsOf(list); !sameBindings(wish, read) {
			t.Errorf("read back (-want +got):\n%s", cmp.Diff(wish, read))
		}
	}
}
