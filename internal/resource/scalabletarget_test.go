package resource

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/internal/engine"
)

// registered is a scalable target that was registered with bounds, and has others now.
func registered(t *testing.T, with, now [2]int32, scheduled ...Bounds) (ScalableTarget, ScalableTargetState) {
	t.Helper()
	target := ScalableTarget{Scaled: Scaled{Cluster: "c", Service: "s"}, Min: with[0], Max: with[1], Scheduled: scheduled}
	wish, err := target.Wish()
	if err != nil {
		t.Fatal(err)
	}
	return target, ScalableTargetState{Min: now[0], Max: now[1], Tags: wish.Tags}
}

func TestBoundsOfAScheduleAreLeftAlone(t *testing.T) {
	morning, evening := Bounds{Min: ptr(int32(4))}, Bounds{Min: ptr(int32(1)), Max: ptr(int32(2))}
	tests := []struct {
		name string
		now  [2]int32
		with []Bounds
		// another are bounds of the spec other than those that were registered.
		another bool
		want    []string
	}{
		{"as registered", [2]int32{2, 8}, nil, false, nil},
		{"someone else's, without schedules", [2]int32{4, 8}, nil, false, []string{"bounds.minReplicas"}},
		{"those of the morning", [2]int32{4, 8}, []Bounds{morning, evening}, false, nil},
		{"those of the evening", [2]int32{1, 2}, []Bounds{morning, evening}, false, nil},
		{"someone else's, with schedules", [2]int32{2, 100}, []Bounds{morning, evening}, false, []string{"bounds.maxReplicas"}},
		{"those of the morning, and the spec has changed", [2]int32{4, 8}, []Bounds{morning, evening}, true, []string{"bounds.minReplicas", "tags"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			target, state := registered(t, [2]int32{2, 8}, test.now, test.with...)
			if test.another {
				target.Min = 3
			}
			wish, err := target.Wish()
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, change := range engine.FieldChanges(target.Diff(wish, &state)) {
				got = append(got, change.Field)
			}
			slices.Sort(got)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("differs in (-want +got):\n%s", diff)
			}
		})
	}
}

func TestAClusterGetsTheProvidersThatItLacksAndLosesNone(t *testing.T) {
	both := CapacityProviders{{Name: "FARGATE_SPOT", Weight: 1}, {Name: "FARGATE", Base: 1}}
	tests := []struct {
		name    string
		have    []string
		wanted  CapacityProviders
		differs bool
	}{
		{"none wanted", []string{"FARGATE"}, nil, false},
		{"all there", []string{"FARGATE", "FARGATE_SPOT", "mine"}, both, false},
		{"one missing", []string{"FARGATE"}, both, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c, state := Cluster{Name: "c", Providers: test.wanted}, &ClusterState{Providers: test.have}
			wish, err := c.Wish()
			if err != nil {
				t.Fatal(err)
			}
			if got := len(c.Diff(wish, state).Differences) > 0; got != test.differs {
				t.Errorf("differs: %v, want %v", got, test.differs)
			}
			if got := c.Settled(state) != nil; got != test.differs {
				t.Errorf("not settled: %v, want %v", got, test.differs)
			}
		})
	}
}

func TestAMixIsTheSameInWhateverOrder(t *testing.T) {
	one := CapacityProviders{{Name: "FARGATE_SPOT", Weight: 3}, {Name: "FARGATE", Base: 1, Weight: 1}}
	other := CapacityProviders{{Name: "FARGATE", Base: 1, Weight: 1}, {Name: "FARGATE_SPOT", Weight: 3}}
	if one.String() != other.String() || one.String() != "FARGATE base 1 weight 1, FARGATE_SPOT base 0 weight 3" {
		t.Errorf("%q and %q", one, other)
	}
	if got := providersOf(one.strategy()); got.String() != other.String() {
		t.Errorf("read back: %q", got)
	}
	if none := (CapacityProviders{}); none.strategy() != nil || none.changed() == nil || none.launchType() != "FARGATE" || one.launchType() != "" {
		t.Error("no providers are Fargate by launch type")
	}
}
