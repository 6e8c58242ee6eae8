package lifecycle

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim"
)

func TestARoleThatECSDoesNotSeeYetIsWaitedForWithoutAnAlarm(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Registration.Delivery = v1alpha1.RegistrationDeliveryEnvironment // no file system to wait for
		})
		b.create(gw)
		waited := false
		b.listen = func(gw *v1alpha1.FlexGatewayDeployment) {
			c := meta.FindStatusCondition(b.get(gw).Status.Conditions, v1alpha1.ConditionComputeReady)
			waited = waited || strings.Contains(c.Message, "IAM takes some seconds to show a new role")
		}
		b.untilReady(gw)
		if !waited {
			t.Error("IAM has shown the role at once")
		}
		for _, told := range b.told {
			if strings.HasPrefix(told, "Warning") {
				t.Errorf("told: %s", told)
			}
		}
	})
}

func TestAPermissionToPassARoleThatIsReallyMissingIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		_, err := b.sim.SetFault(awssim.Fault{
			Service: "ecs", Operation: "RegisterTaskDefinition", Code: "AccessDeniedException", Message: "not authorized to perform: iam:PassRole",
		})
		b.must(err)
		b.create(gw)
		begun := time.Now()
		b.until(gw, "denied", hasReason(v1alpha1.ReasonAccessDenied))
		if took := time.Since(begun); took < 30*time.Second || took > 2*time.Minute {
			t.Errorf("it was told after %v", took)
		}
		if said := readyMessage(b.get(gw)); !strings.Contains(said, "iam:PassRole is missing") || !strings.Contains(said, "docs/iam.md") {
			t.Errorf("Ready says %q", said)
		}
		b.sim.ClearFaults()
		b.untilReady(gw)
	})
}
