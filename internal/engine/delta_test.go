package engine_test

import (
	"testing"

	"github.com/aws-controllers-k8s/runtime/pkg/compare"

	"flexgw.io/controller/internal/engine"
)

func TestOfAMapOrAListOnlyTheEntriesThatDifferAreTold(t *testing.T) {
	type ports = map[int32]string
	for want, values := range map[string][2]any{
		"field: none -> 8443 c":         {ports{8081: "a", 8082: "b", 8443: "c"}, ports{8081: "a", 8082: "b"}},
		"field: 8082 b -> 8082 c":       {ports{8081: "a", 8082: "c"}, ports{8081: "a", 8082: "b"}},
		"field: 8081 a, 8082 b -> none": {ports{}, ports{8081: "a", 8082: "b"}},
		"field: none -> b":              {[]string{"a", "b"}, []string{"a"}},
		"field: b, c -> d":              {[]string{"a", "d"}, []string{"b", "a", "c"}},
		"field: [a b] -> [b a]":         {[]string{"b", "a"}, []string{"a", "b"}},
		"field: none -> Team x":         {map[string]string{"Team": "x"}, map[string]string(nil)},
	} {
		delta := compare.NewDelta()
		delta.Add("field", values[0], values[1])
		if changes := engine.FieldChanges(delta); len(changes) != 1 || changes[0].String() != want {
			t.Errorf("changes %v, want %s", changes, want)
		}
	}
}
