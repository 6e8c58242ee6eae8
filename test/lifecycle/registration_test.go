package lifecycle

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestAGatewayIsRegisteredAndItsReplicasConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newAnypointBench(t), gatewayNamed(t, "gw", registering)
		start := time.Now()
		b.create(gw)
		b.untilReady(gw)
		t.Logf("ready after %v, with %d calls", time.Since(start), len(b.sim.Calls()))
		b.settled(gw)
		there := b.registeredGateways()["gw"]
		st := b.get(gw).Status.Anypoint
		if there.Connected != 1 || st == nil || st.GatewayID != there.ID || st.GatewayName != "gw" || st.RegisteredAt == nil || st.CertificateExpiresAt == nil {
			t.Errorf("the platform has %+v, the status %+v", there, st)
		}
		b.person.undeploy()
		b.delete(gw)
		b.empty()
		if left := b.anypoint.Inventory(); len(left) != 1 { // the asset is the person's
			t.Errorf("left in the Anypoint Platform: %v", left)
		}
	})
}
