package rolloutview

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"flexgw.io/controller/api/v1alpha1"
)

func TestOnlyARolloutThatIsInProgressCanBeAborted(t *testing.T) {
	type gw = *v1alpha1.FlexGatewayDeployment
	tests := []struct {
		name       string
		change     func(gw)
		deployment string
		err        string
	}{
		{"one in progress", func(gw) {}, "ecs-svc/8", ""},
		{"one in progress, and a change on top of it", func(g gw) { g.Generation++ }, "ecs-svc/8", ""},
		{
			"one that the controller does not know yet", func(g gw) { g.Generation++; g.Status.History = g.Status.History[1:] }, "",
			"the controller has not seen the last change of flex/dev yet: try again in a moment",
		},
		{
			"one that is over", func(g gw) { g.Status.History = g.Status.History[1:] }, "",
			"no version of flex/dev is being rolled out: there is nothing to abort",
		},
		{
			"one that ECS has given up", func(g gw) {
				g.Status.History[0].Outcome, g.Status.Rollout.Failed, g.Status.Rollout.Reason = rolledBack, true, "tasks failed to start"
			}, "", "ECS has given the last rollout of flex/dev up by itself: tasks failed to start",
		},
		{
			"one that ECS has not begun", func(g gw) { g.Status.Rollout.TaskDefinition = family + "7" }, "",
			"ECS has not begun to roll out revision 8 of flex/dev: there is nothing to abort yet",
		},
		{"one of a new gateway", func(g gw) { g.Status = v1alpha1.FlexGatewayDeploymentStatus{ObservedGeneration: 3} }, "", "no version of flex/dev is being rolled out: there is nothing to abort"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			g := gateway()
			test.change(g)
			deployment, revision, err := Abortable(g)
			if test.err != "" {
				if err == nil || err.Error() != test.err {
					t.Errorf("error %v, want %s", err, test.err)
				}
				return
			}
			if deployment != test.deployment || revision != 8 || err != nil {
				t.Errorf("deployment %q of revision %d, error %v; want %q of 8", deployment, revision, err, test.deployment)
			}
		})
	}
}

func TestAPauseSaysWhatItHoldsBackAndWhatNot(t *testing.T) {
	quiet := gateway()
	quiet.Status.History = quiet.Status.History[1:]
	tests := []struct {
		name        string
		gw          *v1alpha1.FlexGatewayDeployment
		before, now bool
		want        []string
	}{
		{"while nothing happens", quiet, false, true, []string{
			"The rollouts of flex/dev are paused: changes of count and version are held back until they are resumed.",
		}},
		{"during a rollout", gateway(), false, true, []string{
			"The rollouts of flex/dev are paused: changes of count and version are held back until they are resumed.",
			"ECS has begun with revision 8 already, which goes on; it can be aborted.",
		}},
		{"again", quiet, true, true, []string{"The rollouts of flex/dev are paused already."}},
		{"and its end", quiet, true, false, []string{"The rollouts of flex/dev go on."}},
		{"which never began", quiet, false, false, []string{"The rollouts of flex/dev are not paused."}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, Paused(test.gw, test.before, test.now)); diff != "" {
				t.Errorf("text (-want +got):\n%s", diff)
			}
		})
	}
}

func TestOnlyARolloutThatWaitsAtAPauseCanBePromoted(t *testing.T) {
	atPause, moving := gateway(), gateway()
	atPause.Status.Rollout.Stage = "PostScaleUp"
	atPause.Status.Rollout.Pause = &v1alpha1.PauseStatus{Stage: string(v1alpha1.StagePostScaleUp), HookID: "ecs-pause-1"}
	moving.Status.Rollout.Stage = "ProductionTrafficShift"
	young := gateway()
	young.Status.Rollout = nil
	tests := []struct {
		name string
		gw   *v1alpha1.FlexGatewayDeployment
		hook string
		err  string
	}{
		{"one at a pause", atPause, "ecs-pause-1", ""},
		{"one that moves traffic", moving, "", "the rollout of flex/dev is at ProductionTrafficShift, where it waits for nobody"},
		{"a rolling update", gateway(), "", "no rollout of flex/dev waits at a pause: there is nothing to promote"},
		{"none", young, "", "no rollout of flex/dev waits at a pause: there is nothing to promote"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			pause, err := Promotable(test.gw)
			if test.err != "" {
				if err == nil || err.Error() != test.err {
					t.Errorf("error %v, want %s", err, test.err)
				}
				return
			}
			if err != nil || pause.HookID != test.hook {
				t.Errorf("pause %+v, error %v; want %s", pause, err, test.hook)
			}
		})
	}
}

func TestARestartAnAbortAndAPromotionSayWhatTheyWaitFor(t *testing.T) {
	g := gateway()
	restarts := "flex/dev restarts: its replicas are replaced by new ones of the same version."
	if diff := cmp.Diff([]string{restarts}, Restarted(g)); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
	g.Spec.PlanOnly, g.Spec.Rollout.Paused = true, true
	planned := "Changes are only planned (spec.planOnly): it is done once that is set to false."
	for _, lines := range [][]string{Aborted(g, 8), Promoted(g, &v1alpha1.PauseStatus{Stage: "x"})} {
		if lines[len(lines)-1] != planned {
			t.Errorf("lines %q", lines)
		}
	}
	want := []string{
		restarts, planned,
		"Rollouts are paused: the change is held back until they are resumed.",
	}
	if diff := cmp.Diff(want, Restarted(g)); diff != "" {
		t.Errorf("lines (-want +got):\n%s", diff)
	}
}
