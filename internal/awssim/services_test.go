package awssim

import (
	"maps"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func newTestSim(t *testing.T) *Sim {
	t.Helper()
	s, err := New(Options{Settings: instant(), Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}

// TestHandlersAndTablesAreOfTheSameOperations fails for a handler that no request
// can reach, and for a table that no handler serves.
func TestHandlersAndTablesAreOfTheSameOperations(t *testing.T) {
	for signing, e := range newTestSim(t).endpoints {
		t.Run(signing, func(t *testing.T) {
			tables := slices.Sorted(maps.Keys(e.codec.Model().Operations))
			handlers := slices.Sorted(maps.Keys(e.handlers))
			if diff := cmp.Diff(tables, handlers); diff != "" {
				t.Errorf("operations (-in tables +with handlers):\n%s", diff)
			}
		})
	}
}

// TestHandlersTakeTheSDKsOwnInputs would catch a handler that was given the input
// of its neighbour.
func TestHandlersTakeTheSDKsOwnInputs(t *testing.T) {
	for _, e := range newTestSim(t).endpoints {
		for name, h := range e.handlers {
			if got, want := h.input.Name(), name+"Input"; got != want {
				t.Errorf("%T.%s takes %s, want %s", e.service, name, got, want)
			}
		}
	}
}
