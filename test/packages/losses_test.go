package packages_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	rbacv1 "k8s.io/api/rbac/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/test/e2e/rig"
)

// What a manager without a right does not do, by which a person notices.

func neverLooks(t *testing.T, l *loss) bool {
	return l.gateway.Get(t).Status.ObservedGeneration == -1
}

// cannotPlan is true where a condition tells the gateway's owner what the manager may not.
func cannotPlan(t *testing.T, l *loss) bool {
	return slices.ContainsFunc(l.gateway.Get(t).Status.Conditions, func(c metav1.Condition) bool {
		return c.Status == metav1.ConditionFalse && strings.Contains(c.Message, l.refusal())
	})
}

// listsAgain is true where all is listed again and again: changes are seen late, at a price.
func listsAgain(_ *testing.T, l *loss) bool { return l.lists() > 2 }

func neverBegins(t *testing.T, l *loss) bool { return len(l.gateway.Get(t).Finalizers) == 0 }

func tellsNothing(t *testing.T, l *loss) bool { return len(l.events(t, "Planned")) == 0 }

func tellsOnce(t *testing.T, l *loss) bool {
	told := l.events(t, "Planned")
	return len(told) == 1 && told[0].Series == nil
}

func leadsInSilence(t *testing.T, l *loss) bool { return len(l.events(t, "LeaderElection")) == 0 }

func ends(_ *testing.T, l *loss) bool { return l.ended() }

// losses are all rights of the manager, and what breaks without each.
var losses = map[right]func(*testing.T, *loss) bool{
	{"get", "", "configmaps"}:                               cannotPlan,
	{"list", "", "configmaps"}:                              neverLooks,
	{"watch", "", "configmaps"}:                             listsAgain,
	{"get", "", "secrets"}:                                  cannotPlan,
	{"list", "", "secrets"}:                                 neverLooks,
	{"watch", "", "secrets"}:                                listsAgain,
	{"get", "", "namespaces"}:                               cannotPlan,
	{"get", "flexgw.io", "flexgatewaydeployments"}:          neverLooks,
	{"list", "flexgw.io", "flexgatewaydeployments"}:         neverLooks,
	{"watch", "flexgw.io", "flexgatewaydeployments"}:        listsAgain,
	{"patch", "flexgw.io", "flexgatewaydeployments"}:        neverBegins,
	{"patch", "flexgw.io", "flexgatewaydeployments/status"}: neverLooks,
	{"create", "events.k8s.io", "events"}:                   tellsNothing,
	{"patch", "events.k8s.io", "events"}:                    tellsOnce,
	{"create", "", "events"}:                                leadsInSilence,
	{"get", "coordination.k8s.io", "leases"}:                neverLooks,
	{"create", "coordination.k8s.io", "leases"}:             neverLooks,
	{"update", "coordination.k8s.io", "leases"}:             ends,
}

// TestWithoutEachOneOfItsRightsTheManagerBreaks takes each right away from a manager of its
// own, and has all of them do what another does that has all rights and uses them all.
func TestWithoutEachOneOfItsRightsTheManagerBreaks(t *testing.T) {
	install(t, system)
	t.Setenv("KUBE_FEATURE_WatchListClient", "false") // as with an API server before 1.34, which streams no lists
	granted := rightsOf(
		as[rbacv1.ClusterRole](t, file(t, "config/rbac/role.yaml")).Rules, as[rbacv1.Role](t, file(t, "config/rbac/leader_election_role.yaml")).Rules)
	consequences := map[right]bool{}
	for r := range losses {
		consequences[r] = true
	}
	if diff := gocmp.Diff(sorted(granted), sorted(consequences)); diff != "" {
		t.Fatalf("rights that are granted, and of which this test knows what they are for (-granted +known):\n%s", diff)
	}
	whole := lose(t, granted, right{})
	all := []*loss{whole}
	for r := range granted {
		all = append(all, lose(t, granted, r))
	}
	scenario(t, whole, all)
	whole.witness.wantNothingDenied(t, whole.runningManager)
	if diff := gocmp.Diff(sorted(granted), sorted(whole.witness.used())); diff != "" {
		t.Errorf("rights (-granted +used):\n%s", diff)
	}
	for _, l := range all[1:] {
		l.breaks(t)
		if others := l.others(); len(others) > 0 {
			t.Errorf("without the right to %s, the manager is denied %v, too", l.missing, others)
		}
	}
}

// soon asks for half a minute at most: by then a manager that may not renew its lease has
// given up.
func soon(t *testing.T, holds func() bool) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	return rig.Poll(ctx, holds)
}

// breaks fails the test unless what is missing is noticed.
func (l *loss) breaks(t *testing.T) {
	t.Helper()
	if err := soon(t, func() bool { return l.wasDenied(t) && losses[l.missing](t, l) }); err != nil {
		t.Fatalf("nothing breaks without the right to %s: %v; denied %t: %s", l.missing, err, l.wasDenied(t), l.describe(t.Context()))
	}
}

// scenario has a person do to all gateways, one after the other, what takes every right, as
// soon as the manager that has them all has done what was before.
func scenario(t *testing.T, whole *loss, all []*loss) {
	t.Helper()
	await := func(what string, holds func(*v1alpha1.FlexGatewayDeployment) bool) {
		whole.await(t, whole.gateway, what, holds)
	}
	each := func(merge string) {
		for _, l := range all {
			l.patch(t, merge)
		}
	}
	await("planned", isPlanned)
	rig.Eventually(t, "an event that is repeated", func() bool {
		told := whole.events(t, "Planned")
		return len(told) == 1 && told[0].Series != nil
	})
	for _, l := range all[1:] { // a plan takes all rights but that for the finalizer
		if l.missing.verb+l.missing.resource != "patchflexgatewaydeployments" {
			l.breaks(t)
		}
	}
	// The account is not the simulator's, so that nothing is made.
	each(`{"metadata":{"annotations":{"services.k8s.aws/owner-account-id":"999999999999"}},"spec":{"planOnly":false}}`)
	await("begun", isBegun)
	if len(whole.events(t, "LeaderElection")) == 0 {
		t.Error("the manager has not told that it leads")
	}
	whole.gateway.Delete(t)
	await("gone", func(gw *v1alpha1.FlexGatewayDeployment) bool { return gw == nil })
}
