package simfault

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

type fault struct {
	Name   string
	Rate   float64
	Struck int
	Late   bool
}

func entry(f *fault) Entry {
	return Entry{Name: &f.Name, Rate: f.Rate, Struck: &f.Struck, Late: f.Late}
}

func every(fault) bool { return true }

func names(list []fault) []string {
	var names []string
	for _, f := range list {
		names = append(names, f.Name)
	}
	return names
}

func TestOfSeveralFaultsTheFirstDecidesAndTheLateOnesComeOnTop(t *testing.T) {
	s := NewSet(1, entry)
	for _, f := range []fault{{Name: "slow", Late: true}, {Name: "first"}, {Name: "second"}, {Name: "slower", Late: true}} {
		s.Put(f)
	}
	if diff := cmp.Diff([]string{"slow", "first", "slower"}, names(s.Strike(every))); diff != "" {
		t.Errorf("what strikes (-want +got):\n%s", diff)
	}
	want := []fault{{Name: "slow", Late: true, Struck: 1}, {Name: "first", Struck: 1}, {Name: "second"}, {Name: "slower", Late: true, Struck: 1}}
	if diff := cmp.Diff(want, s.List()); diff != "" {
		t.Errorf("the counts (-want +got):\n%s", diff)
	}
}

func TestAFaultWithoutANameGetsOneThatIsFree(t *testing.T) {
	s := NewSet(1, entry)
	s.Put(fault{Name: "fault-1"})
	if got := s.Put(fault{}).Name; got != "fault-2" {
		t.Errorf("it is called %q", got)
	}
}

func TestAFaultOfTheSameNameStartsAnew(t *testing.T) {
	s := NewSet(1, entry)
	s.Put(fault{Name: "x"})
	s.Strike(every)
	s.Put(fault{Name: "x", Late: true})
	if diff := cmp.Diff([]fault{{Name: "x", Late: true}}, s.List()); diff != "" {
		t.Errorf("the faults (-want +got):\n%s", diff)
	}
	if s.Clear("y") || !s.Clear("x") || len(s.List()) != 0 {
		t.Errorf("after clearing: %v", s.List())
	}
}

// draws is which of 64 calls are struck.
func draws(s *Set[fault]) [64]bool {
	var struck [64]bool
	for i := range struck {
		struck[i] = len(s.Strike(every)) > 0
	}
	return struck
}

func TestChanceDependsOnSeedAndNameAlone(t *testing.T) {
	half := func(seed uint64, faults ...fault) [64]bool {
		s := NewSet(seed, entry)
		for _, f := range faults {
			s.Put(f)
		}
		return draws(s)
	}
	first := half(1, fault{Name: "half", Rate: 0.5})
	if half(1, fault{Name: "half", Rate: 0.5}) != first {
		t.Error("the same seed has another chance")
	}
	if half(2, fault{Name: "half", Rate: 0.5}) == first || half(1, fault{Name: "other", Rate: 0.5}) == first {
		t.Error("another seed or name has the same chance")
	}
	struck := 0
	for _, hit := range first {
		if hit {
			struck++
		}
	}
	if struck < 16 || struck > 48 {
		t.Errorf("%d of 64 calls are struck at a rate of a half", struck)
	}
}

func TestARestoredSetGoesOnWhereTheSavedOneWas(t *testing.T) {
	s := NewSet(1, entry)
	s.Put(fault{Rate: 0.5})
	draws(s)
	list, named := s.Save()
	restored := NewSet(2, entry)
	if err := restored.Restore(list, named); err != nil {
		t.Fatal(err)
	}
	if draws(restored) != draws(s) {
		t.Error("the restored set has another chance")
	}
	if got := restored.Put(fault{}).Name; got != "fault-2" {
		t.Errorf("the next name is %q", got)
	}
	broken := []Saved[fault]{{Fault: fault{Name: "x"}, Chance: []byte("nonsense")}}
	if err := restored.Restore(broken, 0); err == nil || len(restored.List()) != 2 {
		t.Errorf("a broken chance: %v, and %v", err, restored.List())
	}
}
