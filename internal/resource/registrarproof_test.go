package resource

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"flexgw.io/controller/internal/anypoint"
	"flexgw.io/controller/internal/engine"
)

// unanswered is a task that ended without an answer a minute after noon, and lostGateway one
// that it may have registered.
var (
	unanswered  = RegistrarTask{NameFree: noon, Stopped: noon.Add(time.Minute), outcome: outcomeFailed}
	lostGateway = anypoint.Gateway{ID: "id", Name: "gw", Status: anypoint.StatusDisconnected, LastUpdate: noon.Add(30 * time.Second)}
)

func TestAGatewayIsProvedToBeOurs(t *testing.T) {
	changed := func(change func(*RegistrarTask)) RegistrarTask { task := unanswered; change(&task); return task }
	different := func(change func(*anypoint.Gateway)) anypoint.Gateway { g := lostGateway; change(&g); return g }
	const soon, later = 2 * time.Minute, 11 * time.Minute
	for _, test := range []struct {
		name string
		task RegistrarTask
		g    anypoint.Gateway
		at   time.Duration // after noon
		want proof
	}{
		{"a task whose answer was lost", unanswered, lostGateway, later, proofComplete},
		{"somebody else's replicas would not be connected yet", unanswered, lostGateway, later - time.Second, proofPending},
		{"flexctl said that it registered it", changed(func(task *RegistrarTask) { task.outcome = outcomeNotStored }), lostGateway, soon, proofComplete},
		{"a platform that does not say when it changed", unanswered, different(func(g *anypoint.Gateway) { g.LastUpdate = time.Time{} }), later, proofNone},
		{"a replica is connected", unanswered, different(func(g *anypoint.Gateway) { g.Connected = 1 }), later, proofNone},
		{"a replica was connected", unanswered, different(func(g *anypoint.Gateway) { g.Disconnected = 1 }), later, proofNone},
		{"its status says so", unanswered, different(func(g *anypoint.Gateway) { g.Status = anypoint.StatusConnected }), later, proofNone},
		{"a certificate is known", unanswered, different(func(g *anypoint.Gateway) { g.CertificateExpirations = []time.Time{noon} }), later, proofNone},
		{"it was there long before", unanswered, different(func(g *anypoint.Gateway) { g.LastUpdate = noon.Add(-time.Hour) }), later, proofNone},
		{"it was made long after", unanswered, different(func(g *anypoint.Gateway) { g.LastUpdate = noon.Add(time.Hour) }), 2 * time.Hour, proofNone},
		{"nobody looked before", changed(func(task *RegistrarTask) { task.NameFree = time.Time{} }), lostGateway, later, proofNone},
		{"the task is at work", changed(func(task *RegistrarTask) { task.Running = true }), lostGateway, later, proofNone},
		{"the task renews", changed(func(task *RegistrarTask) { task.Renews = "version" }), lostGateway, later, proofNone},
		{"the file was stored", changed(func(task *RegistrarTask) { task.outcome = outcomeStored }), lostGateway, later, proofNone},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := (&RegisteredState{Tasks: []RegistrarTask{test.task}}).proofOf(test.g, noon.Add(test.at)); got != test.want {
				t.Errorf("the proof is %v, want %v", got, test.want)
			}
		})
	}
}

// runtimeManager lists a gateway and keeps the ids of those that were to be deleted.
type runtimeManager struct {
	listed  []anypoint.Gateway
	deleted []string
}

func (m *runtimeManager) Gateways(context.Context, anypoint.Environment) ([]anypoint.Gateway, error) {
	return m.listed, nil
}

func (m *runtimeManager) DeleteGateway(_ context.Context, _ anypoint.Environment, id string) error {
	m.deleted = append(m.deleted, id)
	return nil
}

func TestARegistrationUnderANameThatIsTakenDeletesNothingThatMayBeSomeoneElses(t *testing.T) {
	for after, want := range map[time.Duration]int{5 * time.Minute: 0, 11 * time.Minute: 1} {
		platform := &runtimeManager{listed: []anypoint.Gateway{lostGateway}}
		r := registrar(noon.Add(after))
		r.Connect = func(*anypoint.Credentials) (Anypoint, error) { return platform, nil }
		_, err := r.freeName(t.Context(), &RegisteredState{Tasks: []RegistrarTask{unanswered}})
		if len(platform.deleted) != want {
			t.Errorf("%v after the task: %v were deleted, want %d (%v)", after, platform.deleted, want, err)
		}
		var problem *engine.Problem
		if want == 0 && (!errors.As(err, &problem) || problem.Reason != ReasonGatewayNameTaken || problem.Terminal || problem.RetryAfter == 0) {
			t.Errorf("%v after the task: %+v, want a problem that is looked at again", after, err)
		}
	}
}

func TestARemovalIsOverOnceNoTaskCanHaveLeftAGateway(t *testing.T) {
	for _, test := range []struct {
		name    string
		listed  []anypoint.Gateway
		removal RegistrationRemoval
		want    bool
	}{
		{"its gateway is listed", []anypoint.Gateway{lostGateway}, RegistrationRemoval{}, false},
		{"none is listed", nil, RegistrationRemoval{}, true},
		{"another one is listed", []anypoint.Gateway{{ID: "other", Name: "other", LastUpdate: lostGateway.LastUpdate}}, RegistrationRemoval{}, true},
		{"it is to stay", []anypoint.Gateway{lostGateway}, RegistrationRemoval{Retain: true}, true},
	} {
		r := registrar(noon.Add(time.Hour))
		r.Connect = func(*anypoint.Credentials) (Anypoint, error) { return &runtimeManager{listed: test.listed}, nil }
		r.Removal = &test.removal
		if got := r.isNothingLeft(t.Context(), &RegisteredState{Tasks: []RegistrarTask{unanswered}}); got != test.want {
			t.Errorf("%s: nothing is left: %t", test.name, got)
		}
	}
}

func TestAFileThatTheUserTookOverKeepsItsGateway(t *testing.T) {
	platform := &runtimeManager{}
	r := registrar(noon)
	r.Connect = func(*anypoint.Credentials) (Anypoint, error) { return platform, nil }
	r.Removal = &RegistrationRemoval{GiveUpAfter: time.Minute}
	for _, brought := range []string{"id", "another"} {
		r.Brought = func() string { return brought }
		if err := r.Delete(t.Context(), &RegisteredState{RegistrationContent: RegistrationContent{AgentID: "id"}}); err != nil {
			t.Errorf("brought %s: %v", brought, err)
		}
	}
	if got := strings.Join(platform.deleted, " "); got != "id" { // by the second removal only
		t.Errorf("deleted: %q, want id once", got)
	}
}
