package status_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/engine"
	"flexgw.io/controller/internal/gateway"
	"flexgw.io/controller/internal/resource"
	"flexgw.io/controller/internal/status"
)

// long is a moment before the tests, at which conditions began.
var long = metav1.NewTime(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC))

// object is a gateway of generation 3 with a count.
func object(replicas int32) *v1alpha1.FlexGatewayDeployment {
	return &v1alpha1.FlexGatewayDeployment{
		ObjectMeta: metav1.ObjectMeta{Namespace: "flex", Name: "one", Generation: 3},
		Spec:       v1alpha1.FlexGatewayDeploymentSpec{Replicas: &replicas, Image: "docker.io/mulesoft/flex-gateway:1.12.3"},
	}
}

// ready is a step of each phase, all ready.
func ready() []engine.Step {
	var steps []engine.Step
	for _, phase := range []engine.Phase{
		gateway.Network, gateway.Storage, gateway.Identity, gateway.Compute, gateway.Registration, gateway.LoadBalancing, gateway.Rollout,
	} {
		steps = append(steps, engine.Step{
			Identity: engine.Identity{Kind: "Thing", Name: string(phase)}, Phase: phase, Wanted: true, State: engine.StateReady, ID: "id-" + string(phase),
		})
	}
	return steps
}

// changed is the ready report with one phase's step changed.
func changed(phase engine.Phase, change func(*engine.Step)) *engine.Report {
	steps := ready()
	for i := range steps {
		if steps[i].Phase == phase {
			change(&steps[i])
		}
	}
	return &engine.Report{Steps: steps}
}

func waiting(reason string) func(*engine.Step) {
	return func(s *engine.Step) {
		s.State, s.Wait, s.Reason = engine.StateWaiting, engine.WaitFor(time.Second, "%s", reason), reason
	}
}

func paused(s *engine.Step) {
	s.State, s.Wait, s.Reason = engine.StateWaiting, &engine.Wait{After: time.Minute, Reason: "held back", Code: v1alpha1.ReasonPaused}, "held back"
}

func failed(p engine.Problem) func(*engine.Step) {
	return func(s *engine.Step) { s.State, s.Problem, s.Reason = engine.StateFailed, &p, p.Error() }
}

// serving is what is observed of a service with running and healthy replicas.
func serving(desired, running, healthy int32) status.Observed {
	seen := status.Observed{
		Account: "123456789012", Region: "us-east-1",
		Service:        &resource.ServiceState{TaskDefinition: "arn:task/one:2", Desired: desired, Running: running},
		TaskDefinition: &resource.TaskDefinitionState{ARN: "arn:task/one:2"},
		Replicas:       &resource.ReplicasState{},
	}
	for i := range running {
		seen.Replicas.Replicas = append(seen.Replicas.Replicas, resource.Replica{ID: string('a' + i), Healthy: i < healthy})
	}
	return seen
}

// reasons are the conditions as "status reason", without their messages.
func reasons(list []metav1.Condition) map[string]string {
	all := map[string]string{}
	for _, c := range list {
		all[c.Type] = string(c.Status) + " " + c.Reason
	}
	return all
}

// healthy are the conditions of a gateway that is as its spec asks, but for some.
func healthy(but map[string]string) map[string]string {
	all := map[string]string{
		"Ready": "True Succeeded", "Available": "True Succeeded", "Progressing": "False Succeeded",
		"NetworkReady": "True Succeeded", "StorageReady": "True Succeeded", "IdentityReady": "True Succeeded",
		"ComputeReady": "True Succeeded", "RegistrationReady": "True Succeeded", "LoadBalancerReady": "True Succeeded",
		"AnypointConnected":   "Unknown NotAsked",
		"HealthCheckAPIReady": "True NotNeeded",
	}
	for condition, value := range but {
		all[condition] = value
	}
	return all
}

func TestTheReportBecomesConditionsAndAPhase(t *testing.T) {
	for _, test := range []struct {
		name    string
		before  v1alpha1.Phase
		wanted  int32
		report  *engine.Report
		seen    status.Observed
		phase   v1alpha1.Phase
		message string
		but     map[string]string
	}{
		{
			name: "all is as the spec asks", before: v1alpha1.PhaseCreating, wanted: 2, report: &engine.Report{Steps: ready()}, seen: serving(2, 2, 2),
			phase: v1alpha1.PhaseReady, message: "2 of 2 replicas are serving",
		},
		{
			name: "nothing scales it", before: v1alpha1.PhaseReady, wanted: 2, seen: serving(2, 2, 2), phase: v1alpha1.PhaseReady, message: "2 of 2 replicas are serving",
			report: &engine.Report{Steps: append(ready(), engine.Step{Identity: engine.Identity{Kind: "ScalableTarget", Name: "gateway"}, Phase: gateway.Rollout, State: engine.StateGone})},
		},
		{
			name: "nothing should serve", before: v1alpha1.PhaseReady, wanted: 0, report: &engine.Report{Steps: ready()}, seen: serving(0, 0, 0),
			phase: v1alpha1.PhaseReady, message: "all is as the spec asks, which is that nothing serves: spec.replicas is 0",
			but: map[string]string{"Ready": "True ScaledToZero", "Available": "False ScaledToZero"},
		},
		{
			name: "a change is held back", before: v1alpha1.PhaseReady, wanted: 4, report: changed(gateway.Rollout, paused), seen: serving(2, 2, 2),
			phase: v1alpha1.PhasePaused, message: "held back",
			but: map[string]string{"Ready": "False Paused", "Progressing": "False Paused"},
		},
		{
			name: "a change is held back while AWS is making a part", before: v1alpha1.PhaseReady, wanted: 4, seen: serving(2, 2, 2),
			report: &engine.Report{Steps: append(changed(gateway.Rollout, paused).Steps[1:], changed(gateway.Network, waiting("a group is being made")).Steps[0])},
			phase:  v1alpha1.PhaseUpdating, message: "held back; a group is being made",
			but: map[string]string{"Ready": "False Paused", "Progressing": "False Paused", "Reconciling": "True Paused", "NetworkReady": "False WaitingForAWS"},
		},
		{
			name: "AWS is making a part for the first time", wanted: 1, report: changed(gateway.Storage, waiting("a mount target is being made")),
			phase: v1alpha1.PhaseCreating, message: "a mount target is being made",
			but: map[string]string{
				"Ready": "False WaitingForAWS", "Reconciling": "True WaitingForAWS", "Available": "False WaitingForAWS", "StorageReady": "False WaitingForAWS",
			},
		},
		{
			name: "a rollout is under way while the old tasks serve", before: v1alpha1.PhaseReady, wanted: 1,
			report: changed(gateway.Rollout, waiting("ECS is rolling one:2 out")), seen: serving(1, 1, 1),
			phase: v1alpha1.PhaseUpdating, message: "ECS is rolling one:2 out",
			but: map[string]string{"Ready": "False RollingOut", "Reconciling": "True RollingOut", "Progressing": "True RollingOut"},
		},
		{
			name: "what the rollout needs is not there yet", wanted: 1,
			report: changed(gateway.Rollout, func(s *engine.Step) { s.State, s.Reason = engine.StateBlocked, "needs Thing/Storage" }),
			phase:  v1alpha1.PhaseCreating, message: "Thing/Rollout needs Thing/Storage",
			but: map[string]string{
				"Ready": "False Creating", "Reconciling": "True Creating", "Available": "False Creating", "Progressing": "False Creating",
			},
		},
		{
			name: "ECS rolled back and the old revision serves", before: v1alpha1.PhaseUpdating, wanted: 1,
			report: changed(gateway.Rollout, failed(engine.Problem{Reason: "RolledBack", Terminal: true, Message: "ECS rolled one:2 back"})), seen: serving(1, 1, 1),
			phase: v1alpha1.PhaseDegraded, message: "Thing/Rollout: ECS rolled one:2 back",
			but: map[string]string{"Ready": "False RolledBack", "Stalled": "True RolledBack", "Progressing": "False RolledBack"},
		},
		{
			name: "a person must act before anything serves", before: v1alpha1.PhaseCreating, wanted: 1,
			report: changed(gateway.Registration, failed(engine.Problem{Reason: "RegistrationSecretMissing", Terminal: true, Message: "there is no Secret"})),
			phase:  v1alpha1.PhaseFailed, message: "Thing/Registration: there is no Secret",
			but: map[string]string{
				"Ready": "False RegistrationSecretMissing", "Stalled": "True RegistrationSecretMissing", "Available": "False RegistrationSecretMissing",
				"RegistrationReady": "False RegistrationSecretMissing",
			},
		},
		{
			name: "the person has acted", before: v1alpha1.PhaseFailed, wanted: 1, report: changed(gateway.Registration, waiting("the file is being written")),
			phase: v1alpha1.PhaseCreating, message: "the file is being written",
			but: map[string]string{
				"Ready": "False WaitingForAWS", "Reconciling": "True WaitingForAWS", "Available": "False WaitingForAWS", "RegistrationReady": "False WaitingForAWS",
			},
		},
		{
			name: "AWS denies a call that may be allowed soon", before: v1alpha1.PhaseReady, wanted: 1,
			report: changed(gateway.Compute, failed(engine.Problem{Reason: "AccessDenied", Message: "denied"})), seen: serving(1, 1, 1),
			phase: v1alpha1.PhaseDegraded, message: "Thing/Compute: denied",
			but: map[string]string{"Ready": "False AccessDenied", "Reconciling": "True AccessDenied", "ComputeReady": "False AccessDenied"},
		},
		{
			name: "this gateway has no file system", before: v1alpha1.PhaseReady, wanted: 1,
			report: changed(gateway.Storage, func(s *engine.Step) { s.Wanted, s.State, s.ID = false, engine.StateGone, "" }), seen: serving(1, 1, 1),
			phase: v1alpha1.PhaseReady, message: "1 of 1 replicas are serving", but: map[string]string{"StorageReady": "True NotNeeded"},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			gw := object(test.wanted)
			gw.Status.Phase = test.before
			st := status.Compute(gw, test.report, test.seen)
			if st.Phase != test.phase {
				t.Errorf("phase %s, want %s", st.Phase, test.phase)
			}
			if difference := cmp.Diff(healthy(test.but), reasons(st.Conditions)); difference != "" {
				t.Errorf("conditions (-want +got):\n%s", difference)
			}
			if got := meta.FindStatusCondition(st.Conditions, "Ready").Message; got != test.message {
				t.Errorf("Ready says %q, want %q", got, test.message)
			}
			wantGeneration(t, &st, 3)
		})
	}
}

func wantGeneration(t *testing.T, st *v1alpha1.FlexGatewayDeploymentStatus, want int64) {
	t.Helper()
	if st.ObservedGeneration != want {
		t.Errorf("observedGeneration %d, want %d", st.ObservedGeneration, want)
	}
	for _, c := range st.Conditions {
		if c.ObservedGeneration != want {
			t.Errorf("%s has observedGeneration %d, want %d", c.Type, c.ObservedGeneration, want)
		}
	}
}

func TestATerminalProblemIsToldBeforeTheOthers(t *testing.T) {
	report := changed(gateway.Rollout, failed(engine.Problem{Reason: "OwnedBySomeoneElse", Terminal: true, Message: "taken"}))
	report.Steps[0].State, report.Steps[0].Problem = engine.StateFailed, &engine.Problem{Reason: "AWSError", Message: "try again"}
	st := status.Compute(object(1), report, status.Observed{})
	if got := meta.FindStatusCondition(st.Conditions, "Ready").Reason; got != "OwnedBySomeoneElse" {
		t.Errorf("Ready has reason %s, want the terminal problem's", got)
	}
}

func TestAConditionThatDoesNotChangeKeepsItsTransitionTime(t *testing.T) {
	gw := object(1)
	gw.Status = status.Compute(gw, changed(gateway.Storage, waiting("a mount target is being made")), serving(1, 1, 1))
	for i := range gw.Status.Conditions {
		gw.Status.Conditions[i].LastTransitionTime = long
	}
	gw.Generation = 4

	st := status.Compute(gw, &engine.Report{Steps: ready()}, serving(1, 1, 1))

	for _, c := range st.Conditions {
		changes := c.Type == "Ready" || c.Type == "StorageReady"
		if kept := c.LastTransitionTime.Equal(&long); kept == changes {
			t.Errorf("%s: transition time kept: %v, want %v", c.Type, kept, !changes)
		}
	}
	if meta.FindStatusCondition(st.Conditions, "Reconciling") != nil {
		t.Error("Reconciling is still there")
	}
	wantGeneration(t, &st, 4)
}

func TestALookThatFindsNothingNewChangesNothing(t *testing.T) {
	gw := object(2)
	report, seen := &engine.Report{Steps: ready()}, serving(2, 2, 2)
	gw.Status = status.Compute(gw, report, seen)
	if difference := cmp.Diff(gw.Status, status.Compute(gw, report, seen)); difference != "" {
		t.Errorf("the second look's status (-first +second):\n%s", difference)
	}
}

func TestTheStatusOfAnObjectIsNotWrittenInPlace(t *testing.T) {
	gw := object(1)
	gw.Status = status.Compute(gw, &engine.Report{Steps: ready()}, serving(1, 1, 1))
	before := gw.DeepCopy()
	status.Compute(gw, changed(gateway.Storage, waiting("x")), serving(1, 0, 0))
	status.Deleting(gw, &engine.Report{})
	status.Failed(gw, &engine.Problem{Reason: "InvalidSpec"})
	if difference := cmp.Diff(before, gw); difference != "" {
		t.Errorf("the object was changed:\n%s", difference)
	}
}

func TestALookThatCannotBeginKeepsWhatIsKnown(t *testing.T) {
	gw := object(1)
	gw.Status = status.Compute(gw, &engine.Report{Steps: ready()}, serving(1, 1, 1))
	gw.Generation = 4
	st := status.Failed(gw, &engine.Problem{Reason: "InvalidSpec", Terminal: true, Message: "no region is known"})
	if st.Phase != v1alpha1.PhaseDegraded || len(st.Resources) != len(ready()) || st.ReadyReplicas != 1 {
		t.Errorf("phase %s, %d resources, %d ready, want Degraded with what was there", st.Phase, len(st.Resources), st.ReadyReplicas)
	}
	got := reasons(st.Conditions)
	if got["Ready"] != "False InvalidSpec" || got["Stalled"] != "True InvalidSpec" {
		t.Errorf("conditions %v, want the problem's reason", got)
	}
	if message := meta.FindStatusCondition(st.Conditions, "Ready").Message; message != "FlexGatewayDeployment/one: no region is known" {
		t.Errorf("Ready says %q", message)
	}
}

func TestADeletionThatCannotBeginIsOneAllTheSame(t *testing.T) {
	for name, planOnly := range map[string]bool{"applied": false, "only planned": true} {
		gw := object(1)
		gw.Spec.PlanOnly = planOnly
		gw.Status = status.Compute(gw, &engine.Report{Steps: ready()}, serving(1, 1, 1))
		gw.DeletionTimestamp = &long
		st := status.Failed(gw, &engine.Problem{Reason: "AWSError", Message: "AWS does not answer"})
		want := map[string]string{"Ready": "False AWSError", "Reconciling": "True AWSError", "Available": "False Deleting"}
		if diff := cmp.Diff(want, reasons(st.Conditions)); diff != "" || st.Phase != v1alpha1.PhaseDeleting || len(st.Resources) != len(ready()) {
			t.Errorf("%s: phase %s, %d resources, conditions (-want +got):\n%s", name, st.Phase, len(st.Resources), diff)
		}
	}
}

func TestADeletionSaysWhatIsLeft(t *testing.T) {
	steps := ready()[:3]
	steps[0].State, steps[1].State, steps[1].Reason, steps[2].State = engine.StateGone, engine.StateBlocked, "x must go first", engine.StateDeleting
	gw := object(1)
	gw.Status = status.Compute(gw, &engine.Report{Steps: ready()}, serving(1, 1, 1))

	st := status.Deleting(gw, &engine.Report{Steps: steps})

	got := reasons(st.Conditions)
	if st.Phase != v1alpha1.PhaseDeleting || got["Ready"] != "False Deleting" || got["Available"] != "False Deleting" || got["Reconciling"] != "True Deleting" {
		t.Errorf("phase %s, conditions %v, want Deleting", st.Phase, got)
	}
	if message := meta.FindStatusCondition(st.Conditions, "Ready").Message; message != "still in AWS: Thing/Storage, Thing/Identity" {
		t.Errorf("Ready says %q, want what is left", message)
	}
	if len(st.Resources) != 2 || st.Replicas != 0 || st.ReadyReplicas != 0 || st.Endpoint != "" {
		t.Errorf("status %+v, want two resources and no replicas", st)
	}

	problem := engine.Problem{Reason: "AccessDenied", Message: "denied"}
	failed(problem)(&steps[2])
	st = status.Deleting(gw, &engine.Report{Steps: steps})
	if got := reasons(st.Conditions); got["Ready"] != "False AccessDenied" {
		t.Errorf("conditions %v of a deletion that fails, want the problem's reason", got)
	}
}

// TestNobodyIsToldToWaitForACallThatHasFailedForLong is about readers such as Argo CD and
// Helm: what is Reconciling is waited for, what is Stalled is shown to a person.
func TestNobodyIsToldToWaitForACallThatHasFailedForLong(t *testing.T) {
	for _, test := range []struct {
		name    string
		lasting time.Duration
		stalled bool
	}{
		{"a moment", 0, false},
		{"as long as AWS takes to know a new role", time.Minute, false},
		{"for minutes", 5 * time.Minute, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			report := changed(gateway.Compute, func(s *engine.Step) {
				failed(engine.Problem{Reason: "AccessDenied", Message: "denied"})(s)
				s.Since = long.Time
			})
			seen := serving(1, 1, 1)
			seen.At = long.Add(test.lasting)
			st := status.Compute(object(1), report, seen)
			isStalled := meta.IsStatusConditionTrue(st.Conditions, "Stalled")
			isReconciling := meta.IsStatusConditionTrue(st.Conditions, "Reconciling")
			if isStalled != test.stalled || isReconciling == test.stalled {
				t.Errorf("Stalled %t, Reconciling %t, want Stalled %t and the other not", isStalled, isReconciling, test.stalled)
			}
			if st.Phase != "Degraded" {
				t.Errorf("phase %s, want Degraded", st.Phase)
			}
		})
	}
}
