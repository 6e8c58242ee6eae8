package lifecycle

import (
	"strings"
	"testing"
	"testing/synctest"

	"flexgw.io/controller/api/v1alpha1"
)

func TestAFaultOfTheControllerIsToldAndEndsNothingElse(t *testing.T) {
	for _, call := range []string{"DescribeSecurityGroups", "CreateLogGroup", "RegisterTaskDefinition"} {
		t.Run(call, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newBench(t), gatewayNamed(t, "gw", nil)
				b.create(gw)
				b.wire.panicOver(call)
				b.until(gw, "found faulty", hasReason(v1alpha1.ReasonControllerFault))
				if text := b.describe(gw) + strings.Join(b.told, "\n"); strings.Contains(text, secretMarker) {
					t.Errorf("the status or an event has what the controller panicked with:\n%s", text)
				}
				if !b.hasTold(v1alpha1.ReasonControllerFault) {
					t.Errorf("no event has %s: %q", v1alpha1.ReasonControllerFault, b.told)
				}
				b.wire.panicOver("")
				b.untilReady(gw)
				b.settled(gw)

				b.wire.panicOver("DeleteSecurityGroup")
				if err := b.kube.Delete(t.Context(), gw); err != nil {
					t.Fatal(err)
				}
				b.until(gw, "found faulty", func(gw *v1alpha1.FlexGatewayDeployment) bool {
					return gw == nil || hasReason(v1alpha1.ReasonControllerFault)(gw)
				})
				if b.get(gw) == nil {
					t.Fatal("the object is gone")
				}
				b.wire.panicOver("")
				b.until(gw, "gone", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw == nil })
				b.empty()
			})
		})
	}
}
