package e2e_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/test/e2e/rig"
)

// What this gateway leaves in AWS stays there for the rest of the package's tests, as
// something that belongs to nobody.
func TestRetainLeavesEverythingRunningWithoutOwnerTagsAndSaysSo(t *testing.T) {
	g := stack.Apply(t, "retain", "retained", rig.Spec(func(spec *v1alpha1.FlexGatewayDeploymentSpec) {
		spec.DeletionPolicy, spec.Compute.ClusterName = v1alpha1.DeletionPolicyRetain, "retained"
	}))
	g.AwaitReady(t)
	running, owned := stack.AWS().Inventory(), stack.Owned(g.UID(t))
	g.Delete(t)
	g.AwaitGone(t)

	after := stack.AWS().Inventory()
	if diff := cmp.Diff(running, after, cmpopts.IgnoreFields(core.Resource{}, "Tags")); diff != "" {
		t.Errorf("the deletion changed more than tags (-before +after):\n%s", diff)
	}
	for _, r := range owned {
		if r.Kind == "Task" {
			continue // tasks keep what ECS gave them when they started; those that follow get the service's tags
		}
		g.AwaitEvent(t, "Retained", r.ID)
		wantReleased(t, after, r)
	}
}

// wantReleased fails the test unless the resource carries the user's tags still, and none
// of the controller's.
func wantReleased(t *testing.T, inventory []core.Resource, released core.Resource) {
	t.Helper()
	for _, r := range inventory {
		if r.Service != released.Service || r.ID != released.ID {
			continue
		}
		for _, key := range awscloud.OwnerTagKeys() {
			if value, ok := r.Tags[key]; ok {
				t.Errorf("%s %s still has the tag %s=%s", r.Kind, r.ID, key, value)
			}
		}
		if r.Tags["Project"] != "Flex on ECS" {
			t.Errorf("%s %s lost the user's own tags: %v", r.Kind, r.ID, r.Tags)
		}
	}
}
