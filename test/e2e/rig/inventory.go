package rig

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	corev1 "k8s.io/api/core/v1"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/internal/awscloud"
	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
	"flexgw.io/controller/internal/resource"
	"flexgw.io/controller/internal/status"
)

// Plan is what the controller would do to the gateway now, found by a stack that
// remembers only what the object's status says.
func (g *Gateway) Plan(t testing.TB) *engine.Report {
	t.Helper()
	gw := g.Get(t)
	ref := gw.Spec.Registration.SecretRef
	var secret corev1.Secret
	if err := g.rig.Kube.Get(t.Context(), client.ObjectKey{Namespace: gw.Namespace, Name: ref.Name}, &secret); err != nil {
		t.Fatal(err)
	}
	return gateway.Stack(gateway.Input{
		Gateway: gw, Cloud: g.rig.In(t, gw.Status.Region), Now: g.rig.Clock().Now,
		Records: status.Records(&gw.Status), Rollout: status.Rollout(&gw.Status), Known: status.Replicas(&gw.Status),
		Registration: func() (resource.RegistrationContent, error) {
			return gateway.ReadRegistration(string(gw.UID), secret.Data[ref.Key])
		},
	}).Plan(t.Context())
}

// WantSettled fails the test unless a plan has nothing to do.
func (g *Gateway) WantSettled(t testing.TB) {
	t.Helper()
	report := g.Plan(t)
	for _, step := range report.Changes() {
		t.Errorf("a plan would %s %s (%s): %s", step.Action, step.Identity, step.Reason, status.Changes(step))
	}
	if err := report.Err(); err != nil {
		t.Errorf("a plan of %s has problems: %v", g.key, err)
	}
}

// untagged are the kinds that carry no tags of ours: EFS has none for mount targets, and
// network interfaces are made by AWS for what is in them.
var untagged = []string{"MountTarget", "NetworkInterface"}

// shared are the kinds that belong to the controller and not to one gateway.
var shared = []string{"Cluster"}

// WantTagged fails the test unless everything that has come since before, and can be
// tagged, says that one of the gateways owns it.
func (r *Rig) WantTagged(t testing.TB, before []core.Resource, gateways ...*Gateway) {
	t.Helper()
	owners := []string{}
	for _, g := range gateways {
		owners = append(owners, g.UID(t))
	}
	for _, resource := range Since(before, r.AWS().Inventory()) {
		switch {
		case slices.Contains(untagged, resource.Kind):
		case slices.Contains(shared, resource.Kind):
			if got := resource.Tags[awscloud.TagManagedBy]; got != awscloud.ManagedBy {
				t.Errorf("%s %s has %s=%q, want %q", resource.Kind, resource.ID, awscloud.TagManagedBy, got, awscloud.ManagedBy)
			}
		case !slices.Contains(owners, resource.Tags[awscloud.TagOwnerUID]):
			t.Errorf("%s %s %s has %s=%q, want one of %v", resource.Service, resource.Kind, resource.ID,
				awscloud.TagOwnerUID, resource.Tags[awscloud.TagOwnerUID], owners)
		}
	}
}

// Owned are the resources in AWS that carry the gateway's owner tag.
func (r *Rig) Owned(uid string) []core.Resource {
	return slices.DeleteFunc(r.AWS().Inventory(), func(resource core.Resource) bool {
		return resource.Tags[awscloud.TagOwnerUID] != uid
	})
}

// WantInventory fails the test unless AWS is as it was.
func (r *Rig) WantInventory(t testing.TB, before []core.Resource) {
	t.Helper()
	if diff := cmp.Diff(before, r.AWS().Inventory(), cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("AWS is not as it was (-before +now):\n%s", diff)
	}
}

// Since are the resources of now that were not there before.
func Since(before, now []core.Resource) []core.Resource {
	var rest []core.Resource
	for _, resource := range now {
		if !slices.ContainsFunc(before, func(b core.Resource) bool { return b.Service == resource.Service && b.ID == resource.ID }) {
			rest = append(rest, resource)
		}
	}
	return rest
}

// Kinds counts resources by service and kind.
func Kinds(list []core.Resource) map[string]int {
	kinds := map[string]int{}
	for _, resource := range list {
		kinds[resource.Service+" "+resource.Kind]++
	}
	return kinds
}
