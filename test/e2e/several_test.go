package e2e_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/awssim/core"
	"flexgw.io/controller/test/e2e/rig"
)

func TestFiveGatewaysInTwoRegionsLiveAndDieWithoutTouchingEachOther(t *testing.T) {
	before := stack.AWS().Inventory()
	in := func(region, cluster string) v1alpha1.FlexGatewayDeploymentSpec {
		return rig.Spec(func(spec *v1alpha1.FlexGatewayDeploymentSpec) {
			spec.Region, spec.Compute.ClusterName = region, cluster
		})
	}
	// The first two share a cluster, and so do the last two, in another region and under
	// the same name. Two gateways have the same name in different namespaces.
	gateways := []*rig.Gateway{
		stack.Apply(t, "several", "one", in("us-east-1", "shared")),
		stack.Apply(t, "several-too", "one", in("us-east-1", "shared")),
		stack.Apply(t, "several", "three", in("us-east-1", "alone")),
		stack.Apply(t, "several", "four", in("eu-west-1", "shared")),
		stack.Apply(t, "several", "five", in("eu-west-1", "shared")),
	}
	for _, g := range gateways {
		g.AwaitReady(t)
	}
	for _, g := range gateways {
		g.WantSettled(t)
	}
	stack.WantTagged(t, before, gateways...)
	wantClusters(t, before, "eu-west-1 shared", "us-east-1 alone", "us-east-1 shared")

	remaining := [][]string{
		{"eu-west-1 shared", "us-east-1 alone", "us-east-1 shared"},
		{"eu-west-1 shared", "us-east-1 alone"},
		{"eu-west-1 shared"},
		{"eu-west-1 shared"},
		{},
	}
	for i, g := range gateways {
		others := owned(t, gateways[i+1:])
		g.Delete(t)
		g.AwaitGone(t)
		if diff := cmp.Diff(others, owned(t, gateways[i+1:])); diff != "" {
			t.Errorf("the deletion of gateway %d touched others (-before +after):\n%s", i+1, diff)
		}
		wantClusters(t, before, remaining[i]...)
	}
	stack.WantInventory(t, before)
}

// owned are the resources of some gateways, with their states and tags.
func owned(t *testing.T, gateways []*rig.Gateway) [][]core.Resource {
	t.Helper()
	var all [][]core.Resource
	for _, g := range gateways {
		all = append(all, stack.Owned(g.UID(t)))
	}
	return all
}

// wantClusters fails the test unless these clusters, and no others, have come since.
func wantClusters(t *testing.T, before []core.Resource, want ...string) {
	t.Helper()
	got := []string{}
	for _, r := range rig.Since(before, stack.AWS().Inventory()) {
		if r.Kind == "Cluster" {
			got = append(got, r.Region+" "+r.ID[strings.LastIndex(r.ID, "/")+1:])
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("the clusters are %v, want %v", got, want)
	}
}
