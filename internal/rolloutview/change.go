package rolloutview

import (
	"cmp"
	"fmt"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/terminal"
)

// Restarted says what asking for new replicas does to a gateway.
func Restarted(gw *v1alpha1.FlexGatewayDeployment) []string {
	return append([]string{Name(gw) + " restarts: its replicas are replaced by new ones of the same version."}, heldBack(gw)...)
}

// Paused says what becomes of a gateway whose rollouts were paused or not before, and are
// paused or not now.
func Paused(gw *v1alpha1.FlexGatewayDeployment, before, now bool) []string {
	switch {
	case before && now:
		return []string{"The rollouts of " + Name(gw) + " are paused already."}
	case !before && !now:
		return []string{"The rollouts of " + Name(gw) + " are not paused."}
	case !now:
		return []string{"The rollouts of " + Name(gw) + " go on."}
	}
	lines := []string{"The rollouts of " + Name(gw) + " are paused: changes of count and version are held back until they are resumed."}
	if r := inProgress(gw); r != nil {
		lines = append(lines, fmt.Sprintf("ECS has begun with revision %d already, which goes on; it can be aborted.", r.Revision))
	}
	return lines
}

// Abortable is ECS's id of the deployment that is in progress, and its revision. The
// error is a sentence for the person: nothing can be aborted, and why.
func Abortable(gw *v1alpha1.FlexGatewayDeployment) (deployment string, revision int32, err error) {
	r, rollout := inProgress(gw), gw.Status.Rollout
	switch {
	case r != nil && rollout != nil && !rollout.Failed && rollout.DeploymentID != "" && revisionOf(rollout.TaskDefinition) == fmt.Sprint(r.Revision):
		return rollout.DeploymentID, r.Revision, nil
	case gw.Status.ObservedGeneration < gw.Generation:
		return "", 0, fmt.Errorf("the controller has not seen the last change of %s yet: try again in a moment", Name(gw))
	case r != nil:
		return "", 0, fmt.Errorf("ECS has not begun to roll out revision %d of %s: there is nothing to abort yet", r.Revision, Name(gw))
	case rollout != nil && rollout.Failed:
		return "", 0, fmt.Errorf("ECS has given the last rollout of %s up by itself: %s", Name(gw), cmp.Or(terminal.OneLine(rollout.Reason), "it says no reason"))
	default:
		return "", 0, fmt.Errorf("no version of %s is being rolled out: there is nothing to abort", Name(gw))
	}
}

// Aborted says what an abort does.
func Aborted(gw *v1alpha1.FlexGatewayDeployment, revision int32) []string {
	return append([]string{
		fmt.Sprintf("ECS is asked to give revision %d of %s up and to go back to the version before.", revision, Name(gw)),
		"The spec asks for it still; it is not tried again until the spec changes.",
	}, onlyPlanned(gw)...)
}

// Promotable is the pause that a rollout waits at. The error is a sentence for the
// person: nothing can be promoted, and why.
func Promotable(gw *v1alpha1.FlexGatewayDeployment) (*v1alpha1.PauseStatus, error) {
	rollout := gw.Status.Rollout
	switch {
	case rollout != nil && rollout.Pause != nil && rollout.Pause.HookID != "":
		return rollout.Pause, nil
	case rollout != nil && rollout.Stage != "":
		return nil, fmt.Errorf("the rollout of %s is at %s, where it waits for nobody", Name(gw), rollout.Stage)
	default:
		return nil, fmt.Errorf("no rollout of %s waits at a pause: there is nothing to promote", Name(gw))
	}
}

// Promoted says what a promotion does.
func Promoted(gw *v1alpha1.FlexGatewayDeployment, pause *v1alpha1.PauseStatus) []string {
	return append([]string{fmt.Sprintf("The rollout of %s goes on from its pause at %s.", Name(gw), pause.Stage)}, onlyPlanned(gw)...)
}
