package controllers

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/resource"
	"flexgw.io/controller/internal/status"
)

func TestAPlatformThatIsAwayIsWaitedForOnceInAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &runtimeManager{}
		gw := fleet(m, 1, "dev")[0]
		gw.Status.Phase = v1alpha1.PhaseUpdating // looked at often
		r := connectedTo(t, m, gw)
		if found := r.askAnypoint(t.Context(), gw, "dev-0"); found.Err != nil || found.Gateway.Connected != 2 {
			t.Fatalf("found %+v", found)
		}
		m.set(func() { m.away["dev"] = true })
		time.Sleep(time.Minute)
		var waited, longest time.Duration
		for began := time.Now(); time.Since(began) < 10*time.Minute; time.Sleep(4 * time.Second) {
			asked := time.Now()
			found := r.askAnypoint(t.Context(), gw, "dev-0")
			waited, longest = waited+time.Since(asked), max(longest, time.Since(asked))
			if found.Err == nil || found.Gateway == nil || found.ReadAt.IsZero() {
				t.Fatalf("found %+v, want the last list and an error", found)
			}
		}
		if longest > 10*time.Second || waited > 2*time.Minute {
			t.Errorf("waited %v in ten minutes, %v at a time", waited, longest)
		}
		m.set(func() { m.away["dev"] = false })
		time.Sleep(30 * time.Second)
		if found := r.askAnypoint(t.Context(), gw, "dev-0"); found.Err != nil {
			t.Errorf("the platform is back, and yet: %v", found.Err)
		}
	})
}

func TestAnAnswerThatComesLateServesTheNextLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &runtimeManager{}
		gw := fleet(m, 1, "dev")[0]
		r := connectedTo(t, m, gw)
		m.set(func() { m.delay = 8 * time.Second })
		if found := r.askAnypoint(t.Context(), gw, "dev-0"); found.Err == nil {
			t.Fatal("a look waited for 8 seconds")
		}
		time.Sleep(5 * time.Second)
		asked := time.Now()
		if found := r.askAnypoint(t.Context(), gw, "dev-0"); found.Err != nil || time.Since(asked) > 0 {
			t.Errorf("found %+v after %v, want what came in the meantime, at once", found, time.Since(asked))
		}
	})
}

func TestMissingCredentialsAreToldAndNobodyIsAsked(t *testing.T) {
	m := &runtimeManager{}
	gw := fleet(m, 1, "dev")[0]
	r := connectedTo(t, m, gw)
	for _, change := range []func(*v1alpha1.CredentialsSecretReference){
		func(ref *v1alpha1.CredentialsSecretReference) { ref.Name = "another" },
		func(ref *v1alpha1.CredentialsSecretReference) { ref.ClientSecretKey = "another" },
	} {
		gw := gw.DeepCopy()
		change(&gw.Spec.Anypoint.CredentialsSecretRef)
		problem, ok := errors.AsType[*engine.Problem](r.askAnypoint(t.Context(), gw, "dev-0").Err)
		if lists, _ := m.counts(); !ok || problem.Reason != v1alpha1.ReasonCredentialsMissing || lists != 0 {
			t.Errorf("problem %+v after %d lists", problem, lists)
		}
	}
}

func TestReplicasAreAskedForWhereTheirNumberOrTheTasksHaveChanged(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &runtimeManager{}
		gw := fleet(m, 1, "dev")[0]
		r := connectedTo(t, m, gw)
		running := &resource.ReplicasState{Replicas: []resource.Replica{{ID: "a"}, {ID: "b"}}}
		look := func(what string, want int) {
			t.Helper()
			found := r.askAnypoint(t.Context(), gw, "dev-0")
			r.addReplicas(t.Context(), gw, found, running)
			if _, looks := m.counts(); looks != want {
				t.Errorf("%s: %d looks at the replicas in all, want %d", what, looks, want)
			}
			if len(found.Replicas) != 1 {
				t.Errorf("%s: replicas %v", what, found.Replicas)
			}
		}
		look("first", 1)
		time.Sleep(10 * time.Minute)
		look("nothing has changed", 1)
		running.Replicas[1].ID = "c"
		look("another task", 2)
		m.set(func() { m.gateways["dev"][0].connected = 1 })
		time.Sleep(10 * time.Minute)
		look("another number", 3)
		m.set(func() { m.away["dev"] = true })
		time.Sleep(10 * time.Minute)
		look("no answer", 3)
		m.set(func() { m.away["dev"] = false })
		time.Sleep(2 * time.Hour)
		look("long ago", 4)
	})
}

func TestReplicasThatAreYetToBeConnectedAreLookedAtSoonAndThenLessOften(t *testing.T) {
	now := time.Date(2026, 11, 2, 12, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		reason string
		since  time.Duration
		want   time.Duration
	}{
		{v1alpha1.ReasonReplicasConnecting, 0, 20 * time.Second},
		{v1alpha1.ReasonReplicasConnecting, 2 * time.Minute, 30 * time.Second},
		{v1alpha1.ReasonReplicasConnecting, 2 * time.Hour, 30 * time.Minute}, // the regular look comes before
		{v1alpha1.ReasonNotRegistered, time.Minute, 0},
	} {
		st := &v1alpha1.FlexGatewayDeploymentStatus{Conditions: []metav1.Condition{{
			Type: v1alpha1.ConditionAnypointConnected, Status: metav1.ConditionFalse, Reason: test.reason, LastTransitionTime: metav1.NewTime(now.Add(-test.since)),
		}}}
		if got := connectingAfter(st, now); got != test.want {
			t.Errorf("%s since %v: after %v, want %v", test.reason, test.since, got, test.want)
		}
	}
}

func TestWhatTheEngineHearsOfTheConnections(t *testing.T) {
	m := &runtimeManager{}
	gw := fleet(m, 1, "dev")[0]
	if c := connectionOf(gw, nil); c != (resource.Connection{}) {
		t.Errorf("nobody waits, and yet: %+v", c)
	}
	gw.Spec.Rollout.WaitForConnected = true
	r := connectedTo(t, m, gw)
	found := r.askAnypoint(t.Context(), gw, "dev-0")
	if diff := (resource.Connection{Awaited: true, WasReady: true, Connected: 2}); connectionOf(gw, found) != diff {
		t.Errorf("heard %+v, want %+v", connectionOf(gw, found), diff)
	}
	if c := connectionOf(gw, &status.Anypoint{GatewayID: "dev-0"}); c.Unknown != "" || c.Connected != 0 {
		t.Errorf("a gateway that is not listed has %+v", c)
	}
	for _, unknown := range []*status.Anypoint{nil, {}, {GatewayID: "dev-0", Err: errors.New("no")}} {
		if c := connectionOf(gw, unknown); c.Unknown == "" || c.Connected != 2 {
			t.Errorf("without an answer %+v, want the last count and why", c)
		}
	}
}
