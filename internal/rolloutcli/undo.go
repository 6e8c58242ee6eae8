package rolloutcli

import (
	"context"

	"k8s.io/client-go/util/retry"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"flexgw.io/controller/internal/rolloutview"
)

// UndoOptions say where to go back to.
type UndoOptions struct {
	// ToRevision is a revision in status.history; 0 is the last one that has served and
	// is not what the spec asks for.
	ToRevision int32
	// DryRun writes the patch to Out, and sends nothing.
	DryRun bool
}

// Undo changes the spec to that of an earlier version, and says what it changes. It never
// overwrites a change of the spec that it has not seen.
func (t *Tool) Undo(ctx context.Context, name string, o UndoOptions) error {
	// The resource version changes with every write of the status too, which during a
	// rollout is often: then the choice is made again from what is there now.
	return retry.RetryOnConflict(retry.DefaultBackoff, func() error { return t.undoOnce(ctx, name, o) })
}

func (t *Tool) undoOnce(ctx context.Context, name string, o UndoOptions) error {
	gw, err := t.toChange(ctx, name)
	if err != nil {
		return err
	}
	before := gw.DeepCopy()
	to, changes, err := rolloutview.Restore(gw, o.ToRevision)
	if err != nil {
		return err
	}
	said := rolloutview.Undone(before, to, changes)
	patch := client.MergeFromWithOptions(before, client.MergeFromWithOptimisticLock{})
	if o.DryRun {
		text, err := patch.Data(gw)
		if err != nil {
			return err
		}
		if err := write(t.Err, append(said, "This is a dry run: nothing was sent.")); err != nil {
			return err
		}
		return t.say(string(text))
	}
	if err := t.Client.Patch(ctx, gw, patch, fieldManager); err != nil {
		return err
	}
	return t.say(append(said, t.follows(name))...)
}
