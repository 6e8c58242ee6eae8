package e2e_test

import (
	"testing"

	"flexgw.io/controller/test/e2e/rig"
)

// changesBetweenKills is how many AWS calls that change something each manager lives for,
// give or take those that are under way at the same time.
const changesBetweenKills = 2

func TestAManagerThatIsKilledAgainAndAgainLeavesNoDuplicateAndNoOrphan(t *testing.T) {
	before := stack.AWS().Inventory()

	g := stack.Apply(t, "crash", "crashed", rig.Spec())
	if kills := killUntil(t, func() bool { return rig.IsReady(g.Get(t)) }); kills < 4 {
		t.Errorf("the manager was killed %d times during the creation, want at least 4", kills)
	}
	g.AwaitReady(t)
	g.WantSettled(t)
	stack.WantTagged(t, before, g)
	wantMadeOf(t, before, aGateway)

	g.Delete(t)
	if kills := killUntil(t, func() bool { return g.Get(t) == nil }); kills < 4 {
		t.Errorf("the manager was killed %d times during the deletion, want at least 4", kills)
	}
	stack.WantInventory(t, before)
}

// killUntil kills the manager, as kill -9 does, whenever it has changed something, and
// starts a new one, until all is done.
func killUntil(t *testing.T, done func() bool) (kills int) {
	t.Helper()
	for {
		start := stack.Writes()
		if err := rig.PollFast(t.Context(), func() bool { return stack.Writes()-start >= changesBetweenKills || done() }); err != nil {
			t.Fatalf("after %d kills the manager gets no further: %v", kills, err)
		}
		if done() {
			return kills
		}
		if err := stack.KillManager(); err != nil {
			t.Fatal(err)
		}
		t.Logf("killed after %d changes", stack.Writes()-start)
		kills++
		if err := stack.StartManager(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
