package rolloutview

import (
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"flexgw.io/controller/api/v1alpha1"
)

func TestARolloutIsJudgedByTheConditionsOfThePresentGeneration(t *testing.T) {
	type gw = *v1alpha1.FlexGatewayDeployment
	ready := func(status metav1.ConditionStatus, reason, message string) func(gw) {
		return func(g gw) {
			g.Status.Conditions = nil
			says(g, v1alpha1.ConditionReady, status, reason, message)
		}
	}
	stalled := func(reason, message string) func(gw) {
		return func(g gw) { says(g, v1alpha1.ConditionStalled, metav1.ConditionTrue, reason, message) }
	}
	unseen := func(g gw) { g.Generation++ }
	tests := []struct {
		name     string
		change   []func(gw)
		verdict  Verdict
		sentence string
	}{
		{"replicas are replaced", nil, Ongoing, "RollingOut: 2 of 4 [31mtasks running"},
		{"nothing has been said", []func(gw){func(g gw) { g.Status.Conditions = nil }}, Ongoing, "Waiting: the controller has not told of generation 3 yet"},
		{
			"all is well", []func(gw){ready("True", "Succeeded", "4 of 4 replicas are serving")}, Served,
			"flex/dev serves what the spec asks for (revision 8, 1.13.0): 4 of 4 replicas are serving",
		},
		{
			"zero replicas are wanted and there", []func(gw){ready("True", "ScaledToZero", "spec.replicas is 0"), func(g gw) { g.Status.TaskDefinition = "" }}, Served,
			"flex/dev serves what the spec asks for: spec.replicas is 0",
		},
		{
			"what was well was another spec", []func(gw){ready("True", "Succeeded", "4 of 4"), unseen}, Ongoing,
			"Waiting: the controller has not told of generation 4 yet",
		},
		{
			"the status is newer than its condition", []func(gw){ready("True", "Succeeded", "4 of 4"), unseen, func(g gw) { g.Status.ObservedGeneration++ }}, Ongoing,
			"Waiting: the controller has not told of generation 4 yet",
		},
		{
			"ECS has gone back", []func(gw){ready("False", "RolledBack", "tasks failed to start")}, Failed,
			"the rollout of flex/dev failed: RolledBack: tasks failed to start",
		},
		{
			"ECS has given up", []func(gw){ready("False", "RolloutFailed", "tasks failed to start")}, Failed,
			"the rollout of flex/dev failed: RolloutFailed: tasks failed to start",
		},
		{"what ECS has given up was another spec", []func(gw){ready("False", "RolledBack", "x"), unseen}, Ongoing, "Waiting: the controller has not told of generation 4 yet"},
		{
			"nothing moves", []func(gw){ready("False", "WaitingForAWS", "x"), stalled("ProgressDeadlineExceeded", "no progress for 20m")}, Failed,
			"the rollout of flex/dev is stalled: ProgressDeadlineExceeded: no progress for 20m",
		},
		{
			"a person must act", []func(gw){ready("False", "RegistrationInvalid", "x"), stalled("RegistrationInvalid", "not a registration")}, Failed,
			"the rollout of flex/dev is stalled: RegistrationInvalid: not a registration",
		},
		{
			"what stalled was another spec", []func(gw){
				ready("False", "WaitingForAWS", "x"), stalled("ProgressDeadlineExceeded", "y"), unseen,
				func(g gw) { g.Status.ObservedGeneration++; g.Status.Conditions[0].ObservedGeneration++ },
			}, Ongoing, "WaitingForAWS: x",
		},
		{"a change is held back", []func(gw){ready("False", "Paused", "spec.rollout.paused holds it back")}, Ongoing, "Paused: spec.rollout.paused holds it back"},
		{
			"it is being deleted", []func(gw){ready("True", "Succeeded", "4 of 4"), func(g gw) { g.DeletionTimestamp = ago(0) }}, Deleted,
			"flex/dev is being deleted",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := gateway()
			for _, change := range test.change {
				change(g)
			}
			if verdict, sentence := Judge(g); verdict != test.verdict || sentence != test.sentence {
				t.Errorf("verdict %d, %q\nwant %d, %q", verdict, sentence, test.verdict, test.sentence)
			}
		})
	}
}

func TestADeletionIsTheWordOfTheControllerSinceItBegan(t *testing.T) {
	for name, test := range map[string]struct {
		seen    int64 // generations before the present one
		status  metav1.ConditionStatus
		reason  string
		message string
	}{
		"nothing said yet":       {1, metav1.ConditionFalse, v1alpha1.ReasonDeleting, "the gateway is being deleted"},
		"not seen yet":           {0, metav1.ConditionTrue, v1alpha1.ReasonDeleting, "the gateway is being deleted"},
		"stuck, and the reasons": {0, metav1.ConditionFalse, v1alpha1.ReasonWrongAccount, "the credentials are of another"},
	} {
		g := gateway()
		g.Status.Conditions, g.DeletionTimestamp = nil, ago(0)
		says(g, v1alpha1.ConditionReady, test.status, v1alpha1.ReasonWrongAccount, "the credentials are of another")
		g.Status.Conditions[0].ObservedGeneration -= test.seen
		if verdict, reason, message := State(g); verdict != Deleted || reason != test.reason || message != test.message {
			t.Errorf("%s: verdict %d, %s: %q; want %s: %q", name, verdict, reason, message, test.reason, test.message)
		}
	}
}
