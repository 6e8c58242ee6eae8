package traffic_test

import (
	"testing"
)

func TestAManagerThatIsKilledInMidRolloutLosesNoRequest(t *testing.T) {
	s := beginAlone(t, "new image, manager killed and started again", replicas(4))
	s.edit(t, image(imageAfter))
	s.awaitRunning(t)
	if err := stack.KillManager(); err != nil {
		t.Fatal(err)
	}
	s.awaitRequests(t, requestsAfter) // half a minute without a manager
	if err := stack.StartManager(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.complete(t)
	if n := len(s.updates()); n != 1 {
		t.Errorf("UpdateService was called %d times, want 1", n)
	}
}
