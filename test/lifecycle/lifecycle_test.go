package lifecycle

import (
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
)

func TestOneApplyBuildsRunsScalesAndRemovesAGateway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "flex-gw-demo-dev-01", nil)
		b.create(gw)
		b.untilReady(gw)
		b.settled(gw)
		want := map[string]int{}
		if diff := cmp.Diff(want, kinds(b.inventory())); diff == "" {
			t.Error("nothing was made")
		}

		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 4 })
		b.untilReady(gw)
		b.settled(gw)
		if got := b.get(gw).Status; got.ReadyReplicas != 4 || len(got.Tasks) != 4 {
			t.Errorf("ready replicas %d, tasks %d, want 4", got.ReadyReplicas, len(got.Tasks))
		}
		if n := b.calls("ecs", "RegisterTaskDefinition"); n != 2 {
			t.Errorf("%d task definitions were registered, want 2: a change of replicas makes no revision", n)
		}

		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { *s.Replicas = 2 })
		b.untilReady(gw)
		b.settled(gw)

		b.delete(gw)
		b.empty()
	})
}
