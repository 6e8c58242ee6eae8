package simfault

import "testing"

func TestAPatternMatchesOperations(t *testing.T) {
	for _, test := range []struct {
		pattern, operation string
		want               bool
	}{
		{"", "CreateCluster", true},
		{"CreateCluster", "CreateCluster", true},
		{"Create*", "CreateCluster", true},
		{"Create*", "DeleteCluster", false},
		{"[", "[", false},
	} {
		if got := Matches(test.pattern, test.operation); got != test.want {
			t.Errorf("%q and %q: %v", test.pattern, test.operation, got)
		}
	}
}
