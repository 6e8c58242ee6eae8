package e2e_test

import (
	"testing"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/test/e2e/rig"
)

func TestAMissingRegistrationSecretIsReportedMendsItselfAndDoesNotBlockDeletion(t *testing.T) {
	before := stack.AWS().Inventory()
	g := stack.Gateway("registration", "unregistered")
	g.Create(t, rig.Spec())
	g.AwaitReason(t, v1alpha1.ReasonRegistrationSecretMissing)
	g.AwaitEvent(t, v1alpha1.ReasonRegistrationSecretMissing, "registration/unregistered-registration")

	g.Register(t, rig.Registration("first"))
	g.AwaitReady(t)
	g.WantSettled(t)

	g.DeleteRegistration(t)
	gw := g.AwaitReason(t, v1alpha1.ReasonRegistrationSecretMissing)
	if gw.Status.ReadyReplicas != 1 {
		t.Errorf("%d replicas serve without the Secret, want 1 still", gw.Status.ReadyReplicas)
	}

	g.Delete(t)
	g.AwaitGone(t)
	stack.WantInventory(t, before)
}
