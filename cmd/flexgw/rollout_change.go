package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"flexgw.io/controller/internal/rolloutcli"
)

func newRolloutUndoCommand(f *clusterFlags) *cobra.Command {
	var o rolloutcli.UndoOptions
	c := onGateway(&cobra.Command{
		Use:   "undo NAME",
		Short: "Change the spec back to that of an earlier version",
		Long: `Change the spec back to that of an earlier version: image, cpu, memory, environment and
stopTimeoutSeconds, and nothing else. It is a change as any other, and is rolled out as
one. Without --to-revision it is the last version that has served and differs from
what the spec asks for now.`,
		Example: `  flexgw rollout undo my-gateway -n flex --dry-run
  flexgw rollout undo my-gateway -n flex --to-revision 7`,
		PreRunE: func(c *cobra.Command, _ []string) error {
			if c.Flags().Changed("to-revision") && o.ToRevision < 1 {
				return fmt.Errorf("--to-revision %d: revisions begin with 1", o.ToRevision)
			}
			return nil
		},
	}, f, func(ctx context.Context, t *rolloutcli.Tool, name string) error { return t.Undo(ctx, name, o) })
	c.Flags().Int32Var(&o.ToRevision, "to-revision", 0, "revision in the history (default: see above)")
	c.Flags().BoolVar(&o.DryRun, "dry-run", false, "print the patch, and what it changes on stderr, and send nothing")
	// It fails only where there is no such flag.
	_ = c.RegisterFlagCompletionFunc("to-revision", func(c *cobra.Command, args []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) == 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return f.complete(c, func(ctx context.Context, t *rolloutcli.Tool) ([]string, error) { return t.Revisions(ctx, args[0]) })
	})
	return c
}

func newRolloutRestartCommand(f *clusterFlags) *cobra.Command {
	return onGateway(&cobra.Command{
		Use:   "restart NAME",
		Short: "Replace the replicas by new ones of the same version",
		Long:  `Replace the replicas by new ones of the same version, as a rollout: it sets spec.rollout.restartedAt to now.`,
	}, f, func(ctx context.Context, t *rolloutcli.Tool, name string) error {
		return t.Restart(ctx, name, time.Now())
	})
}

func newRolloutPauseCommand(f *clusterFlags) *cobra.Command {
	return onGateway(&cobra.Command{
		Use:   "pause NAME",
		Short: "Hold changes of count and version back",
		Long: `Hold changes of count and version back: it sets spec.rollout.paused. What ECS has begun
goes on, and everything else of the gateway is still looked after.`,
	}, f, func(ctx context.Context, t *rolloutcli.Tool, name string) error { return t.Pause(ctx, name, true) })
}

func newRolloutResumeCommand(f *clusterFlags) *cobra.Command {
	return onGateway(&cobra.Command{
		Use:   "resume NAME",
		Short: "Let changes of count and version go on",
	}, f, func(ctx context.Context, t *rolloutcli.Tool, name string) error { return t.Pause(ctx, name, false) })
}

func newRolloutPromoteCommand(f *clusterFlags) *cobra.Command {
	return onGateway(&cobra.Command{
		Use:   "promote NAME",
		Short: "Let a rollout go on that waits at a pause",
		Long: `Let a rollout go on that waits at a pause of spec.rollout.pauseAt: it sets the annotation
flexgw.io/promote to the id of the pause, so that it can never let it pass another one.
"rollout abort" takes the rollout back instead.`,
	}, f, func(ctx context.Context, t *rolloutcli.Tool, name string) error { return t.Promote(ctx, name) })
}

func newRolloutAbortCommand(f *clusterFlags) *cobra.Command {
	return onGateway(&cobra.Command{
		Use:   "abort NAME",
		Short: "Let ECS give up the rollout that is in progress, and go back",
		Long: `Let ECS give up the rollout that is in progress, and go back to the version before: it
sets the annotation flexgw.io/abort to the id of ECS's deployment, so that it can never
hit another one. The spec stays as it is, and is not tried again until it changes;
"rollout undo" takes the change back.`,
	}, f, func(ctx context.Context, t *rolloutcli.Tool, name string) error { return t.Abort(ctx, name) })
}
