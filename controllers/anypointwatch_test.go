package controllers

import (
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
)

// fleet is a number of gateways in each of some environments, as they are in Runtime
// Manager too.
func fleet(m *runtimeManager, each int, environments ...string) []*v1alpha1.FlexGatewayDeployment {
	m.gateways, m.away = map[string][]record{}, map[string]bool{}
	var all []*v1alpha1.FlexGatewayDeployment
	for _, environment := range environments {
		for n := range each {
			gw := readyIn(environment, n, 2)
			all = append(all, gw)
			m.gateways[environment] = append(m.gateways[environment], record{gw.Status.Anypoint.GatewayID, 2})
		}
	}
	return all
}

// changedIn are the names of the gateways that are not connected as their status says.
func changedIn(t *testing.T, r *Reconciler) []string {
	t.Helper()
	list, err := r.AnypointChanged(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	names := []string{}
	for _, gw := range list {
		names = append(names, gw.Name)
	}
	slices.Sort(names)
	return names
}

func TestThreeHundredGatewaysTakeAListForEachEnvironment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &runtimeManager{}
		r := connectedTo(t, m, fleet(m, 100, "dev", "test", "prod")...)
		if names := changedIn(t, r); len(names) != 0 {
			t.Errorf("%v are looked at, and nothing has happened", names)
		}
		if lists, _ := m.counts(); lists != 3 || m.secrets != 1 {
			t.Errorf("%d lists and %d reads of the Secret, want 3 and 1", lists, m.secrets)
		}
		for range 300 {
			r.askAnypoint(t.Context(), readyIn("dev", 7, 2), "dev-7")
		}
		if lists, _ := m.counts(); lists != 3 {
			t.Errorf("looks at ready gateways take %d lists more", lists-3)
		}
		m.set(func() { m.gateways["prod"][42].connected = 1 })
		m.set(func() { m.gateways["test"] = slices.Delete(m.gateways["test"], 5, 6) })
		time.Sleep(r.AnypointEvery)
		if diff := cmp.Diff([]string{"prod-42", "test-5"}, changedIn(t, r)); diff != "" {
			t.Errorf("after a replica was lost and a gateway deleted (-want +got):\n%s", diff)
		}
		if lists, _ := m.counts(); lists != 6 {
			t.Errorf("%d lists after two rounds, want 6", lists)
		}
	})
}

func TestAnEnvironmentThatIsAwayDoesNotKeepOthersFromBeingWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &runtimeManager{}
		r := connectedTo(t, m, fleet(m, 2, "dev", "prod")...)
		m.set(func() { m.away["dev"], m.gateways["prod"][1].connected = true, 0 })
		list, err := r.AnypointChanged(t.Context())
		if err == nil || len(list) != 1 || list[0].Name != "prod-1" {
			t.Errorf("error %v, %d changed; want one, prod-1, and an error about dev", err, len(list))
		}
	})
}

func TestAGatewayOfWhichNothingWasKnownIsLookedAtOnceThePlatformAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &runtimeManager{}
		gateways := fleet(m, 3, "dev")
		gateways[1].Status.Conditions[0].Status = metav1.ConditionUnknown
		gateways[2].Status.Anypoint.GatewayID = "" // not registered yet: looked at anyway
		local := readyIn("dev", 3, 0)
		local.Spec.Mode = v1alpha1.ModeLocal
		r := connectedTo(t, m, append(gateways, local)...)
		if diff := cmp.Diff([]string{"dev-1"}, changedIn(t, r)); diff != "" {
			t.Errorf("looked at (-want +got):\n%s", diff)
		}
	})
}

func TestWithoutAPlatformNobodyIsAsked(t *testing.T) {
	m := &runtimeManager{}
	r := connectedTo(t, m, fleet(m, 1, "dev")...)
	r.Anypoint = nil
	if names := changedIn(t, r); len(names) != 0 || r.askAnypoint(t.Context(), readyIn("dev", 0, 2), "dev-0") != nil {
		t.Error(fmt.Sprint("asked without a platform: ", names))
	}
}
