package argocd_test

import "testing"

func TestAGatewayThatIsCommittedBecomesSyncedProgressingAndHealthy(t *testing.T) {
	a := add(t, "dev", "first")
	t.Logf("commit to Healthy: %s", a.settled(t))
	t.Logf("syncs %v, healths %v\n%s", a.witness.syncs(a), a.witness.healths(a), a.witness.tell(a))
}
