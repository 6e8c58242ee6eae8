package e2e_test

import (
	"testing"

	"flexgw.io/controller/test/e2e/rig"
)

// The changes in AWS after which the manager is killed, counted from the beginning of a
// creation, which takes about 23, or a deletion, which takes about as many.
var killsAfter = []int{1, 4, 7, 10, 13, 16, 19}

// fewestKills is how many of these moments even a slow machine meets; calls that go out
// together make it miss some.
const fewestKills = 3

func TestAManagerThatIsKilledAgainAndAgainLeavesNoDuplicateAndNoOrphan(t *testing.T) {
	before := stack.AWS().Inventory()

	start := stack.Changes()
	g := stack.Apply(t, "crash", "crashed", rig.Spec())
	killAgainAndAgain(t, start)
	g.AwaitReady(t)
	g.WantSettled(t)
	stack.WantTagged(t, before, g)
	wantMadeOf(t, before, aGateway)

	start = stack.Changes()
	g.Delete(t)
	killAgainAndAgain(t, start)
	g.AwaitGone(t)
	stack.WantInventory(t, before)
}

// killAgainAndAgain kills the manager, as kill -9 does, at each of the moments since
// start that comes while it runs, and starts a new one.
func killAgainAndAgain(t *testing.T, start int) {
	t.Helper()
	made := func() int { return stack.Changes() - start }
	kills := 0
	for _, changes := range killsAfter {
		if made() > changes {
			continue // a manager before has gone beyond
		}
		if err := rig.PollFast(t.Context(), func() bool { return made() >= changes }); err != nil {
			t.Fatalf("after %d kills and %d changes the manager gets no further: %v", kills, made(), err)
		}
		if err := stack.KillManager(); err != nil {
			t.Fatal(err)
		}
		kills++
		t.Logf("killed after %d changes", made())
		if err := stack.StartManager(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if kills < fewestKills {
		t.Errorf("the manager was killed %d times, want at least %d", kills, fewestKills)
	}
}
