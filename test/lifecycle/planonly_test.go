package lifecycle

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	"sigs.k8s.io/yaml"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/anypointsim"
	"flexgw.io/controller/internal/plan"
)

func planOnly(s *v1alpha1.FlexGatewayDeploymentSpec) { s.PlanOnly = true }

func applied(s *v1alpha1.FlexGatewayDeploymentSpec) { s.PlanOnly = false }

// onlyReads has do run, in which the controller may look at the clouds and write nothing.
func (b *bench) onlyReads(do func()) {
	b.t.Helper()
	since, platform := len(b.sim.Calls()), 0
	if b.anypoint != nil {
		platform = len(b.anypoint.Calls())
	}
	do()
	if len(b.sim.Calls()) == since {
		b.t.Error("the controller has not looked at anything")
	}
	for _, call := range b.sim.Calls()[since:] {
		if !isRead(call.Operation) {
			b.t.Errorf("under planOnly the controller has called %s %s", call.Service, call.Operation)
		}
	}
	if b.anypoint == nil {
		return
	}
	for _, call := range b.anypoint.Calls()[platform:] {
		if call.Method != http.MethodGet && !strings.Contains(call.Path, "token") {
			b.t.Errorf("under planOnly the controller has called %s %s", call.Method, call.Path)
		}
	}
}

// planned looks at a gateway under planOnly until nothing is outstanding, and returns its
// plan.
func (b *bench) planned(gw *v1alpha1.FlexGatewayDeployment) *v1alpha1.PlanStatus {
	b.t.Helper()
	b.onlyReads(func() { b.untilQuiet(gw) })
	current := b.get(gw)
	if current.Status.Plan == nil || current.Status.Plan.ObservedGeneration != current.Generation {
		b.t.Fatalf("there is no plan of generation %d:\n%s", current.Generation, b.describe(gw))
	}
	return current.Status.Plan
}

// planIn is the plan in a status in the words of package plan, as far as promised asks.
func planIn(st *v1alpha1.PlanStatus) *plan.Plan {
	p := &plan.Plan{}
	for _, s := range st.Steps {
		step := plan.Step{Action: plan.Action(s.Action), Kind: s.Kind, Name: s.Name}
		for _, detail := range s.Details {
			if field, values, found := strings.Cut(detail, ": "); found && strings.Contains(values, " -> ") {
				step.Changes = append(step.Changes, plan.Change{Field: field})
			}
		}
		p.Steps = append(p.Steps, step)
	}
	return p
}

// says fails where the condition of a type has not this reason.
func (b *bench) says(gw *v1alpha1.FlexGatewayDeployment, condition, reason string, words ...string) {
	b.t.Helper()
	c := meta.FindStatusCondition(b.get(gw).Status.Conditions, condition)
	if c == nil || c.Reason != reason {
		b.t.Errorf("%s is %+v, want the reason %s", condition, c, reason)
		return
	}
	for _, word := range words {
		if !strings.Contains(c.Message, word) {
			b.t.Errorf("%s says %q, want %q in it", condition, c.Message, word)
		}
	}
}

// tellings are the events with this reason.
func (b *bench) tellings(reason string) (n int) {
	for _, event := range b.told {
		if strings.Contains(event, " "+reason+" ") {
			n++
		}
	}
	return n
}

func TestANewGatewayIsPlannedAndMadeOnceItIsAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", planOnly)
		b.create(gw)
		before := kinds(b.inventory())
		b.must(b.sim.Enforce(readingPolicy(t)))
		p := b.planned(gw)
		b.must(b.sim.Enforce())
		if p.Counts.Create < 15 || p.Counts.Delete != 0 || p.MoreSteps != 0 || len(p.Problems) != 0 || p.MonthlyCost == nil || p.MonthlyCost.Before != "0.00" || p.Region != "us-east-1" {
			t.Errorf("the plan is %+v", p)
		}
		b.says(gw, v1alpha1.ConditionReady, v1alpha1.ReasonPlanOnly, p.Summary, "set spec.planOnly to false")
		b.says(gw, v1alpha1.ConditionNetworkReady, v1alpha1.ReasonPlanOnly, "create SecurityGroup/gateway")
		current := b.get(gw)
		if len(current.Finalizers) != 0 || len(current.Status.Resources) != 0 || current.Status.Phase != v1alpha1.PhasePlanOnly || current.Status.Region != "" {
			t.Errorf("finalizers %v, resources %v, phase %s", current.Finalizers, current.Status.Resources, current.Status.Phase)
		}
		for range 3 { // it stays so, and is told once
			time.Sleep(lookEvery)
			again := b.planned(gw)
			if diff := cmp.Diff(p.Steps, again.Steps); diff != "" || !again.Time.After(p.Time.Time) {
				t.Errorf("the plan of %s is another one at %s: %s", p.Time, again.Time, diff)
			}
			p = again
		}
		if n := b.tellings("Planned"); n != 1 {
			t.Errorf("the plan was told %d times: %v", n, b.told)
		}
		if diff := cmp.Diff(before, kinds(b.inventory())); diff != "" {
			t.Errorf("the plan has left its mark (-before +after):\n%s", diff)
		}
		since := len(b.sim.Calls())
		b.change(gw, applied)
		_, err := b.reconcile(gw)
		b.must(err)
		if st := b.get(gw).Status; st.Phase != v1alpha1.PhaseCreating || st.Plan != nil {
			t.Errorf("carried out, the phase is %s, the plan %v", st.Phase, st.Plan)
		}
		b.untilReady(gw)
		b.untilQuiet(gw)
		if diff := cmp.Diff(promised(planIn(p)), b.effects(since)); diff != "" {
			t.Errorf("effects (-planned +done):\n%s", diff)
		}
		b.settled(gw)
	})
}

func TestAPlanInTheStatusIsWhatTheControllerThenDoes(t *testing.T) {
	for _, test := range changesOfPlans {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				b := newBench(t)
				gw := b.isReady(nil)
				b.untilQuiet(gw)
				ready := b.get(gw)
				b.change(gw, and(planOnly, test.edit))
				p := b.planned(gw)
				held := b.get(gw)
				if (len(p.Steps) > 0) != (test.says != nil) || isReady(held) != (test.says == nil) || (held.Status.Phase == v1alpha1.PhaseReady) != (test.says == nil) {
					t.Errorf("%d steps, ready %t, phase %s", len(p.Steps), isReady(held), held.Status.Phase)
				}
				if diff := cmp.Diff(p.Steps, b.planFor(plan.KindChange, held).Status(held.Generation, time.Now()).Steps); diff != "" {
					t.Errorf("the tool plans otherwise (-status +tool):\n%s", diff)
				}
				if test.says != nil {
					b.says(gw, v1alpha1.ConditionReady, v1alpha1.ReasonPlanOnly, p.Summary)
				}
				if diff := cmp.Diff(ready.Status.Resources, held.Status.Resources); diff != "" {
					t.Errorf("the inventory under planOnly (-before +after):\n%s", diff)
				}
				if diff := cmp.Diff(ready.Status.History, held.Status.History); diff != "" {
					t.Errorf("the history under planOnly (-before +after):\n%s", diff)
				}
				if held.Status.ReadyReplicas != 1 || !meta.IsStatusConditionTrue(held.Status.Conditions, v1alpha1.ConditionAvailable) {
					t.Errorf("what serves is not told of:\n%s", b.describe(gw))
				}
				since := len(b.sim.Calls())
				b.change(gw, applied)
				b.untilReady(gw)
				b.untilQuiet(gw)
				got := b.effects(since)
				if test.name == "replicas in steps" {
					once(got, "update Service")
				}
				if diff := cmp.Diff(promised(planIn(p)), got); diff != "" {
					t.Errorf("effects (-planned +done):\n%s", diff)
				}
				if b.get(gw).Status.Plan != nil {
					t.Error("the plan stays in the status")
				}
			})
		})
	}
}

func TestTheCostInAPlanIsThatOfWhatIsThere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := b.isReady(nil)
		b.change(gw, planOnly)
		was := b.planned(gw).MonthlyCost
		b.change(gw, func(s *v1alpha1.FlexGatewayDeploymentSpec) { s.Replicas, s.Compute.Memory = new(int32(4)), 4096 })
		is := b.planned(gw).MonthlyCost
		if was.Before != was.After || is.Before != was.After || is.After == is.Before || is.Currency != "USD" || is.PricesDated == "" {
			t.Errorf("cost %+v, and with more replicas %+v", was, is)
		}
	})
}

func TestDriftUnderPlanOnlyIsToldAndNotMended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := b.isReady(nil)
		b.change(gw, planOnly)
		b.planned(gw)
		b.says(gw, v1alpha1.ConditionReady, v1alpha1.ReasonSucceeded, "1 of 1 replicas are serving", "changes are only planned")
		if last := b.told[len(b.told)-1]; !strings.HasSuffix(last, "(spec.planOnly)") {
			t.Errorf("the event says %q", last)
		}
		b.someoneDeletesTheService(gw)
		time.Sleep(lookEvery)
		p := b.planned(gw)
		if p.Counts.Create != 1 || p.Steps[0].Kind != "Service" || !strings.Contains(strings.Join(p.Steps[0].Details, " "), "it was there before, and is gone") {
			t.Errorf("the plan is %+v", p)
		}
		b.says(gw, v1alpha1.ConditionReady, v1alpha1.ReasonPlanOnly, "1 to create")
		if b.tellings("DriftCorrected") != 0 || b.tellings("Planned") != 2 {
			t.Errorf("told %v", b.told)
		}
		b.change(gw, applied)
		b.untilReady(gw)
		b.settled(gw)
	})
}

func TestTheServiceOfAPlannedGatewayIsWatched(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := b.isReady(nil)
		b.change(gw, and(planOnly, toNewImage))
		b.planned(gw)
		changed := func() int {
			list, err := b.reconciler.Changed(t.Context())
			b.must(err)
			return len(list)
		}
		if n := changed(); n != 0 {
			t.Errorf("%d services are not as they were", n)
		}
		b.someoneDeletesTheService(gw)
		if n := changed(); n != 1 {
			t.Errorf("a service is gone, and %d are not as they were", n)
		}
	})
}

func TestADeletionIsCarriedOutUnderPlanOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", planOnly)
		b.create(gw)
		b.planned(gw)
		calls := len(b.sim.Calls())
		b.must(b.kube.Delete(t.Context(), gw))
		if b.get(gw) != nil {
			t.Error("an object that was never applied does not go at once")
		}
		_, err := b.reconcile(gw)
		b.must(err)
		if n := len(b.sim.Calls()) - calls; n != 0 {
			t.Errorf("its end took %d calls", n)
		}

		gw = gatewayNamed(t, "other", nil)
		b.create(gw)
		b.untilReady(gw)
		b.change(gw, planOnly)
		b.planned(gw)
		b.delete(gw)
		b.empty()
	})
}

func TestAPlanWithProblemsSaysThatItWouldNotGetThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, gw := newBench(t), gatewayNamed(t, "gw", planOnly)
		b.must(b.kube.Create(t.Context(), gw.DeepCopy())) // and no Secret
		p := b.planned(gw)
		if len(p.Problems) == 0 || p.Problems[0].Reason != v1alpha1.ReasonRegistrationSecretMissing || b.get(gw).Status.Phase != v1alpha1.PhaseFailed {
			t.Errorf("problems %+v, phase %s", p.Problems, b.get(gw).Status.Phase)
		}
		b.says(gw, v1alpha1.ConditionStalled, v1alpha1.ReasonRegistrationSecretMissing)
		b.writeRegistration(gw, registration)
		if p = b.planned(gw); len(p.Problems) != 0 {
			t.Errorf("problems %+v", p.Problems)
		}
		b.says(gw, v1alpha1.ConditionReady, v1alpha1.ReasonPlanOnly)
		b.must(b.sim.Enforce(`{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}`))
		for range 8 {
			time.Sleep(time.Minute)
			_, _ = b.reconcile(gw) // the error is what has it repeated
		}
		b.says(gw, v1alpha1.ConditionStalled, v1alpha1.ReasonAccessDenied)
	})
}

func TestNothingSecretIsInAPlan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(t)
		gw := b.isReady(nil)
		b.writeRegistration(gw, registration+"# another\n")
		b.change(gw, and(planOnly, func(s *v1alpha1.FlexGatewayDeploymentSpec) {
			s.Compute.Environment = []v1alpha1.EnvironmentVariable{{Name: "TOKEN", Value: "hunter2"}}
		}))
		text, err := yaml.Marshal(b.planned(gw))
		b.must(err)
		if !strings.Contains(string(text), "TOKEN: none -> set") {
			t.Errorf("the variable is not planned:\n%s", text)
		}
		for _, secret := range []string{"hunter2", secretMarker} {
			if strings.Contains(string(text)+strings.Join(b.told, " "), secret) {
				t.Errorf("%s is told:\n%s", secret, text)
			}
		}
	})
}

func TestUnderPlanOnlyARegistrationIsNeitherMadeNorRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newAnypointBench(t)
		b.person.absent = true
		b.writeCredentials(anypointsim.DemoClientID, anypointsim.DemoClientSecret)
		gw := gatewayNamed(t, "gw", and(registering, renewedEarly, idle, planOnly))
		b.create(gw)
		b.planned(gw)
		if tasks := b.calls("ecs", "RunTask"); tasks != 0 || len(b.registeredGateways()) != 0 {
			t.Errorf("%d tasks, registered %v", tasks, b.registeredGateways())
		}
		b.change(gw, applied)
		b.untilReady(gw)
		b.change(gw, planOnly)
		b.planned(gw)
		b.untilDue(gw)
		tasks := b.calls("ecs", "RunTask")
		p := b.planned(gw)
		if b.calls("ecs", "RunTask") != tasks || p.Counts.Update != 1 || p.Steps[0].Kind != "Registration" {
			t.Errorf("the plan is %+v", p)
		}
		b.change(gw, applied)
		b.until(gw, "renewed", func(gw *v1alpha1.FlexGatewayDeployment) bool {
			return gw.Status.Anypoint.RenewedAt != nil && isReady(gw)
		})
	})
}
