package lifecycle

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/anypointsim/platform"
)

// registerElsewhere registers a gateway as someone else does.
func (b *bench) registerElsewhere(name string) (file []byte) {
	b.t.Helper()
	file, err := b.anypoint.Create(time.Now(), platform.Registration{
		Plane: "https://anypoint.mulesoft.com", By: platform.Credentials{ClientID: anypointsim.DemoClientID, ClientSecret: anypointsim.DemoClientSecret},
		Organization: anypointsim.DemoOrganization, Environment: anypointsim.DemoEnvironment, Name: name, Connected: true,
	})
	b.must(err)
	return file
}

// deleteElsewhere deletes it in Runtime Manager.
func (b *bench) deleteElsewhere(id string) {
	b.t.Helper()
	b.must(b.person.client().DeleteGateway(b.t.Context(), demoEnvironment, id))
	time.Sleep(10 * time.Second)
}

func TestAGatewayOfSomeoneElseIsNeverTouched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newAnypointBench(t), gatewayNamed(t, "gw", registering)
		b.registerElsewhere("gw")
		id := b.registeredGateways()["gw"].ID
		b.create(gw)
		b.until(gw, "refused", hasReason(v1alpha1.ReasonGatewayNameTaken))
		if n := b.calls("ecs", "RunTask"); n != 0 {
			t.Errorf("%d tasks were run for a name that was taken", n)
		}
		b.delete(gw)
		b.empty()
		if still := b.registeredGateways()["gw"]; still.ID != id {
			t.Errorf("the gateway of someone else is gone: %+v", still)
		}
	})
}

func TestTheNameIsTakenBetweenTheLookAndTheTask(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newAnypointBench(t), gatewayNamed(t, "gw", registering)
		b.create(gw)
		b.until(gw, "registering", func(*v1alpha1.FlexGatewayDeployment) bool { return b.calls("ecs", "RunTask") == 1 })
		b.registerElsewhere("gw")
		id := b.registeredGateways()["gw"].ID
		b.until(gw, "refused with the id", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			ready := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionReady)
			return ready.Reason == v1alpha1.ReasonGatewayNameTaken && strings.Contains(ready.Message, id)
		})
		b.deleteElsewhere(id)
		b.untilReady(gw)
		b.connected(gw)
		b.removed(gw)
	})
}

// tombstones counts the gateways that were deleted.
func (b *bench) tombstones() (n int) {
	for _, r := range b.anypoint.Tombstones() {
		if r.Kind == "Gateway" {
			n++
		}
	}
	return n
}

func TestAnAnswerThatIsLostAfterTheRegistrationEndsInOneGateway(t *testing.T) {
	for name, lose := range map[string]func(*bench, *v1alpha1.FlexGatewayDeployment){
		"the platform's answer to flexctl": func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
			_, err := b.anypoint.SetFault(anypointsim.Fault{Operation: "Register", Cut: anypointsim.CutAfter, Times: 1})
			b.must(err)
			b.create(gw)
		},
		"the keeper cannot store the file": func(b *bench, gw *v1alpha1.FlexGatewayDeployment) {
			b.create(gw)
			b.until(gw, "registering", func(*v1alpha1.FlexGatewayDeployment) bool { return b.calls("ecs", "RunTask") == 1 })
			_, err := b.someone().Secrets.DeleteSecret(b.t.Context(), &secretsmanager.DeleteSecretInput{
				SecretId: aws.String(b.idOf(gw, "Secret", "identity")), RecoveryWindowInDays: aws.Int64(7),
			})
			b.must(err)
			for len(b.registeredGateways()) == 0 { // the controller would put it right at once
				time.Sleep(time.Second)
			}
			time.Sleep(20 * time.Second)
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b, gw := newAnypointBench(t), gatewayNamed(t, "gw", registering)
				lose(b, gw)
				b.untilReady(gw)
				b.settled(gw)
				b.connected(gw)
				if n := b.tombstones(); n != 1 {
					t.Errorf("%d gateways were deleted, want the one whose file was lost", n)
				}
				b.removed(gw)
			})
		})
	}
}
