package simadmin

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestACallFilterIsReadFromAQuery(t *testing.T) {
	failed := true
	for _, test := range []struct {
		query string
		want  CallFilter
		wrong string
	}{
		{"", CallFilter{Others: map[string]string{}}, ""},
		{"operation=List*&failed=true&limit=2&service=ecs", CallFilter{
			Operation: "List*", Failed: &failed, Limit: 2, Others: map[string]string{"service": "ecs"},
		}, ""},
		{"limit=0", CallFilter{}, `limit: "0" cannot be`},
		{"failed=perhaps", CallFilter{}, `failed: "perhaps" cannot be`},
		{"region=x", CallFilter{}, `there is no filter "region": the filters are service, operation, failed and limit`},
	} {
		values, err := url.ParseQuery(test.query)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseCallFilter(values, "service")
		if test.wrong != "" {
			if err == nil || !strings.Contains(err.Error(), test.wrong) {
				t.Errorf("%q: %v", test.query, err)
			}
			continue
		}
		if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
			t.Errorf("%q: %v, (-want +got):\n%s", test.query, err, diff)
		}
	}
}

func TestTheLatestCallsAreTheLastOnesThatAreAdmitted(t *testing.T) {
	odd := func(n int) bool { return n%2 == 1 }
	if got := Latest([]int{1, 2, 3, 4, 5, 6}, 2, odd); !slices.Equal(got, []int{3, 5}) {
		t.Errorf("it has %v", got)
	}
	if got := Latest(nil, 0, odd); got == nil || len(got) != 0 {
		t.Errorf("of nothing it has %v, which JSON writes as null", got)
	}
}
