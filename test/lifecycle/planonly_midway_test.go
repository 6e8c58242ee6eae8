package lifecycle

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"flexgw.io/controller/api/v1alpha1"
)

func TestPlanOnlyInTheMiddleOfACreationClaimsNothingThatIsOnlyForeseen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.create(gw)
		for range 3 {
			_, err := b.reconcile(gw)
			b.must(err)
			time.Sleep(5 * time.Second)
		}
		b.change(gw, planOnly)
		p := b.planned(gw)
		if p.Counts.Create == 0 {
			t.Fatalf("nothing is left to be made: %+v", p)
		}
		for _, r := range b.get(gw).Status.Resources {
			if strings.Contains(r.Reason, "ECS starts") {
				t.Errorf("%s/%s is %s: %s, and there is no service", r.Kind, r.Name, r.State, r.Reason)
			}
		}
		b.says(gw, v1alpha1.ConditionReady, v1alpha1.ReasonPlanOnly)
		b.change(gw, applied)
		b.untilReady(gw)
		b.delete(gw)
		b.empty()
	})
}
