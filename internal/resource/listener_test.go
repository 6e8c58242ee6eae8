package resource

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	elbtypes "github.com/aws/aws-sdk-go-v2/service/elasticloadbalancingv2/types"
	"github.com/google/go-cmp/cmp"
)

func TestAPairOfTargetGroupsKeepsItsWeights(t *testing.T) {
	tests := []struct {
		name    string
		weights map[string]int32
		want    map[string]int32
	}{
		{"a new listener", nil, map[string]int32{"a": 100, "b": 0}},
		{"one group before", map[string]int32{"a": 100}, map[string]int32{"a": 100, "b": 0}},
		{"the other group before", map[string]int32{"b": 100}, map[string]int32{"a": 0, "b": 100}},
		{"a group of someone else before", map[string]int32{"x": 100}, map[string]int32{"a": 100, "b": 0}},
		{"in the midst of a canary", map[string]int32{"a": 95, "b": 5, "x": 1}, map[string]int32{"a": 95, "b": 5}},
	}
	for _, test := range tests {
		actions := forwardTo([]string{"a", "b"}, test.weights)
		if diff := cmp.Diff(test.want, weightsOf(actions[0])); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestWeightsAreNoDifferenceAndGroupsAre(t *testing.T) {
	wish := ListenerWish{Groups: []string{"a", "b"}, ListenerPort: 8081}
	for name, test := range map[string]struct {
		weights map[string]int32
		differs bool
	}{
		"all on the first": {map[string]int32{"a": 100, "b": 0}, false}, "all on the second": {map[string]int32{"a": 0, "b": 100}, false},
		"one alone": {map[string]int32{"a": 100}, true}, "one more": {map[string]int32{"a": 1, "b": 1, "x": 1}, true},
	} {
		delta := Listener{}.Diff(wish, &ListenerState{Port: 8081, Weights: test.weights})
		if delta.DifferentAt("targetGroups") != test.differs {
			t.Errorf("%s: differs %v, want %v", name, !test.differs, test.differs)
		}
	}
}

func TestTheGroupInProductionHasTheMostTraffic(t *testing.T) {
	state := &ListenerState{Weights: map[string]int32{"a": 5, "b": 95}}
	if got := state.Production("a", "b"); got != "b" {
		t.Errorf("production is %s, want b", got)
	}
	for name, none := range map[string]*ListenerState{"no listener": nil, "no weights": {}} {
		if got := none.Production("a", "b"); got != "a" {
			t.Errorf("%s: production is %s, want the first", name, got)
		}
	}
}

func TestAnActionThatLacksWhatItShouldHaveIsReadAllTheSame(t *testing.T) {
	for name, action := range map[string]elbtypes.Action{
		"nothing": {}, "no groups": {ForwardConfig: &elbtypes.ForwardActionConfig{}},
	} {
		if got := weightsOf(action); len(got) != 0 {
			t.Errorf("%s: weights %v", name, got)
		}
	}
	single := elbtypes.Action{TargetGroupArn: aws.String("a"), ForwardConfig: &elbtypes.ForwardActionConfig{
		TargetGroups: []elbtypes.TargetGroupTuple{{TargetGroupArn: aws.String("a")}},
	}}
	if got := weightsOf(single)["a"]; got != mostWeight {
		t.Errorf("a single group has the weight %d", got)
	}
}
