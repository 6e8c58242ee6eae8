package lifecycle

import (
	"errors"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/controllers"
	"flexgw.io/controller/internal/awssim"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/plan"
)

// keyElsewhere is an access key of another account than the simulator's own.
const keyElsewhere = "AKIA210987654321SIMU"

// restartWith starts the controller anew, with other credentials.
func (b *bench) restartWith(accessKey string) {
	b.accessKey = accessKey
	b.start()
}

// refusesTheAccount waits for Ready to name both accounts.
func refusesTheAccount(gw *v1alpha1.FlexGatewayDeployment) bool {
	ready := meta.FindStatusCondition(gw.Status.Conditions, v1alpha1.ConditionReady)
	return ready.Reason == v1alpha1.ReasonWrongAccount &&
		strings.Contains(ready.Message, "in the AWS account 123456789012, and the credentials are of 210987654321")
}

func TestAGatewayIsNotTouchedWithTheCredentialsOfAnotherAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		before, recorded := b.inventory(), b.get(gw).Status.Resources

		b.restartWith(keyElsewhere)
		b.until(gw, "refuses the account", refusesTheAccount)
		var problem *engine.Problem
		if _, err := (controllers.Planner{Reconciler: b.reconciler}).Plan(t.Context(), b.get(gw)); !errors.As(err, &problem) || problem.Reason != v1alpha1.ReasonWrongAccount {
			t.Errorf("a plan ends with %v", err)
		}
		if diff := cmp.Diff(before, b.inventory()); diff != "" {
			t.Errorf("what is in AWS (-before +after):\n%s", diff)
		}
		if diff := cmp.Diff(recorded, b.get(gw).Status.Resources); diff != "" {
			t.Errorf("the inventory (-before +after):\n%s", diff)
		}
		for _, c := range b.sim.Calls() {
			if c.Account == "210987654321" && c.Operation != "GetCallerIdentity" {
				t.Errorf("it has called %s %s in the other account", c.Service, c.Operation)
			}
		}

		b.restartWith("")
		b.untilReady(gw)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestADeletionWaitsForTheCredentialsOfTheGatewaysAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.ready(gw)
		before := b.inventory()

		b.restartWith(keyElsewhere)
		b.must(b.kube.Delete(t.Context(), gw.DeepCopy()))
		b.until(gw, "refuses the account", refusesTheAccount)
		if diff := cmp.Diff(before, b.inventory()); diff != "" {
			t.Errorf("what is in AWS (-before +after):\n%s", diff)
		}

		b.restartWith("")
		b.delete(gw)
		b.empty()
	})
}

func TestAGatewayOfWhichNothingIsMadeMayStillGoToAnotherAccount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", nil)
		b.accessKey = keyElsewhere
		b.start()
		_, err := b.sim.SetFault(awssim.Fault{Operation: "Create*", Code: "AccessDenied"})
		b.must(err)
		b.create(gw)
		b.until(gw, "is denied", hasReason(v1alpha1.ReasonAccessDenied))
		b.sim.ClearFaults()
		other := b.get(gw)
		if other.Status.Network == nil {
			t.Fatal("it has not even found a network there")
		}
		_, err = b.sim.SetFault(awssim.Fault{Operation: "DescribeSubnets", Code: "UnauthorizedOperation"})
		b.must(err)
		b.restartWith("")
		b.until(gw, "is here", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw.Status.Account == "123456789012" })
		if network := b.get(gw).Status.Network; network != nil {
			t.Errorf("here, it has the other account's network %v", network)
		}
		b.sim.ClearFaults()
		what, err := controllers.Planner{Reconciler: b.reconciler}.Plan(t.Context(), other)
		b.must(err)
		if p := what.Of(plan.KindChange, other, other); p.HasProblems() || !p.HasChanges() {
			t.Errorf("the plan to make it here is %+v", p)
		}
		b.untilReady(gw)
		b.settled(gw)
		b.delete(gw)
		b.empty()
	})
}
