package core

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAllGoesThroughScopesInOrder(t *testing.T) {
	want := []Scope{{"1", "a"}, {"1", "b"}, {"1", "c"}, {"2", "a"}, {"2", "b"}}
	for range 20 { // a map's order differs from one time to the next
		r := Regional[int]{Make: func(Scope) *int { return new(int) }}
		for _, i := range []int{3, 1, 4, 0, 2} {
			r.In(want[i])
		}
		var got []Scope
		r.All(func(s Scope, _ *int) { got = append(got, s) })
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("scopes (-want +got):\n%s", diff)
		}
	}
}
