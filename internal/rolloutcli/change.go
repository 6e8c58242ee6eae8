package rolloutcli

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/api/v1alpha1"
	"flexgw.io/controller/internal/rolloutview"
)

// Restart asks for new replicas of the same version. at has whole seconds in the spec; a
// second restart within the same second would be none, and is an error.
func (t *Tool) Restart(ctx context.Context, name string, at time.Time) error {
	gw, err := t.toChange(ctx, name)
	if err != nil {
		return err
	}
	restartedAt := metav1.NewTime(at.UTC().Truncate(time.Second))
	if before := gw.Spec.Rollout.RestartedAt; before != nil && before.Equal(&restartedAt) {
		return fmt.Errorf("%s was restarted within this second: nothing to change", rolloutview.Name(gw))
	}
	if err := t.patchRollout(ctx, gw, map[string]any{"restartedAt": restartedAt}); err != nil {
		return err
	}
	return t.say(append(rolloutview.Restarted(gw), t.follows(name))...)
}

// Pause holds changes of count and version back, or lets them go on. Where that is so
// already, it says so and changes nothing.
func (t *Tool) Pause(ctx context.Context, name string, paused bool) error {
	gw, err := t.toChange(ctx, name)
	if err != nil {
		return err
	}
	before := gw.Spec.Rollout.Paused
	if before != paused {
		if err := t.patchRollout(ctx, gw, map[string]any{"paused": paused}); err != nil {
			return err
		}
	}
	return t.say(rolloutview.Paused(gw, before, paused)...)
}

// Abort asks ECS to give up the rollout that is in progress. The error says so where none
// is.
func (t *Tool) Abort(ctx context.Context, name string) error {
	gw, err := t.toChange(ctx, name)
	if err != nil {
		return err
	}
	deployment, revision, err := rolloutview.Abortable(gw)
	if err != nil {
		return err
	}
	if err := t.annotate(ctx, gw, v1alpha1.AnnotationAbort, deployment); err != nil {
		return err
	}
	return t.say(append(rolloutview.Aborted(gw, revision), t.follows(name))...)
}

// Promote lets a rollout go on that waits at a pause. The error says so where none does.
func (t *Tool) Promote(ctx context.Context, name string) error {
	gw, err := t.toChange(ctx, name)
	if err != nil {
		return err
	}
	pause, err := rolloutview.Promotable(gw)
	if err != nil {
		return err
	}
	if err := t.annotate(ctx, gw, v1alpha1.AnnotationPromote, pause.HookID); err != nil {
		return err
	}
	return t.say(append(rolloutview.Promoted(gw, pause), t.follows(name))...)
}

// patchRollout sets fields of spec.rollout.
func (t *Tool) patchRollout(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, fields map[string]any) error {
	return t.patch(ctx, gw, map[string]any{"spec": map[string]any{"rollout": fields}})
}

// annotate sets an annotation that acts on one rollout, whose id it carries: by the time
// that it is seen it may act on nothing, but never on another.
func (t *Tool) annotate(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, name, id string) error {
	return t.patch(ctx, gw, map[string]any{"metadata": map[string]any{"annotations": map[string]string{name: id}}})
}

// patch sends a merge patch of what does not follow from what was read, and so needs no
// lock.
func (t *Tool) patch(ctx context.Context, gw *v1alpha1.FlexGatewayDeployment, content map[string]any) error {
	text, err := json.Marshal(content)
	if err != nil {
		return err
	}
	return t.Client.Patch(ctx, gw, client.RawPatch(types.MergePatchType, text), fieldManager)
}
