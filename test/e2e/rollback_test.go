package e2e_test

import (
	"strconv"
	"testing"

	"k8s.io/apimachinery/pkg/api/meta"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/test/e2e/rig"
)

func TestABadImageIsRolledBackAndNotTriedAgainUntilTheSpecChanges(t *testing.T) {
	before := stack.AWS().Inventory()
	g := stack.Apply(t, "rollback", "rolled-back", rig.Spec())
	good := g.AwaitReady(t).Status.TaskDefinition

	setImage(t, g, "docker.io/mulesoft/flex-gateway:0.0.0-no-such-version")
	gw := g.AwaitReason(t, v1alpha1.ReasonRolledBack)
	if !meta.IsStatusConditionTrue(gw.Status.Conditions, v1alpha1.ConditionAvailable) || gw.Status.ReadyReplicas != 1 {
		t.Errorf("the gateway is not available with %d replicas: %v", gw.Status.ReadyReplicas, gw.Status.Conditions)
	}
	if gw.Status.TaskDefinition != good {
		t.Errorf("%s is serving, want %s", gw.Status.TaskDefinition, good)
	}

	updates := stack.Calls("UpdateService")
	for look := range 3 {
		looks := stack.Calls("DescribeServices")
		g.Annotate(t, "example.com/look", strconv.Itoa(look))
		rig.Eventually(t, "a look at the service", func() bool { return stack.Calls("DescribeServices") > looks })
	}
	g.AwaitReason(t, v1alpha1.ReasonRolledBack)
	if again := stack.Calls("UpdateService") - updates; again > 0 {
		t.Errorf("the bad revision was tried again: %d calls of UpdateService", again)
	}

	setImage(t, g, "docker.io/mulesoft/flex-gateway:1.13.0")
	if gw := g.AwaitReady(t); gw.Status.Version != "1.13.0" || gw.Status.UpdatedReplicas != 1 {
		t.Errorf("version %s, %d replicas up to date; want 1.13.0 and 1", gw.Status.Version, gw.Status.UpdatedReplicas)
	}
	g.WantSettled(t)

	g.Delete(t)
	g.AwaitGone(t)
	stack.WantInventory(t, before)
}

func setImage(t *testing.T, g *rig.Gateway, image string) {
	t.Helper()
	g.Change(t, func(spec *v1alpha1.FlexGatewayDeploymentSpec) { spec.Image = image })
}
