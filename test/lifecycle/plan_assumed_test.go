package lifecycle

import (
	"strings"
	"testing"
	"testing/synctest"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/plan"
)

// elsewhere is an assumption of everything.
func elsewhere(string, string) string { return "it is made elsewhere" }

// forget deletes a Secret, as before a restore in another cluster.
func (b *bench) forget(name string) {
	b.t.Helper()
	b.must(b.kube.Delete(b.t.Context(), &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: name}}))
}

func TestASecretThatIsTakenForGrantedChangesNothingOfAGatewayThatIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := gatewayNamed(t, "gw", nil)
		b.create(gw)
		b.untilReady(gw)
		b.untilQuiet(gw)
		b.forget("gw-registration")
		if p := b.planFor(plan.KindChange, b.get(gw)); !p.HasProblems() {
			t.Errorf("without an assumption the missing Secret is no problem:\n%s", sentences(p))
		}
		p := b.planAssuming(plan.KindChange, b.get(gw), elsewhere)
		if p.HasChanges() || p.HasProblems() {
			t.Errorf("problems %v, steps\n%s", p.Problems, sentences(p))
		}
		if len(p.Assumed) != 1 || !strings.Contains(p.Assumed[0].Message, "Secret flex/gw-registration is not there") || !strings.Contains(p.Assumed[0].Message, "not compared") {
			t.Errorf("taken for granted: %v", p.Assumed)
		}
		wanted := b.get(gw)
		replicas := int32(3)
		wanted.Spec.Replicas = &replicas
		if p := b.planAssuming(plan.KindChange, wanted, elsewhere); p.HasProblems() || sentences(p) != "update Service/gateway replicas: 1 -> 3" {
			t.Errorf("problems %v, steps\n%s", p.Problems, sentences(p))
		}
	})
}

func TestWithoutTheCredentialsThePlanSaysThatNothingIsKnownOfAnypoint(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAnypointBench(t)
		b.person.absent = true // the API is the controller's
		gw := gatewayNamed(t, "gw", registered)

		asked := len(b.anypoint.Calls())
		p := b.planAssuming(plan.KindChange, gw, elsewhere)
		if p.HasProblems() || inAnypoint(p)["create APIInstance"] != 1 || inAnypoint(p)["create ExchangeAsset"] != 1 {
			t.Errorf("a new gateway: problems %v, steps\n%s", p.Problems, sentences(p))
		}
		if len(p.Assumed) != 1 || !strings.Contains(p.Assumed[0].Message, credentialsName) {
			t.Errorf("taken for granted: %v", p.Assumed)
		}
		if after := len(b.anypoint.Calls()); after != asked {
			t.Errorf("the platform was asked %d times with credentials that nobody has", after-asked)
		}

		b.writeCredentials(anypointsim.DemoClientID, anypointsim.DemoClientSecret)
		b.create(gw)
		b.untilReady(gw)
		b.untilQuiet(gw)
		b.forget(credentialsName)
		if p := b.planAssuming(plan.KindChange, b.get(gw), elsewhere); p.HasProblems() || p.HasChanges() {
			t.Errorf("one that is there: problems %v, steps\n%s", p.Problems, sentences(p))
		}
	})
}
