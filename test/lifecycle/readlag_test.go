package lifecycle

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/awssim/core"
)

// lagging makes AWS hide what is made from now on from reads for a while: 1 s as a
// rule, more than 2 s once in 20 times. The seed says which lags are drawn.
func (b *bench) lagging(seed int) {
	w := b.sim.World()
	w.Do(func() {
		w.ReadLag = core.Spread{P50: time.Second, P95: 2 * time.Second}
		for range seed {
			w.Appears() // what is drawn here is not drawn again
		}
	})
}

// inLaggingAWS runs a test with several seeds, each in a bubble of its own.
func inLaggingAWS(t *testing.T, test func(*bench)) {
	for seed := 1; seed <= 3; seed++ {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				b.lagging(seed)
				test(b)
			})
		})
	}
}

// builtWithoutLag is what AWS holds of a gateway where every read sees every write.
func builtWithoutLag(t *testing.T) (built map[string]int) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		b.ready(gatewayNamed(t, "gw", nil))
		built = withoutTraces(b.inventory())
	})
	return built
}

func TestReadsThatLagDelayAGatewayAndBreakNothing(t *testing.T) {
	want := builtWithoutLag(t)
	inLaggingAWS(t, func(b *bench) {
		t, gw := b.t, gatewayNamed(t, "gw", nil)
		b.create(gw)
		start := time.Now()
		b.untilReady(gw)
		t.Logf("ready after %v, with %d calls", time.Since(start), len(b.sim.Calls()))
		b.settled(gw)
		if diff := cmp.Diff(want, withoutTraces(b.inventory())); diff != "" {
			t.Errorf("AWS with lag (-without +with):\n%s", diff)
		}

		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 4 })
		b.untilReady(gw)
		b.settled(gw)
		if diff := cmp.Diff(want, withoutTraces(b.inventory())); diff != "" {
			t.Errorf("AWS with lag, scaled (-without +with):\n%s", diff)
		}
		b.delete(gw)
		b.empty()
	})
}

func TestDeletingWhatReadsDoNotShowYetLeavesNothing(t *testing.T) {
	for _, operation := range []string{"CreateSecurityGroup", "CreateLoadBalancer", "CreateMountTarget", "CreateCluster", "RunTask", "CreateService", "RegisterScalableTarget", "PutScalingPolicy"} {
		t.Run(operation, func(t *testing.T) {
			inLaggingAWS(t, func(b *bench) {
				gw := gatewayNamed(b.t, "gw", autoscaledOnSpot)
				b.create(gw)
				b.until(gw, "at "+operation, func(*v1alpha1.FlexGatewayDeployment) bool {
					return slices.ContainsFunc(b.sim.Calls(), func(c awssim.CallRecord) bool { return c.Operation == operation })
				})
				b.delete(gw)
				b.empty()
			})
		})
	}
}

func TestReadsThatLagDelayAutoscalingAndBreakNothing(t *testing.T) {
	inLaggingAWS(t, func(b *bench) {
		gw := gatewayNamed(b.t, "gw", autoscaledOnSpot)
		b.ready(gw)
		b.work(gw, 190)
		b.untilCount(gw, 4)
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Autoscaling, s.Replicas = nil, new(int32(1)) })
		b.untilCount(gw, 1)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}
